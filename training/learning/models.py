"""The state of enrolments, written by the records' folds and by nothing else."""

import json

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base


class Enrolment(Base):
    """One taking of a module by a person. Times are microseconds, UTC."""

    __tablename__ = "enrolment"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(ForeignKey("subject.id"))
    module: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[int | None] = mapped_column(BigInteger)
    active_at: Mapped[int] = mapped_column(BigInteger)
    completed_at: Mapped[int | None] = mapped_column(BigInteger)
    points: Mapped[int | None]
    maximum: Mapped[int | None]
    stands_at: Mapped[str] = mapped_column(String(80))
    lessons: Mapped[str] = mapped_column(Text)
    flags: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index("ix_enrolment_subject_module_status", "subject", "module", "status"),
        Index("ix_enrolment_module_status", "module", "status"),
    )

    @property
    def done(self) -> list[str]:
        """The ids of the lessons marked done."""
        found: list[str] = json.loads(self.lessons)
        return found
