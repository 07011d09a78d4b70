"""What is done with people and places. Who may do it in a page is the caller's route to state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert, literal, select

from training.core import audit, clock, ids
from training.core.actors import Actor, PersonActor, Role, System
from training.core.audit import AuditEntry
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
from training.people.policy import in_force, own_person

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


def make_link(actor: System, work: Work, *, person: Person | None) -> str:
    """Make a one-time link and return its token; earlier unused ones for the same end are void.

    Without a person, whoever follows it becomes the first administrator.
    """
    token = ids.token()
    now = clock.moment(work.now())
    owner = OneTimeLink.person_id == person.id if person else OneTimeLink.person_id.is_(None)
    work.session.execute(delete(OneTimeLink).where(owner, OneTimeLink.used_at.is_(None)))
    work.session.add(
        OneTimeLink(
            id=sessions.token_id(token),
            person_id=person.id if person else None,
            made_at=now,
            expires_at=now + LINK_LASTS,
        )
    )
    if person is not None:
        _note_of(actor, work, "link.made", person.id)
    return token


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
    link.used_at = now
    _set_secret(work, person, secret)
    _note_of(actor, work, "password.set", person)
    sessions.end_other_sessions(work, person)
    _note_of(actor, work, "signed.in", person)
    return sessions.open_session(work, person, agent)


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
    _note_of(actor, work, "signed.in", known.person)
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
    _note_of(actor, work, "password.set", actor.id)


def set_password(actor: System, work: Work, *, person: Person, secret: str) -> None:
    """Set somebody's password hash; all their sessions end."""
    _set_secret(work, person.id, secret)
    sessions.end_other_sessions(work, person.id)
    _note_of(actor, work, "password.set", person.id)


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
