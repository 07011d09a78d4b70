"""The attempt's fold, case by case: what counts, what is flagged, and when a grade is due."""

import json
from dataclasses import replace
from typing import Any

from tests.records.entries import Told
from tests.records.histories import BEGAN, MINUTE, library
from tests.records.paper import folded
from training.assessment.folds import ATTEMPT, KINDS
from training.records.folding import State
from training.records.rules import Entry

WRONG, RIGHT = False, True
DEADLINE = BEGAN + 10 * MINUTE
LATE = DEADLINE + 1


def state(told: Told) -> State:
    """Fold what was told."""
    return folded(ATTEMPT, told.entries)


def responses(state: State) -> dict[str, list[str]]:
    """Return the responses that count."""
    found: dict[str, list[str]] = json.loads(state.columns["responses"])
    return found


def decide(told: Told) -> Entry:
    """Give the grade that is due."""
    due = state(told).due
    assert due is not None
    assert ATTEMPT.decision_due(state(told))
    entry = told("attempt.graded", "1", dict(due), corrects=state(told).last or None)
    assert not ATTEMPT.decision_due(state(told))
    return entry


def result(state: State) -> tuple[Any, ...]:
    """Return what a page shows of the result."""
    return tuple(state.columns[name] for name in ("status", "points", "maximum", "passed"))


def test_an_attempt_is_open_until_it_ends() -> None:
    """It shows what was drawn, the last response to each item, and no result."""
    told = Told()
    started = told.start(deadline=DEADLINE)
    told.answer("call", WRONG)
    told.answer("cover-shows")
    told.answer("call")
    found = state(told)
    assert result(found) == ("open", None, None, None)
    assert found.due is None
    assert responses(found) == {"call": ["true"], "cover-shows": ["emblem", "state"]}
    assert json.loads(found.columns["drawn"]) == started.data["drawn"]
    shown = ("enrolment", "module", "quiz", "kind", "version", "started_at", "deadline")
    assert [found.columns[name] for name in shown] == [
        started.about,
        "small-module",
        "final",
        "final",
        started.version,
        started.effective_at,
        DEADLINE,
    ]
    assert found.columns["flags"] == ""


def test_what_a_device_claims_of_its_clock_is_shown() -> None:
    """It counts as it is, never later than it came in; the server's own clock claims nothing."""
    told = Told()
    started = told.start()
    told.answer("call", at=started.occurred_at - 1)
    told.answer("call", at=2 * BEGAN, received_at=BEGAN)
    assert state(told).columns["flags"] == ""
    told.answer("call", at=started.occurred_at - 1, device="a")
    assert state(told).columns["flags"] == "claim-before-start"
    told.answer("call", at=2 * BEGAN, received_at=BEGAN + 90 * MINUTE, device="a")
    assert state(told).columns["flags"] == "claim-before-start claim-from-future"
    assert state(told).due is None


def test_a_grade_made_apart_replaces_the_one_that_it_names() -> None:
    """Wherever the other server put it in the order."""
    told = Told()
    told.start()
    told("attempt.submitted", "1")
    first = decide(told)
    told("attempt.items_corrected", "1", {"correction": "c", "void": ["call"]}, lamport=2)
    second = decide(told)
    assert second.corrects == first.id
    told.entries[-1] = replace(second, lamport=first.lamport - 1)
    found = state(told)
    assert (found.last, found.decided) == (second.id, second.data)
    assert not ATTEMPT.decision_due(found)


def test_its_end_calls_for_a_grade() -> None:
    """In points by outcome, dated at the submission, by the rule of today."""
    told = Told()
    told.start()
    told.answer("call")
    ended = told("attempt.submitted", "1")
    assert state(told).columns["status"] == "submitted"
    graded = decide(told)
    assert {**graded.data, "basis": "", "rule": 0} == {
        "basis": "",
        "rule": 0,
        "quiz": "final",
        "kind": "final",
        "points": 1,
        "maximum": 2,
        "passed": True,
        "outcomes": {"act": [1, 1], "look": [0, 1]},
        "submitted_at": ended.effective_at,
    }
    found = state(told)
    assert result(found) == ("graded", 1, 2, True)
    assert json.loads(found.columns["outcomes"]) == {"act": [1, 1], "look": [0, 1]}
    assert found.last == graded.id


