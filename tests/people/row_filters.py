"""The row filters of all features, each beside what it must let through: said plainly, of plain
values, without SQL. A filter that is new needs a line in `LINES`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from tests import way
from tests.people.generated import Generated
from training.assessment.models import Attempt
from training.assessment.policy import own_attempts
from training.authoring.models import Draft
from training.authoring.policy import counted_enrolments, visible_drafts
from training.certificates.models import Certificate
from training.certificates.policy import own_certificates
from training.content.models import ModuleRow
from training.content.policy import editable_modules, offered_modules
from training.core.actors import Ability
from training.core.audit import AuditEntry
from training.learning.models import Enrolment
from training.learning.policy import own_enrolments
from training.monitoring.policy import overseen_postings, scored_units
from training.operations.policy import visible_entries
from training.people import policy
from training.people.models import Grant, Person, Posting, Transfer, Unit

# Which roles may do what, by hand.
ROLES = {
    Ability.SEE_PROGRESS: {"supervisor", "coordinator"},
    Ability.SEE_RESULTS: {"coordinator"},
    Ability.SEE_PEOPLE: {"supervisor", "coordinator", "administrator"},
    Ability.HAND_OUT_SLIPS: {"supervisor", "coordinator", "administrator"},
    Ability.KEEP_PEOPLE: {"coordinator", "administrator"},
    Ability.APPOINT_SUPERVISORS: {"coordinator", "administrator"},
    Ability.APPOINT: {"administrator"},
    Ability.KEEP_UNITS: {"administrator"},
    Ability.READ_AUDIT: {"administrator"},
    Ability.RUN: {"administrator"},
    Ability.AUTHOR: {"trainer"},
}


@dataclass(frozen=True)
class Asker:
    """Who asks, in which world, on which day; nobody by name is Waypost itself."""

    world: Generated
    day: date
    person: str | None

    def reach(self, ability: Ability) -> set[str]:
        """Return the units on which they may do something: those of their roles, and all below."""
        if self.person is None:
            return set(self.world.above)
        held = {
            grant.unit
            for grant in self.world.grants
            if grant.person == self.person and grant.on(self.day) and grant.what in ROLES[ability]
        }
        return {unit for unit in self.world.above if held & set(self.upwards(unit))}

    def upwards(self, unit: str | None) -> list[str]:
        """Return a unit and all above it."""
        found = []
        while unit is not None:
            found.append(unit)
            unit = self.world.above[unit]
        return found

    def people(self, ability: Ability) -> set[str]:
        """Return whom they may do something for: whoever serves within reach today, or served or
        will serve there last; who never served anywhere is the region's."""
        if self.person is None:
            return set(self.world.people)
        reach, found = self.reach(ability), set[str]()
        for person in self.world.people:
            postings = [one for one in self.world.postings if one.person == person]
            if not postings and self.world.region in reach:
                found.add(person)
            last = max((one.first for one in postings), default=None)
            if any(
                one.unit in reach and (one.on(self.day) or one.first == last) for one in postings
            ):
                found.add(person)
        return found

    def may_give(self) -> set[str]:
        """Return the grants that they could have made."""
        if self.person is None:
            return {grant.id for grant in self.world.grants}
        appoints, supervisors = self.reach(Ability.APPOINT), self.reach(Ability.APPOINT_SUPERVISORS)
        return {
            grant.id
            for grant in self.world.grants
            if grant.unit in (supervisors if grant.what == "supervisor" else appoints)
        }

    def vouched(self, ability: Ability) -> set[str]:
        """Return whom of those people they may let in: not themselves, and nobody who has, or is
        to have, a role that they could not have given."""
        if self.person is None:
            return self.people(ability)
        given = self.may_give()
        above = {
            grant.person
            for grant in self.world.grants
            if grant.lasts(self.day) and grant.id not in given
        }
        return self.people(ability) - above - {self.person}

    def postings(self, place: int | None) -> set[str]:
        """Return the postings of today that they follow, at the unit of that number and below."""
        reach = self.reach(Ability.SEE_PROGRESS)
        at = None if place is None else list(self.world.above)[place]
        return {
            one.id
            for one in self.world.postings
            if one.on(self.day) and one.unit in reach and (at in (None, *self.upwards(one.unit)))
        }

    def modules(self) -> set[str]:
        """Return the modules that they may change."""
        reach = self.reach(Ability.AUTHOR)
        return {module for module, owner in self.world.modules.items() if owner in reach}

    def drafts(self) -> set[str]:
        """Return the drafts that they may see: of such modules, and their own of one to come."""
        own = self.person if self.reach(Ability.AUTHOR) else None
        return {
            draft
            for draft, (module, owner) in self.world.drafts.items()
            if module in self.modules() or (module not in self.world.modules and owner == own)
        }

    def entries(self) -> set[str]:
        """Return the entries of the audit log that they may read."""
        reach = self.reach(Ability.KEEP_UNITS)
        places = self.world.entries.items()
        return {done for done, place in places if (place or self.world.region) in reach}

    def own(self, rows: dict[str, str]) -> set[str]:
        """Return the rows that are theirs."""
        return {row for row, person in rows.items() if self.person in (None, person)}


