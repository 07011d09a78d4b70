"""Reads of one's own account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import ua_parser
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from training.core import clock
from training.core.actors import PersonActor
from training.people.models import (
    Grant,
    Person,
    Posting,
    ServiceNumber,
    SignInSession,
    Unit,
)
from training.people.policy import in_force, own_person, own_sessions
from training.people.sessions import is_open

_Dated = TypeVar("_Dated", Posting, Grant, ServiceNumber)


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
    confirmed: bool


def account(session: Session, actor: PersonActor) -> Account:
    """Return what the actor's account page tells."""
    person = own(session, actor)
    post = post_of(session, actor)
    held = {grant.unit for grant in actor.grants}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(held)))
    names = {unit: name for unit, name in rows}
    roles = tuple((str(grant.role), names[grant.unit]) for grant in actor.grants)
    return Account(
        person.name,
        person.latin_name,
        person.email,
        post,
        roles,
        tuple(open_sessions(session, actor)),
        person.confirmed_at is not None,
    )


def own(session: Session, actor: PersonActor) -> Person:
    """Return the actor."""
    return session.scalars(select(Person).where(own_person(actor))).one()


def post_of(session: Session, actor: PersonActor) -> str | None:
    """Return the name of the unit at which the actor is posted today, or None."""
    return session.scalar(
        select(Unit.name)
        .join(Posting, Posting.unit_id == Unit.id)
        .where(Posting.person_id == actor.id, in_force(Posting, clock.today()))
    )


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


@dataclass(frozen=True)
class Whole:
    """All that is kept of somebody beside their learning records, the oldest first: with each
    posting, role and number the name of its unit."""

    person: Person
    postings: list[tuple[Posting, str]]
    roles: list[tuple[Grant, str]]
    numbers: list[tuple[ServiceNumber, str]]
    sessions: list[SignInSession]


def whole(session: Session, actor: PersonActor) -> Whole:
    """Return all that is kept of the actor beside their learning records."""

    def dated(model: type[_Dated], unit: InstrumentedAttribute[str]) -> list[tuple[_Dated, str]]:
        statement = select(model, Unit.name).join(Unit, unit == Unit.id)
        mine = statement.where(model.person_id == actor.id)
        return [(row, name) for row, name in session.execute(mine.order_by(model.valid_from))]

    began = SignInSession.began_at
    return Whole(
        own(session, actor),
        dated(Posting, Posting.unit_id),
        dated(Grant, Grant.unit_id),
        dated(ServiceNumber, ServiceNumber.agency_id),
        list(session.scalars(select(SignInSession).where(own_sessions(actor)).order_by(began))),
    )


def kind_names() -> dict[str, str]:
    """Return how it is said what somebody's time at a unit is, and why none follows."""
    return {
        "service": _("Serving"),
        "leave": _("On leave"),
        "secondment": _("On secondment"),
        "retirement": _("Retired"),
        "departure": _("Left the service"),
    }


def named(agent: str | None) -> tuple[str | None, str | None]:
    """Return the names of the browser and the system that a browser says it is, or None."""
    found = ua_parser.parse(agent or "")
    return (
        found.user_agent.family if found.user_agent else None,
        found.os.family if found.os else None,
    )
