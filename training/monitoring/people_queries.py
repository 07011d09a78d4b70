"""Reads for the desk: people line by line, and one person's page."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Connection, Select, and_, func, select
from sqlalchemy.orm import Session

from training.assessment.models import Attempt
from training.assessment.queries import OutcomeResult
from training.certificates import rules as certificates
from training.certificates.models import Certificate
from training.content import library
from training.core import clock
from training.core.actors import Actor
from training.core.errors import NotFound
from training.core.paging import page_number
from training.learning import rules as learning
from training.learning.models import Enrolment
from training.monitoring import rules
from training.monitoring.policy import overseen_postings
from training.monitoring.queries import Scope, figures, of_scope, of_status, people_with_facts
from training.monitoring.rules import Facts, Place
from training.people.models import Person, Posting
from training.records.folding import Library

PAGE = 50
CHUNK = 2000
MANY = 5000
"""From so many lines on they are read in the order of the names rather than sorted, and no longer
counted: counting a million takes more than a second."""

_ONE_DAY = timedelta(days=1)


class Line(NamedTuple):
    """A person and one of their enrolments, or a person who has begun nothing of what is asked.

    `status` is none, open or completed. `on` is the day of completion, else of the last activity.
    Points are None where there are none or the reader may not see them. `award` is valid, expired
    or revoked, `code` leads to the certificate's page for everybody, `holds_until` is its last day;
    without a certificate all three are None. `language` is that of the module's title.
    """

    person: str
    name: str
    latin_name: str | None
    post: str
    module: str
    status: str
    points: int | None
    maximum: int | None
    award: str | None
    code: str | None
    holds_until: date | None
    on: date | None
    language: str


@dataclass(frozen=True)
class People:
    """A page of the list of people; `reasons` say by id why some of them need attention; `pages` is
    None where there are too many to count them, `more` tells whether another follows."""

    lines: tuple[Line, ...]
    reasons: Mapping[str, tuple[str, ...]]
    page: int
    pages: int | None
    more: bool


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
    """What a person's page shows. Whether scores may be seen is the place's to say."""

    name: str
    latin_name: str | None
    place: Place
    since: date
    taken: tuple[Taken, ...]


def status_names() -> dict[str, str]:
    """Return how the status of a line is said."""
    return {"none": _("Not begun"), "open": _("Under way"), "completed": _("Completed")}


def standing_names() -> dict[str, str]:
    """Return how it is said how somebody stands, and why they need attention."""
    return {
        "certified": _("Certified"),
        "under-way": _("Under way"),
        "idle": _("Not begun, or lapsed"),
        "attention": _("Needing attention"),
        "expiring": _("Expires within %(days)s days", days=rules.EXPIRING_DAYS),
        "lapsed": _("Expired or revoked"),
        "stalled": _("Idle for %(days)s days", days=rules.STALLED_DAYS),
        "not-begun": _("Not begun for %(days)s days", days=rules.NOT_BEGUN_DAYS),
    }


def award_names() -> dict[str, str]:
    """Return how the state of a certificate is said in a word."""
    return {"valid": _("Valid"), "expired": _("Expired"), "revoked": _("Revoked")}


def people(session: Session, actor: Actor, scope: Scope, *, page: str) -> People:
    """Return a page of the people looked at, by name; `page` as it was asked for. Raises NotFound
    for one beyond the end of a list whose pages are not counted."""
    counted = (
        select(of_status(scope).label("wanted"))
        .select_from(Posting)
        .outerjoin(Enrolment, and_(Enrolment.subject == Posting.person_id, of_scope(scope)))
        .where(overseen_postings(actor, scope.at))
        .limit(MANY)
        .subquery()
    )
    wanted = func.count().filter(counted.c.wanted)
    looked_at, lines = session.execute(select(func.count(), wanted).select_from(counted)).one()
    many = looked_at >= MANY
    pages = None if many else -(-lines // PAGE) or 1
    number = page_number(page, pages)
    statement = _lines(actor, scope, many=many)
    if scope.status is not None:
        of_units = figures(session, actor, scope).of_units
        units = rules.quicker_by_unit(of_units, scope.status, number * PAGE)
        if many and units is not None:
            statement = _lines(actor, scope).where(Posting.unit_id.in_(units))
    rows = session.execute(statement.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    if many and number > 1 and not rows:
        raise NotFound
    found = tuple(_read(rows[:PAGE], scope))
    reasons = _reasons(session, actor, scope, {line.person for line in found})
    return People(found, reasons, number, pages, more=len(rows) > PAGE)


def every_line(connection: Connection, actor: Actor, scope: Scope) -> Iterator[Line]:
    """Yield all lines of the people looked at, by name, a chunk at a time in memory."""
    chunked = connection.execution_options(yield_per=CHUNK)
    return _read(chunked.execute(_lines(actor, scope, many=True)), scope)


def person_page(session: Session, actor: Actor, scope: Scope, person: str) -> PersonPage:
    """Return one person's page. Raises NotFound for whoever is not posted today in the part of
    the tree that is looked at."""
    row = session.execute(
        select(Person.name, Person.latin_name, Posting.unit_id, Posting.valid_from)
        .join(Posting, Posting.person_id == Person.id)
        .where(overseen_postings(actor, scope.at), Person.id == person)
    ).first()
    if row is None:
        raise NotFound
    place = scope.part[row.unit_id]
    return PersonPage(
        name=row.name,
        latin_name=row.latin_name,
        place=place,
        since=row.valid_from,
        taken=_taken(session, actor, scope, person, scored=place.scored),
    )


def _taken(
    session: Session, actor: Actor, scope: Scope, person: str, *, scored: bool
) -> tuple[Taken, ...]:
    """Return what a person has taken, the newest first."""
    rows = session.execute(
        _lines(actor, scope)
        .add_columns(Enrolment.id.label("enrolment"), Enrolment.opened_at)
        .where(Person.id == person, Enrolment.id.is_not(None))
    ).all()
    results = _results(session, person) if scored else {}
    found = [
        Taken(
            line=line,
            begun_on=_day(row.opened_at),
            active_on=clock.day(row.active_at),
            completed_on=_day(row.completed_at),
            results=results.get(row.enrolment, ()),
        )
        for line, row in zip(_read((row[:-2] for row in rows), scope), rows, strict=True)
    ]
    return tuple(sorted(found, key=lambda taken: taken.active_on, reverse=True))


def _reasons(
    session: Session, actor: Actor, scope: Scope, people: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return by id why some of `people` need attention."""
    statement = people_with_facts(actor, scope).where(Posting.person_id.in_(people))
    found, today = {}, clock.today()
    for _unit, person, *facts in session.execute(statement):
        found[person] = rules.reasons(Facts(*facts), today)
    return found


