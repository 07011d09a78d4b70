"""Reads for the desk: what of one's part a page looks at, and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from training.content import library
from training.content import queries as content
from training.core import clock
from training.core.actors import Actor
from training.core.errors import NotFound
from training.learning.models import Enrolment
from training.monitoring import kept_figures, rules
from training.monitoring.policy import overseen_postings, scored_units
from training.monitoring.rules import Figures, Part, Place
from training.people.models import Posting, Unit
from training.people.policy import in_force, overseen_units


@dataclass(frozen=True)
class Scope:
    """What a page looks at: a place of one's part (None: all of it, where it has several tops)
    and a module (None: every one). `titles` and `languages` are those of the modules offered, by
    id."""

    part: Part
    place: Place | None
    module: str | None
    titles: Mapping[str, str]
    languages: Mapping[str, str]

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The ids of the units looked at."""
        if self.place is not None:
            return self.part.below(self.place.id)
        return tuple(place.id for place in self.part)

    @property
    def at(self) -> str | None:
        """The id of the place looked at, None where that is all of one's part."""
        return self.place.id if self.place else None

    @property
    def heads(self) -> tuple[Place, ...]:
        """The places by which figures are given: those directly below, or the tops."""
        return self.part.children(self.place.id) if self.place else self.part.tops

    @property
    def above(self) -> tuple[Place, ...]:
        """The way from the top of one's part down to the place looked at, without it."""
        return self.part.path(self.place.id)[:-1] if self.place else ()

    @property
    def scored(self) -> bool:
        """Whether scores of anybody here may be seen."""
        return any(self.part[unit].scored for unit in self.units)

    @property
    def asked(self) -> dict[str, Any]:
        """What an address holds to ask for the same."""
        asked = {"unit": self.at, "module": self.module}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class UnitLine:
    """The figures of a place with all below it; `own`: only of those posted at it itself,
    beside others below it."""

    place: Place
    figures: Figures
    own: bool = False


@dataclass(frozen=True)
class Overview:
    """What the desk shows first: figures of all that is looked at, then by unit. `as_of` is when
    they were counted, None where that is now."""

    total: Figures
    lines: tuple[UnitLine, ...]
    as_of: datetime | None


def part(session: Session, actor: Actor) -> Part:
    """Return the actor's part of the tree, units by name."""
    current = in_force(Unit, clock.today()).label("current")
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.parent_id, current)
        .where(overseen_units(actor))
        .order_by(Unit.name, Unit.id)
    ).all()
    scored = set(session.scalars(select(Unit.id).where(scored_units(actor))))
    return Part(
        Place(row.id, row.name, row.parent_id, row.current, row.id in scored) for row in rows
    )


def scope(session: Session, actor: Actor, *, unit: str = "", module: str = "") -> Scope:
    """Return what the actor asks to look at. Raises NotFound for a unit outside their part or a
    module that is not offered."""
    own = part(session, actor)
    offered = content.offered(session, actor)
    titles = {version.module: version.title for version in offered}
    if module and module not in titles:
        raise NotFound
    place = own.tops[0] if len(own.tops) == 1 else None
    if unit:
        try:
            place = own[unit]
        except KeyError:
            raise NotFound from None
    read = library.of(session.connection())
    languages = {version.module: read(version.digest).module.language for version in offered}
    return Scope(own, place, module or None, titles, languages)


def overview(session: Session, actor: Actor, scope: Scope) -> Overview:
    """Count people, those who have begun and those who have completed, by unit."""
    counted = kept_figures.counted(
        (scope.at or scope.part.tops, scope.module, clock.today()),
        lambda: _figures(session, actor, scope),
    )
    of_units = counted.of_units
    lines = [
        UnitLine(head, rules.total(of_units, scope.part.below(head.id))) for head in scope.heads
    ]
    shown = [line for line in lines if line.place.current or line.figures.people]
    if scope.place is not None and scope.place.id in of_units:
        shown.append(UnitLine(scope.place, of_units[scope.place.id], own=bool(scope.heads)))
    return Overview(rules.total(of_units, scope.units), tuple(shown), counted.as_of)


def of_scope(scope: Scope) -> ColumnElement[bool]:
    """Enrolments that a page looks at: those in the module asked for; those whose opening has not
    arrived yet have no module and are in none."""
    if scope.module is None:
        return Enrolment.module.is_not(None)
    return Enrolment.module == scope.module


def _figures(session: Session, actor: Actor, scope: Scope) -> dict[str, Figures]:
    """Count by the unit of the posting; units without people are not there."""
    furthest = case((Enrolment.status == "completed", 1), (Enrolment.subject.is_not(None), 0))
    person = (
        select(Posting.unit_id, func.max(furthest).label("furthest"))
        .outerjoin(Enrolment, and_(Enrolment.subject == Posting.person_id, of_scope(scope)))
        .where(overseen_postings(actor, scope.at))
        .group_by(Posting.unit_id, Posting.person_id)
        .subquery()
        .c
    )
    begun, completed = func.count(person.furthest), func.count().filter(person.furthest == 1)
    rows = session.execute(
        select(person.unit_id, func.count(), begun, completed).group_by(person.unit_id)
    )
    return {unit: Figures(people, begun, completed) for unit, people, begun, completed in rows}
