"""Reads of people and places."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training.core import clock
from training.core.actors import PersonActor, Role
from training.people import rules
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
from training.people.policy import in_force, not_ended, unit_and_below


@dataclass(frozen=True)
class Known:
    """Somebody who tries to sign in: the person's id and the hash to compare with."""

    person: str
    secret: str


def root(session: Session) -> Unit:
    """Return the region, the root of the tree; the first migration makes it."""
    return session.scalars(select(Unit).where(Unit.kind == "region")).one()


def agencies(session: Session) -> list[tuple[str, str]]:
    """Return (id, "Agency, State") of the agencies in force, for the sign-in page."""
    state = select(Unit.id, Unit.name).where(Unit.kind == "state").subquery()
    rows = session.execute(
        select(Unit.id, Unit.name, state.c.name)
        .join(state, state.c.id == Unit.parent_id)
        .where(Unit.kind == "agency", in_force(Unit, clock.today()))
        .order_by(state.c.name, Unit.name)
    )
    return [(identifier, f"{state}: {name}") for identifier, name, state in rows]


def known(session: Session, identifier: str, agency: str | None) -> Known | None:
    """Find who signs in by e-mail, or by agency and service number."""
    statement = _identified(select(Person.id, Credential.secret), identifier, agency).join(
        Credential, (Credential.person_id == Person.id) & (Credential.kind == "password")
    )
    row = session.execute(statement).first()
    return Known(*row) if row else None


def named(session: Session, identifier: str, agency: str | None) -> str | None:
    """Return the id of the person with this e-mail, or this service number at an agency."""
    found = session.execute(_identified(select(Person.id), identifier, agency)).first()
    return found.id if found else None


def _identified(
    statement: Select[*tuple[Any, ...]], identifier: str, agency: str | None
) -> Select[*tuple[Any, ...]]:
    if "@" in identifier:
        return statement.where(Person.email == rules.fold_email(identifier))
    return statement.join(ServiceNumber, ServiceNumber.person_id == Person.id).where(
        ServiceNumber.agency_id == (agency or ""),  # one statement, whatever was typed
        ServiceNumber.folded == rules.fold_number(identifier),
        in_force(ServiceNumber, clock.today()),
    )


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this address, or None."""
    return session.scalars(select(Person).where(Person.email == rules.fold_email(email))).first()


def has_administrator(session: Session) -> bool:
    """Tell whether anyone was ever made an administrator."""
    statement = select(Grant.id).where(Grant.role == Role.ADMINISTRATOR).limit(1)
    return session.execute(statement).first() is not None


def is_last_administrator(session: Session, grant: Grant) -> bool:
    """Tell whether nobody would administer the region for good but for a grant."""
    others = (
        select(Grant.id)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(
            Unit.parent_id.is_(None),
            Grant.role == Role.ADMINISTRATOR,
            Grant.id != grant.id,
            Grant.valid_to.is_(None),
            in_force(Grant, clock.today()),
        )
    )
    return (
        session.get_one(Unit, grant.unit_id).parent_id is None
        and session.scalar(others.limit(1)) is None
    )


def open_link(session: Session, link: str) -> OneTimeLink | None:
    """Return the one-time link with this id while it can be used."""
    found = session.get(OneTimeLink, link)
    now = clock.moment(clock.now())
    return found if found and found.used_at is None and found.expires_at > now else None


def secret(session: Session, person: str) -> str | None:
    """Return the hash of somebody's password."""
    return session.scalar(
        select(Credential.secret).where(
            Credential.person_id == person, Credential.kind == "password"
        )
    )


def posted_at(session: Session, person: str, on: date) -> str | None:
    """Return the id of the unit at which somebody is posted on a date, or None."""
    return session.scalar(
        select(Posting.unit_id).where(Posting.person_id == person, in_force(Posting, on))
    )


def number_of(session: Session, person: str, agency: str, on: date) -> ServiceNumber | None:
    """Return the number by which an agency knows somebody on a day."""
    return session.scalars(
        select(ServiceNumber).where(
            ServiceNumber.person_id == person,
            ServiceNumber.agency_id == agency,
            in_force(ServiceNumber, on),
        )
    ).first()


def serves_at(session: Session, person: str, unit: str, on: date) -> bool:
    """Tell whether somebody is posted at a unit, or below it, on a day or later."""
    posting = select(Posting.id).where(
        Posting.person_id == person,
        not_ended(Posting, on),
        Posting.unit_id.in_(unit_and_below((unit,))),
    )
    return session.scalar(posting.limit(1)) is not None


def kept_form(
    session: Session, actor: PersonActor, form: str
) -> tuple[str, list[tuple[str, str]]] | None:
    """Return path and fields of what the actor sent after a session had ended, or None."""
    kept = session.scalars(
        select(KeptForm).where(KeptForm.id == form, KeptForm.person_id == actor.id)
    ).first()
    return (kept.path, [(n, v) for n, v in json.loads(kept.fields)]) if kept else None


def holder(session: Session, agency: str, number: str) -> Person | None:
    """Return who holds a service number within an agency today."""
    return session.scalars(
        select(Person)
        .join(ServiceNumber, ServiceNumber.person_id == Person.id)
        .where(
            ServiceNumber.agency_id == agency,
            ServiceNumber.folded == rules.fold_number(number),
            in_force(ServiceNumber, clock.today()),
        )
    ).first()


def unit_named(session: Session, parent: str, name: str) -> Unit | None:
    """Return the unit of this name directly below another, in force today."""
    return session.scalars(
        select(Unit).where(
            Unit.parent_id == parent, Unit.name == name, in_force(Unit, clock.today())
        )
    ).first()
