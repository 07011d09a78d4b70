"""What was refused is written down: somebody signed in asked for what is not theirs to see.

It is done after the answer, so that it takes as long for what is not there as for what is somebody
else's.
"""

import logging

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from training.core import audit, clock, faults
from training.core.actors import PersonActor
from training.core.errors import Unavailable
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
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        named = (f"{name}: {value}"[:_LONGEST] for name, value in (request.view_args or {}).items())
        asked = {"method": request.method, "page": request.endpoint, "named": ", ".join(named)}
        response.call_on_close(lambda: _note(app, actor, asked))
    return response


def _note(app: Flask, actor: PersonActor, asked: dict[str, str]) -> None:
    try:
        with app.app_context(), unit_of_work() as work:
            where = queries.posted_at(work.session, actor.id, clock.day(work.now()))
            audit.note(actor, work, "refused", unit=where, **asked)
    except (*faults.DATABASE, Unavailable) as error:  # the answer is out already
        log.warning("a refusal was not noted: %s", faults.in_one_line(error))
