"""How an import is applied: all of it in the unit of whoever confirms it, by a few statements for
all rows, and only to people and units that stand as they were looked at."""

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from training.core import audit, clock, ids
from training.core.actors import Actor
from training.core.work import Work
from training.people import import_queries
from training.people.import_models import Import, ImportRow
from training.people.import_queries import Scope
from training.people.models import Grant, Person, Posting, ServiceNumber, Transfer, Unit
from training.people.policy import not_ended, unit_and_below

Row = ImportRow
_TIME = len("00000000-0000-")  # what of a UUIDv7 is its time
_ACTIONS = {
    "people": case(
        {
            "addition": "person.added",
            "change": "person.changed",
            "transfer": "posting.transfer",
            "departure": "posting.ended",
        },
        value=Row.deed,
    ),
    "units": case(
        (Row.deed == "addition", "unit.added"),
        (Row.closes.is_not(None), "unit.closed"),
        else_="unit.renamed",
    ),
}
"""What is written into the audit log of a row, by the kind of import."""


class Changed(Exception):
    """People or units no longer stand as they did when the import was looked at."""


def apply(actor: Actor, work: Work, *, found: Import) -> dict[str, int]:
    """Do what the rows of an import say, and return how many there are by deed. Raises Changed, and
    then nothing may be kept of what was done."""
    counts = import_queries.counted(work.session, found.id)
    scope = Scope(actor, found.kind, found.unit_id)
    try:
        if found.kind == "people":
            _apply_people(actor, work, found, scope)
        else:
            _apply_units(actor, work, found, scope)
    except IntegrityError as error:  # a number, an address or a name that was given meanwhile
        raise Changed from error
    _note_rows(actor, work, found)
    found.state, found.counts = "applied", json.dumps(counts)
    told: dict[str, Any] = {"kind": found.kind, "digest": found.digest, **counts}
    audit.note(actor, work, "import.applied", unit=scope.top, **{"import": found.id}, **told)
    return counts


def _apply_people(actor: Actor, work: Work, found: Import, scope: Scope) -> None:
    _lock(work, select(Person.id).where(Person.id.in_(_abouts(found))))
    _demand_same_people(work, found, scope)
    _end_roles_of_leavers(actor, work, found)
    for statement in (
        _renamed(found),
        _added(found),
        _closed_postings(found),
        _opened_postings(found),
        _withdrawn_transfers(found, work),
        _ended_numbers(found, clock.day(work.now())),
        _given_numbers(found, clock.day(work.now())),
    ):
        work.connection.execute(statement)


def _apply_units(actor: Actor, work: Work, found: Import, scope: Scope) -> None:
    _lock(work, select(Unit.id).where(Unit.id.in_(_abouts(found))))
    _demand_same_units(work, found, scope)
    at = (Unit.id == Row.about, _of(found, "change"))
    work.connection.execute(
        insert(Unit).from_select(
            ["id", "kind", "parent_id", "code", "name", "valid_from"],
            select(Row.about, Row.kind, Row.place, Row.code, Row.name, Row.opens).where(
                _of(found, "addition")
            ),
        )
    )
    work.connection.execute(
        update(Unit)
        .where(*at)
        .values(
            code=func.coalesce(Row.code, Unit.code),
            valid_to=func.coalesce(Row.closes, Unit.valid_to),
        )
    )
    _demand_empty(work, found)
    here = Row.import_id == found.id
    ended = select(Grant, Row.closes).join(Row, Row.about == Grant.unit_id)
    _end(actor, work, ended.where(Row.closes.is_not(None), _not_ended_then(Grant), here))


def _of(found: Import, *deeds: str) -> ColumnElement[bool]:
    return and_(Row.import_id == found.id, Row.deed.in_(deeds))


def _abouts(found: Import) -> Select[str | None]:
    return select(Row.about).where(Row.import_id == found.id)


def _lock(work: Work, chosen: Select[str]) -> None:
    """Let nobody else change them until the end of the unit; on SQLite nobody can anyhow."""
    locked = chosen.with_for_update().subquery()
    work.session.execute(select(func.count()).select_from(locked))