def _results(session: Session, person: str) -> dict[str, tuple[OutcomeResult, ...]]:
    """Return the results by outcome of the best final of each enrolment of a person."""
    graded: dict[str, list[Any]] = {}
    statement = select(
        Attempt.enrolment, Attempt.version, Attempt.points, Attempt.maximum, Attempt.outcomes
    ).where(Attempt.subject == person, Attempt.kind == "final", Attempt.status == "graded")
    for row in session.execute(statement.order_by(Attempt.id)):
        graded.setdefault(row.enrolment, []).append(row)
    read = library.of(session.connection())
    return {enrolment: _by_outcome(finals, read) for enrolment, finals in graded.items()}


def _by_outcome(finals: list[Any], read: Library) -> tuple[OutcomeResult, ...]:
    best = learning.best([(final.points, final.maximum) for final in finals])
    final = next(final for final in finals if (final.points, final.maximum) == best)
    got = json.loads(final.outcomes)
    return tuple(
        OutcomeResult(outcome.id, outcome.text, *got[outcome.id])
        for outcome in read(final.version).module.outcomes
        if outcome.id in got
    )


def _lines(actor: Actor, scope: Scope, *, many: bool = False) -> Select[*tuple[Any, ...]]:
    """Select what `_read` takes.

    SQLite knows no numbers of rows: it begins with the postings of a unit and sorts all lines for
    each page. With `many` the index of units does not fit, so that it goes along the names instead
    and stops at the page's end.
    """
    unit = Posting.unit_id + "" if many else Posting.unit_id
    return (
        select(
            Person.id,
            Person.name,
            Person.latin_name,
            Posting.unit_id,
            Enrolment.module,
            Enrolment.status,
            Enrolment.points,
            Enrolment.maximum,
            Enrolment.active_at,
            Enrolment.completed_at,
            Certificate.status.label("certificate"),
            Certificate.code,
            Certificate.expires_on,
        )
        .join(Posting, Posting.person_id == Person.id)
        .outerjoin(Enrolment, and_(Enrolment.subject == Person.id, of_scope(scope)))
        .outerjoin(Certificate, Certificate.id == Enrolment.id)
        .where(overseen_postings(actor, scope.at, unit=unit), of_status(scope))
        .order_by(Person.name, Person.id, Enrolment.module, Enrolment.id)
    )


def _read(rows: Iterable[Any], scope: Scope) -> Iterator[Line]:
    """Turn rows of `_lines` into lines; a score leaves here only where it may be seen."""
    places = {place.id: place for place in scope.part}
    titles, languages, today = scope.titles, scope.languages, clock.today()
    # Unpacked in one go: a long table has hundreds of thousands of rows.
    for (
        person,
        name,
        latin,
        unit,
        module,
        status,
        points,
        top,
        active,
        done,
        how,
        code,
        end,
    ) in rows:
        place = places[unit]
        award, holds_until = _standing(how, end, today) if code else (None, None)
        yield Line(
            person,
            name,
            latin,
            place.name,
            titles.get(module, module or ""),
            status or "none",
            points if place.scored else None,
            top if place.scored else None,
            award,
            code,
            holds_until,
            _day(active if done is None else done),
            languages.get(module, ""),
        )


@lru_cache(maxsize=4096)
def _standing(status: str, expires_on: str, today: date) -> tuple[str, date]:
    """Return the state of a certificate and the last day on which it holds."""
    expires = date.fromisoformat(expires_on)
    return certificates.state(status, expires, today), expires - _ONE_DAY


def _day(at: int | None) -> date | None:
    return None if at is None else _day_number(at // clock.DAY)


@lru_cache(maxsize=4096)
def _day_number(number: int) -> date:
    return clock.day(number * clock.DAY)
