"""Reads for the desk: what of one's part a page looks at, and its figures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, func, select, true
from sqlalchemy.orm import Session

from training.certificates.models import Certificate
from training.content import library
from training.content import queries as content
from training.core import clock
from training.core.actors import Ability, Actor
from training.core.errors import NotFound
from training.learning.models import Enrolment
from training.monitoring import kept_figures, rules
from training.monitoring.kept_figures import Counted
from training.monitoring.policy import overseen_postings, scored_units
from training.monitoring.rules import Facts, Figures, Part, Place
from training.people.models import Posting, Unit
from training.people.policy import in_force, overseen_units

FIGURES = ("people", *rules.STATUSES)
"""What is counted of a unit, by the names that `Figures` takes."""


@dataclass(frozen=True)
class Scope:
    """What a page looks at: a place of one's part (None: all of it, where it has several tops),
    a module (None: every one) and a status (None: everybody). `titles` and `languages` are those
    of the modules offered, by id."""

    part: Part
    place: Place | None
    module: str | None
    titles: Mapping[str, str]
    languages: Mapping[str, str]
    status: str | None = None

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
        asked = {"unit": self.at, "module": self.module, "status": self.status}
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
        .where(overseen_units(actor, Ability.SEE_PROGRESS))
        .order_by(Unit.name, Unit.id)
    ).all()
    scored = set(session.scalars(select(Unit.id).where(scored_units(actor))))
    return Part(
        Place(row.id, row.name, row.parent_id, row.current, row.id in scored) for row in rows
    )


def scope(
    session: Session, actor: Actor, *, unit: str = "", module: str = "", status: str = ""
) -> Scope:
    """Return what the actor asks to look at. Raises NotFound for a unit outside their part, a
    module that is not offered or a status that there is not."""
    if status and status not in rules.STATUSES:
        raise NotFound
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
    return Scope(own, place, module or None, titles, languages, status or None)


def overview(session: Session, actor: Actor, scope: Scope, sort: str = "") -> Overview:
    """Count people and how they stand, by unit: the units by name, or with the name of a figure
    in `sort` those first of whom it is highest. Raises NotFound for a figure that there is not."""
    if sort not in ("", *FIGURES):
        raise NotFound
    counted = figures(session, actor, scope)
    of_units = counted.of_units
    lines = [
        UnitLine(head, rules.total(of_units, scope.part.below(head.id))) for head in scope.heads
    ]
    shown = [line for line in lines if line.place.current or line.figures.people]
    if scope.place is not None and scope.place.id in of_units:
        shown.append(UnitLine(scope.place, of_units[scope.place.id], own=bool(scope.heads)))
    if sort:
        shown.sort(key=lambda line: line.figures[sort], reverse=True)
    return Overview(rules.total(of_units, scope.units), tuple(shown), counted.as_of)


def figures(session: Session, actor: Actor, scope: Scope) -> Counted:
    """Return the figures of the units looked at, whatever the status asked for."""
    return kept_figures.counted(
        session,
        (scope.at or scope.part.tops, scope.module, clock.today()),
        lambda own: _figures(own, actor, scope),
    )


def of_scope(scope: Scope) -> ColumnElement[bool]:
    """Enrolments that a page looks at: those in the module asked for; those whose opening has not
    arrived yet have no module and are in none."""
    if scope.module is None:
        return Enrolment.module.is_not(None)
    return Enrolment.module == scope.module


def facts(since: SQLColumnExpression[date]) -> Facts:
    """Return by what a person's standing is judged, as aggregates of `taken`; `since` is theirs."""
    return Facts(
        until=func.coalesce(
            func.max(case((Certificate.status == "valid", Certificate.expires_on))), ""
        ),
        awarded=func.count(Certificate.code),
        begun=func.count(Enrolment.subject),
        open=func.count().filter(Enrolment.status == "open"),
        active=func.coalesce(func.max(Enrolment.active_at), 0),
        since=since,
    )


def of_status(scope: Scope) -> ColumnElement[bool]:
    """Postings of people of the status asked for."""
    if scope.status is None:
        return true()
    rule = rules.STATUSES[scope.status]
    return (
        select(rule(facts(Posting.valid_from), clock.today()))
        .select_from(Enrolment)
        .outerjoin(Certificate, Certificate.id == Enrolment.id)
        .where(Enrolment.subject == Posting.person_id, of_scope(scope))
        .correlate(Posting)
        .scalar_subquery()
    )


def people_with_facts(actor: Actor, scope: Scope) -> Select[*tuple[Any, ...]]:
    """Select the unit, the id and the facts of everybody looked at."""
    return (
        select(
            Posting.unit_id,
            Posting.person_id,
            *(
                column.label(name)
                for name, column in vars(facts(func.min(Posting.valid_from))).items()
            ),
        )
        .outerjoin(Enrolment, and_(Enrolment.subject == Posting.person_id, of_scope(scope)))
        .outerjoin(Certificate, Certificate.id == Enrolment.id)
        .where(overseen_postings(actor, scope.at))
        .group_by(Posting.unit_id, Posting.person_id)
    )


def _figures(session: Session, actor: Actor, scope: Scope) -> dict[str, Figures]:
    """Count by the unit of the posting; units without people are not there."""
    person = people_with_facts(actor, scope).subquery().c
    of_person = Facts(**{name: person[name] for name in Facts.__annotations__})
    today = clock.today()
    counts = [func.count().filter(rule(of_person, today)) for rule in rules.STATUSES.values()]
    rows = session.execute(select(person.unit_id, func.count(), *counts).group_by(person.unit_id))
    return {
        unit: Figures(people, Counter(dict(zip(rules.STATUSES, counted, strict=True))))
        for unit, people, *counted in rows
    }