def _demand(work: Work, wrong: ColumnElement[bool]) -> None:
    if work.session.scalar(select(wrong)):
        raise Changed


def _demand_same_people(work: Work, found: Import, scope: Scope) -> None:
    here = Row.import_id == found.id
    seen = import_queries.with_latest_posting(
        select(import_queries.person_state()).select_from(Person)
    ).where(Person.id == Row.about)
    now = seen.correlate(Row).scalar_subquery()
    reach = select(Unit.id).where(scope.units)
    held = and_(
        ServiceNumber.id == Row.number_held,
        ServiceNumber.person_id == Row.about,
        ServiceNumber.valid_to.is_(None),
    )
    own = ServiceNumber.agency_id == Row.agency
    other = and_(own, ServiceNumber.person_id == Row.about, ServiceNumber.valid_to.is_(None))
    open_place = select(Unit.id).where(scope.units, Unit.valid_to.is_(None))
    guarded = _of(found, "change", "transfer", "departure")
    for wrong in (
        and_(here, Row.seen.is_not(None), or_(now.is_(None), now != Row.seen)),
        and_(here, Row.number_held.is_not(None), ~exists().where(held)),
        and_(here, Row.number.is_not(None), Row.number_held.is_(None), exists().where(other)),
        and_(here, Row.placed.is_not(None), Row.placed.not_in(reach)),
        and_(here, Row.place.is_not(None), Row.place.not_in(open_place)),
        and_(guarded, Row.about.in_(import_queries.guarded(scope))),
    ):
        _demand(work, exists(select(Row.id).where(wrong)))


def _demand_same_units(work: Work, found: Import, scope: Scope) -> None:
    here = Row.import_id == found.id
    now = select(import_queries.unit_state()).where(Unit.id == Row.about).correlate(Row)
    there = now.scalar_subquery()
    reach = select(Unit.id).where(scope.units)
    new = select(Row.about).where(_of(found, "addition"))
    parent = or_(
        Row.place.in_(select(Unit.id).where(scope.units, Unit.valid_to.is_(None))),
        Row.place.in_(new),
    )
    old = and_(here, Row.seen.is_not(None), Row.seen != "")
    for wrong in (
        and_(old, or_(there.is_(None), there != Row.seen)),
        and_(old, Row.placed.not_in(reach)),
        and_(_of(found, "addition"), ~parent),
    ):
        _demand(work, exists(select(Row.id).where(wrong)))


def _demand_empty(work: Work, found: Import) -> None:
    """Raise Changed where somebody is posted at a unit that ends, or one stands below it."""
    ending = and_(_of(found, "change"), Row.closes.is_not(None))
    below = aliased(Unit)
    for child, there in (
        (Posting, Posting.unit_id == Row.about),
        (below, below.parent_id == Row.about),
    ):
        still = or_(child.valid_to.is_(None), child.valid_to > Row.closes)
        _demand(work, exists(select(Row.id).where(ending, exists().where(there, still))))


def _not_ended_then(model: type[Grant]) -> ColumnElement[bool]:
    return or_(model.valid_to.is_(None), model.valid_to > Row.closes)


def _end_roles_of_leavers(actor: Actor, work: Work, found: Import) -> None:
    """Roles end with a departure; with a transfer those whose unit does not reach the new place."""
    held = select(Grant, func.coalesce(Row.closes, Row.opens)).join(
        Row, Row.about == Grant.person_id
    )
    today = clock.day(work.now())
    moved = held.add_columns(Row.place).where(_of(found, "transfer"), not_ended(Grant, today))
    reached: dict[str, set[str]] = {}
    for given, on, place in work.session.execute(moved).all():
        if given.unit_id not in reached:
            below = unit_and_below((given.unit_id,))
            reached[given.unit_id] = set(work.session.scalars(below))
        if place not in reached[given.unit_id]:
            _end_one(actor, work, given, on)
    _end(actor, work, held.where(_of(found, "departure"), _not_ended_then(Grant)))


