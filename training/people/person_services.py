"""What is done with people by those who look after them. Each raises NotFound for whom or what is
not the actor's, and Refused with what to do instead where it can't be done."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from training.core import audit, clock
from training.core.actors import APPOINTED_BY, Ability, Actor, Role
from training.core.errors import NotFound, Refused
from training.core.work import Work
from training.people import (
    erasure_services,
    posting_services,
    queries,
    rules,
    services,
    unit_services,
)
from training.people.models import Grant, Person, ServiceNumber, Unit
from training.people.policy import grantable, overseen_units, people_within, vouched_people


def add(
    actor: Actor,
    work: Work,
    *,
    unit: str,
    since: date,
    name: str,
    latin_name: str | None,
    email: str | None,
    number: str | None,
    language: str,
) -> Person:
    """Add somebody who serves at a unit from a day on. Raises services.TakenEmail."""
    place = posting_services.place_for(actor, work, unit, since)
    person = services.add_person(
        actor,
        work,
        name=name,
        latin_name=latin_name,
        email=email,
        language=language,
        unit=place,
        since=since,
    )
    if number:
        agency = posting_services.agency_of(work, place)
        services.give_number(actor, work, person=person, agency=agency, number=number, since=since)
    return person


def rename(
    actor: Actor,
    work: Work,
    *,
    person: str,
    name: str,
    latin_name: str | None,
    email: str | None,
) -> None:
    """Change somebody's names and address. What was issued keeps the name that it was issued in.
    Raises services.TakenEmail."""
    found = _found(work, vouched_people(actor, Ability.KEEP_PEOPLE), person)
    services.check_email(work, email, but=person)
    address = rules.fold_email(email) if email else None
    changed = [
        what
        for what, before, after in (
            ("name", found.name, name),
            ("latin_name", found.latin_name, latin_name),
            ("email", found.email, address),
        )
        if before != after
    ]
    found.name, found.latin_name, found.email = name, latin_name, address
    found.folded = rules.fold_names(name, latin_name)
    services.flush_email(work, address)
    if changed:
        where = queries.posted_at(work.session, person, clock.day(work.now()))
        audit.note(actor, work, "person.changed", unit=where, about=person, what=changed)


def give_number(actor: Actor, work: Work, *, person: str, number: str) -> None:
    """Give somebody the number by which the agency where they serve knows them, from today."""
    found = posting_services.kept(actor, work, person)
    today = clock.day(work.now())
    here = queries.posted_at(work.session, person, today)
    if here is None:
        raise Refused(_("They serve nowhere then. Post them at a unit instead."))
    place = work.session.get_one(Unit, here)
    agency = posting_services.agency_of(work, place)
    services.give_number(actor, work, person=found, agency=agency, number=number)


def end_number(actor: Actor, work: Work, *, person: str, number: str) -> None:
    """Let a number of somebody end today."""
    posting_services.kept(actor, work, person)
    found = work.session.scalars(
        select(ServiceNumber).where(
            ServiceNumber.id == number,
            ServiceNumber.person_id == person,
        )
    ).first()
    if found is None:
        raise NotFound
    today = clock.day(work.now())
    if found.valid_to is None or found.valid_to > today:
        services.end_number(actor, work, number=found, on=today)


def grant(
    actor: Actor,
    work: Work,
    *,
    person: str,
    role: str,
    unit: str,
    since: date,
    until: date | None,
) -> Grant:
    """Grant somebody a role on a unit and all below it, from a day on until the day before
    another."""
    found = _found(work, people_within(actor, Ability.SEE_PEOPLE), person)
    if role not in APPOINTED_BY:
        raise NotFound
    mine = overseen_units(actor, APPOINTED_BY[Role(role)])
    place = work.session.scalars(select(Unit).where(Unit.id == unit, mine)).first()
    if place is None:
        raise NotFound
    if place.valid_to is not None:
        raise unit_services.ended(place)
    return services.grant(
        actor, work, person=found, role=Role(role), unit=place, since=since, until=until
    )


def erase(actor: Actor, work: Work, *, person: str, agreed: str) -> None:
    """Erase somebody who has asked for it, see `erasure_services.erase`."""
    found = _found(work, vouched_people(actor, Ability.KEEP_UNITS), person)
    erasure_services.erase(actor, work, person=found)


def end_role(actor: Actor, work: Work, *, person: str, grant: str) -> None:
    """Let a role of somebody end today."""
    found = work.session.scalars(
        select(Grant).where(Grant.id == grant, Grant.person_id == person, grantable(actor))
    ).first()
    if found is None:
        raise NotFound
    if found.role == Role.ADMINISTRATOR and queries.is_last_administrator(work.session, found):
        raise Refused(_("Somebody must run the region. Make another administrator first."))
    today = clock.day(work.now())
    if found.valid_to is None or found.valid_to > today:
        services.end_grant(actor, work, grant=found, on=today)


def _found(work: Work, mine: ColumnElement[bool], person: str) -> Person:
    found = work.session.scalars(select(Person).where(Person.id == person, mine)).first()
    if found is None:
        raise NotFound
    return found
