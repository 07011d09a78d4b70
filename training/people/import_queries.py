"""Reads of imports: what their rows are held against, and what their pages show."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from training.core import clock
from training.core.actors import Ability, Actor, PersonActor
from training.core.errors import NotFound
from training.people import import_rules
from training.people.import_deeds import Held, Known
from training.people.import_models import DEEDS, Import, ImportFile, ImportRow
from training.people.import_places import Place, Places
from training.people.import_rules import Fault
from training.people.models import Grant, Person, Posting, ServiceNumber, Unit
from training.people.policy import grantable, importable_units, not_ended, own_imports

PAGE = 50
UNKNOWN = ("addition", "fault")
RESTS_AFTER = timedelta(seconds=60)
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Scope:
    """Whose import it is, of what, and how far it reaches."""

    actor: Actor
    kind: str
    within: str | None = None

    @property
    def units(self) -> ColumnElement[bool]:
        """The filter of the units that its rows may name."""
        return importable_units(self.actor, self.kind, self.within)

    @property
    def top(self) -> str | None:
        """A unit from which it reaches down: whoever oversees that one may know of it."""
        if isinstance(self.actor, PersonActor):
            return self.actor.units(Ability.KEEP_PEOPLE)[0]
        return self.within


@dataclass(frozen=True)
class Line:
    """A row in the lists of an import: its number, what stands in it, what it changes (what,
    before, after) or what is wrong with it."""

    number: int
    said: dict[str, str]
    changes: list[tuple[str, Any, Any]]
    faults: list[Fault]


@dataclass(frozen=True)
class ImportPage:
    """What the page of an import shows; `lines` are those of one deed. `rests`: nobody is reading
    it any more, though it is not read to its end."""

    id: str
    kind: str
    state: str
    fault: str | None
    rows: int
    done: int
    look: int
    rests: bool
    counts: dict[str, int]
    deed: str
    lines: tuple[Line, ...]
    page: int
    pages: int

    @property
    def shows_people(self) -> bool:
        """Whether it tells how people stand who are known already."""
        return self.kind == "people" and bool(self.lines) and self.deed not in UNKNOWN

    @property
    def can_be_applied(self) -> bool:
        """Whether there is anything to do, and nothing that stands against it."""
        return self.state == "read" and import_rules.can_be_done(self.counts)

    @property
    def tiles(self) -> list[tuple[str, int]]:
        """How many rows there are, by deed; what is to be mended first."""
        return sorted(self.counts.items(), key=lambda one: one[0] != "fault")


def own(session: Session, actor: Actor, id: str) -> Import:
    """Return one of the actor's own imports. Raises NotFound."""
    found = session.scalars(select(Import).where(Import.id == id, own_imports(actor))).first()
    if found is None:
        raise NotFound
    return found


def latest(session: Session, actor: Actor) -> str | None:
    """Return the id of the actor's import that waits for something, or None."""
    return session.scalar(select(Import.id).where(own_imports(actor), Import.state != "applied"))


def content(session: Session, id: str) -> bytes:
    """Return the file of an import. Raises NotFound once it is gone."""
    found = session.scalar(select(ImportFile.content).where(ImportFile.import_id == id))
    if found is None:
        raise NotFound
    return found


