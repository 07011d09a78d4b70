"""People for the desk: some who go the way themselves, many who are written as they would stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, update

from tests import modules, way
from tests.cast import TESTER, Cast, Somebody
from tests.visitor import Visitor
from training.certificates.models import Certificate
from training.core import clock
from training.core.actors import Role
from training.core.database import Base
from training.core.ids import uuid7
from training.core.work import Work, unit_of_work
from training.learning.models import Enrolment
from training.people import services
from training.people.models import Grant, Person, Posting, Unit
from training.records.models import Subject

SECOND = "second-module"


def one_completed_one_begun(visit: Callable[..., Visitor], cast: Cast) -> str:
    """Let "learner" complete the module and "other learner" begin it; returns the certificate's
    code."""
    way.enrol(visit(cast["other learner"]))
    return way.complete(visit(cast["learner"]))


def publish_second(app: Flask) -> None:
    """Publish the module again, as another one."""
    document = modules.published(app)
    facts = document.module.model_copy(update={"id": SECOND, "title": "The second module"})
    modules.publish(app, document.model_copy(update={"module": facts}))


def add(app: Flask, name: str, unit: str | None, **facts: Any) -> Somebody:
    """Add a person posted at the unit with an id (None: nowhere), privacy notice read."""
    with app.app_context(), unit_of_work() as work:
        found = work.session.get(Unit, unit) if unit else None
        person = services.add_person(TESTER, work, name=name, unit=found, **facts)
        person.notice_accepted_at = person.confirmed_at = person.added_at
        return Somebody(person.id, name, "")


def grant(app: Flask, person: Somebody, role: Role, unit: str) -> None:
    """Give a person a role on the unit with an id."""
    with app.app_context(), unit_of_work() as work:
        holder, where = work.session.get(Person, person.id), work.session.get(Unit, unit)
        assert holder is not None
        assert where is not None
        services.grant(TESTER, work, person=holder, role=role, unit=where)


def end_grants(app: Flask, person: Somebody) -> None:
    """End all roles of a person; today is the first day without."""
    today = clock.today()
    with app.app_context(), unit_of_work() as work:
        work.connection.execute(
            update(Grant).where(Grant.person_id == person.id).values(valid_to=today)
        )


def move(app: Flask, person: Somebody, unit: str) -> None:
    """Post a person at another unit from today on; until yesterday they were where they are."""
    today = clock.today()
    with app.app_context(), unit_of_work() as work:
        work.connection.execute(
            update(Posting)
            .where(Posting.person_id == person.id)
            .values(valid_from=today - timedelta(days=9), valid_to=today)
        )
        work.session.add(Posting(person_id=person.id, unit_id=unit, valid_from=today))


def populate(app: Flask, *, unit: str, people: int, modules: Sequence[str]) -> None:
    """Write people posted at the unit with an id, each enrolled in all of `modules`."""
    with app.app_context(), unit_of_work() as work:
        ids = [uuid7() for _ in range(people)]
        _insert(work, Person, [_person(id, number) for number, id in enumerate(ids)])
        _insert(work, Posting, [_posting(id, unit) for id in ids])
        _insert(work, Subject, [{"id": id, "seq": 9, "lamport": 9} for id in ids])
        _insert(work, Enrolment, [_enrolment(id, module) for id in ids for module in modules])


@dataclass(frozen=True)
class Taken:
    """A taking of a module as its rows stand: `certificate` is the status of one (None: there is
    none), `until` the first day on which it holds no longer."""

    module: str
    status: str
    active: date
    certificate: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Made:
    """Somebody as the rows stand: where they are posted from which day until which, what they have
    taken."""

    name: str
    postings: tuple[tuple[str, date, date | None], ...]
    taken: tuple[Taken, ...] = ()


def write(app: Flask, people: Sequence[Made]) -> None:
    """Write such people."""
    with app.app_context(), unit_of_work() as work:
        for number, made in enumerate(people):
            id = uuid7()
            _insert(work, Person, [{**_person(id, number), "name": made.name}])
            dated = [{"unit_id": u, "valid_from": f, "valid_to": t} for u, f, t in made.postings]
            _insert(work, Posting, [{"id": uuid7(), "person_id": id, **row} for row in dated])
            _insert(work, Subject, [{"id": id, "seq": 9, "lamport": 9}])
            for taken in made.taken:
                _write_taken(work, id, taken)


def _write_taken(work: Work, person: str, taken: Taken) -> None:
    active = (taken.active - date(1970, 1, 1)).days * clock.DAY + clock.DAY - 1
    row = {**_enrolment(person, taken.module), "status": taken.status}
    _insert(work, Enrolment, [{**row, "active_at": active}])
    if taken.certificate is not None:
        assert taken.until is not None
        issued = taken.certificate != "none"
        facts = {
            "code": row["id"].replace("-", "")[-16:] if issued else None,
            "expires_on": taken.until.isoformat() if issued else None,
        }
        one = {"id": row["id"], "subject": person, "status": taken.certificate, **facts}
        _insert(work, Certificate, [one])


def _insert(work: Work, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        work.connection.execute(insert(table), rows)


def _person(id: str, number: int) -> dict[str, Any]:
    now = clock.moment(clock.now())
    return {"id": id, "name": f"Official {number:05d}", "added_at": now, "notice_accepted_at": now}


def _posting(person: str, unit: str) -> dict[str, Any]:
    return {"id": uuid7(), "person_id": person, "unit_id": unit, "valid_from": clock.today()}


def _enrolment(person: str, module: str) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "subject": person,
        "module": module,
        "version": "0" * 64,
        "status": "open",
        "opened_at": clock.now(),
        "active_at": clock.now(),
        "stands_at": "",
        "lessons": "[]",
        "flags": "",
    }
