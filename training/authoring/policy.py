"""Who may see and publish which drafts, and see how which modules go."""

from sqlalchemy import ColumnElement, Select, false, or_, select

from training.authoring.models import Draft
from training.content.models import ModuleRow
from training.content.policy import editable_modules
from training.core.actors import Ability, Actor, PersonActor
from training.learning.models import Enrolment


def visible_drafts(actor: PersonActor) -> ColumnElement[bool]:
    """Drafts that the actor may see, publish and discard: those of modules that they may change,
    and while there is no such module yet their own."""
    if not actor.may(Ability.AUTHOR):
        return false()
    own = (Draft.owner_id == actor.id) & Draft.module_id.not_in(select(ModuleRow.id))
    return or_(Draft.module_id.in_(_changeable(actor)), own)


def counted_enrolments(actor: Actor) -> ColumnElement[bool]:
    """Enrolments that the actor may count, without learning whose they are: those in modules that
    they may change."""
    return Enrolment.module.in_(_changeable(actor))


def _changeable(actor: Actor) -> Select[str]:
    return select(ModuleRow.id).where(editable_modules(actor))
