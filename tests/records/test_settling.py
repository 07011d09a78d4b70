"""What a failing fold may cost, and what rebuild finds: never an answer, and never an award."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import Connection

from tests import way
from tests.cast import Cast
from tests.records import devices
from tests.records.devices import Device
from tests.records.histories import History, a_few, histories
from tests.records.log import Log, raising
from tests.visitor import Visitor
from training.assessment import rules
from training.content import items
from training.core.ids import uuid7
from training.records import rebuild, registry, settling
from training.records.envelope import Draft
from training.records.folding import Fold, Kind, Library, State
from training.records.rules import Entry, basis
from training.records.services import Outcome

Visit = Callable[..., Visitor]
Breaking = Callable[[str], AbstractContextManager[None]]
SAVED = "Your answers are saved."


@pytest.fixture(params=["python", "database"])
def broken(request: pytest.FixtureRequest, log: Log, monkeypatch: pytest.MonkeyPatch) -> Breaking:
    """Return what lets the fold of a table fail while a block runs: in itself, or by an error of
    the database, which on PostgreSQL spoils all of its transaction but for the savepoint."""

    @contextmanager
    def breaking(table: str) -> Iterator[None]:
        if request.param == "python":
            mend = log.break_fold(table, raising)
            yield
            mend()
        else:
            with monkeypatch.context() as patch:
                patch.setattr(settling, "write_row", failing_for(table))
                yield

    return breaking


def failing_for(table: str, *statements: str) -> Callable[..., None]:
    """Return what says something else to the database in place of a table's state rows."""
    whole = settling.write_row

    def write_row(connection: Connection, fold: Fold, row: dict[str, Any]) -> None:
        if fold.table != table:
            return whole(connection, fold, row)
        for statement in statements or ["SELECT nothing FROM nowhere"]:
            connection.exec_driver_sql(statement)

    return write_row


def test_a_failing_fold_costs_no_answer(
    visit: Visit, cast: Cast, log: Log, broken: Breaking, caplog: pytest.LogCaptureFixture
) -> None:
    """The page says "saved", the floors above wait, the operator is told; the next record folds
    everything again, and what was due comes then."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    way.do_lessons(official)
    attempt = way.start(official)
    way.answer_all(official, attempt)
    enrolments = log.states("enrolment")
    with broken("attempt"), caplog.at_level(logging.ERROR, "waypost.records"):
        for _ in range(2):  # the second is a button pressed again, and no second submission
            sent = official.post(f"{attempt}/submission", follow_redirects=True)
            assert sent.status_code == 200
            assert SAVED in sent.text
        assert "the fold of attempt failed" in caplog.text
        assert official.post(f"{way.FINAL}/attempts").status_code == 303
        assert SAVED in official.get(way.FINAL).text
    assert log.kinds(person).count("attempt.submitted") == 1
    assert log.kinds(person)[-1] == "attempt.submitted"
    assert log.kinds(person).count("attempt.started") == 1
    assert log.subject(person).fold_pending
    assert log.states("enrolment") == enrolments
    assert log.states("certificate") == {}
    way.start(official, f"{way.HOME}/quizzes/pre-test")
    assert not log.subject(person).fold_pending
    assert "Your certificate" in official.get(f"{way.HOME}/").text
    assert "You passed" in official.get(way.FINAL).text
    assert log.rebuild(check=True) == []


def test_an_answer_given_while_the_fold_fails_is_saved(
    visit: Visit, cast: Cast, log: Log, broken: Breaking
) -> None:
    """By form and by script alike; each is in the log, and counts once the fold is mended."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    attempt = way.start(official)
    id = attempt.rpartition("/")[2]
    first, second, third = (
        one["item"] for one in json.loads(log.state("attempt", id)["drawn"])[:3]
    )
    whole = way.document(official)
    with broken("attempt"):
        for item, headers in ((first, {}), (second, {"X-Waypost-Script": "1"})):
            data = {"item": item, "response": way.right(whole.item(item))}
            sent = official.post(f"{attempt}/responses", data, headers=headers)
            assert sent.status_code == (204 if headers else 303)
            assert headers == {} or sent.headers["X-Waypost-Saved"] == "1"
    assert log.kinds(person).count("response.given") == 2
    assert json.loads(log.state("attempt", id)["responses"]) == {}
    data = {"item": third, "response": way.right(whole.item(third))}
    assert official.post(f"{attempt}/responses", data).status_code == 303
    assert set(json.loads(log.state("attempt", id)["responses"])) == {first, second, third}
    assert not log.subject(person).fold_pending


