"""Reads for the pages on which people are found and kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from training.core import clock
from training.core.actors import APPOINTED_BY, Ability, PersonActor, Role
from training.core.errors import NotFound
from training.people import rules
from training.people.models import (
    Credential,
    Grant,
    OneTimeLink,
    Person,
    Posting,
    ServiceNumber,
    Transfer,
    Unit,
)
from training.people.place_queries import place_text
from training.people.policy import (
    grantable,
    in_force,
    not_ended,
    overseen_units,
    people_within,
    postings_within,
    unit_and_below,
    vouched_people,
)
from training.people.transfer_queries import Waiting, waiting

PAGE = 50
MANY = 5_000
"""From so many postings on people are looked for along their names rather than by unit."""
WORDS = 5
_SEEN = Ability.SEE_PEOPLE


@dataclass(frozen=True)
class Asked:
    """Whom to look for: whose name holds each word, or whose number is the text; of a unit and all
    below it; only those who can't sign in yet. `page` counts from 1."""

    text: str = ""
    unit: str | None = None
    waiting: bool = False
    page: int = 1


@dataclass(frozen=True)
class Stay:
    """Somebody's time at a unit. `place` is its name with that of the unit above; `until` is the
    first day without."""

    unit: str
    place: str
    kind: str
    since: date
    until: date | None
    ending: str | None
    current: bool


@dataclass(frozen=True)
class Line:
    """Somebody in a list, with where they are posted today, else where they last were, or will be;
    `waiting` tells that they can't sign in yet."""

    id: str
    name: str
    latin_name: str | None
    stay: Stay | None
    waiting: bool


@dataclass(frozen=True)
class People:
    """A page of those who were looked for; `more` tells whether another follows."""

    lines: tuple[Line, ...]
    page: int
    more: bool


@dataclass(frozen=True)
class Number:
    """A number by which an agency knows somebody, or knew them."""

    id: str
    agency: str
    number: str
    since: date
    until: date | None
    current: bool


@dataclass(frozen=True)
class HeldRole:
    """A role that somebody holds or will hold; `mine` tells whether the reader may end it."""

    id: str
    person: str
    name: str
    role: str
    unit: str
    since: date
    until: date | None
    mine: bool


@dataclass(frozen=True)
class PersonPage:
    """What somebody's page shows to those who look after them. `kept`, `vouched`, `slips`
    and `erasable` tell whether the reader may change where they serve and who they are, hand them a
    slip, and erase them; `slip` until when one is out."""

    id: str
    name: str
    latin_name: str | None
    email: str | None
    language: str
    can_sign_in: bool
    slip: datetime | None
    stays: tuple[Stay, ...]
    numbers: tuple[Number, ...]
    roles: tuple[HeldRole, ...]
    transfer: Waiting | None
    kept: bool
    vouched: bool
    slips: bool
    erasable: bool

    @property
    def now(self) -> Stay | None:
        """Where they are posted today."""
        return next((stay for stay in self.stays if stay.current), None)


def people(session: Session, actor: PersonActor, asked: Asked) -> People:
    """Return those whom the actor may see and looks for, by name."""
    found = session.execute(
        select(Person.id, Person.name, Person.latin_name, _can_sign_in())
        .where(*_like(asked), _within(session, actor, asked.unit))
        .order_by(Person.name, Person.id)
        .limit(PAGE + 1)
        .offset((asked.page - 1) * PAGE)
    ).all()
    stays = _stays(session, [row.id for row in found[:PAGE]])
    lines = tuple(
        Line(id, name, latin, _present(stays.get(id, ())), not known)
        for id, name, latin, known in found[:PAGE]
    )
    return People(lines, asked.page, more=len(found) > PAGE)


def person_page(session: Session, actor: PersonActor, person: str) -> PersonPage:
    """Return what somebody's page shows. Raises NotFound for whom the actor may not see."""
    row = session.execute(
        select(
            Person,
            _can_sign_in(),
            people_within(actor, Ability.KEEP_PEOPLE),
            vouched_people(actor, Ability.KEEP_PEOPLE),
            vouched_people(actor, Ability.HAND_OUT_SLIPS),
            vouched_people(actor, Ability.KEEP_UNITS),
        ).where(Person.id == person, people_within(actor, _SEEN))
    ).first()
    if row is None:
        raise NotFound
    found, known, kept, vouched, slips, erasable = row
    return PersonPage(
        id=person,
        name=found.name,
        latin_name=found.latin_name,
        email=found.email,
        language=found.language,
        can_sign_in=known,
        slip=_slip(session, person),
        stays=_stays(session, [person]).get(person, ()),
        numbers=_numbers(session, person),
        roles=roles(session, actor, Grant.person_id == person),
        transfer=next(iter(waiting(session, Transfer.person_id == person)), None),
        kept=kept,
        vouched=vouched,
        slips=slips,
        erasable=erasable,
    )


