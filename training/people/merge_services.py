"""Merging two units into one, and parting them again. Both raise NotFound for a unit that the actor
does not administer, and Refused with what to do instead where it can't be done."""

import json
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from training.core import audit, clock
from training.core.actors import Actor
from training.core.audit import AuditEntry
from training.core.errors import Refused
from training.core.work import Work
from training.people import posting_rules, posting_services, queries, unit_queries, unit_services
from training.people.models import Person, Posting, ServiceNumber, Unit
from training.people.policy import not_ended

_MERGED = "unit.merged"


def merge(actor: Actor, work: Work, *, unit: str, into: str) -> None:
    """Make a unit part of another of its kind from today on: its people, their service numbers and
    the units below it go over, roles on it end, and it ends. What was done at it stays its own."""
    found = unit_queries.editable(work.session, actor, unit)
    other = unit_queries.editable(work.session, actor, into)
    if unit == into or found.kind != other.kind or found.kind == "region":
        raise Refused(_("Choose another unit of the same kind."))
    for one in (found, other):
        if one.valid_to is not None:
            raise unit_services.ended(one)
    today = clock.day(work.now())
    below = _move_below(work, found, other)
    _move_numbers(work, found, other, today)
    for person in _posted(work, unit, today):
        posting_services.rearrange(
            work, person, lambda stays, now: posting_rules.merged(stays, unit, into, now)
        )
    unit_services.end_grants(actor, work, unit, today)
    found.valid_to, found.merged_into = today, into
    for where in (unit, into):
        audit.note(actor, work, _MERGED, unit=where, about=unit, into=into, below=below)


def part(actor: Actor, work: Work, *, unit: str) -> None:
    """Undo a merging: the unit is open again, with those who came from it and have gone nowhere
    else since, their numbers, and the units that stood below it. Roles are granted anew."""
    found = unit_queries.editable(work.session, actor, unit)
    on, into = found.valid_to, found.merged_into
    if into is None or on is None:
        raise Refused(_("This unit has not been merged."))
    other = unit_queries.editable(work.session, actor, into)
    unit_services.reopen(actor, work, unit=unit)
    found.merged_into = None
    for child in work.session.scalars(select(Unit).where(Unit.id.in_(_moved_below(work, unit)))):
        if child.parent_id == into:
            child.parent_id = unit
    for person in _came(work, unit, into, on):
        posting_services.rearrange(
            work, person, lambda stays, now: posting_rules.parted(stays, unit, into, on)
        )
    _return_numbers(work, found, other, on)
    for where in (unit, into):
        audit.note(actor, work, "unit.parted", unit=where, about=unit, into=into)


def _move_below(work: Work, unit: Unit, into: Unit) -> list[str]:
    below = work.session.scalars(select(Unit).where(Unit.parent_id == unit.id)).all()
    for child in below:
        if child.valid_to is None and unit_queries.is_taken(work.session, into.id, child.name):
            raise Refused(
                _(
                    "Both have a unit called %(name)s. Rename one of them, or merge them first.",
                    name=child.name,
                )
            )
        child.parent_id = into.id
    work.session.flush()
    return [child.id for child in below]


def _moved_below(work: Work, unit: str) -> list[str]:
    """Return the ids of the units that went over when a unit was last merged: the audit log, which
    nobody can change, knows."""
    details = work.session.scalar(
        select(AuditEntry.details)
        .where(AuditEntry.about == unit, AuditEntry.action == _MERGED)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return list(json.loads(details)["below"]) if details else []


def _move_numbers(work: Work, unit: Unit, into: Unit, on: date) -> None:
    """Let the numbers of an agency end, and be those of the other one from the same day on."""
    there = aliased(ServiceNumber)
    both = work.session.scalar(
        select(ServiceNumber.number)
        .join(there, (there.folded == ServiceNumber.folded) & (there.agency_id == into.id))
        .where(
            ServiceNumber.agency_id == unit.id,
            ServiceNumber.person_id != there.person_id,
            not_ended(ServiceNumber, on),
            there.valid_to.is_(None),
        )
        .limit(1)
    )
    if both is not None:
        raise Refused(
            _(
                "Two people have the service number %(number)s, one at each of these agencies. "
                "Give one of them another first.",
                number=both,
            )
        )
    held = select(ServiceNumber).where(
        ServiceNumber.agency_id == unit.id, not_ended(ServiceNumber, on)
    )
    for number in work.session.scalars(held).all():
        number.valid_to = max(on, number.valid_from)
        if queries.number_of(work.session, number.person_id, into.id, on) is None:
            work.session.add(
                ServiceNumber(
                    agency_id=into.id,
                    number=number.number,
                    folded=number.folded,
                    person_id=number.person_id,
                    valid_from=on,
                )
            )
    work.session.flush()


def _return_numbers(work: Work, unit: Unit, into: Unit, on: date) -> None:
    """Undo `_move_numbers` for those who have their number still."""
    moved = aliased(ServiceNumber)
    rows = work.session.execute(
        select(ServiceNumber, moved)
        .join(moved, (moved.person_id == ServiceNumber.person_id))
        .where(
            ServiceNumber.agency_id == unit.id,
            ServiceNumber.valid_to == on,
            moved.agency_id == into.id,
            moved.folded == ServiceNumber.folded,
            moved.valid_from == on,
            moved.valid_to.is_(None),
        )
    ).all()
    for number, other in rows:
        work.session.delete(other)
        work.session.flush()
        number.valid_to = None
    work.session.flush()


def _posted(work: Work, unit: str, on: date) -> list[Person]:
    """Return who is posted at a unit on a day or later."""
    posted = select(Posting.person_id).where(Posting.unit_id == unit, not_ended(Posting, on))
    return list(work.session.scalars(select(Person).where(Person.id.in_(posted))))


def _came(work: Work, unit: str, into: str, on: date) -> list[Person]:
    """Return who went over to another unit when theirs was merged into it."""
    left = select(Posting.person_id).where(Posting.unit_id == unit, Posting.valid_to == on)
    came = select(Posting.person_id).where(Posting.unit_id == into, Posting.valid_from == on)
    return list(
        work.session.scalars(select(Person).where(Person.id.in_(left), Person.id.in_(came)))
    )
