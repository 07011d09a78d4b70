"""The state of attempts, written by the records' folds and by nothing else."""

import json
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base


class Attempt(Base):
    """One taking of a quiz. Times are microseconds, UTC."""

    __tablename__ = "attempt"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(ForeignKey("subject.id"), index=True)
    enrolment: Mapped[str | None] = mapped_column(String(36))
    module: Mapped[str | None] = mapped_column(String(64))
    quiz: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str | None] = mapped_column(String(12))
    version: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[int | None] = mapped_column(BigInteger)
    submitted_at: Mapped[int | None] = mapped_column(BigInteger)
    deadline: Mapped[int | None] = mapped_column(BigInteger)
    points: Mapped[int | None]
    maximum: Mapped[int | None]
    passed: Mapped[bool | None]
    outcomes: Mapped[str] = mapped_column(Text)
    drawn: Mapped[str] = mapped_column(Text)
    responses: Mapped[str] = mapped_column(Text)
    flags: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("ix_attempt_enrolment_quiz", "enrolment", "quiz"),)

    @property
    def given(self) -> dict[str, list[str]]:
        """The responses that count, by item."""
        found: dict[str, list[str]] = json.loads(self.responses)
        return found

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items as drawn, in order, each with its options in order."""
        found: list[dict[str, Any]] = json.loads(self.drawn)
        return found

    @property
    def results(self) -> dict[str, list[int]]:
        """Points and maximum by outcome."""
        found: dict[str, list[int]] = json.loads(self.outcomes)
        return found
