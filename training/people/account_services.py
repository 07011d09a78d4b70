"""What people do with their own account."""

from sqlalchemy import select

from training.core import audit, clock
from training.core.actors import PersonActor
from training.core.errors import NotFound
from training.core.work import Work
from training.people import queries, sessions
from training.people.models import SignInSession
from training.people.policy import own_sessions


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


def _note(actor: PersonActor, work: Work, action: str, **details: str) -> None:
    where = queries.posted_at(work.session, actor.id, clock.day(work.now()))
    audit.note(actor, work, action, unit=where, about=actor.id, **details)
