"""Reads for choosing a unit, and what a unit is called."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from training.core import clock
from training.core.actors import Ability, Actor
from training.core.errors import NotFound
from training.people import rules
from training.people.models import Unit
from training.people.policy import administered_units, in_force, overseen_units, unit_and_below

PLACES = 30
"""How many units are shown to choose from."""
Places = tuple[tuple[tuple[str, str], ...], bool]
"""Units to choose from, by id and name, and whether there are more than these."""


def places(
    session: Session, actor: Actor, ability: Ability, text: str, within: str | None = None
) -> Places:
    """Return units below the region, in force today, on which the actor has an ability and whose
    name, or that of the unit above, holds each word of a text; of those below `within` if given."""
    mine = overseen_units(actor, ability)
    if within is not None:
        mine = and_(mine, Unit.id.in_(unit_and_below((within,))))
    return _places(session, mine, text)


def partners(session: Session, actor: Actor, unit: Unit, text: str) -> Places:
    """Return the other units of a unit's kind that the actor administers, as `places` does."""
    alike = and_(Unit.kind == unit.kind, Unit.id != unit.id, administered_units(actor))
    return _places(session, alike, text)


def places_elsewhere(session: Session, text: str) -> Places:
    """Return States and agencies by name, as `places` does: to one of them somebody is released."""
    return _places(session, Unit.kind.in_(("state", "agency")), text)


def place_name(session: Session, unit: str) -> str:
    """Return a unit's name with that of the unit above. Raises NotFound."""
    above = aliased(Unit)
    row = session.execute(
        select(Unit.name, above.name)
        .outerjoin(above, and_(above.id == Unit.parent_id, above.parent_id.is_not(None)))
        .where(Unit.id == unit)
    ).first()
    if row is None:
        raise NotFound
    return place_text(*row)


def _places(session: Session, mine: ColumnElement[bool], text: str) -> Places:
    above = aliased(Unit)
    rows = session.execute(
        select(Unit.id, Unit.name, above.name)
        .outerjoin(above, and_(above.id == Unit.parent_id, above.parent_id.is_not(None)))
        .where(mine, Unit.parent_id.is_not(None), in_force(Unit, clock.today()))
        .order_by(func.coalesce(above.name, Unit.name), Unit.name, Unit.id)
    ).all()
    words = rules.fold_names(text).split()
    found = [
        (row[0], place_text(row[1], row[2]))
        for row in rows
        if not words or all(word in rules.fold_names(row[1], row[2]) for word in words)
    ]
    return tuple(found[:PLACES]), len(found) > PLACES


def place_text(name: str, above: str | None) -> str:
    """Return how a unit is called, with the name of the unit above."""
    return f"{above}: {name}" if above else name
