"""The tables of the log: records and what stands beside them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base, Id, Moment


class Subject(Base):
    """A person as the log knows them: the row that is locked, and that counts their records."""

    __tablename__ = "subject"
    id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    lamport: Mapped[int] = mapped_column(BigInteger, default=0)
    fold_pending: Mapped[bool] = mapped_column(default=False)


class RecordRow(Base):
    """The log. Triggers refuse UPDATE, DELETE and TRUNCATE; it is never rebuilt by a migration."""

    __tablename__ = "record"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    schema: Mapped[int]
    subject: Mapped[str] = mapped_column(ForeignKey("subject.id"))
    about: Mapped[str] = mapped_column(String(36))
    part: Mapped[str | None] = mapped_column(String(36))
    actor: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(String(36))
    session: Mapped[str] = mapped_column(String(64))
    lamport: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[int] = mapped_column(BigInteger)
    clock_offset: Mapped[int] = mapped_column(BigInteger)
    corrects: Mapped[str | None] = mapped_column(String(36))
    version: Mapped[str] = mapped_column(String(64))
    adaptation: Mapped[str] = mapped_column(String(64))
    translation: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str | None] = mapped_column(String(36))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        Index("uq_record_subject_seq", "subject", "seq", unique=True),
        Index("ix_record_part", "part"),
        Index("ix_record_about_kind", "about", "kind"),
        Index("ix_record_received_at", "received_at"),
    )


class Quarantined(Base):
    """An arrival that can't be stored as a record (yet), whole, with the reason. Nothing is
    dropped."""

    __tablename__ = "quarantine"
    id: Mapped[Id]
    record: Mapped[str] = mapped_column(String(36))
    subject: Mapped[str] = mapped_column(String(36))
    reason: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)  # JSON: what its maker made and sent
    hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("uq_quarantine_record_hash", "record", "hash", unique=True),)


class KeptText(Base):
    """Free text or identity beside the log, named there by id and salted hash. Blanking takes the
    body and leaves the mark."""

    __tablename__ = "text"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(ForeignKey("subject.id"), index=True)
    salt: Mapped[str] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(Moment)
    blanked_at: Mapped[datetime | None] = mapped_column(Moment)
    blanked_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class Opening(Base):
    """What was opened on the server, counted against its limit by the database: `holder` is an
    enrolment or a person, `thing` a quiz or a module, `opened` the attempt or enrolment."""

    __tablename__ = "opening"
    holder: Mapped[str] = mapped_column(String(36), primary_key=True)
    thing: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    allowed: Mapped[int | None]
    opened: Mapped[str] = mapped_column(String(36), unique=True)
    __table_args__ = (
        CheckConstraint("number >= 1 AND (allowed IS NULL OR number <= allowed)", name="limit"),
    )