def test_what_comes_after_the_end_is_flagged_and_does_not_count() -> None:
    """Nor does a second submission: the first stands."""
    told = Told()
    told.start()
    told.answer("call", WRONG)
    ended = told("attempt.submitted", "1")
    decide(told)
    told.answer("call")
    told.answer("cover-shows", device="a")
    told("attempt.submitted", "1")
    found = state(told)
    assert not ATTEMPT.decision_due(found)
    assert responses(found) == {"call": ["false"]}
    assert found.columns["submitted_at"] == ended.effective_at
    assert found.columns["flags"] == "response-after-end"


def test_claimed_times_order_nothing() -> None:
    """A response that claims to be from after the submission counts where its maker had not seen
    one; one that claims to be from before does not where it had."""
    told = Told()
    told.start()
    told.answer("call", device="a", at=BEGAN + 999 * MINUTE)
    told("attempt.submitted", "1", device="a", at=BEGAN)
    told.answer("cover-shows", device="a", at=BEGAN - 999 * MINUTE)
    assert responses(state(told)) == {"call": ["true"]}


def test_a_deadline_ends_what_was_not_submitted() -> None:
    """It is graded as it stands, dated at the deadline."""
    told = Told()
    told.start(deadline=DEADLINE)
    told.answer("call")
    assert state(told).due is None
    told("attempt.expired", "1", {"deadline": DEADLINE}, at=LATE)
    assert decide(told).data["submitted_at"] == DEADLINE
    assert result(state(told)) == ("graded", 1, 2, True)


def test_a_deadline_cuts_by_time_what_the_server_dated() -> None:
    """Wherever the expiry stands in the order; and it dates a late submission back."""
    for place in (1, 3, 4):
        told = Told()
        told.start()
        told.answer("call")
        told.answer("cover-shows", at=LATE)
        told("attempt.submitted", "1", at=LATE)
        expired = told("attempt.expired", "1", {"deadline": DEADLINE}, at=LATE, lamport=place)
        assert expired.lamport == place
        found = state(told)
        assert responses(found) == {"call": ["true"]}
        assert found.columns["submitted_at"] == DEADLINE
        assert found.columns["flags"] == "response-after-deadline"


def test_what_a_device_claims_is_flagged_and_never_cut() -> None:
    """Its clock may be wrong; the officer did answer."""
    told = Told()
    told.start()
    told.answer("call", device="a", at=LATE, received_at=LATE)
    told("attempt.expired", "1", {"deadline": DEADLINE}, at=LATE)
    found = state(told)
    assert responses(found) == {"call": ["true"]}
    assert found.columns["flags"] == "response-after-deadline"


def test_the_earliest_deadline_counts_and_the_very_moment_is_in_time() -> None:
    """Two servers may each have ended it."""
    told = Told()
    told.start()
    told.answer("call", at=DEADLINE)
    for deadline in (DEADLINE + MINUTE, DEADLINE, DEADLINE + 2 * MINUTE):
        told("attempt.expired", "1", {"deadline": deadline}, at=DEADLINE + 5 * MINUTE)
    found = state(told)
    assert responses(found) == {"call": ["true"]}
    assert found.columns["submitted_at"] == DEADLINE


def test_an_expiry_that_comes_after_the_grade_calls_for_another() -> None:
    """A late submission was graded before the expiry arrived: the grade is dated back, as it
    would be had the two come in the other order; one in time is left alone."""
    for at, again in ((LATE, True), (DEADLINE, True), (DEADLINE - 1, False)):
        told = Told()
        told.start()
        told.answer("call")
        told("attempt.submitted", "1", at=at)
        decide(told)
        told("attempt.expired", "1", {"deadline": DEADLINE}, at=LATE)
        assert ATTEMPT.decision_due(state(told)) is again
        due = state(told).due
        assert due is not None
        assert due["submitted_at"] == min(at, DEADLINE)