def _end(actor: Actor, work: Work, ended: Select[*tuple[Any, ...]]) -> None:
    for given, on in work.session.execute(ended).all():
        _end_one(actor, work, given, on)


def _end_one(actor: Actor, work: Work, given: Grant, on: Any) -> None:
    given.valid_to = on
    unit, about, day = given.unit_id, given.person_id, on.isoformat()
    audit.note(actor, work, "role.ended", unit=unit, about=about, role=given.role, on=day)


def _renamed(found: Import) -> Any:
    names = ("name", "latin_name", "folded", "email", "language")
    changed = or_(*(getattr(Row, name).is_not(None) for name in names))
    return (
        update(Person)
        .where(Person.id == Row.about, _of(found, "change", "transfer", "departure"), changed)
        .values({name: func.coalesce(getattr(Row, name), getattr(Person, name)) for name in names})
    )


def _added(found: Import) -> Any:
    names = ["name", "latin_name", "folded", "email", "language"]
    return insert(Person).from_select(
        ["id", *names, "time_zone", "added_at"],
        select(
            Row.about,
            *(getattr(Row, name) for name in names),
            literal("UTC"),
            literal(clock.moment(clock.now()), Person.added_at.type),
        ).where(_of(found, "addition")),
    )


def _closed_postings(found: Import) -> Any:
    left = case((Row.deed == "departure", Row.ending))
    return (
        update(Posting)
        .where(Posting.id == Row.posting, Row.import_id == found.id, Row.closes.is_not(None))
        .values(valid_to=Row.closes, ending=left)
    )


def _opened_postings(found: Import) -> Any:
    return insert(Posting).from_select(
        ["id", "person_id", "unit_id", "valid_from", "valid_to", "kind", "ending"],
        select(
            *(Row.id, Row.about, Row.place, Row.opens, Row.leaves, literal("service"), Row.ending)
        ).where(_of(found, "addition", "transfer")),
    )


def _withdrawn_transfers(found: Import, work: Work) -> Any:
    """Who is placed by an import is no longer asked for by another unit."""
    moved = select(Row.about).where(_of(found, "transfer", "departure"))
    return (
        update(Transfer)
        .where(Transfer.person_id.in_(moved), Transfer.answer.is_(None))
        .values(answer="withdrawn", answered_at=clock.moment(work.now()))
    )


def _ended_numbers(found: Import, today: Any) -> Any:
    replaced = select(Row.number_held).where(Row.import_id == found.id, Row.number.is_not(None))
    return update(ServiceNumber).where(ServiceNumber.id.in_(replaced)).values(valid_to=today)


def _given_numbers(found: Import, today: Any) -> Any:
    return insert(ServiceNumber).from_select(
        ["id", "agency_id", "number", "folded", "person_id", "valid_from"],
        select(
            *(Row.id, Row.agency, Row.number, Row.number_folded, Row.about),
            func.coalesce(Row.opens, literal(today, ServiceNumber.valid_from.type)),
        ).where(Row.import_id == found.id, Row.number.is_not(None)),
    )


def _note_rows(actor: Actor, work: Work, found: Import) -> None:
    """One entry for each person or unit to which something was done, and for a transfer another one
    where they were. Their ids begin with the present, so that they stand in its place; in their
    order most indexes grow at their ends."""
    new, old = ("addition", "transfer"), ("change", "transfer", "departure")
    for place, deeds, unique in ((Row.place, new, Row.id), (Row.placed, old, Row.about)):
        entry: Select[*tuple[Any, ...]] = select(
            literal(ids.uuid7()[:_TIME]) + func.substr(unique, _TIME + 1),
            literal(clock.moment(work.now()), audit.AuditEntry.at.type),
            literal(actor.label),
            *(_ACTIONS[found.kind], place, Row.about, Row.details),
        )
        work.connection.execute(
            insert(audit.AuditEntry).from_select(
                ["id", "at", "actor", "action", "unit", "about", "details"],
                entry.where(_of(found, *deeds)).order_by(func.substr(unique, _TIME + 1)),
            )
        )
