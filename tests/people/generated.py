"""Made-up people and places, as plain values: a tree of units, and who is posted, appointed and
asked for where, from when until when. All dates lie within a few days, so that many meet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import insert, update

from tests import way
from tests.cast import TESTER
from tests.filters import add_row
from training.assessment.models import Attempt
from training.authoring.models import Draft
from training.certificates.models import Certificate
from training.content.models import ModuleRow
from training.core import audit, clock
from training.core.actors import Role
from training.core.database import db
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.learning.models import Enrolment
from training.people import models, queries, sessions

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(7)]
"""The days on which anything begins or ends, with the one before and the one after."""
_AFTER = datetime.combine(DAYS[-1] + timedelta(days=1), time.min, UTC)
_KINDS = ("state", "agency", "post")
PEOPLE, GRANTED = 12, 7


@dataclass
class Dated:
    """Somebody at a unit, or a role on it, from one day until the day before another."""

    id: str
    person: str
    unit: str
    first: date
    end: date | None
    what: str

    def on(self, day: date) -> bool:
        """Tell whether it is in force."""
        return self.first <= day and self.lasts(day)

    def lasts(self, day: date) -> bool:
        """Tell whether it is in force, or will be."""
        return self.end is None or day < self.end


@dataclass
class Generated:
    """What was made up. `above` names for each unit the one above it; the region has none."""

    above: dict[str, str | None]
    people: list[str]
    postings: list[Dated] = field(default_factory=list)
    grants: list[Dated] = field(default_factory=list)
    transfers: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The person and the unit of each."""
    modules: dict[str, str] = field(default_factory=dict)
    """The owner of each."""
    drafts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The module and the person of each."""
    entries: dict[str, str | None] = field(default_factory=dict)
    """The unit of each entry of the audit log, by what was done."""
    enrolments: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The module and the person of each; `attempts` and `certificates` likewise name a person."""
    attempts: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, str] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The unit above all."""
        return next(unit for unit, above in self.above.items() if above is None)


def token(person: str) -> str:
    """Return the token of a person's session, which lasts through all the days."""
    return f"session of {person}"


def generate(app: Flask, seed: int) -> Generated:
    """Make up people and places, write them into a database without any, and return them."""
    chance = Random(seed)
    with app.app_context():
        region = queries.root(db.session()).id
    made = Generated({region: None}, [uuid7() for _ in range(PEOPLE)])
    made.modules[way.MODULE] = region
    _add_units(app, made, chance)
    units = list(made.above)
    for number, person in enumerate(made.people):
        made.postings += _postings(chance, person, units)
        if number < GRANTED:
            made.grants += [_grant(chance, person, units) for _ in range(chance.randint(2, 4))]
    everywhere = (made.people[0], region, DAYS[2], DAYS[5])
    made.grants += [_granted(role, *everywhere) for role in Role]
    _write_people(app, made)
    _add_other_rows(app, made, chance)
    return made


def _add_units(app: Flask, made: Generated, chance: Random) -> None:
    """Write a tree; then some units end, and some go to another place, with all below them."""
    levels: list[list[str]] = [[made.region]]
    rows: list[dict[str, Any]] = []
    for kind, number in zip(_KINDS, (3, 5, 7), strict=True):
        levels.append([uuid7() for _ in range(number)])
        for unit in levels[-1]:
            made.above[unit] = chance.choice(levels[-2])
            end = chance.choice((None, None, *DAYS[2:-1]))
            rows.append(
                {
                    "id": unit,
                    "kind": kind,
                    "parent_id": made.above[unit],
                    "name": unit,
                    "valid_from": FIRST,
                    "valid_to": end,
                }
            )
    with app.app_context(), unit_of_work() as work:
        work.connection.execute(insert(models.Unit), rows)
        for level, above in ((2, 1), (3, 2)):
            for unit in chance.sample(levels[level], 2):
                made.above[unit] = chance.choice(levels[above])
                moved = update(models.Unit).where(models.Unit.id == unit)
                work.connection.execute(moved.values(parent_id=made.above[unit]))


def _postings(chance: Random, person: str, units: list[str]) -> Iterator[Dated]:
    """Yield one after another, with gaps between some; the last may go on, or not have begun."""
    cuts = sorted(chance.sample(DAYS[1:-1], chance.randint(0, 4)))
    for place, first in enumerate(cuts):
        end = cuts[place + 1] if place + 1 < len(cuts) else chance.choice((None, DAYS[-1]))
        if chance.random() < 0.75:
            kind = chance.choice(models.POSTING_KINDS)
            yield Dated(uuid7(), person, chance.choice(units), first, end, kind)


def _grant(chance: Random, person: str, units: list[str]) -> Dated:
    first, *later = sorted(chance.sample(DAYS[1:-1], 2))
    role = chance.choice(list(Role))
    return _granted(role, person, chance.choice(units), first, chance.choice((None, *later)))


def _granted(role: Role, person: str, unit: str, first: date, end: date | None) -> Dated:
    return Dated(uuid7(), person, unit, first, end, role.value)


def _write_people(app: Flask, made: Generated) -> None:
    long_ago = clock.moment(0)
    people = [
        {"id": one, "name": one, "folded": "", "language": "en", "added_at": long_ago}
        for one in made.people
    ]
    opened = [
        {
            "id": sessions.token_id(token(one)),
            "person_id": one,
            "csrf": one,
            "began_at": _AFTER,
            "seen_at": _AFTER,
        }
        for one in made.people
    ]
    with app.app_context(), unit_of_work() as work:
        write = work.connection.execute
        write(insert(models.Person), people)
        write(insert(models.SignInSession), opened)
        write(insert(models.Posting), [{**_row(one), "kind": one.what} for one in made.postings])
        write(insert(models.Grant), [{**_row(one), "role": one.what} for one in made.grants])


def _row(one: Dated) -> dict[str, Any]:
    return {
        "id": one.id,
        "person_id": one.person,
        "unit_id": one.unit,
        "valid_from": one.first,
        "valid_to": one.end,
    }


def _add_other_rows(app: Flask, made: Generated, chance: Random) -> None:
    """What belongs to people and units: transfers, modules, drafts, the audit log, work."""
    now = clock.moment(0)
    for unit in chance.sample(list(made.above), 4):
        module = f"of-{unit}"
        add_row(app, ModuleRow, id=module, owner_id=unit, added_at=now)
        made.modules[module] = unit
    modules = [*made.modules, "new", "new-too"]
    for person in made.people:
        unit = chance.choice(list(made.above))
        asked: dict[str, Any] = {"on": DAYS[3], "asked_at": now, "answer": None}
        transfer = add_row(app, models.Transfer, person_id=person, unit_id=unit, **asked)
        made.transfers[transfer] = (person, unit)
        module = chance.choice(modules)
        draft = add_row(app, Draft, module_id=module, owner_id=person, uploaded_at=now)
        made.drafts[draft] = (module, person)
        enrolment = add_row(app, Enrolment, subject=person, module=module)
        made.enrolments[enrolment] = (module, person)
        made.attempts[add_row(app, Attempt, subject=person)] = person
        made.certificates[add_row(app, Certificate, subject=person, code=uuid7()[-16:])] = person
    with app.app_context(), unit_of_work() as work:
        for number, place in enumerate((None, *made.above)):
            made.entries[f"done {number}"] = place
            audit.note(TESTER, work, f"done {number}", unit=place)
