"""What the desk hands out."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from io import TextIOWrapper
from typing import IO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training.core import audit
from training.core.actors import Actor
from training.core.database import db, snapshot
from training.core.work import Work
from training.exchange import table
from training.monitoring import people_queries, queries
from training.monitoring.people_queries import Line
from training.monitoring.queries import Scope


def people_csv(actor: Actor, *, unit: str, module: str, status: str) -> tuple[IO[bytes], Scope]:
    """Write the lines of the list of people as CSV, in one snapshot, and return the file, to be
    read from its beginning, and what it holds. It has no name, and is gone once it is closed.

    Columns of scores are there only for those who may see some. Raises NotFound like the page.
    """
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.TemporaryFile())
        with snapshot(db.engine) as connection, Session(bind=connection) as session:
            scope = queries.scope(session, actor, unit=unit, module=module, status=status)
            text = TextIOWrapper(file, table.ENCODING, newline="")
            text.writelines(_rows(people_queries.every_line(connection, actor, scope), scope))
            text.detach()
        file.seek(0)
        opened.pop_all()  # the file is the caller's to close
    return file, scope


def note_seen(
    actor: Actor, work: Work, scope: Scope, action: str, *, about: str | None = None
) -> None:
    """Write down that the actor saw or exported data of people: of one (`about`), or of all of the
    scope, once for each top of what was looked at."""
    for place in (scope.place,) if scope.place else scope.part.tops:
        audit.note(
            actor,
            work,
            action,
            unit=place.id,
            about=about,
            module=scope.module,
            status=scope.status,
        )


def _rows(lines: Iterator[Line], scope: Scope) -> Iterator[str]:
    scored = scope.scored
    scores = (_("Points"), _("Maximum")) if scored else ()
    yield table.csv_row(
        (
            _("Name"),
            _("Name in Latin letters"),
            _("Posted at"),
            _("Module"),
            _("Status"),
            *scores,
            _("Certificate"),
            _("Certificate's code"),
            _("Valid until"),
            _("Date of completion or last activity"),
        )
    )
    statuses, awards = people_queries.status_names(), people_queries.award_names()
    for line in lines:
        yield table.csv_row(
            (
                line.name,
                line.latin_name,
                line.post,
                line.module,
                statuses[line.status],
                *((line.points, line.maximum) if scored else ()),
                awards[line.award] if line.award else None,
                line.code,
                line.holds_until,
                line.on,
            )
        )
