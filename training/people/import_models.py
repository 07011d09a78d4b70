"""The tables of imports: a file, and what each of its rows would do, kept until that is done.

They hold personal data of a file that may be a mistake: what is applied or discarded is deleted,
and so is what nobody has touched for a day. Backups leave them out.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training.core.database import Base, Id, Moment
from training.core.ids import uuid7

KINDS = ("units", "people")
STATES = ("choosing", "reading", "read", "refused", "applied")
DEEDS = ("addition", "change", "transfer", "departure", "same", "fault")
"""What a row would do; `fault`: it can't be read or done."""
NOT_CLEARED = -1
"""In the place of how many rows are looked at: what was found out before is still to be deleted."""


class Import(Base):
    """A table of units or people that somebody has sent.

    `choosing`: nothing tells its encoding; `reading`: its rows are being looked at; `read`: they
    can be looked at and applied; `refused`: the file turned out to be unreadable, `fault` says why.
    """

    __tablename__ = "import"
    id: Mapped[Id]
    by: Mapped[str] = mapped_column(String(200), index=True)  # the actor, as records name it
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))  # nothing outside of it
    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str | None] = mapped_column(String(20))
    columns: Mapped[str] = mapped_column(Text, default="{}")  # JSON: where each column stands
    state: Mapped[str] = mapped_column(String(10))
    fault: Mapped[str | None] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(default=0)  # below the heads
    done: Mapped[int] = mapped_column(default=0)  # of them looked at
    look: Mapped[int] = mapped_column(default=1)  # which time they are looked at
    counts: Mapped[str] = mapped_column(Text, default="{}")  # JSON: rows by deed, once applied
    worked_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )


class ImportFile(Base):
    """The file of an import, by itself: its row is not written anew with each step."""

    __tablename__ = "import_file"
    import_id: Mapped[str] = mapped_column(ForeignKey("import.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """What one row would do. Its id becomes that of the posting and the number that it makes.

    None in a column of values: what is there stays. `seen` is how person or unit stood when the row
    was looked at; it is applied only where they stand like that still.
    """

    __tablename__ = "import_row"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=uuid7)
    import_id: Mapped[str] = mapped_column(ForeignKey("import.id"))
    line: Mapped[int]
    deed: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(Text)  # JSON: the cells as they stand there
    faults: Mapped[str] = mapped_column(Text, default="[]")  # JSON: import_rules.as_json
    changes: Mapped[str] = mapped_column(Text, default="[]")  # JSON: [what, before, after]
    details: Mapped[str] = mapped_column(Text, default="{}")  # of its entry in the audit log
    seen: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(String(36))  # the person, or the unit
    # Values of both, or of a unit alone; `place` is a new posting's unit, a new unit's parent.
    name: Mapped[str | None] = mapped_column(String(200))
    place: Mapped[str | None] = mapped_column(String(36))
    opens: Mapped[date | None]  # the first day of a new posting, or of a new unit
    closes: Mapped[date | None]  # the first day without the posting, or the unit, that was there
    kind: Mapped[str | None] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(12))
    # Values of a person.
    latin_name: Mapped[str | None] = mapped_column(String(200))
    folded: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(20))
    posting: Mapped[str | None] = mapped_column(String(36))  # the latest one until now
    placed: Mapped[str | None] = mapped_column(String(36))  # its unit
    ending: Mapped[str | None] = mapped_column(String(12))
    leaves: Mapped[date | None]  # the first day without a new posting
    agency: Mapped[str | None] = mapped_column(String(36))
    number: Mapped[str | None] = mapped_column(String(60))
    number_folded: Mapped[str | None] = mapped_column(String(60))
    number_held: Mapped[str | None] = mapped_column(String(36))  # the number's row until now
    __table_args__ = (
        CheckConstraint(f"deed IN {DEEDS}", name="deed"),
        Index("ix_import_row_import_id_deed", "import_id", "deed", "line"),
        Index("ix_import_row_import_id_about", "import_id", "about"),
    )
