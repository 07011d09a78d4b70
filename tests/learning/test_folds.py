"""The enrolment's fold, case by case: progress, completion, and what speaks against it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.records.entries import Told, requiring
from tests.records.histories import BEGAN, MINUTE, document, library
from tests.records.paper import folded
from training.learning.folds import ENROLMENT, KINDS
from training.records import rules
from training.records.folding import State
from training.records.rules import Entry

VOID = {"reason": {"text": "t", "hash": "h"}}


def state(told: Told) -> State:
    """Fold what was told."""
    return folded(ENROLMENT, told.entries)


def opened(*lessons: str) -> Told:
    """Return an enrolment with some lessons done."""
    told = Told()
    told("enrolment.opened", data={"module": document().module.id})
    for lesson in lessons:
        told("lesson.done", data={"lesson": lesson})
    return told


def complete(told: Told) -> Entry:
    """Decide the completion that is due."""
    assert ENROLMENT.decision_due(state(told))
    entry = told("completion.reached", data=dict(state(told).due or {}))
    assert not ENROLMENT.decision_due(state(told))
    return entry


def shown(state: State, *names: str) -> tuple[Any, ...]:
    """Return some columns."""
    return tuple(state.columns[name] for name in names)


def test_progress_shows_what_is_done_and_what_comes_next() -> None:
    """Also the version to which the enrolment is pinned, and when it was last worked on."""
    told = opened("acting")
    found = state(told)
    assert shown(found, "module", "version", "status", "stands_at") == (
        "small-module",
        document().digest,
        "open",
        "lesson:looking",
    )
    assert json.loads(found.columns["lessons"]) == ["acting"]
    assert shown(found, "opened_at", "active_at") == (BEGAN + MINUTE, BEGAN + 2 * MINUTE)
    assert shown(found, "completed_at", "points", "maximum", "flags") == (None, None, None, "")
    assert found.due is None
    assert found.opened == told.entries[0]


def test_the_last_requirement_calls_for_completion() -> None:
    """Dated when it was met, with the points of the best final."""
    told = opened("acting", "looking")
    told.grade("1", points=1, passed=False)
    assert not ENROLMENT.decision_due(state(told))
    assert state(told).columns["stands_at"] == "quiz:final"
    graded = told.grade("2", points=2)
    reached = complete(told)
    assert reached.data == {
        "basis": rules.basis([told.entries[0].id]),
        "completed_at": graded.data["submitted_at"],
        "points": 2,
        "maximum": 2,
    }
    assert shown(state(told), "status", "completed_at", "stands_at", "points") == (
        "completed",
        graded.data["submitted_at"],
        "",
        2,
    )


def test_a_lesson_counts_from_the_first_time_it_was_done() -> None:
    """Whichever device told of it first."""
    told = opened("acting", "looking")
    told("lesson.done", data={"lesson": "looking"}, at=BEGAN + 90 * MINUTE)
    told("lesson.done", data={"lesson": "acting"}, at=BEGAN)
    told.grade(submitted_at=BEGAN + MINUTE)
    due = state(told).due
    assert due is not None
    assert due["completed_at"] == BEGAN + 3 * MINUTE


def test_a_quiz_counts_from_the_first_time_it_was_passed() -> None:
    """Also where a device tells of that one later."""
    told = opened("acting", "looking")
    told.grade("1", submitted_at=BEGAN + 90 * MINUTE)
    told.grade("2", submitted_at=BEGAN + 30 * MINUTE)
    told.grade("3", submitted_at=BEGAN + 60 * MINUTE)
    due = state(told).due
    assert due is not None
    assert due["completed_at"] == BEGAN + 30 * MINUTE


def test_a_later_grade_of_an_attempt_takes_the_place_of_the_earlier() -> None:
    """An item was corrected: what was failed is passed, or the other way round."""
    told = opened("acting", "looking")
    told.grade(points=1, maximum=2, passed=False)
    told.grade(points=1, maximum=1)
    assert shown(state(told), "points", "maximum") == (1, 1)
    complete(told)
    told.grade(points=0, maximum=1, passed=False)
    found = state(told)
    assert shown(found, "status", "points", "flags") == ("completed", 0, "completed-no-longer-due")


def test_a_voided_final_does_not_count() -> None:
    """Whichever came first; a completion that rests on it stands, and says so."""
    told = opened("acting", "looking")
    told("attempt.voided", "1", VOID)
    told.grade("1")
    assert state(told).due is None
    assert state(told).columns["points"] is None
    told.grade("2")
    complete(told)
    told("attempt.voided", "2", VOID)
    found = state(told)
    assert shown(found, "status", "flags") == ("completed", "completed-no-longer-due")
    told.grade("3")
    assert state(told).columns["flags"] == ""


def test_only_finals_show_points_but_checks_may_be_asked_for() -> None:
    """A module may require a check: passed, it completes; its points are nobody's result."""
    asks = requiring("all", ["check-looking"])
    told = opened("acting", "looking")

    def now() -> State:
        entries = [replace(entry, version=asks.digest) for entry in told.entries]
        return ENROLMENT.fold(rules.in_order(entries), {asks.digest: asks}.__getitem__)

    told.grade("1", quiz="check-looking", kind="check", points=0, maximum=1, passed=False)
    assert now().columns["stands_at"] == "quiz:check-looking"
    assert now().due is None
    passed = told.grade("2", quiz="check-looking", kind="check", points=1, maximum=1)
    due = now().due
    assert due is not None
    assert due["completed_at"] == passed.data["submitted_at"]
    assert (due["points"], due["maximum"]) == (0, 0)
    assert now().columns["points"] is None


