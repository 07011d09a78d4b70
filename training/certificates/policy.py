"""Who may see which certificates: their holder; and whoever has the code."""

from sqlalchemy import ColumnElement, true

from training.certificates.models import Certificate
from training.core.actors import Actor, PersonActor


def own_certificates(actor: Actor) -> ColumnElement[bool]:
    """Certificates that the actor holds, and may print."""
    return Certificate.subject == actor.id if isinstance(actor, PersonActor) else true()


def certificate_with(code: str) -> ColumnElement[bool]:
    """The one that bears a code: anyone who has it may check it."""
    return Certificate.code == code
