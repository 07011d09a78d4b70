"""To erase somebody's identity, at their request. What they did stays, under their pseudonym."""

from flask_babel import gettext as _
from sqlalchemy import delete, update

from training.core import audit, clock, erasing
from training.core.actors import Actor, PersonActor
from training.core.errors import Refused
from training.core.work import Work
from training.people import queries, rules
from training.people.models import (
    Credential,
    Grant,
    KeptForm,
    OneTimeLink,
    Person,
    Posting,
    ServiceNumber,
    SignInSession,
    Transfer,
)
from training.people.policy import not_ended

_OF_PERSON = (ServiceNumber, Credential, OneTimeLink, SignInSession, KeptForm)
"""Tables whose rows say who somebody is, or let them in."""


def erase(actor: Actor, work: Work, *, person: Person) -> None:
    """Take away all by which somebody is known: names, address, service numbers, how they sign in,
    and what other features keep of their identity. Roles and postings end today; their learning
    records and certificates stay, without a name. Nothing brings it back but a backup.

    Raises Refused for whoever is erased already, and for the actor.
    """
    if person.erased_at is not None:
        raise Refused(_("This person is erased already."))
    if isinstance(actor, PersonActor) and actor.id == person.id:
        raise Refused(_("You can’t erase yourself. Ask another administrator."))
    erasing.erase(actor, work, person.id)
    where = queries.posted_at(work.session, person.id, clock.day(work.now()))
    audit.note(actor, work, "person.erased", unit=where, about=person.id)
    person.name, person.latin_name, person.email = "", None, None
    person.folded = rules.fold_names("")
    person.language, person.time_zone = "en", "UTC"
    person.erased_at = clock.moment(work.now())
    for table in _OF_PERSON:
        work.session.execute(delete(table).where(table.person_id == person.id))
    _end(work, person.id)


def _end(work: Work, person: str) -> None:
    """What begins today or later has never been: a posting ends after the day on which it began."""
    now = work.now()
    today = clock.day(now)
    for dated in (Posting, Grant):
        mine = dated.person_id == person
        work.session.execute(delete(dated).where(mine, dated.valid_from >= today))
        work.session.execute(
            update(dated).where(mine, not_ended(dated, today)).values(valid_to=today)
        )
    work.session.execute(
        update(Transfer)
        .where(Transfer.person_id == person, Transfer.answer.is_(None))
        .values(answer="withdrawn", answered_at=clock.moment(now))
    )
