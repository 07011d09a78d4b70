"""What is done with people and places. Who may do it in a page is the caller's route to state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert, literal, select
from sqlalchemy.exc import IntegrityError

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
from training.people.policy import in_force, not_ended, own_person

LINK_LASTS = timedelta(days=7)
FORM_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class SignIn:
    """What came of trying to sign in: a session's token, or none; and how long to wait before the
    next try."""

    token: str | None
    wait: timedelta


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
    check_email(work, email)
    address = rules.fold_email(email) if email else None
    today = clock.day(work.now())
    person = Person(
        name=name,
        latin_name=latin_name,
        email=address,
        language=language,
        added_at=clock.moment(work.now()),
    )
    work.session.add(person)
    flush_email(work, address)
    if unit is not None:
        work.session.add(Posting(person_id=person.id, unit_id=unit.id, valid_from=since or today))
    where = unit.id if unit is not None else None
    audit.note(actor, work, "person.added", unit=where, about=person.id)
    return person


def give_number(
    actor: Actor,
    work: Work,
    *,
    person: Person,
    agency: Unit,
    number: str,
    since: date | None = None,
) -> ServiceNumber:
    """Give a person the number by which an agency knows them from a day on (today). One that they
    had there ends, and so does the same number of somebody who serves there no longer. Raises
    Refused where somebody who does has it."""
    since = since or clock.day(work.now())
    folded = rules.fold_number(number)
    there = queries.number_of(work.session, person.id, agency.id, since)
    if there is not None and there.folded == folded:
        return there
    _free_number(actor, work, person, agency, folded, since)
    given = ServiceNumber(
        agency_id=agency.id,
        number=number,
        folded=folded,
        person_id=person.id,
        valid_from=since,
    )
    work.session.add(given)
    work.session.flush()
    audit.note(actor, work, "number.given", unit=agency.id, about=person.id)
    return given


def check_email(work: Work, email: str | None, but: str | None = None) -> None:
    """Raise TakenEmail where another person than `but` has an address."""
    taken = queries.person_by_email(work.session, email) if email else None
    if taken is not None and taken.id != but:
        raise TakenEmail(taken.email)


def flush_email(work: Work, email: str | None) -> None:
    """Write somebody with an address. Raises TakenEmail where another one is given it at the same
    moment."""
    try:
        work.session.flush()
    except IntegrityError as error:
        raise TakenEmail(email) from error


def end_number(actor: Actor, work: Work, *, number: ServiceNumber, on: date) -> None:
    """Let a service number end; `on` is the first day on which it is nobody's."""
    number.valid_to = max(on, number.valid_from)
    work.session.flush()
    audit.note(actor, work, "number.ended", unit=number.agency_id, about=number.person_id)


def _free_number(
    actor: Actor, work: Work, person: Person, agency: Unit, folded: str, since: date
) -> None:
    held = work.session.scalars(
        select(ServiceNumber).where(
            ServiceNumber.agency_id == agency.id,
            (ServiceNumber.folded == folded) | (ServiceNumber.person_id == person.id),
            not_ended(ServiceNumber, since),
        )
    ).all()
    for number in held:
        if number.person_id != person.id and queries.serves_at(
            work.session, number.person_id, agency.id, since
        ):
            raise Refused(_("Somebody else at this agency has this number. Check it."))
        end_number(actor, work, number=number, on=since)


def grant(
    actor: Actor,
    work: Work,
    *,
    person: Person,
    role: Role,
    unit: Unit,
    since: date | None = None,
    until: date | None = None,
) -> Grant:
    """Grant a role on a unit and all below it, from a day on (today) until the day before another
    (for good)."""
    given = Grant(
        person_id=person.id,
        role=role,
        unit_id=unit.id,
        valid_from=since or clock.day(work.now()),
        valid_to=until,
    )
    work.session.add(given)
    work.session.flush()
    audit.note(actor, work, "role.granted", unit=unit.id, about=person.id, role=role.value)
    return given


def end_grant(actor: Actor, work: Work, *, grant: Grant, on: date) -> None:
    """Let a role end; `on` is the first day without it."""
    grant.valid_to = max(on, grant.valid_from)
    audit.note(
        actor,
        work,
        "role.ended",
        unit=grant.unit_id,
        about=grant.person_id,
        role=grant.role,
        on=grant.valid_to.isoformat(),
    )


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
        _note_of(actor, work, "link.made", person.id)
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
    _note_of(actor, work, "password.set", person)
    sessions.end_other_sessions(work, person)
    _note_of(actor, work, "signed.in", person)
    return sessions.open_session(work, person, agent)


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
