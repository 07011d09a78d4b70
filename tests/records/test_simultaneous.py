"""Twenty at the same moment: one attempt, one grade, one completion, one certificate."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from tests import way
from tests.cast import Cast, Somebody
from tests.records.log import Log
from tests.visitor import Visitor
from training.assessment import queries, services
from training.assessment.models import Attempt
from training.content import items
from training.core.actors import Actor
from training.core.database import db
from training.core.permissions import actor
from training.core.work import Work, unit_of_work
from training.learning import quiz_views
from training.records import services as records
from training.records.envelope import Draft
from training.records.services import Appended, Lock

TWENTY = 20
Visit = Callable[..., Visitor]


@pytest.fixture
def twenty(visit: Visit, cast: Cast) -> list[Visitor]:
    """Return twenty browsers in which the learner is signed in."""
    return browsers(visit, cast["learner"])


def browsers(visit: Visit, person: Somebody) -> list[Visitor]:
    """Open twenty browsers, each ready to send a form."""
    opened = [visit(person) for _ in range(TWENTY)]
    for visitor in opened:
        visitor.token()
    return opened


def at_once(
    visitors: list[Visitor], path: str, data: Callable[[int], dict[str, Any]] | None = None
) -> list[int]:
    """Send a form from all browsers at the same moment; returns the status of each answer."""
    together = threading.Barrier(len(visitors))

    def send(number: int) -> int:
        together.wait(60)
        return visitors[number].post(path, data(number) if data else None).status_code

    with ThreadPoolExecutor(len(visitors)) as pool:
        return list(pool.map(send, range(len(visitors))))


def answered(log: Log, visitor: Visitor) -> str:
    """Enrol, do all lessons, start the final, answer it rightly; returns the attempt's address."""
    way.enrol(visitor)
    way.do_lessons(visitor)
    attempt = way.start(visitor)
    answer(log, visitor, attempt)
    return attempt


def answer(log: Log, visitor: Visitor, attempt: str) -> None:
    """Answer all of an attempt rightly."""
    whole = way.document(visitor)
    for one in drawn(log, attempt):
        data = {"item": one["item"], "response": items.right_response(whole.item(one["item"]))}
        assert visitor.post(f"{attempt}/responses", data).status_code == 303


def drawn(log: Log, attempt: str) -> list[dict[str, Any]]:
    """Return what was drawn for the attempt at an address."""
    found: list[dict[str, Any]] = json.loads(log.state("attempt", key(attempt))["drawn"])
    return found


def key(attempt: str) -> str:
    """Return the id of the attempt at an address."""
    return attempt.rpartition("/")[2]


def fail(visitor: Visitor, times: int) -> None:
    """Use attempts up, with no answer at all."""
    for _ in range(times):
        assert visitor.post(f"{way.start(visitor)}/submission").status_code == 303


def demand(log: Log, person: str, **expected: int) -> None:
    """Assert how often each kind of record is in the log, state rows included."""
    kinds = log.kinds(person)
    found = {name: kinds.count(name.replace("_", ".")) for name in expected}
    assert found == expected


def demand_one_submission(log: Log, person: str, statuses: list[int]) -> None:
    """Assert what twenty simultaneous submissions may come to."""
    assert statuses == [303] * TWENTY
    demand(
        log,
        person,
        attempt_submitted=1,
        attempt_graded=1,
        completion_reached=1,
        certificate_issued=1,
    )
    assert [row["status"] for row in log.states("attempt").values()] == ["graded"]
    assert [row["status"] for row in log.states("certificate").values()] == ["valid"]
    assert log.rebuild(check=True) == []


def demand_one_start(log: Log, person: str, statuses: list[int], before: int = 0) -> None:
    """Assert what twenty simultaneous starts may come to, after so many attempts."""
    assert statuses == [303] * TWENTY
    demand(log, person, attempt_started=before + 1)
    assert len(log.states("attempt")) == before + 1
    assert openings(log) == before + 1


def openings(log: Log) -> int:
    """Return how many attempts were counted against their limit."""
    with log.app.app_context():
        counted = text("SELECT count(*) FROM opening WHERE thing LIKE 'quiz:%'")
        return int(db.session.scalar(counted) or 0)


def test_twenty_of_each_step_are_one(log: Log, twenty: list[Visitor], cast: Cast) -> None:
    """Enrolments, starts, answers, submissions: one grade, one completion, one certificate, and
    every browser is led to them."""
    person, first = cast["learner"].id, twenty[0]
    assert at_once(twenty, f"{way.HOME}/enrolment") == [303] * TWENTY
    demand(log, person, enrolment_opened=1)
    way.do_lessons(first)
    demand_one_start(log, person, at_once(twenty, f"{way.FINAL}/attempts"))
    attempt = way.start(first)
    demand_answers_are_kept(log, person, twenty, attempt)
    answer(log, first, attempt)
    demand_one_submission(log, person, at_once(twenty, f"{attempt}/submission"))


