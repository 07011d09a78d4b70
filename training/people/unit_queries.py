"""Reads for the pages on which the tree of units is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CTE, ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session, aliased

from training.core import clock
from training.core.actors import Ability, Actor, PersonActor
from training.core.errors import NotFound
from training.people.models import Posting, Unit
from training.people.policy import administered_units, in_force, not_ended
from training.people.rules import KIND_BELOW


@dataclass(frozen=True)
class UnitLine:
    """A unit in a list. `current` tells whether it is in force today; `people` and `units` are how
    many are posted at it itself today, and how many units in force stand directly below it."""

    id: str
    kind: str
    name: str
    code: str | None
    parent: str | None
    valid_from: date
    valid_to: date | None
    current: bool
    people: int
    units: int

    @property
    def kind_below(self) -> str | None:
        """The kind of the units below it; None below a post."""
        return KIND_BELOW.get(self.kind)


@dataclass(frozen=True)
class UnitPage:
    """What the page of a unit shows: the way down to it from the top of one's part, the units
    directly below it by name, and where else it could be placed (id and name; none where its
    present place is not the actor's to change); `merged_into` is the name of the unit of which it
    is a part now."""

    unit: UnitLine
    way: tuple[tuple[str, str], ...]
    below: tuple[UnitLine, ...]
    places: tuple[tuple[str, str], ...]
    merged_into: str | None


def kind_names() -> dict[str, str]:
    """Return how a kind of units is called, and one of them."""
    return {
        "region": _("Region"),
        "state": _("State or territory"),
        "agency": _("Agency"),
        "post": _("Post"),
    }


def editable(session: Session, actor: Actor, unit: str) -> Unit:
    """Return a unit that the actor administers. Raises NotFound."""
    found = session.scalars(select(Unit).where(Unit.id == unit, administered_units(actor))).first()
    if found is None:
        raise NotFound
    return found


def tops(session: Session, actor: PersonActor) -> list[UnitLine]:
    """Return the units from which the actor's part of the tree reaches down, by name."""
    above = aliased(Unit)
    placed = select(above.id).where(above.id == Unit.parent_id, _administered(actor, above.id))
    granted = Unit.id.in_(actor.units(Ability.KEEP_UNITS))
    return _lines(session, _statement().where(granted, ~placed.exists()))


def unit_page(session: Session, actor: PersonActor, unit: str) -> UnitPage:
    """Return what the page of a unit shows. Raises NotFound for one that is not the actor's."""
    found = _lines(session, _statement().where(Unit.id == unit, administered_units(actor)))
    if not found:
        raise NotFound
    below = _lines(session, _statement().where(Unit.parent_id == unit))
    way, places = _way(session, actor, unit), _places(session, actor, found[0])
    into = aliased(Unit)
    merged = select(into.name).join(Unit, Unit.merged_into == into.id).where(Unit.id == unit)
    return UnitPage(found[0], way, tuple(below), places, session.scalar(merged))


def way_up(session: Session, unit: str) -> list[Unit]:
    """Return a unit and all above it, up to the region."""
    reach = _up(unit)
    return list(
        session.scalars(select(Unit).join(reach, reach.c.id == Unit.id).order_by(reach.c.far))
    )


def open_below(session: Session, unit: str, on: date) -> int:
    """Return how many units directly below one are in force on a date or begin later."""
    found = select(func.count()).where(Unit.parent_id == unit, not_ended(Unit, on))
    return session.scalar(found) or 0


def posted(session: Session, unit: str, on: date) -> int:
    """Return how many people are posted at a unit on a date or later."""
    found = select(func.count()).where(Posting.unit_id == unit, not_ended(Posting, on))
    return session.scalar(found) or 0


def known_below(session: Session, unit: str) -> set[str]:
    """Return the names and codes of all units ever directly below one."""
    rows = session.execute(select(Unit.name, Unit.code).where(Unit.parent_id == unit))
    return {text for row in rows for text in row if text}


def is_taken(session: Session, parent: str | None, name: str, but: str | None = None) -> bool:
    """Tell whether a unit that has not ended bears a name below `parent`, other than `but`."""
    same = select(Unit.id).where(
        Unit.parent_id == parent, Unit.name == name, Unit.valid_to.is_(None), Unit.id != (but or "")
    )
    return session.scalar(same) is not None


def _administered(actor: PersonActor, id: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = id.in_(select(Unit.id).where(administered_units(actor)))
    return found


def _statement() -> Select[*tuple[Any, ...]]:
    child, today = aliased(Unit), clock.today()
    people = select(func.count()).where(Posting.unit_id == Unit.id, in_force(Posting, today))
    units = select(func.count(child.id)).where(child.parent_id == Unit.id, in_force(child, today))
    return select(
        Unit.id,
        Unit.kind,
        Unit.name,
        Unit.code,
        Unit.parent_id,
        Unit.valid_from,
        Unit.valid_to,
        in_force(Unit, today),
        people.correlate(Unit).scalar_subquery(),
        units.correlate(Unit).scalar_subquery(),
    ).order_by(Unit.name, Unit.id)


def _lines(session: Session, statement: Select[*tuple[Any, ...]]) -> list[UnitLine]:
    return [UnitLine(*row) for row in session.execute(statement)]


def _way(session: Session, actor: PersonActor, unit: str) -> tuple[tuple[str, str], ...]:
    """Return the units above one within the actor's part, the outermost first."""
    reach = _up(unit)
    rows = session.execute(
        select(Unit.id, Unit.name)
        .join(reach, reach.c.id == Unit.id)
        .where(Unit.id != unit, administered_units(actor))
        .order_by(reach.c.far.desc())
    )
    return tuple((id, name) for id, name in rows)


def _up(unit: str) -> CTE:
    """Select the ids of a unit and of those above it, with how far up they are."""
    start = select(Unit.id, Unit.parent_id, literal(0).label("far")).where(Unit.id == unit)
    reach = start.cte(recursive=True)
    above = select(Unit.id, Unit.parent_id, reach.c.far + 1).where(Unit.id == reach.c.parent_id)
    return reach.union(above)


def _places(session: Session, actor: PersonActor, unit: UnitLine) -> tuple[tuple[str, str], ...]:
    kind = next((above for above, below in KIND_BELOW.items() if below == unit.kind), None)
    if kind is None or kind == "region":
        return ()
    above = aliased(Unit)
    mine = _administered(actor, literal(unit.parent))
    rows = session.execute(
        select(Unit.id, above.name, Unit.name)
        .join(above, above.id == Unit.parent_id)
        .where(
            Unit.kind == kind,
            Unit.id != unit.parent,
            in_force(Unit, clock.today()),
            administered_units(actor),
            mine,
        )
        .order_by(above.name, Unit.name)
    )
    return tuple((id, f"{outer}: {name}") for id, outer, name in rows)
