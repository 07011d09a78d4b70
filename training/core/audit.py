"""The audit log: who saw or exported which people's data, who changed what, what was refused.

An entry is written in the unit that does what it tells, or after what was refused; triggers refuse
to change or delete one. It names people by their ids alone, so that blanking somebody's identity
blanks it here too: no name, address or number of a person belongs into `details`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core import clock
from training.core.actors import Actor
from training.core.canonical import canonical_json
from training.core.database import Base, Id, Moment
from training.core.work import Work


class AuditEntry(Base):
    """What somebody did, or was not let do."""

    __tablename__ = "audit"
    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(200))  # as records name it
    action: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str | None] = mapped_column(String(36))  # where: who oversees it may read this
    about: Mapped[str | None] = mapped_column(String(100))  # the person, unit or module concerned
    details: Mapped[str] = mapped_column(Text)  # canonical JSON
    __table_args__ = (
        Index("ix_audit_unit_id", "unit", "id"),
        Index("ix_audit_actor_id", "actor", "id"),
        Index("ix_audit_about_id", "about", "id"),
    )


def note(
    actor: Actor,
    work: Work,
    action: str,
    *,
    unit: str | None = None,
    about: str | None = None,
    **details: Any,
) -> None:
    """Write down what the actor does, in the unit that does it. `unit` and `about` are ids;
    `details` are what else one would want to know of it, without None."""
    kept = {name: value for name, value in details.items() if value is not None}
    work.session.add(
        AuditEntry(
            at=clock.moment(work.now()),
            actor=actor.label,
            action=action,
            unit=unit,
            about=about,
            details=canonical_json(kept),
        )
    )
