"""What people do with their own account."""

from flask_babel import gettext as _
from sqlalchemy import select

from training.core import audit, clock
from training.core.actors import PersonActor
from training.core.errors import NotFound, Refused
from training.core.work import Work
from training.people import queries, rules, sessions
from training.people.models import Person, SignInSession
from training.people.policy import own_person, own_sessions


def sign_out(actor: PersonActor, work: Work) -> None:
    """End the session of this browser."""
    sessions.end_session(work, actor.session)
    _note(actor, work, "signed.out")


def end_session(actor: PersonActor, work: Work, *, session: str) -> None:
    """End one of the actor's sessions, if it has not ended. Raises NotFound for somebody else's."""
    mine = select(SignInSession.id).where(SignInSession.id == session, own_sessions(actor))
    if work.session.scalar(mine) is None:
        raise NotFound
    sessions.end_session(work, session)
    _note(actor, work, "session.ended")


def end_other_sessions(actor: PersonActor, work: Work) -> None:
    """End all of the actor's sessions but that of this browser."""
    sessions.end_other_sessions(work, actor.id, keep=actor.session)
    _note(actor, work, "session.ended", which="others")


def accept_notice(actor: PersonActor, work: Work) -> bool:
    """Note that the person has read the privacy notice; tells whether they have yet to check what
    is known of them."""
    person = work.session.scalars(select(Person).where(own_person(actor))).one()
    person.notice_accepted_at = person.notice_accepted_at or clock.moment(work.now())
    return person.confirmed_at is None


def confirm(
    actor: PersonActor, work: Work, *, language: str, name: str, latin_name: str | None
) -> None:
    """Set the names and the language of somebody who checks them for the first time. Raises Refused
    afterwards: from then on others answer for a name."""
    person = work.session.scalars(select(Person).where(own_person(actor)).with_for_update()).one()
    if person.confirmed_at is not None:
        raise Refused(
            _(
                "You have checked your name before. If it is wrong, tell your coordinator or an "
                "administrator."
            )
        )
    names = {"name": (person.name, name), "latin_name": (person.latin_name, latin_name)}
    changed = [what for what, (before, after) in names.items() if before != after]
    person.name, person.latin_name, person.language = name, latin_name, language
    person.folded = rules.fold_names(name, latin_name)
    person.confirmed_at = clock.moment(work.now())
    _note(actor, work, "person.confirmed", what=changed or None)


def _note(actor: PersonActor, work: Work, action: str, **details: object) -> None:
    where = queries.posted_at(work.session, actor.id, clock.day(work.now()))
    audit.note(actor, work, action, unit=where, about=actor.id, **details)
