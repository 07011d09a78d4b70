"""Reads of the log itself: what operators ask for, and what a state does not show yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training.records.models import Quarantined, RecordRow, Subject


@dataclass(frozen=True)
class Health:
    """What an operator is told of the log."""

    fold_pending: int
    quarantined: int
    newest: int | None


def health(session: Session) -> Health:
    """Count the persons whose fold failed and the arrivals set aside; `newest` is the latest
    `received_at`, in microseconds."""
    pending = select(func.count()).select_from(Subject).where(Subject.fold_pending)
    aside = select(func.count()).select_from(Quarantined).where(Quarantined.released_at.is_(None))
    newest = select(func.max(RecordRow.received_at))
    return Health(session.scalar(pending) or 0, session.scalar(aside) or 0, session.scalar(newest))


def parts_with(session: Session, kind: str, parts: Iterable[str]) -> set[str]:
    """Return which of `parts` have a record of a kind, whether or not it has been folded."""
    where = (RecordRow.part.in_(parts), RecordRow.kind == kind)
    return {part for part in session.scalars(select(RecordRow.part).where(*where)) if part}
