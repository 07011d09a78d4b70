"""Who may see and work on which enrolments: the learner whose they are."""

from sqlalchemy import ColumnElement, true

from training.core.actors import Actor, PersonActor
from training.learning.models import Enrolment

OWN = "subject = :actor"
"""`own_enrolments` for a person, as SQL for `core.database.run`."""


def own_enrolments(actor: Actor) -> ColumnElement[bool]:
    """Enrolments that the actor may see and work on."""
    return Enrolment.subject == actor.id if isinstance(actor, PersonActor) else true()
