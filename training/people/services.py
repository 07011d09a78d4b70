"""What is done with people and places. Who may do it in a page is the caller's route to state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from training.core import audit, clock, ids
from training.core.actors import Actor, PersonActor, Role, System
from training.core.errors import Refused
from training.core.work import Work
from training.people import queries, rules, sessions, throttling
from training.people.models import (
    Credential,
    Grant,
    KeptForm,
    OneTimeLink,
    Person,
    Posting,
    ServiceNumber,
    Unit,
)
from training.people.policy import own_person

LINK_LASTS = timedelta(days=7)
FORM_KEPT = timedelta(days=1)


class TakenEmail(Exception):
    """Another person has this e-mail address."""


def add_unit(
    actor: Actor,
    work: Work,
    *,
    parent: Unit,
    name: str,
    code: str | None = None,
    since: date | None = None,
) -> Unit:
    """Add a unit below `parent`; its kind follows. Raises KeyError below a post."""
    unit = Unit(
        kind=rules.KIND_BELOW[parent.kind],
        parent_id=parent.id,
        name=name,
        code=code,
        valid_from=since or clock.day(work.now()),
    )
    work.session.add(unit)
    work.session.flush()
    audit.note(actor, work, "unit.added", unit=unit.id, about=unit.id, name=name)
    return unit


def add_person(
    actor: Actor,
    work: Work,
    *,
    name: str,
    latin_name: str | None = None,
    email: str | None = None,
    language: str = "en",
    unit: Unit | None = None,
    since: date | None = None,
) -> Person:
    """Add a person, posted at `unit` if given. Raises TakenEmail."""
    address = rules.fold_email(email) if email else None
    if address and queries.person_by_email(work.session, address):
        raise TakenEmail(address)
    today = clock.day(work.now())
    person = Person(
        name=name,
        latin_name=latin_name,
        email=address,
        language=language,
        added_at=clock.moment(work.now()),
    )
    work.session.add(person)
    work.session.flush()
    if unit is not None:
        work.session.add(Posting(person_id=person.id, unit_id=unit.id, valid_from=since or today))
    where = unit.id if unit is not None else None
    audit.note(actor, work, "person.added", unit=where, about=person.id)
    return person


def give_number(
    actor: Actor, work: Work, *, person: Person, agency: Unit, number: str
) -> ServiceNumber:
    """Give a person the number by which an agency knows them."""
    given = ServiceNumber(
        agency_id=agency.id,
        number=number,
        folded=rules.fold_number(number),
        person_id=person.id,
        valid_from=clock.day(work.now()),
    )
    work.session.add(given)
    work.session.flush()
    audit.note(actor, work, "number.given", unit=agency.id, about=person.id)
    return given


def grant(actor: Actor, work: Work, *, person: Person, role: Role, unit: Unit) -> Grant:
    """Grant a role on a unit and all below it, from today."""
    given = Grant(person_id=person.id, role=role, unit_id=unit.id, valid_from=clock.day(work.now()))
    work.session.add(given)
    work.session.flush()
    audit.note(actor, work, "role.granted", unit=unit.id, about=person.id, role=role.value)
    return given


def make_link(
    actor: System,
    work: Work,
    *,
    person: Person | None,
    lasts: timedelta = LINK_LASTS,
    beside: bool = False,
) -> str:
    """Make a one-time link and return its token; earlier unused ones for the same end are void,
    unless it is to stand `beside` them until one of them is used: what a stranger can ask for must
    not void what somebody was handed.

    Without a person, whoever follows it becomes the first administrator.
    """
    token = ids.token()
    now = clock.moment(work.now())
    if not beside:
        _void_links(work, person.id if person else None)
    work.session.add(
        OneTimeLink(
            id=sessions.token_id(token),
            person_id=person.id if person else None,
            made_at=now,
            expires_at=now + lasts,
        )
    )
    if person is not None:
        _note_of(actor, work, "link.made", person.id)
    return token


def use_link(
    actor: System, work: Work, *, token: str, secret: str, name: str = "", email: str = ""
) -> str:
    """Set the password hash `secret` for the link's person and return a new session's token.

    The first administrator is made with `name` and `email`. Raises Refused for a used link.
    """
    now = clock.moment(work.now())
    link = work.session.get(OneTimeLink, sessions.token_id(token), with_for_update=True)
    if link is None or link.used_at or link.expires_at < now:
        raise Refused(_("This link has been used or has run out. Ask for a new one."))
    person = link.person_id
    if person is None:
        person = _first_administrator(actor, work, name, email)
    link.used_at = now
    work.session.flush()
    _void_links(work, link.person_id)
    _set_secret(work, person, secret)
    _note_of(actor, work, "password.set", person)
    sessions.end_other_sessions(work, person)
    return sessions.open_session(work, person)


def _void_links(work: Work, person: str | None) -> None:
    """`None` stands for whoever becomes the first administrator."""
    unused = OneTimeLink.used_at.is_(None)
    work.session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person, unused))


def _first_administrator(actor: System, work: Work, name: str, email: str) -> str:
    if queries.has_administrator(work.session):
        raise Refused(_("There is an administrator already. Ask them for a link."))
    person = add_person(actor, work, name=name, email=email)
    root = queries.root(work.session)
    grant(actor, work, person=person, role=Role.ADMINISTRATOR, unit=root)
    return person.id


@dataclass(frozen=True)
class SignIn:
    """What came of trying to sign in: a session's token, or none; and how long to wait before the
    next try."""

    token: str | None
    wait: timedelta


def sign_in(
    actor: System, work: Work, *, attempt: throttling.Attempt, known: queries.Known | None
) -> SignIn:
    """Open a session for somebody whose password fitted; count a failure where `known` is None.

    Whoever must wait is not let in: of many tries at the same moment no more than the first few
    are worth something. Raises Refused where the password was changed since it was compared.
    """
    wait = throttling.wait(work.session, attempt, work.now())
    if wait or known is None:
        return SignIn(None, throttling.count_failure(work, attempt))
    if queries.secret(work.session, known.person) != known.secret:
        raise Refused(_("Your password was changed just now. Sign in with the new one."))
    throttling.note_success(work, attempt)
    return SignIn(sessions.open_session(work, known.person), timedelta(0))


def change_password(actor: PersonActor, work: Work, *, secret: str) -> None:
    """Set one's own password hash; one's sessions elsewhere end."""
    _set_secret(work, actor.id, secret)
    sessions.end_other_sessions(work, actor.id, keep=actor.session)
    _note_of(actor, work, "password.set", actor.id)


def set_password(actor: System, work: Work, *, person: Person, secret: str) -> None:
    """Set somebody's password hash; all their sessions end."""
    _set_secret(work, person.id, secret)
    sessions.end_other_sessions(work, person.id)
    _note_of(actor, work, "password.set", person.id)