def import_page(
    session: Session, actor: PersonActor, id: str, *, deed: str, page: str
) -> ImportPage:
    """Return what the page of an import shows. Raises NotFound."""
    found = own(session, actor, id)
    counts = json.loads(found.counts) or counted(session, id)
    if deed not in counts:
        deed = next((one for one in ("fault", *DEEDS) if one in counts), "")
    pages = max(1, -(-counts.get(deed, 0) // PAGE))
    number = min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 9 else 1
    return ImportPage(
        id=found.id,
        kind=found.kind,
        state=found.state,
        fault=found.fault,
        rows=found.rows,
        done=max(found.done, 0),
        look=found.look,
        rests=_rests(found),
        counts=counts,
        deed=deed,
        lines=_lines(session, found, deed, number) if found.state == "read" else (),
        page=number,
        pages=pages,
    )


def counted(session: Session, id: str) -> dict[str, int]:
    """Return how many rows of an import there are, by deed, in the order of DEEDS."""
    rows = session.execute(
        select(ImportRow.deed, func.count())
        .where(ImportRow.import_id == id)
        .group_by(ImportRow.deed)
    )
    found = {deed: count for deed, count in rows}
    return {deed: found[deed] for deed in DEEDS if deed in found}


def faults_of(session: Session, id: str) -> Iterable[Line]:
    """Yield the rows of an import that can't be done."""
    page = 1
    found = session.get_one(Import, id)
    while lines := _lines(session, found, "fault", page):
        yield from lines
        page += 1


def places(session: Session, scope: Scope) -> Places:
    """Return the units that an import may name, and those above them."""
    inside = select(Unit.id).where(scope.units)
    up = select(Unit.id, Unit.parent_id).where(scope.units).cte("up", recursive=True)
    up = up.union(select(Unit.id, Unit.parent_id).where(Unit.id == up.c.parent_id))
    statement = select(
        *(Unit.id, Unit.kind, Unit.parent_id.label("parent"), Unit.name, Unit.code),
        *(Unit.valid_from.label("since"), Unit.valid_to.label("until")),
        *(Unit.id.in_(inside).label("own"), unit_state().label("seen")),
    )
    rows = session.execute(statement.where(Unit.id.in_(select(up.c.id))).order_by(Unit.id)).all()
    until = _posted_until(session, scope) if scope.kind == "units" else {}
    return Places(Place(**row._mapping, people=until.get(row.id, date.min)) for row in rows)


def person_state() -> ColumnElement[str]:
    """How a person stands, as one text: of Person, outer joined to the latest Posting."""
    parts: list[Any] = [
        Person.name,
        func.coalesce(Person.latin_name, ""),
        func.coalesce(Person.email, ""),
        Person.language,
        func.coalesce(Posting.id, ""),
        func.coalesce(Posting.unit_id, ""),
        func.coalesce(cast(Posting.valid_from, String), ""),
        func.coalesce(cast(Posting.valid_to, String), ""),
    ]
    return _joined(parts)


def unit_state() -> ColumnElement[str]:
    """How a unit stands, as one text."""
    parts: list[Any] = [
        Unit.name,
        func.coalesce(Unit.parent_id, ""),
        func.coalesce(Unit.code, ""),
        func.coalesce(cast(Unit.valid_to, String), ""),
    ]
    return _joined(parts)


def with_latest_posting(
    statement: Select[*tuple[Any, ...]],
) -> Select[*tuple[Any, ...]]:
    """Return a statement about Person, outer joined to the latest Posting of each."""
    later = aliased(Posting)
    newest = select(func.max(later.valid_from)).where(later.person_id == Person.id)
    last = Posting.valid_from == newest.correlate(Person).scalar_subquery()
    return statement.outerjoin(Posting, and_(Posting.person_id == Person.id, last))


def holders(session: Session, numbers: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return who holds which service numbers, given and returned as agency and folded number."""
    agencies, folded = {agency for agency, _ in numbers}, {number for _, number in numbers}
    rows = session.execute(
        select(ServiceNumber.agency_id, ServiceNumber.folded, ServiceNumber.person_id).where(
            ServiceNumber.agency_id.in_(agencies),
            ServiceNumber.folded.in_(folded),
            ServiceNumber.valid_to.is_(None),
        )
    )
    return {(agency, number): person for agency, number, person in rows}


def addressed(session: Session, emails: Collection[str]) -> dict[str, str]:
    """Return who has which e-mail address."""
    rows = session.execute(select(Person.email, Person.id).where(Person.email.in_(emails)))
    return {str(email): person for email, person in rows}


def longest_with_zero(session: Session, agencies: Collection[str]) -> dict[str, int]:
    """Return how long the longest number of each agency is that begins with a zero."""
    rows = session.execute(
        select(ServiceNumber.agency_id, func.max(func.length(ServiceNumber.folded)))
        .where(
            ServiceNumber.agency_id.in_(agencies),
            ServiceNumber.folded.startswith("0"),
            ServiceNumber.valid_to.is_(None),
        )
        .group_by(ServiceNumber.agency_id)
    )
    return {agency: length for agency, length in rows}


def known(session: Session, scope: Scope, people: Collection[str]) -> dict[str, Known]:
    """Return how people stand, by id; whose identity is erased is beyond reach."""
    numbers = _numbers(session, people)
    reach = select(Unit.id).where(scope.units)
    facts: Select[*tuple[Any, ...]] = select(
        *(Person.id, Person.name, Person.latin_name, Person.email, Person.language),
        *(person_state().label("seen"), Posting.id.label("posting")),
        func.coalesce(Posting.unit_id, "").label("unit"),
        func.coalesce(Posting.valid_from, literal(date.min)).label("since"),
        Posting.valid_to.label("until"),
        and_(Person.erased_at.is_(None), Posting.unit_id.in_(reach)).label("own"),
        Person.id.in_(guarded(scope)).label("guarded"),
    )
    rows = session.execute(with_latest_posting(facts).where(Person.id.in_(people)))
    return {row.id: Known(**row._mapping, numbers=numbers.get(row.id, {})) for row in rows}


def guarded(scope: Scope) -> Select[str]:
    """Select the people whose identity and place an import may not touch: who hold a role on a unit
    that it does not reach, or one that its actor could not have granted (`vouched_people`)."""
    outside = Grant.unit_id.not_in(select(Unit.id).where(scope.units))
    guarded = or_(outside, ~grantable(scope.actor))
    return select(Grant.person_id).where(not_ended(Grant, clock.today()), guarded)


def _joined(parts: list[Any]) -> ColumnElement[str]:
    text: ColumnElement[str] = parts[0]
    for part in parts[1:]:
        text = text + literal(_BETWEEN) + part
    return text


def _numbers(session: Session, people: Collection[str]) -> dict[str, dict[str, Held]]:
    rows = session.scalars(
        select(ServiceNumber)
        .where(ServiceNumber.person_id.in_(people), ServiceNumber.valid_to.is_(None))
        .order_by(ServiceNumber.id)
    )
    found: dict[str, dict[str, Held]] = {}
    for row in rows:
        held = Held(row.id, row.number, row.folded)
        found.setdefault(row.person_id, {})[row.agency_id] = held
    return found


def _posted_until(session: Session, scope: Scope) -> dict[str, date | None]:
    """Return until when somebody is posted at units; None: for good."""
    for_good = func.count().filter(Posting.valid_to.is_(None))
    rows = session.execute(
        select(Posting.unit_id, for_good, func.max(Posting.valid_to))
        .where(Posting.unit_id.in_(select(Unit.id).where(scope.units)))
        .group_by(Posting.unit_id)
    )
    return {unit: None if open_ones else last for unit, open_ones, last in rows}


def _lines(session: Session, found: Import, deed: str, page: int) -> tuple[Line, ...]:
    rows = session.execute(
        select(ImportRow.line, ImportRow.said, ImportRow.changes, ImportRow.faults)
        .where(ImportRow.import_id == found.id, ImportRow.deed == deed)
        .order_by(ImportRow.line)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return tuple(
        Line(
            line, json.loads(said), json.loads(changes), [Fault(*one) for one in json.loads(faults)]
        )
        for line, said, changes, faults in rows
    )


def _rests(found: Import) -> bool:
    since: datetime = found.worked_at
    return found.state == "reading" and clock.moment(clock.now()) - since > RESTS_AFTER
