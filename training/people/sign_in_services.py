"""Getting in: links and slips, signing in, passwords, and what is kept through a sign-in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert, literal, select

from training.core import clock, ids
from training.core.actors import Actor, PersonActor, Role, System
from training.core.audit import AuditEntry
from training.core.errors import Refused
from training.core.work import Work
from training.people import queries, services, sessions, throttling
from training.people.models import (
    Credential,
    KeptForm,
    OneTimeLink,
    Person,
    Posting,
)
from training.people.policy import in_force

LINK_LASTS = timedelta(days=7)
FORM_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class SignIn:
    """What came of trying to sign in: a session's token, or none; and how long to wait before the
    next try."""

    token: str | None
    wait: timedelta


def make_link(
    actor: Actor,
    work: Work,
    *,
    person: Person | None,
    code: str | None = None,
    lasts: timedelta = LINK_LASTS,
    beside: bool = False,
) -> str:
    """Make a one-time link and return its token; earlier unused ones for the same end are void,
    unless it is to stand `beside` them until one of them is used: what a stranger can ask for must
    not void what somebody was handed. With a code, which is kept as a keyed hash, it can be used by
    that too.

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
            code=slip_hash(person.id, code) if person and code else None,
        )
    )
    if person is not None:
        services.note_of(actor, work, "link.made", person.id)
    return token


def slip_hash(person: str, code: str) -> str:
    """Return what is kept of the code on somebody's slip."""
    return throttling.keyed_hash("slip", person, ids.clean_code(code))


def use_link(
    actor: System,
    work: Work,
    *,
    token: str,
    secret: str,
    agent: str | None = None,
    name: str = "",
    email: str = "",
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
    return _use(actor, work, link, person, secret, agent)


def use_slip(
    actor: System,
    work: Work,
    *,
    attempt: throttling.Attempt,
    person: str | None,
    code: str,
    secret: str,
    agent: str | None,
) -> SignIn:
    """Set the password hash `secret` for whoever has a slip with this code, and open a session;
    count a failure where `person` is None or the code is not theirs. What must wait is not tried.
    """
    wait = throttling.wait(work.session, attempt, work.now())
    now = clock.moment(work.now())
    link = work.session.scalars(
        select(OneTimeLink)
        .where(
            OneTimeLink.person_id == (person or ""),
            OneTimeLink.code == slip_hash(person or "", code),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .with_for_update()
    ).first()
    if wait or link is None or person is None:
        _note_refusal(actor, work, person)
        return SignIn(None, throttling.count_failure(work, attempt))
    throttling.note_success(work, attempt)
    return SignIn(_use(actor, work, link, person, secret, agent), timedelta(0))


def _use(
    actor: Actor, work: Work, link: OneTimeLink, person: str, secret: str, agent: str | None
) -> str:
    whose = link.person_id
    link.used_at = clock.moment(work.now())
    work.session.flush()
    _void_links(work, whose)
    _set_secret(work, person, secret)
    services.note_of(actor, work, "password.set", person)
    sessions.end_other_sessions(work, person)
    services.note_of(actor, work, "signed.in", person)
    return sessions.open_session(work, person, agent)


def _void_links(work: Work, person: str | None) -> None:
    """`None` stands for whoever becomes the first administrator."""
    unused = OneTimeLink.used_at.is_(None)
    work.session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person, unused))


def _first_administrator(actor: System, work: Work, name: str, email: str) -> str:
    if queries.has_administrator(work.session):
        raise Refused(_("There is an administrator already. Ask them for a link."))
    person = services.add_person(actor, work, name=name, email=email)
    root = queries.root(work.session)
    services.grant(actor, work, person=person, role=Role.ADMINISTRATOR, unit=root)
    return person.id


def sign_in(
    actor: System,
    work: Work,
    *,
    attempt: throttling.Attempt,
    known: queries.Known | None,
    fits: bool,
    agent: str | None = None,
) -> SignIn:
    """Open a session for somebody who is known and whose password fitted; else count a failure.

    Whoever must wait is not let in: of many tries at the same moment no more than the first few
    are worth something. Raises Refused where the password was changed since it was compared.
    """
    wait = throttling.wait(work.session, attempt, work.now())
    if wait or known is None or not fits:
        _note_refusal(actor, work, known.person if known else None)
        return SignIn(None, throttling.count_failure(work, attempt))
    if queries.secret(work.session, known.person) != known.secret:
        raise Refused(_("Your password was changed just now. Sign in with the new one."))
    throttling.note_success(work, attempt)
    services.note_of(actor, work, "signed.in", known.person)
    return SignIn(sessions.open_session(work, known.person, agent), timedelta(0))


def _note_refusal(actor: System, work: Work, person: str | None) -> None:
    """Write down whose account was tried, by one statement that is the same where nobody has it and
    then writes nothing: neither the answer's time nor a flood of made-up accounts tells of it."""
    posting = (
        select(Posting.unit_id)
        .where(Posting.person_id == Person.id, in_force(Posting, clock.day(work.now())))
        .limit(1)
    )
    entry = {
        AuditEntry.id: literal(ids.uuid7()),
        AuditEntry.at: literal(clock.moment(work.now()), AuditEntry.at.type),
        AuditEntry.actor: literal(actor.label),
        AuditEntry.action: literal("sign-in.refused"),
        AuditEntry.unit: posting.scalar_subquery(),
        AuditEntry.about: Person.id,
        AuditEntry.details: literal("{}"),
    }
    found = select(*entry.values()).where(Person.id == (person or ""))
    work.session.execute(insert(AuditEntry).from_select(list(entry), found))


def change_password(actor: PersonActor, work: Work, *, secret: str) -> None:
    """Set one's own password hash; one's sessions elsewhere end."""
    _set_secret(work, actor.id, secret)
    sessions.end_other_sessions(work, actor.id, keep=actor.session)
    services.note_of(actor, work, "password.set", actor.id)


def set_password(actor: System, work: Work, *, person: Person, secret: str) -> None:
    """Set somebody's password hash; all their sessions end."""
    _set_secret(work, person.id, secret)
    sessions.end_other_sessions(work, person.id)
    services.note_of(actor, work, "password.set", person.id)


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


def _set_secret(work: Work, person: str, secret: str) -> None:
    now = clock.moment(work.now())
    credential = work.session.scalars(
        select(Credential).where(Credential.person_id == person, Credential.kind == "password")
    ).first()
    if credential is None:
        credential = Credential(person_id=person, kind="password", secret=secret, made_at=now)
        work.session.add(credential)
    credential.secret, credential.made_at = secret, now
