"""Commands for people: add somebody, make a one-time link for somebody locked out."""

import re

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.core.actors import Role, System
from training.core.characters import is_acceptable, is_visible
from training.core.commands import on_current_database
from training.core.errors import OperatorError
from training.core.forms import clean_line
from training.core.work import Work, unit_of_work
from training.people import queries, rules, services, sign_in_services
from training.people.models import Unit

people = AppGroup("people", help="Add people and let them in.")
OPERATOR = System("command")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@people.command("add")
@click.option("--name", required=True, help="Name in the person's own script.")
@click.option("--latin-name", help="The same name in Latin letters.")
@click.option("--email", help="To sign in with; or give --number.")
@click.option("--number", help="Service number within the agency of --unit.")
@click.option("--unit", "path", required=True, help="State/Agency/Post, names below the region.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), help="On that unit.")
@click.option("--language", default="en", show_default=True)
@click.option("--create", is_flag=True, help="Make the units of --unit that are not there yet.")
@on_current_database
def add(
    name: str,
    latin_name: str | None,
    email: str | None,
    number: str | None,
    path: str,
    role: str | None,
    language: str,
    create: bool,
) -> None:
    """Add a person, posted at a unit, and print their one-time link."""
    if not email and not number:
        raise OperatorError("give --email, --number or both: a person signs in with one of them")
    if not rules.is_language_tag(language):
        raise OperatorError("--language is a tag such as en, fa-AF or zh-Hans")
    name, path = _line("--name", name), _line("--unit", path, most=1000)
    latin_name = _line("--latin-name", latin_name) if latin_name else None
    email = _email(email) if email else None
    number = _number(number) if number else None
    with unit_of_work() as work:
        units = units_of(work, path, create)
        try:
            person = services.add_person(
                OPERATOR,
                work,
                name=name,
                latin_name=latin_name,
                email=email,
                language=language,
                unit=units[-1],
            )
        except services.TakenEmail as error:
            raise OperatorError(f"{error} belongs to somebody already") from error
        if number:
            agency = next((unit for unit in units if unit.kind == "agency"), None)
            if agency is None:
                raise OperatorError("--number needs a --unit at or below an agency")
            if queries.holder(work.session, agency.id, number):
                raise OperatorError(f"the number {number} is taken in {agency.name}")
            services.give_number(OPERATOR, work, person=person, agency=agency, number=number)
        if role:
            services.grant(OPERATOR, work, person=person, role=Role(role), unit=units[-1])
        token = sign_in_services.make_link(OPERATOR, work, person=person)
    click.echo(link_text(token))


@people.command("link")
@click.argument("who")
@click.option("--agency", help="Name of the agency, where WHO is a service number.")
@on_current_database
def link(who: str, agency: str | None) -> None:
    """Print a new one-time link for WHO (an e-mail address, or a service number)."""
    who, agency = _line("WHO", who), _line("--agency", agency) if agency else None
    with unit_of_work() as work:
        if "@" in who:
            person = queries.person_by_email(work.session, who)
        else:
            person = queries.holder(work.session, _agency(work.session, agency), who)
        if person is None:
            raise OperatorError(f"nobody is known as {who}")
        token = sign_in_services.make_link(OPERATOR, work, person=person)
    click.echo(link_text(token))


def link_text(token: str) -> str:
    """Return the address to follow; without a public address, the one of this machine."""
    base = current_app.config["PUBLIC_URL"] or current_app.config["LOCAL_URL"]
    return f"{base}/sign-in/link/{token}"


def _line(option: str, text: str, *, most: int = 200) -> str:
    """Return a text as it is kept. Raises OperatorError, naming where it was given."""
    line = clean_line(text)
    if not (is_acceptable(line) and is_visible(line)) or _BREAKS.search(line):
        raise OperatorError(f"{option} takes a line of text")
    if len(line) > most:
        raise OperatorError(f"{option} takes {most} characters at most, not {len(line)}")
    return line


def _email(text: str) -> str:
    """Return an address to sign in with."""
    line = _line("--email", text, most=rules.EMAIL_LENGTH)
    if not rules.is_address(line):
        raise OperatorError("--email takes an address such as name@example.org")
    return line


def _number(text: str) -> str:
    """Return a service number by which somebody can sign in."""
    line = _line("--number", text, most=rules.NUMBER_LENGTH)
    if not rules.is_service_number(line):
        raise OperatorError("--number takes a service number of letters and digits")
    return line


def _agency(session: Session, name: str | None) -> str:
    if name is None:
        raise OperatorError("say which --agency the service number belongs to")
    found = session.scalars(select(Unit.id).where(Unit.kind == "agency", Unit.name == name)).all()
    if len(found) != 1:
        raise OperatorError(f"there are {len(found)} agencies named {name}")
    return found[0]


def units_of(work: Work, path: str, create: bool) -> list[Unit]:
    """Return the units that a path names, below the region, outermost first.

    Raises OperatorError.
    """
    unit = queries.root(work.session)
    units = [unit]
    for name in filter(None, (part.strip() for part in path.split("/"))):
        _line("--unit", name)
        below = queries.unit_named(work.session, unit.id, name)
        if below is None and not create:
            raise OperatorError(f"there is no unit {name} in {unit.name}; --create makes it")
        if below is None and unit.kind == "post":
            raise OperatorError("a path names at most State/Agency/Post")
        unit = below or services.add_unit(OPERATOR, work, parent=unit, name=name)
        units.append(unit)
    return units
