"""The table of drafts: checked uploads on their way to a version."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base, Id, Moment


class Draft(Base):
    """A module as somebody uploaded it, sound but not published. Publishing deletes its row."""

    __tablename__ = "draft"
    id: Mapped[Id]
    module_id: Mapped[str] = mapped_column(String(64), index=True)  # perhaps no module yet
    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(Text)  # canonical JSON, as a version holds it
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
