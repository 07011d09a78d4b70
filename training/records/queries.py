"""Reads of the log itself: what operators ask for, and what a state does not show yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from training.core.actors import PersonActor
from training.core.database import run
from training.records import arrivals
from training.records.models import KeptText, Quarantined, RecordRow, Subject
from training.records.policy import own_records, own_texts
from training.records.registry import registry

_NEWEST = "SELECT max(received_at) FROM record"


@dataclass(frozen=True)
class Line:
    """A record as its subject reads it; `data` is its payload in today's schema."""

    row: RecordRow
    data: dict[str, Any]


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


def own_lines(session: Session, actor: PersonActor, *, skip: int, most: int) -> list[Line]:
    """Return so many of the actor's records, the newest first, without the first ones."""
    statement = select(RecordRow).where(own_records(actor)).order_by(RecordRow.seq.desc())
    kinds = registry().kinds
    return [
        Line(row, arrivals.read(kinds[row.kind], row.schema, row.payload))
        for row in session.scalars(statement.offset(skip).limit(most))
    ]


def every_own(session: Session, actor: PersonActor) -> Iterator[RecordRow]:
    """Yield all of the actor's records in the order of their arrival, some at a time."""
    statement = select(RecordRow).where(own_records(actor)).order_by(RecordRow.seq)
    return iter(session.scalars(statement.execution_options(yield_per=500)))


def own_texts_kept(session: Session, actor: PersonActor) -> list[KeptText]:
    """Return what is kept of the actor beside the log."""
    statement = select(KeptText).where(own_texts(actor)).order_by(KeptText.kept_at, KeptText.id)
    return list(session.scalars(statement))
