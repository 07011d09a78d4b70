"""Reads for the page of the audit log."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training.core.actors import PersonActor
from training.core.audit import AuditEntry
from training.core.errors import NotFound
from training.operations.policy import visible_entries
from training.people.models import Person, Unit

PAGE = 50
_PERSON = "person:"


@dataclass(frozen=True)
class Asked:
    """Which entries are looked for: of an action, by or about a person, of days (the last one
    included), older than the entry `before`. None: whatever it is."""

    action: str | None = None
    person: str | None = None
    since: date | None = None
    until: date | None = None
    before: str | None = None


@dataclass(frozen=True)
class Line:
    """An entry. `actor` is the id of the person who acted, None for Waypost itself, `by` what to
    call them; `person` is the id of the person whom it is about, `about` what to call that person,
    unit or module, None where it is about nothing in particular."""

    id: str
    at: datetime
    action: str
    actor: str | None
    by: str
    person: str | None
    about: str | None
    unit: str | None
    details: dict[str, Any]


def action_names() -> dict[str, str]:
    """Return how it is said what was done."""
    return {
        "signed.in": _("Signed in"),
        "signed.out": _("Signed out"),
        "session.ended": _("Signed out another browser"),
        "record.downloaded": _("Downloaded their own record"),
        "sign-in.refused": _("Could not sign in: the password did not fit"),
        "person.seen": _("Looked at a person’s training"),
        "people.listed": _("Looked at a list of people"),
        "people.exported": _("Downloaded a list of people"),
        "person.added": _("Added a person"),
        "person.erased": _("Erased a person"),
        "person.confirmed": _("Checked their own name"),
        "import.applied": _("Imported a table"),
        "number.given": _("Gave a service number"),
        "role.granted": _("Granted a role"),
        "link.made": _("Made a one-time link"),
        "password.set": _("Set a password"),
        "role.ended": _("Ended a role"),
        "unit.added": _("Added a unit"),
        "unit.renamed": _("Renamed a unit"),
        "unit.moved": _("Placed a unit elsewhere"),
        "unit.closed": _("Closed a unit"),
        "unit.reopened": _("Opened a unit again"),
        "unit.merged": _("Merged two units"),
        "unit.parted": _("Parted two units again"),
        "person.opened": _("Looked at somebody’s data"),
        "person.changed": _("Changed somebody’s names or address"),
        "number.ended": _("Ended a service number"),
        "posting.transfer": _("Posted somebody elsewhere"),
        "posting.leave": _("Let somebody go on leave"),
        "posting.secondment": _("Sent somebody on secondment"),
        "posting.return": _("Brought somebody back"),
        "posting.ended": _("Ended somebody’s service"),
        "transfer.asked": _("Released somebody to others"),
        "transfer.declined": _("Declined a transfer"),
        "transfer.withdrawn": _("Took a release back"),
        "request.made": _("Asked for an account"),
        "requests.listed": _("Looked at requests for accounts"),
        "request.seen": _("Looked at a request for an account"),
        "request.approved": _("Approved a request for an account"),
        "request.declined": _("Declined a request for an account"),
        "requests.erased": _("Erased old requests for accounts"),
        "mail.sent": _("Sent a message"),
        "mail.failed": _("Could not send a message"),
        "mail.tested": _("Tried the mail server"),
        "version.published": _("Published a module"),
        "refused": _("Was refused"),
    }


def entries(session: Session, actor: PersonActor, asked: Asked) -> tuple[list[Line], str | None]:
    """Return a page of entries, the newest first, and the id to ask for what is before it, None
    where there is nothing more. Raises NotFound for an action that there is not."""
    if asked.action is not None and asked.action not in action_names():
        raise NotFound
    by, about, place, unit = aliased(Person), aliased(Person), aliased(Unit), aliased(Unit)
    statement = (
        select(AuditEntry, by.id, by.name, about.id, about.name, place.name, unit.name)
        .outerjoin(by, by.id == func.substr(AuditEntry.actor, len(_PERSON) + 1))
        .outerjoin(about, AuditEntry.about == about.id)
        .outerjoin(place, AuditEntry.about == place.id)
        .outerjoin(unit, AuditEntry.unit == unit.id)
        .where(visible_entries(actor), *_conditions(asked))
        .order_by(AuditEntry.id.desc())
        .limit(PAGE + 1)
    )
    lines = [
        Line(
            entry.id,
            entry.at,
            entry.action,
            actor_id,
            actor_name or _("Waypost itself"),
            person,
            person_name or place_name or entry.about,
            unit_name,
            {**({} if actor_id else {"actor": entry.actor}), **json.loads(entry.details)},
        )
        for entry, actor_id, actor_name, person, person_name, place_name, unit_name in (
            session.execute(statement).all()
        )
    ]
    more = lines[PAGE - 1].id if len(lines) > PAGE else None
    return lines[:PAGE], more


def _conditions(asked: Asked) -> list[Any]:
    conditions: list[Any] = []
    if asked.action is not None:
        conditions.append(AuditEntry.action == asked.action)
    if asked.person is not None:
        by_them = AuditEntry.actor == _PERSON + asked.person
        conditions.append(by_them | (AuditEntry.about == asked.person))
    if asked.since is not None:
        conditions.append(AuditEntry.at >= _midnight(asked.since))
    if asked.until is not None:
        conditions.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1)))
    if asked.before is not None:
        conditions.append(AuditEntry.id < asked.before)
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
