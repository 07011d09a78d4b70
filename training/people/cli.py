"""Commands for people: add somebody, make a one-time link for somebody locked out."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.core.actors import Role, System
from training.core.commands import one_line_errors
from training.core.errors import OperatorError
from training.core.work import Work, unit_of_work
from training.people import queries, services
from training.people.models import Unit

people = AppGroup("people", help="Add people and let them in.")
OPERATOR = System("command")


@people.command("add")
@click.option("--name", required=True, help="Name in the person's own script.")
@click.option("--latin-name", help="The same name in Latin letters.")
@click.option("--email", help="To sign in with; or give --number.")
@click.option("--number", help="Service number within the agency of --unit.")
@click.option("--unit", "path", required=True, help="State/Agency/Post, names below the region.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), help="On that unit.")
@click.option("--language", default="en", show_default=True)
@click.option("--create", is_flag=True, help="Make the units of --unit that are not there yet.")
@one_line_errors
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
    with unit_of_work() as work:
        units = _units(work, path, create)
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
        token = services.make_link(OPERATOR, work, person=person)
    click.echo(link_text(token))


@people.command("link")
@click.argument("who")
@click.option("--agency", help="Name of the agency, where WHO is a service number.")
@one_line_errors
def link(who: str, agency: str | None) -> None:
    """Print a new one-time link for WHO (an e-mail address, or a service number)."""
    with unit_of_work() as work:
        if "@" in who:
            person = queries.person_by_email(work.session, who)
        else:
            person = queries.holder(work.session, _agency(work.session, agency), who)
        if person is None:
            raise OperatorError(f"nobody is known as {who}")
        token = services.make_link(OPERATOR, work, person=person)
    click.echo(link_text(token))


def link_text(token: str) -> str:
    """Return the address to follow; without a public address, the one of this machine."""
    base = current_app.config["PUBLIC_URL"] or current_app.config["LOCAL_URL"]
    return f"{base}/sign-in/link/{token}"


def _agency(session: Session, name: str | None) -> str:
    if name is None:
        raise OperatorError("say which --agency the service number belongs to")
    found = session.scalars(select(Unit.id).where(Unit.kind == "agency", Unit.name == name)).all()
    if len(found) != 1:
        raise OperatorError(f"there are {len(found)} agencies named {name}")
    return found[0]


def _units(work: Work, path: str, create: bool) -> list[Unit]:
    """Return the units that a path names, below the region, outermost first."""
    unit = queries.root(work.session)
    units = [unit]
    for name in filter(None, (part.strip() for part in path.split("/"))):
        below = queries.unit_named(work.session, unit.id, name)
        if below is None and not create:
            raise OperatorError(f"there is no unit {name} in {unit.name}; --create makes it")
        if below is None and unit.kind == "post":
            raise OperatorError("a path names at most State/Agency/Post")
        unit = below or services.add_unit(OPERATOR, work, parent=unit, name=name)
        units.append(unit)
    return units
