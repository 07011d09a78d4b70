"""Reads of one's own account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import ua_parser
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.core import clock
from training.core.actors import PersonActor
from training.people.models import Person, Posting, SignInSession, Unit
from training.people.policy import in_force, own_person, own_sessions
from training.people.sessions import is_open


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in; browser and system by their names, None where they
    are not known; `this` is the one that asks."""

    id: str
    browser: str | None
    system: str | None
    began_at: datetime
    seen_at: datetime
    this: bool


@dataclass(frozen=True)
class Account:
    """What somebody's account page tells of them."""

    name: str
    latin_name: str | None
    email: str | None
    post: str | None
    roles: tuple[tuple[str, str], ...]
    sessions: tuple[OpenSession, ...]


def account(session: Session, actor: PersonActor) -> Account:
    """Return what the actor's account page tells."""
    person = session.scalars(select(Person).where(own_person(actor))).one()
    post = session.scalar(
        select(Unit.name)
        .join(Posting, Posting.unit_id == Unit.id)
        .where(Posting.person_id == actor.id, in_force(Posting, clock.today()))
    )
    held = {grant.unit for grant in actor.grants}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(held)))
    names = {unit: name for unit, name in rows}
    roles = tuple((str(grant.role), names[grant.unit]) for grant in actor.grants)
    sessions = tuple(open_sessions(session, actor))
    return Account(person.name, person.latin_name, person.email, post, roles, sessions)


def open_sessions(session: Session, actor: PersonActor) -> Iterator[OpenSession]:
    """Yield the actor's sessions that are not over, the latest used first."""
    rows = session.scalars(
        select(SignInSession)
        .where(own_sessions(actor), is_open(clock.now()))
        .order_by(SignInSession.seen_at.desc(), SignInSession.id)
    )
    for row in rows:
        browser, system = named(row.agent)
        this = row.id == actor.session
        yield OpenSession(row.id, browser, system, row.began_at, row.seen_at, this)


def named(agent: str | None) -> tuple[str | None, str | None]:
    """Return the names of the browser and the system that a browser says it is, or None."""
    found = ua_parser.parse(agent or "")
    return (
        found.user_agent.family if found.user_agent else None,
        found.os.family if found.os else None,
    )
