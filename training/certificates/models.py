"""The state of certificates, written by the records' folds and by nothing else."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base


class Certificate(Base):
    """The certificate of an enrolment, whose id it bears. Dates are ISO 8601 text, UTC."""

    __tablename__ = "certificate"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(ForeignKey("subject.id"), index=True)
    status: Mapped[str] = mapped_column(String(12))
    version: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(String(16), unique=True)
    completed_on: Mapped[str | None] = mapped_column(String(10))
    expires_on: Mapped[str | None] = mapped_column(String(10))
    name_text: Mapped[str | None] = mapped_column(String(36))
    latin_text: Mapped[str | None] = mapped_column(String(36))

    @property
    def days(self) -> tuple[date, date]:
        """The day of completion and the first day on which it holds no longer."""
        completed_on, expires_on = self.completed_on or "", self.expires_on or ""
        return date.fromisoformat(completed_on), date.fromisoformat(expires_on)