def accept_notice(actor: PersonActor, work: Work) -> None:
    """Note that the person has read the privacy notice."""
    person = work.session.scalars(select(Person).where(own_person(actor))).one()
    person.notice_accepted_at = person.notice_accepted_at or clock.moment(work.now())


def choose_language(actor: PersonActor, work: Work, *, language: str) -> None:
    """Set the language in which the person reads the pages."""
    person = work.session.scalars(select(Person).where(own_person(actor))).one()
    person.language = language


def keep_form(
    actor: System, work: Work, *, person: str, path: str, fields: Iterable[tuple[str, str]]
) -> str:
    """Keep what somebody sent after their session had ended; returns a token for the browser."""
    token = ids.token()
    now = clock.moment(work.now())
    work.session.execute(delete(KeptForm).where(KeptForm.kept_at < now - FORM_KEPT))
    work.session.add(
        KeptForm(
            id=sessions.token_id(token),
            person_id=person,
            path=path,
            fields=json.dumps(list(fields)),
            kept_at=now,
        )
    )
    return token


def _note_of(actor: Actor, work: Work, action: str, person: str) -> None:
    """Write down what is done about a person, where they are posted."""
    where = queries.posted_at(work.session, person, clock.day(work.now()))
    audit.note(actor, work, action, unit=where, about=person)


def _set_secret(work: Work, person: str, secret: str) -> None:
    now = clock.moment(work.now())
    credential = work.session.scalars(
        select(Credential).where(Credential.person_id == person, Credential.kind == "password")
    ).first()
    if credential is None:
        credential = Credential(person_id=person, kind="password", secret=secret, made_at=now)
        work.session.add(credential)
    credential.secret, credential.made_at = secret, now
