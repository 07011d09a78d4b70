"""Slips: how somebody gets in without e-mail, handed over by who looks after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from training.core import clock, ids
from training.core.actors import Ability, Actor
from training.core.errors import NotFound, Refused
from training.core.work import Work
from training.people import sign_in_services
from training.people.models import Person, ServiceNumber, Unit
from training.people.policy import in_force, vouched_people

AT_ONCE = 50
"""How many slips are made at once: a page of the list of people."""


@dataclass(frozen=True)
class Slip:
    """What stands on somebody's slip. `numbers` are (agency, service number); `code` has a hyphen
    in its middle; `token` leads to the page that sets a password."""

    person: str
    name: str
    latin_name: str | None
    email: str | None
    language: str
    numbers: tuple[tuple[str, str], ...]
    token: str
    code: str
    until: datetime


def hand_out(actor: Actor, work: Work, *, people: Sequence[str]) -> list[Slip]:
    """Make a slip for each of the people, by name; an earlier one that was not used is void. Raises
    NotFound where one of them is not the actor's to let in, or there are more than AT_ONCE."""
    wanted = set(people)
    found = work.session.scalars(
        select(Person)
        .where(Person.id.in_(wanted), vouched_people(actor, Ability.HAND_OUT_SLIPS))
        .order_by(Person.name, Person.id)
    ).all()
    if len(found) != len(wanted) or len(wanted) > AT_ONCE:
        raise NotFound
    if not wanted:
        raise Refused(_("Nobody is chosen. Go back and choose whom to print a slip for."))
    numbers = _numbers(work, wanted)
    return [_slip(actor, work, person, numbers.get(person.id, ())) for person in found]


def _slip(actor: Actor, work: Work, person: Person, numbers: tuple[tuple[str, str], ...]) -> Slip:
    code = ids.short_code()
    token = sign_in_services.make_link(actor, work, person=person, code=code)
    until = clock.moment(work.now()) + sign_in_services.LINK_LASTS
    shown = f"{code[:4]}-{code[4:]}"
    names = person.name, person.latin_name
    return Slip(person.id, *names, person.email, person.language, numbers, token, shown, until)


def _numbers(work: Work, people: set[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    rows = work.session.execute(
        select(ServiceNumber.person_id, Unit.name, ServiceNumber.number)
        .join(Unit, Unit.id == ServiceNumber.agency_id)
        .where(
            ServiceNumber.person_id.in_(people),
            in_force(ServiceNumber, clock.day(work.now())),
        )
        .order_by(ServiceNumber.valid_from)
    )
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for person, agency, number in rows:
        found[person] = (*found.get(person, ()), (agency, number))
    return found
