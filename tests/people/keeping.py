"""What tests of people's pages share: forms sent as those who look after people send them."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import update

from tests.cast import Cast
from tests.monitoring.reading import table
from tests.visitor import Visitor
from training.core import clock
from training.core.work import unit_of_work
from training.people.models import Posting

TODAY = clock.today()
LONG_AGO = TODAY - timedelta(days=400)


def in_days(days: int) -> date:
    """Return a day from today."""
    return TODAY + timedelta(days=days)


def send(visitor: Visitor, person: str, verb: str, unit: str = "", **fields: object) -> str:
    """Send a form of somebody's page; returns "done", or status and page."""
    data = {name: str(value) for name, value in fields.items()}
    query = f"?unit={unit}" if unit else ""
    answer = visitor.post(f"/people/{person}/{verb}{query}", data)
    return "done" if answer.status_code == 303 else f"{answer.status_code} {answer.text}"


def stays(visitor: Visitor, person: str) -> list[list[str]]:
    """Return unit and kind of somebody's stays, the latest first, as their page shows them."""
    page = visitor.get(f"/people/{person}")
    assert page.status_code == 200
    return [row[:2] for row in table(page.text, "stays")[1:]]


def roles(visitor: Visitor, person: str) -> list[list[str]]:
    """Return role and unit of somebody's roles, as their page shows them."""
    page = visitor.get(f"/people/{person}").text
    return [row[:2] for row in table(page, "roles")[1:]] if 'id="roles"' in page else []


def names(visitor: Visitor, query: str = "") -> list[str]:
    """Return the names that the list of people shows."""
    page = visitor.get(f"/people/{query}")
    assert page.status_code == 200
    text = page.text
    return [row[0] for row in table(text, "people")[1:]] if 'id="people"' in text else []


def posted_long_ago(app: Flask, cast: Cast) -> None:
    """Let everybody have been where they are for more than a year."""
    with app.app_context(), unit_of_work() as work:
        work.connection.execute(update(Posting).values(valid_from=LONG_AGO))
