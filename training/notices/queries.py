"""Reads about mail."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from training.core.actors import PersonActor
from training.core.audit import AuditEntry
from training.notices.services import TESTED
from training.people.models import Person
from training.people.policy import own_person


def own_address(session: Session, actor: PersonActor) -> str | None:
    """Return the actor's own e-mail address."""
    return session.scalar(select(Person.email).where(own_person(actor)))


def is_tested(session: Session, host: str) -> bool:
    """Tell whether a mail server has ever taken a message of Waypost's."""
    entry = exists().where(AuditEntry.about == host, AuditEntry.action == TESTED)
    return bool(session.scalar(select(entry)))
