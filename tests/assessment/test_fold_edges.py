"""The attempt's fold at its edges: what a grade rests on, and the same state from either order."""

from tests.assessment.test_folds import DEADLINE, LATE, decide, state
from tests.records.entries import Told
from tests.records.histories import BEGAN
from training.records.rules import basis


def test_a_grade_rests_on_the_records_that_count() -> None:
    """On the start, the last response to each item that was drawn, the void items, and the end."""
    told = Told()
    started = told.start()
    told("attempt.items_corrected", "1", {"correction": "c", "void": ["accuse"]})
    told.answer("call", False)
    call, cover = told.answer("call"), told.answer("cover-shows")
    told.answer("accuse")
    assert state(told).last == ""
    ended = told("attempt.submitted", "1")
    told.answer("call", False)
    rests_on = [started.id, call.id, cover.id, ended.id]
    assert decide(told).data["basis"] == basis(rests_on)
    correction = {"correction": "d", "void": ["call", "accuse"]}
    corrected = told("attempt.items_corrected", "1", correction)
    assert decide(told).data["basis"] == basis([*rests_on, corrected.id])


def test_a_grade_at_the_deadline_rests_on_it() -> None:
    """Whichever server told of it; on the submission too, where there is a late one."""
    told = Told()
    started = told.start()
    told("attempt.expired", "1", {"deadline": DEADLINE}, at=LATE)
    assert decide(told).data["basis"] == basis([started.id, f"expired:{DEADLINE}"])
    ended = told("attempt.submitted", "1", at=LATE)
    assert decide(told).data["basis"] == basis([started.id, ended.id, f"expired:{DEADLINE}"])


def test_what_happens_in_the_moment_of_the_start_is_not_before_it() -> None:
    """Nor is the start itself, on whatever device."""
    told = Told()
    started = told.start(device="a")
    told.answer("call", device="a", at=started.occurred_at)
    assert state(told).columns["flags"] == ""


def test_flags_stand_in_one_order() -> None:
    """However the records came."""
    told = Told()
    started = told.start()
    told("attempt.expired", "1", {"deadline": DEADLINE}, at=LATE)
    told.answer("call", at=2 * BEGAN, device="a", received_at=LATE)
    told.answer("call", at=started.occurred_at - 1, device="a")
    told("attempt.submitted", "1")
    told.answer("call")
    flags = ["claim-before-start", "claim-from-future"]
    flags += ["response-after-deadline", "response-after-end"]
    assert state(told).columns["flags"] == " ".join(flags)


def test_the_order_of_answering_leaves_no_trace_in_the_state() -> None:
    """Two servers show the same row."""
    rows = []
    for order in (("call", "cover-shows"), ("cover-shows", "call")):
        told = Told()
        told.start()
        for item in order:
            told.answer(item)
        rows.append(state(told).columns["responses"])
    assert rows[0] == rows[1] == '{"call":["true"],"cover-shows":["emblem","state"]}'


def test_a_record_of_a_kind_that_it_does_not_read_changes_nothing() -> None:
    """A later release may know more."""
    told = Told()
    told.start()
    before = state(told)
    told("attempt.paused", "1")
    assert state(told) == before