@dataclass(frozen=True)
class Line:
    """A filter, the column by which rows are told apart, and what must be let through. Some are
    never asked by Waypost itself."""

    filter: Callable[..., Any]
    column: InstrumentedAttribute[Any]
    plainly: Callable[[Asker], set[str]]
    asked: tuple[Any, ...] = ()
    by_waypost: bool = True

    def condition(self, actor: Any, world: Generated) -> ColumnElement[bool]:
        """Return what the filter makes of an actor; a number stands for a unit."""
        units = list(world.above)
        asked = [units[one] if isinstance(one, int) else one for one in self.asked]
        found: ColumnElement[bool] = self.filter(actor, *asked)
        return found


def _people(ability: Ability) -> list[Line]:
    by_unit = partial(policy.people_within, by_unit=True)
    return [
        Line(policy.people_within, Person.id, lambda asker: asker.people(ability), (ability,)),
        Line(by_unit, Person.id, lambda asker: asker.people(ability), (ability,)),
    ]


LINES = [
    *(
        Line(policy.overseen_units, Unit.id, lambda asker, a=ability: asker.reach(a), (ability,))  # type: ignore[misc]
        for ability in Ability
    ),
    Line(policy.administered_units, Unit.id, lambda asker: asker.reach(Ability.KEEP_UNITS)),
    Line(policy.own_person, Person.id, lambda asker: asker.own({p: p for p in asker.world.people})),
    *_people(Ability.SEE_PEOPLE),
    *_people(Ability.KEEP_PEOPLE),
    Line(policy.grantable, Grant.id, Asker.may_give),
    Line(
        policy.vouched_people,
        Person.id,
        lambda asker: asker.vouched(Ability.HAND_OUT_SLIPS),
        (Ability.HAND_OUT_SLIPS,),
    ),
    Line(
        policy.received_transfers,
        Transfer.id,
        lambda asker: {
            id
            for id, (_, unit) in asker.world.transfers.items()
            if unit in asker.reach(Ability.KEEP_PEOPLE)
        },
    ),
    Line(
        policy.released_transfers,
        Transfer.id,
        lambda asker: {
            id
            for id, (person, _) in asker.world.transfers.items()
            if person in asker.people(Ability.KEEP_PEOPLE)
        },
    ),
    *(
        Line(overseen_postings, Posting.id, lambda asker, at=at: asker.postings(at), (at,))  # type: ignore[misc]
        for at in (None, 0, 2, 6, 12)
    ),
    Line(scored_units, Unit.id, lambda asker: asker.reach(Ability.SEE_RESULTS)),
    Line(visible_entries, AuditEntry.action, Asker.entries, by_waypost=False),
    Line(offered_modules, ModuleRow.id, lambda asker: {way.MODULE}),
    Line(editable_modules, ModuleRow.id, Asker.modules),
    Line(visible_drafts, Draft.id, Asker.drafts, by_waypost=False),
    Line(
        counted_enrolments,
        Enrolment.id,
        lambda asker: {
            id for id, (module, _) in asker.world.enrolments.items() if module in asker.modules()
        },
    ),
    Line(
        own_enrolments,
        Enrolment.id,
        lambda asker: asker.own({id: who for id, (_, who) in asker.world.enrolments.items()}),
    ),
    Line(own_attempts, Attempt.id, lambda asker: asker.own(asker.world.attempts)),
    Line(own_certificates, Certificate.id, lambda asker: asker.own(asker.world.certificates)),
]