def roles(session: Session, actor: PersonActor, which: ColumnElement[bool]) -> tuple[HeldRole, ...]:
    """Return the roles of a filter that are held or will be, by unit and name."""
    rows = session.execute(
        select(
            Grant.id,
            Person.id,
            Person.name,
            Grant.role,
            Unit.name,
            Grant.valid_from,
            Grant.valid_to,
            grantable(actor),
        )
        .join(Person, Person.id == Grant.person_id)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(which, not_ended(Grant, clock.today()))
        .order_by(Unit.name, Grant.role, Person.name, Grant.id)
    )
    return tuple(HeldRole(*row) for row in rows)


def roles_within(session: Session, actor: PersonActor) -> tuple[HeldRole, ...]:
    """Return who holds which role on the units where the actor may appoint somebody."""
    return roles(session, actor, grantable(actor))


def appointable(session: Session, actor: PersonActor, unit: str) -> list[Role]:
    """Return the roles that the actor may grant on a unit."""
    return [
        role
        for role, ability in APPOINTED_BY.items()
        if session.scalar(select(Unit.id).where(Unit.id == unit, overseen_units(actor, ability)))
    ]


def _within(session: Session, actor: PersonActor, unit: str | None) -> ColumnElement[bool]:
    """Filter people to those whom the actor may see, of a unit.

    Where they are many, a person's own postings are asked for one after another along the names,
    and the page's end ends it; where they are few, the time depends on them alone.
    """
    if unit is not None:
        here = select(Posting.person_id).where(
            Posting.unit_id.in_(unit_and_below((unit,))), in_force(Posting, clock.today())
        )
        return and_(people_within(actor, _SEEN), Person.id.in_(here))
    some = select(Posting.id).where(postings_within(actor, _SEEN)).limit(MANY).subquery()
    few = session.scalar(select(func.count()).select_from(some)) != MANY
    return people_within(actor, _SEEN, by_unit=few)


def _like(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    words = rules.fold_names(asked.text).split()[:WORDS]
    if words:
        other = aliased(Person)  # looked through at once, not one by one in the order of names
        named = select(other.id).where(
            *(other.folded.contains(word, autoescape=True) for word in words)
        )
        number = select(ServiceNumber.person_id).where(
            ServiceNumber.folded == rules.fold_number(asked.text)
        )
        conditions.append(Person.id.in_(named.union_all(number)))
    if asked.waiting:
        conditions.append(~_can_sign_in())
    return conditions


def _can_sign_in() -> ColumnElement[bool]:
    return exists().where(Credential.person_id == Person.id, Credential.kind == "password")


def _slip(session: Session, person: str) -> datetime | None:
    return session.scalar(
        select(OneTimeLink.expires_at).where(
            OneTimeLink.person_id == person,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.moment(clock.now()),
        )
    )


def _stays(session: Session, people: list[str]) -> Mapping[str, tuple[Stay, ...]]:
    """Return the stays of people by id, the latest first."""
    above, today = aliased(Unit), clock.today()
    rows = session.execute(
        select(Posting, Unit.name, above.name)
        .join(Unit, Unit.id == Posting.unit_id)
        .outerjoin(above, and_(above.id == Unit.parent_id, above.parent_id.is_not(None)))
        .where(Posting.person_id.in_(people))
        .order_by(Posting.valid_from.desc())
    )
    found: dict[str, tuple[Stay, ...]] = {}
    for row, name, outer in rows:
        until = row.valid_to
        current = row.valid_from <= today and (until is None or until > today)
        stay = Stay(
            row.unit_id,
            place_text(name, outer),
            row.kind,
            row.valid_from,
            until,
            row.ending,
            current,
        )
        found[row.person_id] = (*found.get(row.person_id, ()), stay)
    return found


def _present(stays: tuple[Stay, ...]) -> Stay | None:
    return next((stay for stay in stays if stay.current), stays[0] if stays else None)


def _numbers(session: Session, person: str) -> tuple[Number, ...]:
    today = clock.today()
    rows = session.execute(
        select(
            ServiceNumber.id,
            Unit.name,
            ServiceNumber.number,
            ServiceNumber.valid_from,
            ServiceNumber.valid_to,
            in_force(ServiceNumber, today),
        )
        .join(Unit, Unit.id == ServiceNumber.agency_id)
        .where(ServiceNumber.person_id == person)
        .order_by(ServiceNumber.valid_from.desc(), ServiceNumber.id)
    )
    return tuple(Number(*row) for row in rows)
