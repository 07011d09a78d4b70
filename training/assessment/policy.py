"""Who may see and answer which attempts: only the learner whose they are."""

from sqlalchemy import ColumnElement, true

from training.assessment.models import Attempt
from training.core.actors import Actor, PersonActor


def own_attempts(actor: Actor) -> ColumnElement[bool]:
    """Attempts that the actor may see and work on."""
    return Attempt.subject == actor.id if isinstance(actor, PersonActor) else true()