def test_a_voided_attempt_shows_no_result_whichever_came_first() -> None:
    """And calls for none; its answers stay to be seen."""
    for first in (True, False):
        told = Told()
        told.start()
        told.answer("call")
        void = {"reason": {"text": "t", "hash": "h"}}
        if first:
            told("attempt.voided", "1", void)
        told("attempt.submitted", "1")
        if not first:
            decide(told)
            told("attempt.voided", "1", void)
        told("attempt.voided", "1", void)
        found = state(told)
        assert result(found) == ("voided", None, None, None)
        assert found.columns["outcomes"] == "{}"
        assert found.due is None
        assert responses(found) == {"call": ["true"]}


def test_a_corrected_item_calls_for_another_grade() -> None:
    """Once; the same correction again, or of items that were not drawn, for none."""
    told = Told()
    told.start()
    told.answer("call", WRONG)
    told.answer("cover-shows")
    told("attempt.submitted", "1")
    first = decide(told)
    assert (first.data["points"], first.data["maximum"]) == (1, 2)
    told("attempt.items_corrected", "1", {"correction": "c", "void": ["accuse"]})
    assert not ATTEMPT.decision_due(state(told))
    told("attempt.items_corrected", "1", {"correction": "c", "void": ["call"]})
    second = decide(told)
    assert (second.data["points"], second.data["maximum"]) == (1, 1)
    assert result(state(told)) == ("graded", 1, 1, True)
    told("attempt.items_corrected", "1", {"correction": "d", "void": ["call"]})
    assert not ATTEMPT.decision_due(state(told))


def test_a_correction_counts_also_before_the_attempt_ends() -> None:
    """One grade then, with the item void."""
    told = Told()
    told.start()
    told("attempt.items_corrected", "1", {"correction": "c", "void": ["call", "cover-shows"]})
    told("attempt.submitted", "1")
    data = decide(told).data
    assert (data["points"], data["maximum"], data["passed"]) == (0, 0, True)


def test_a_grade_is_due_again_only_when_what_it_rests_on_has_changed() -> None:
    """A changed rule alone is for rebuild to report."""
    told = Told()
    told.start()
    told.answer("call")
    told("attempt.submitted", "1")
    due = dict(state(told).due or {})
    told("attempt.graded", "1", {**due, "rule": 0, "points": 0, "passed": False})
    assert not ATTEMPT.decision_due(state(told))
    assert result(state(told)) == ("graded", 0, 2, False)


def test_what_came_before_its_start_waits_for_it() -> None:
    """The start is still on its way; what has come is shown, and counts once it is there."""
    told = Told()
    told.answer("call", device="b", lamport=2)
    told("attempt.submitted", "1", device="b", lamport=3)
    found = state(told)
    assert found.columns["status"] == "waiting"
    assert (found.opened, found.due) == (None, None)
    assert responses(found) == {"call": ["true"]}
    told.start()
    told.entries[-1] = Entry(**{**fields(told.entries[-1]), "lamport": 1})
    assert state(told).columns["status"] == "submitted"
    assert responses(state(told)) == {"call": ["true"]}


def fields(entry: Entry) -> dict[str, Any]:
    """Return the fields of an entry."""
    return {name: getattr(entry, name) for name in Entry.__slots__}


def test_the_first_of_two_starts_counts_and_a_foreign_item_does_not() -> None:
    """What was not drawn can't be answered; the log keeps it."""
    told = Told()
    first = told.start()
    told.start(deadline=DEADLINE)
    told.answer("accuse")
    told("attempt.submitted", "1")
    found = state(told)
    assert found.opened == first
    assert found.columns["deadline"] is None
    assert responses(found) == {}
    with_foreign = found.due
    del told.entries[2]
    assert state(told).due == with_foreign


def test_a_grade_has_the_shape_of_its_kind() -> None:
    """Else the log would hold decisions that its own door would refuse."""
    told = Told()
    told.start()
    told("attempt.submitted", "1")
    [kind] = [kind for kind in KINDS if kind.name == ATTEMPT.decision]
    assert kind.fits(ATTEMPT.fold(told.entries, library).due or {})