def test_completion_comes_once() -> None:
    """Not again after it was withdrawn, whatever comes; the withdrawal shows."""
    told = opened("acting", "looking")
    told.grade("1")
    reached = complete(told)
    told("completion.withdrawn", data=VOID, corrects=reached.id)
    told.grade("2")
    found = state(told)
    assert not ENROLMENT.decision_due(found)
    assert found.due is not None
    assert (found.last, found.decided) == (reached.id, None)
    assert shown(found, "status", "completed_at", "flags") == (
        "open",
        None,
        "completion-withdrawn",
    )


def test_a_withdrawal_names_the_completion_that_it_withdraws() -> None:
    """On another server the completion may stand after it in the order, and is withdrawn all the
    same; one that names another withdraws nothing."""
    told = opened("acting", "looking")
    told.grade("1")
    reached = complete(told)
    told("completion.withdrawn", data=VOID, corrects="another")
    assert state(told).columns["status"] == "completed"
    told("completion.withdrawn", data=VOID, corrects=reached.id)
    told.entries[-3] = replace(reached, lamport=99)
    found = state(told)
    assert not ENROLMENT.decision_due(found)
    assert shown(found, "status", "flags") == ("open", "completion-withdrawn")


def test_a_grade_on_another_version_counts_for_nothing() -> None:
    """A device might tell of a final of an easier module as if it were of this one."""
    told = opened("acting", "looking")
    told.grade("1", version="another")
    assert state(told).due is None
    assert state(told).columns["points"] is None


def test_the_grade_that_stands_is_the_one_that_nobody_replaced() -> None:
    """Wherever servers that decided apart put it in the order."""
    told = opened("acting", "looking")
    first = told.grade("1", points=0, passed=False)
    second = told.grade("1", points=2, lamport=1, corrects=first.id)
    assert first.lamport > second.lamport
    assert state(told).columns["points"] == 2


def test_an_attempt_opened_elsewhere_over_the_limit_waits_for_a_decision() -> None:
    """Those opened on the server were counted when they began, and come first."""
    told = opened("acting", "looking")
    for attempt in ("1", "2"):
        told.start(attempt)
        told.grade(attempt, points=0, passed=False)
    told.start("3", device="a")
    told.grade("3")
    found = state(told)
    assert shown(found, "flags", "points") == ("surplus-attempt", 0)
    assert found.due is None
    told("attempt.voided", "2", data=VOID)
    found = state(told)
    assert shown(found, "flags", "points") == ("", 2)
    assert found.due is not None


def test_of_attempts_opened_elsewhere_the_first_count() -> None:
    """In the order of folds, whatever comes in first; checks have no limit."""
    told = opened("acting", "looking")
    for number in range(5):
        told.start(f"check {number}", quiz="check-looking", kind="check", device="a")
    for attempt in ("1", "2", "3"):
        told.start(attempt, device="a")
    told.grade("2", points=1)
    told.grade("3", points=2)
    assert shown(state(told), "flags", "points") == ("surplus-attempt", 1)


@pytest.mark.parametrize(
    ("at", "flag"),
    [(0, "claim-before-opening"), (BEGAN + 90 * MINUTE, ""), (2 * BEGAN, "claim-from-future")],
)
def test_what_a_device_claims_of_its_clock_is_shown(at: int, flag: str) -> None:
    """It counts as it is, never later than it came in."""
    told = opened("acting")
    received = BEGAN + 95 * MINUTE
    told("lesson.done", data={"lesson": "looking"}, at=at, device="a", received_at=received)
    assert state(told).columns["flags"] == flag
    assert json.loads(state(told).columns["lessons"]) == ["acting", "looking"]


def test_what_came_before_the_enrolment_waits_for_it() -> None:
    """A second opening changes nothing: the first in the order counts."""
    told = Told()
    told("lesson.done", data={"lesson": "acting"}, device="b")
    told.grade()
    found = state(told)
    assert shown(found, "status", "module", "version") == ("waiting", None, None)
    assert (found.opened, found.due) == (None, None)
    first = told("enrolment.opened", data={"module": "small-module"})
    told("enrolment.opened", data={"module": "another"})
    found = state(told)
    assert found.opened == first
    assert shown(found, "status", "module") == ("open", "small-module")
    assert json.loads(found.columns["lessons"]) == ["acting"]


def test_a_completion_has_the_shape_of_its_kind() -> None:
    """Else the log would hold decisions that its own door would refuse."""
    told = opened("acting", "looking")
    told.grade()
    [kind] = [kind for kind in KINDS if kind.name == ENROLMENT.decision]
    assert kind.fits(ENROLMENT.fold(told.entries, library).due or {})
