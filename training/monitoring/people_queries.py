"""Reads for the desk: people line by line, and one person's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import Session

from training.assessment.queries import OutcomeResult
from training.core.actors import Actor
from training.learning.models import Enrolment
from training.monitoring import rules
from training.monitoring.policy import overseen_postings
from training.monitoring.queries import Scope, of_scope
from training.people.models import Posting

PAGE = 50
CHUNK = 2000
MANY = 5000
"""From so many lines on they are read in the order of the names rather than sorted."""


class Issued(NamedTuple):
    """A certificate: valid, expired or revoked; `code` leads to its page for everybody."""

    state: str
    code: str
    last_day: date


class Line(NamedTuple):
    """A person and one of their enrolments, or a person who has begun nothing of what is asked.

    `status` is none, open or completed. `on` is the day of completion, else of the last activity.
    Points are None where there are none or the reader may not see them.
    """

    person: str
    name: str
    latin_name: str | None
    post: str
    module: str
    status: str
    points: int | None
    maximum: int | None
    certificate: Issued | None
    on: date | None


@dataclass(frozen=True)
class People:
    """A page of the list of people."""

    lines: tuple[Line, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class Taken:
    """One taking of a module on a person's page; `results` come from the best final."""

    line: Line
    begun_on: date | None
    active_on: date
    completed_on: date | None
    results: tuple[OutcomeResult, ...]


@dataclass(frozen=True)
class PersonPage:
    """What a person's page shows; `scored` tells whether the reader may see scores."""

    name: str
    latin_name: str | None
    post: str
    since: date
    scored: bool
    taken: tuple[Taken, ...]


def status_name(status: str) -> str:
    """Return how a line's status is said."""
    return {"none": _("Not begun"), "open": _("Under way"), "completed": _("Completed")}[status]


def people(session: Session, actor: Actor, scope: Scope, *, page: str) -> People:
    """Return a page of the people looked at, by name; `page` as it was asked for."""
    lines = session.scalar(
        select(func.count())
        .select_from(Posting)
        .outerjoin(Enrolment, and_(Enrolment.subject == Posting.person_id, of_scope(scope)))
        .where(overseen_postings(actor, scope.units))
    )
    pages = -(-(lines or 0) // PAGE) or 1
    number = rules.page_number(page, pages)
    statement = _lines(actor, scope, many=(lines or 0) >= MANY)
    rows = session.execute(statement.limit(PAGE).offset((number - 1) * PAGE))
    return People(tuple(_read(rows, scope)), number, pages)


def every_line(connection: Connection, actor: Actor, scope: Scope) -> Iterator[Line]:
    """Yield all lines of the people looked at, by name, a chunk at a time in memory."""
    chunked = connection.execution_options(yield_per=CHUNK)
    return _read(chunked.execute(_lines(actor, scope, many=True)), scope)
