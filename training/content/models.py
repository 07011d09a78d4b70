"""The tables of modules: who owns each, and the versions that publishing froze."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base, Moment


class ModuleRow(Base):
    """A module and the unit that owns it: trainers with a grant there or above may change it."""

    __tablename__ = "module"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)


class VersionRow(Base):
    """A published version: one canonical JSON document under its SHA-256. Triggers refuse any
    change."""

    __tablename__ = "version"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    module_id: Mapped[str] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text)
    published_by: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        CheckConstraint("source IN ('folder', 'upload')", name="source"),
        CheckConstraint("number >= 1", name="number"),
        Index("uq_version_module_id_number", "module_id", "number", unique=True),
    )
