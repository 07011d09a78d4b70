"""Who may see and change which modules."""

from sqlalchemy import ColumnElement, false, select, true

from training.content.models import ModuleRow, VersionRow
from training.core.actors import Ability, Actor, System
from training.people.policy import unit_and_below


def offered_modules(actor: Actor) -> ColumnElement[bool]:
    """Modules in which the actor may enrol: anyone may, in whatever is published."""
    return ModuleRow.id.in_(select(VersionRow.module_id))


def editable_modules(actor: Actor) -> ColumnElement[bool]:
    """Modules that the actor may change and whose keys they may read: those owned by the unit of
    a trainer's grant or by a unit below it."""
    if isinstance(actor, System):
        return true()
    units = actor.units(Ability.AUTHOR)
    return ModuleRow.owner_id.in_(unit_and_below(units)) if units else false()
