"""What was refused is written down: somebody signed in asked for what is not theirs to see.

It is done after the answer, so that it takes as long for what is not there as for what is somebody
else's.
"""

import logging

from flask import Flask, g, request
from werkzeug.wrappers import Response

from training.core import audit, clock
from training.core.actors import PersonActor
from training.core.afterwards import after_answer
from training.core.work import unit_of_work
from training.people import queries

log = logging.getLogger("waypost.people")
_LONGEST = 100


def init_app(app: Flask) -> None:
    """Write them down."""
    app.after_request(_note_later)


def _note_later(response: Response) -> Response:
    actor = g.get("actor")
    if actor is not None and response.status_code == 404 and request.endpoint is not None:
        named = (f"{name}: {value}"[:_LONGEST] for name, value in (request.view_args or {}).items())
        asked = {"method": request.method, "page": request.endpoint, "named": ", ".join(named)}
        failed = "a refusal was not noted"
        after_answer(response, lambda: _note(actor, asked), log=log, failed=failed)
    return response


def _note(actor: PersonActor, asked: dict[str, str]) -> None:
    with unit_of_work() as work:
        where = queries.posted_at(work.session, actor.id, clock.day(work.now()))
        audit.note(actor, work, "refused", unit=where, **asked)