def test_the_floors_below_a_failing_one_stand(log: Log, broken: Breaking) -> None:
    """The grade is given though the certificate can't be."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    with broken("certificate"):
        log.append(person, *devices.way(enrolment, attempt))
    assert log.state("attempt", attempt)["status"] == "graded"
    assert log.state("enrolment", enrolment)["status"] == "completed"
    assert log.states("certificate") == {}
    assert "certificate.issued" not in log.kinds(person)
    assert log.subject(person).fold_pending
    with broken("attempt"):  # another fault: what stands is kept
        log.append(person, devices.voided(enrolment, attempt))
    assert log.state("attempt", attempt)["status"] == "graded"
    assert log.rebuild() == []
    assert log.state("attempt", attempt)["status"] == "voided"
    assert log.state("certificate", enrolment)["status"] == "valid"


def test_a_resent_form_is_enough_to_fold_again(log: Log) -> None:
    """Nothing is written for it, but the person is brought up to date."""
    person, enrolment = log.person(), uuid7()
    draft = replace(devices.begun(enrolment)[0], id=uuid7())
    mend = log.break_fold("enrolment", raising)
    log.append(person, draft)
    mend()
    [again] = log.append(person, draft)
    assert again.outcome is Outcome.DUPLICATE
    assert log.state("enrolment", enrolment)["status"] == "open"
    assert not log.subject(person).fold_pending


@pytest.mark.parametrize("then", ["", "SELECT nothing FROM nowhere"])
def test_a_transaction_that_is_gone_is_not_acknowledged(
    visit: Visit, cast: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """A full disk makes SQLite roll back all, the record as well: whoever sent it must not be told
    that it is saved."""
    official, person = visit(cast["learner"]), cast["learner"].id
    way.enrol(official)
    stood = log.kinds(person)
    lesson = f"{way.HOME}/lessons/{way.document(official).lessons[0].id}"
    with monkeypatch.context() as patch:
        gone = failing_for("enrolment", *filter(None, ["ROLLBACK", then]))
        patch.setattr(settling, "write_row", gone)
        assert official.post(lesson).status_code >= 500
    assert log.kinds(person) == stood
    assert official.post(lesson).status_code == 303
    assert log.kinds(person) == [*stood, "lesson.done"]


def test_rebuild_mends_and_makes_what_was_due(log: Log, broken: Breaking) -> None:
    """For those whose fold failed; a check before it says what is missing and makes nothing."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt)[:-1])
    with broken("attempt"):
        log.append(person, devices.submitted(enrolment, attempt))
    missing = ["attempt: attempt.graded is due and absent", "attempt: the state differs"]
    assert log.rebuild(check=True) == missing
    assert log.rebuild(check=True) == missing
    assert log.rebuild() == []
    assert log.state("certificate", enrolment)["status"] == "valid"
    assert not log.subject(person).fold_pending
    assert log.rebuild(check=True) == []


def test_rebuild_makes_no_decision_for_anybody_else(log: Log) -> None:
    """A changed rule may call for one: that is reported, and for people to settle."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt)[:-1])
    mend = log.break_fold("attempt", raising)
    log.append(person, devices.submitted(enrolment, attempt))
    mend()
    log.write("UPDATE subject SET fold_pending = false")
    due = "attempt: attempt.graded is due and absent"
    assert log.rebuild() == [due, "attempt: the state differs"]
    assert log.rebuild() == [due]
    assert log.state("attempt", attempt)["status"] == "submitted"
    assert "attempt.graded" not in log.kinds(person)


def test_a_fold_that_goes_on_failing_stops_nobody_elses_rebuild(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is reported, its row stays as it was, and the person stays marked."""
    monkeypatch.setattr(rebuild, "_CHUNK", 1)
    people = [log.person() for _ in range(3)]
    enrolments = [uuid7() for _ in people]
    for person, enrolment in zip(people, enrolments, strict=True):
        log.append(person, *devices.begun(enrolment))
    bad = sorted(people)[1]
    log.write("UPDATE subject SET fold_pending = true WHERE id = :bad", bad=bad)
    log.write("UPDATE enrolment SET lessons = '[]'")
    stood = log.states("enrolment")
    key = enrolments[people.index(bad)]

    def raising_for_one(state: State, own: Sequence[Entry]) -> State:
        return raising(state, own) if own[0].about == key else state

    mend = log.break_fold("enrolment", raising_for_one)
    fails = "enrolment: the fold fails: LookupError('a fault in a fold')"
    differs = "enrolment: the state differs"
    assert log.rebuild(check=True) == [differs, fails, differs]
    assert log.rebuild() == [differs, fails, differs]
    assert log.subject(bad).fold_pending
    assert log.state("enrolment", key) == stood[key]
    assert log.rebuild() == [fails]
    mend()
    assert log.rebuild() == []
    assert not log.subject(bad).fold_pending
    assert log.state("enrolment", key) != stood[key]