def demand_answers_are_kept(log: Log, person: str, twenty: list[Visitor], attempt: str) -> None:
    """Send answers under one id: those that say the same are one record; each other choice is
    kept, and the last stands."""
    one = next(one for one in drawn(log, attempt) if len(one["options"]) > 2)
    record = "01900000-0000-7000-8000-000000000001"

    def same(number: int) -> dict[str, Any]:
        return {"item": one["item"], "response": one["options"][0], "record": record}

    def other(number: int) -> dict[str, Any]:
        return {**same(number), "response": one["options"][number % 2 + 1]}

    assert at_once(twenty, f"{attempt}/responses", same) == [303] * TWENTY
    demand(log, person, response_given=1)
    assert at_once(twenty, f"{attempt}/responses", other) == [303] * TWENTY
    given = [r for r in log.records(person) if r.kind == "response.given"]
    assert len({r.id for r in given}) == len({r.seq for r in given}) == len(given) >= 3
    stands = json.loads(log.state("attempt", key(attempt))["responses"])[one["item"]]
    assert stands == json.loads(given[-1].payload)["response"]


def test_no_start_goes_over_the_limit(log: Log, twenty: list[Visitor], cast: Cast) -> None:
    """With one attempt left twenty starts give one; with none left, none."""
    person, first = cast["learner"].id, twenty[0]
    way.enrol(first)
    fail(first, times=2)
    demand_one_start(log, person, at_once(twenty, f"{way.FINAL}/attempts"), before=2)
    [attempt] = [id for id, row in log.states("attempt").items() if row["status"] == "open"]
    assert first.post(f"{way.FINAL}/attempts/{attempt}/submission").status_code == 303
    assert at_once(twenty, f"{way.FINAL}/attempts") == [409] * TWENTY
    demand(log, person, attempt_started=3, attempt_graded=3)
    assert openings(log) == 3


# Controls: the same harness where the rule is read too early. On SQLite a unit begins with BEGIN
# IMMEDIATE, so that no two are under way at once and what one reads, it reads after the others'
# commits, locked or not: there the rule must be read before the unit for the fault to show.


def test_control_a_rule_read_before_the_unit_lets_twenty_through(
    log: Log, twenty: list[Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Is the attempt open?", asked before the unit begins, is answered with yes twenty times."""
    attempt = answered(log, twenty[0])
    together, before = threading.Barrier(TWENTY), threading.local()

    @contextmanager
    def too_late() -> Iterator[Work]:
        before.found = queries.attempt(db.session(), actor(), key(attempt))
        together.wait(60)
        with unit_of_work() as work:
            yield work

    def found_before(*_: object, **__: object) -> Attempt:
        found: Attempt = before.found
        return found

    with monkeypatch.context() as patch:
        patch.setattr(quiz_views, "unit_of_work", too_late)
        patch.setattr(queries, "answering", found_before)
        statuses = at_once(twenty, f"{attempt}/submission")
    with pytest.raises(AssertionError):
        demand_one_submission(log, cast["learner"].id, statuses)
    demand(log, cast["learner"].id, attempt_submitted=TWENTY)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_control_a_rule_read_before_the_lock_lets_twenty_through(
    log: Log, twenty: list[Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit alone keeps nobody waiting on PostgreSQL: the lock must come before the rule."""
    attempt = answered(log, twenty[0])
    together, lock, append = threading.Barrier(TWENTY), records.lock, records.append

    def no_lock(work: Work, subject: str) -> Lock:
        return Lock(subject, work, seq=0, lamport=0, fold_pending=False, unit=None)

    def lock_and_append(actor: Actor, held: Lock, draft: Draft) -> Appended:
        together.wait(60)
        return append(actor, lock(held.work, held.subject), draft)

    with monkeypatch.context() as patch:
        patch.setattr(records, "lock", no_lock)
        patch.setattr(records, "append", lock_and_append)
        statuses = at_once(twenty, f"{attempt}/submission")
    with pytest.raises(AssertionError):
        demand_one_submission(log, cast["learner"].id, statuses)
    demand(log, cast["learner"].id, attempt_submitted=TWENTY)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_control_a_limit_read_before_the_lock_is_held_by_the_database(
    log: Log, twenty: list[Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty that all found the last attempt free: the constraint lets one have it. The harness
    sees the fault by the answers that the others get."""
    person = cast["learner"].id
    way.enrol(twenty[0])
    fail(twenty[0], times=2)
    together, lock, append, take = (
        threading.Barrier(TWENTY),
        records.lock,
        records.append,
        services._take_place,
    )

    def no_lock(work: Work, subject: str) -> Lock:
        return Lock(subject, work, seq=0, lamport=0, fold_pending=False, unit=None)

    def take_together(*arguments: Any) -> None:
        together.wait(60)
        take(*arguments)

    def lock_and_append(actor: Actor, held: Lock, draft: Draft) -> Appended:
        return append(actor, lock(held.work, held.subject), draft)

    with monkeypatch.context() as patch:
        patch.setattr(records, "lock", no_lock)
        patch.setattr(records, "append", lock_and_append)
        patch.setattr(services, "_take_place", take_together)
        statuses = at_once(twenty, f"{way.FINAL}/attempts")
    with pytest.raises(AssertionError):
        demand_one_start(log, person, statuses, before=2)
    demand(log, person, attempt_started=3)
    assert openings(log) == 3
