"""Reads of the log itself: what operators ask for, and what a state does not show yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from training.core.database import run
from training.records.models import Quarantined, RecordRow, Subject

_NEWEST = "SELECT max(received_at) FROM record"


@dataclass(frozen=True)
class Health:
    """What an operator is told of the log."""

    fold_pending: int
    quarantined: int


def health(session: Session) -> Health:
    """Count the persons whose fold failed and the arrivals set aside."""
    pending = select(func.count()).select_from(Subject).where(Subject.fold_pending)
    aside = select(func.count()).select_from(Quarantined).where(Quarantined.released_at.is_(None))
    return Health(session.scalar(pending) or 0, session.scalar(aside) or 0)


def newest(connection: Connection) -> int:
    """Return when the newest record was received, in microseconds; 0 where there is none.

    Every unit of work asks it.
    """
    found: int | None = run(connection, _NEWEST, {}).fetchone()[0]
    return found or 0


def parts_with(connection: Connection, kind: str, parts: Iterable[str]) -> set[str]:
    """Return which of `parts` have a record of a kind, whether or not it has been folded."""
    where = (RecordRow.part.in_(parts), RecordRow.kind == kind)
    return {part for part in connection.scalars(select(RecordRow.part).where(*where)) if part}