def test_a_check_finds_nothing_after_ordinary_histories(log: Log) -> None:
    """Whatever came when: late answers, second thoughts, voided attempts, corrected items."""
    tellings = count(1)

    @settings(a_few, max_examples=10)
    @given(histories())
    def check(history: History) -> None:
        telling = next(tellings)
        if telling % 2:
            log.receive(*history.records(log.person(), telling))
        else:
            person = log.person()
            for draft in history.drafts(telling):
                log.append(person, draft)

    check()
    assert len(log.states("attempt")) > 10
    assert log.rebuild(check=True) == []


def test_a_check_finds_nothing_where_later_records_speak_against_an_award(log: Log) -> None:
    """The award stands and its state says what speaks against it; that is no fault of the log."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt, some_wrong))
    assert log.state("certificate", enrolment)["status"] == "valid"
    log.append(person, devices.corrected(enrolment, attempt, "call"))
    assert log.kinds(person).count("attempt.graded") == 2
    assert log.rebuild(check=True) == []
    log.append(person, devices.voided(enrolment, attempt))
    assert log.state("attempt", attempt)["points"] is None
    assert log.state("enrolment", enrolment)["flags"] == "completed-no-longer-due"
    assert log.state("certificate", enrolment)["status"] == "valid"
    assert log.rebuild(check=True) == []
    withdrawn = {"reason": {"text": "t", "hash": "h"}}
    log.append(person, Draft("completion.withdrawn", enrolment, withdrawn))
    log.append(person, Draft("certificate.revoked", enrolment, withdrawn))
    log.append(person, *devices.taken(enrolment, uuid7()))
    assert log.state("enrolment", enrolment)["status"] == "open"
    assert log.state("certificate", enrolment)["status"] == "revoked"
    assert log.kinds(person).count("completion.reached") == 1
    assert log.kinds(person).count("certificate.issued") == 1
    assert log.rebuild(check=True) == []


def some_wrong(item: items.Item) -> list[str]:
    """Answer one item of the small module rightly, the other wrongly: that is enough to pass."""
    return way.right(item) if item.id == "cover-shows" else way.wrong(item)


def test_a_check_reports_what_was_written_past_the_folds(log: Log) -> None:
    """A row tampered with, a row without records, a row gone; rebuild puts them right."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt, some_wrong))
    tables = ("attempt", "enrolment", "certificate")
    whole = [log.states(table) for table in tables]
    columns = ", ".join(name for name in whole[0][attempt] if name != "id")
    log.write("UPDATE attempt SET points = 2 WHERE id = :id", id=attempt)
    log.write("UPDATE certificate SET expires_on = '2099-01-01'")
    log.write("DELETE FROM enrolment")
    log.write(
        f"INSERT INTO attempt (id, {columns}) SELECT :stray, {columns} FROM attempt", stray=uuid7()
    )
    wrong = [log.states(table) for table in tables]
    found = [
        "attempt: the state differs",
        "attempt: a state without records",
        "enrolment: the state differs",
        "certificate: the state differs",
    ]
    assert log.rebuild(check=True) == found
    assert [log.states(table) for table in tables] == wrong
    assert log.rebuild() == found
    assert [log.states(table) for table in tables] == whole
    assert log.rebuild(check=True) == []


