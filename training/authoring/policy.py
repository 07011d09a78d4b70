"""Who may see and publish which drafts."""

from sqlalchemy import ColumnElement, false, or_, select, true

from training.authoring.models import Draft
from training.content.models import ModuleRow
from training.content.policy import editable_modules
from training.core.actors import Actor, Role, System


def visible_drafts(actor: Actor) -> ColumnElement[bool]:
    """Drafts that the actor may see, publish and discard: those of modules that they may change,
    and while there is no such module yet their own."""
    if isinstance(actor, System):
        return true()
    if not actor.holds(Role.TRAINER):
        return false()
    changeable = select(ModuleRow.id).where(editable_modules(actor))
    own = (Draft.owner_id == actor.id) & Draft.module_id.not_in(select(ModuleRow.id))
    return or_(Draft.module_id.in_(changeable), own)
