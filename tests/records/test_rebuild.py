"""What rebuild mends, makes and finds: it never takes an award away."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings

from tests import way
from tests.records import devices
from tests.records.histories import History, a_few, histories
from tests.records.log import Breaking, Log, raising
from training.assessment import rules
from training.content import items
from training.core.ids import uuid7
from training.records import rebuild
from training.records.envelope import Draft
from training.records.folding import State
from training.records.rules import Entry


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
    [reached] = [r.id for r in log.records(person) if r.kind == "completion.reached"]
    log.append(person, Draft("completion.withdrawn", enrolment, withdrawn, corrects=reached))
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