@pytest.mark.parametrize("change", ["grade", "number"])
def test_a_changed_rule_is_reported_and_takes_nothing_away(
    log: Log, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Everybody who passed would fail now: grade, completion and certificate stand as they were,
    and whoever may decide is told."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt))
    voided = uuid7()
    log.append(person, *devices.taken(enrolment, voided), devices.voided(enrolment, voided))
    tables = ("attempt", "enrolment", "certificate")
    stood = [log.states(table) for table in tables], log.kinds(person)
    graded = log.kinds(person).count("attempt.graded")
    if change == "grade":
        failed = rules.Grade(0, 2, False, {})
        monkeypatch.setattr(rules, "grade", lambda *_, **__: failed)
    else:
        monkeypatch.setattr(rules, "RULE", rules.RULE + 1)
    for check in (True, False, True):
        found = log.rebuild(check=check)
        assert len(found) == graded
        assert all(line.startswith("attempt: decided ") for line in found)
        assert all("would now be" in line for line in found)
        assert ([log.states(table) for table in tables], log.kinds(person)) == stood


def test_a_check_sees_one_state_of_the_database(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody answers between its reading of the records and of the states."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt)[:-1])
    whole = rebuild._standing_rows
    rest = [devices.submitted(enrolment, attempt)]

    def after_an_answer(*arguments: Any) -> Any:
        if rest:
            log.append(person, rest.pop())
        return whole(*arguments)

    monkeypatch.setattr(rebuild, "_standing_rows", after_an_answer)
    assert log.rebuild(check=True) == []
    assert log.state("attempt", attempt)["status"] == "graded"


def always_due(state: State, own: Sequence[Entry]) -> State:
    """Call for another grade after each: a fault, for a decision never changes its own due."""
    graded = sum(entry.kind == "attempt.graded" for entry in own)
    due = {**state.due, "basis": f"{graded}"} if state.due else None
    return replace(state, due=due)


def forgetful(state: State, own: Sequence[Entry]) -> State:
    """Show no decision, though it was made."""
    return replace(state, decided=None, last="")


@pytest.mark.parametrize("faulty", [always_due, forgetful])
def test_a_decider_that_does_not_settle_is_a_fault_and_decides_nothing(
    log: Log, faulty: Callable[[State, Sequence[Entry]], State]
) -> None:
    """It would go on for ever; the record stands, the person is marked."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt)[:-1])
    mend = log.break_fold("attempt", faulty)
    log.append(person, devices.submitted(enrolment, attempt))
    assert log.kinds(person)[-1] == "attempt.submitted"
    assert log.subject(person).fold_pending
    mend()
    assert log.rebuild() == []
    assert log.state("certificate", enrolment)["status"] == "valid"


def test_a_decision_that_stands_is_not_made_again(log: Log) -> None:
    """A fold that does not show it would have it made for ever: a fault like any other."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt))
    stood = log.kinds(person)
    mend = log.break_fold("attempt", forgetful)
    log.append(person, devices.response(enrolment, attempt, "call", ["true"]))
    assert log.kinds(person) == [*stood, "response.given"]
    assert log.subject(person).fold_pending
    mend()
    assert log.rebuild() == []
    assert log.state("attempt", attempt)["flags"] == "response-after-end"


def test_a_thing_may_be_a_whole_person(log: Log) -> None:
    """A path through several modules is folded from all that somebody did, whatever it was about;
    its floor is above those whose decisions it reads."""

    def fold_path(entries: Sequence[Entry], library: Library) -> State:
        reached = [entry for entry in entries if entry.kind == "completion.reached"]
        decided = [entry for entry in entries if entry.kind == "path.reached"]
        return State(
            columns={"modules": len(reached), "status": "reached" if decided else "open"},
            opened=reached[0] if reached else None,
            due={"basis": basis([reached[0].id, reached[1].id])} if len(reached) > 1 else None,
            decided=decided[0].data if decided else None,
            last=decided[0].id if decided else "",
        )

    kinds = frozenset({"completion.reached", "path.reached", "path.chosen"})
    fold = Fold("path_state", "subject", kinds, fold_path, "path.reached", once=True)
    known = registry.registry(log.app)
    known.register(kinds=[Kind("path.chosen", {})])
    known.register(kinds=[Kind("path.reached", {"basis": str})], fold=fold)
    log.write(
        "CREATE TABLE path_state (id varchar(36) PRIMARY KEY, subject varchar(36), "
        "modules integer, status varchar(12))"
    )
    device = Device(log.person())
    person = device.subject
    log.receive(device.record("path.chosen", uuid7(), {}))
    assert log.state("path_state", person)["status"] == "open"
    for status in ("open", "reached", "reached"):
        log.append(person, *devices.way(uuid7(), uuid7()))
        assert log.state("path_state", person)["status"] == status
    assert log.state("path_state", person)["modules"] == 3
    assert log.kinds(person).count("path.reached") == 1
    assert log.rebuild(check=True) == []
