"""The tables of people and places. Ids are never reused; what ends is dated, not deleted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from training.core.actors import Role
from training.core.database import Base, Id, Moment
from training.people import rules

UNIT_KINDS = ("region", "state", "agency", "post")
POSTING_KINDS = ("service", "leave", "secondment")
TRANSFER_ANSWERS = ("accepted", "declined", "withdrawn")
ENDINGS = ("retirement", "departure")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _folded_names(context: DefaultExecutionContext) -> str:
    row = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return rules.fold_names(row["name"], row.get("latin_name"))


class Unit(Base):
    """A node of the tree region → State or territory → agency → post."""

    __tablename__ = "unit"
    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(12))  # ISO 3166 for a State or territory
    name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))  # when it ended
    __table_args__ = (
        CheckConstraint(_one_of("kind", UNIT_KINDS), name="kind"),
        CheckConstraint("(kind = 'region') = (parent_id IS NULL)", name="root"),
        Index(
            "uq_unit_parent_id_name",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )


class Person(Base):
    """Somebody who learns or runs Waypost; the id is the pseudonym under which records stand."""

    __tablename__ = "person"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(Text, default=_folded_names)  # both names, as searched
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # lower case
    language: Mapped[str] = mapped_column(String(20), default="en")
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC")
    added_at: Mapped[datetime] = mapped_column(Moment)
    notice_accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)  # by themselves: names and post
    erased_at: Mapped[datetime | None] = mapped_column(Moment)  # names, address, numbers are gone
    __table_args__ = (Index("ix_person_name_id_folded", "name", "id", "folded"),)


class Posting(Base):
    """A person belongs to a unit from one date until the day before another: serving there, away on
    leave, or on secondment to it. `ending` says why none follows."""

    __tablename__ = "posting"
    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(12), default="service", server_default="service")
    ending: Mapped[str | None] = mapped_column(String(12))
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates"),
        CheckConstraint(_one_of("kind", POSTING_KINDS), name="kind"),
        CheckConstraint(_one_of("ending", ENDINGS), name="ending"),
        # Whole, so that counting who serves at a unit reads the index alone.
        Index("ix_posting_unit_id", "unit_id", "person_id", "valid_from", "valid_to"),
        Index("ix_posting_person_id_valid_from", "person_id", "valid_from", unique=True),
        Index(
            "uq_posting_open",
            "person_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )


class Grant(Base):
    """A person holds a role on a unit, which reaches the unit and all below it."""

    __tablename__ = "role_grant"
    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    __table_args__ = (CheckConstraint(_one_of("role", tuple(Role)), name="role"),)


class ServiceNumber(Base):
    """The number by which an agency knows a person; compared in its folded form."""

    __tablename__ = "service_number"
    id: Mapped[Id]
    agency_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    __table_args__ = (
        Index(
            "uq_service_number_open",
            "agency_id",
            "folded",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_service_number_folded", "folded"),
    )


class Transfer(Base):
    """The old unit releases somebody to another agency, or to its State, from a day on; the new one
    accepts and says at which unit, or declines. Until then the person stays where they are."""

    __tablename__ = "transfer"
    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    starts_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(String(12))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        CheckConstraint(_one_of("answer", TRANSFER_ANSWERS), name="answer"),
        Index(
            "uq_transfer_open",
            "person_id",
            unique=True,
            sqlite_where=text("answer IS NULL"),
            postgresql_where=text("answer IS NULL"),
        ),
    )


class Credential(Base):
    """What a person proves themselves with; a kind is added here, not beside."""

    __tablename__ = "credential"
    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    secret: Mapped[str] = mapped_column(Text)  # of a password: its argon2id hash
    made_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        CheckConstraint("kind IN ('password')", name="kind"),
        Index("uq_credential_person_id_kind", "person_id", "kind", unique=True),
    )


class OneTimeLink(Base):
    """An address that lets one person in once, to set a password. Without a person: it makes the
    first administrator."""

    __tablename__ = "one_time_link"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of its token
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    code: Mapped[str | None] = mapped_column(String(64))  # keyed hash of the slip's short code


class SignInSession(Base):
    """A signed-in browser. The cookie holds a token; the table holds only its SHA-256."""

    __tablename__ = "session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    agent: Mapped[str | None] = mapped_column(String(200))  # what the browser says that it is


class SignInCounter(Base):
    """Failures in a row of an account, known or not, or of an account from one place. The id is a
    keyed hash of them: who tried, and from where, can't be read here."""

    __tablename__ = "sign_in_counter"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(Moment)  # the latest of them
    signed_in_at: Mapped[datetime | None] = mapped_column(Moment)  # only from a place
    forget_at: Mapped[datetime] = mapped_column(Moment, index=True)


class KeptForm(Base):
    """What somebody typed and sent after their session had ended, kept until they sign in again."""

    __tablename__ = "kept_form"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of its token
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)  # JSON: pairs of name and value, in order
    kept_at: Mapped[datetime] = mapped_column(Moment)


class AccountRequest(Base):
    """Somebody without an account asks an agency for one. It goes when it is approved; a declined
    one, or one that nobody has decided, some time later (`request_services.erase`)."""

    __tablename__ = "account_request"
    id: Mapped[Id]
    agency_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))  # in their own words
    number: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    language: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(64))  # keyed hash of where it was sent from
    asked_at: Mapped[datetime] = mapped_column(Moment)
    declined_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (
        CheckConstraint("(declined_at IS NULL) = (reason IS NULL)", name="declined"),
        Index("ix_account_request_agency_id", "agency_id", "declined_at"),
        Index("ix_account_request_place", "place", "asked_at"),
    )
