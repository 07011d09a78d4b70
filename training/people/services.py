"""What is done with people and places. Who may do it in a page is the caller's route to state."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from training.core import audit, clock
from training.core.actors import Actor, PersonActor, Role
from training.core.errors import Refused
from training.core.work import Work
from training.people import queries, rules
from training.people.models import (
    Grant,
    Person,
    Posting,
    ServiceNumber,
    Unit,
)
from training.people.policy import not_ended, own_person


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


def choose_language(actor: PersonActor, work: Work, *, language: str) -> None:
    """Set the language in which the person reads the pages."""
    person = work.session.scalars(select(Person).where(own_person(actor))).one()
    person.language = language


def note_of(actor: Actor, work: Work, action: str, person: str) -> None:
    """Write down what is done about a person, where they are posted."""
    where = queries.posted_at(work.session, person, clock.day(work.now()))
    audit.note(actor, work, action, unit=where, about=person)
