"""What is done with letters."""

from datetime import timedelta

from training.core import audit, clock
from training.core.actors import Actor, System
from training.core.work import Work
from training.people import queries as people
from training.people import services, throttling
from training.people.models import Person

LINK_LASTS = timedelta(hours=2)
"""Shorter than a slip's week: it is followed where it was asked for, and mailboxes are shared."""
TESTED = "mail.tested"


def ask(actor: System, work: Work, *, attempt: throttling.Attempt) -> timedelta:
    """Count that somebody asks for a link, unless they must wait; returns how long, else none."""
    wait = throttling.wait(work.session, attempt, work.now())
    if not wait:
        throttling.count_failure(work, attempt, "a link was asked for")
    return wait


def make_link(actor: System, work: Work, *, email: str) -> tuple[Person, str] | None:
    """Make a link for whoever has an address; returns them and its token, None where nobody has."""
    person = people.person_by_email(work.session, email)
    if person is None:
        return None
    return person, services.make_link(actor, work, person=person, lasts=LINK_LASTS, beside=True)


def note_letter(actor: Actor, work: Work, *, person: str, letter: str, sent: bool) -> None:
    """Write down that a letter was handed over to the mail server, or was not taken."""
    where = people.posted_at(work.session, person, clock.day(work.now()))
    action = "mail.sent" if sent else "mail.failed"
    audit.note(actor, work, action, unit=where, about=person, letter=letter)


def note_test(actor: Actor, work: Work, *, host: str) -> None:
    """Write down that a mail server has taken a message of Waypost's."""
    audit.note(actor, work, TESTED, about=host)
