"""The enrolment's fold at its edges: first and latest times, flags, what it does not read."""

from dataclasses import replace

import pytest

from tests.learning.test_folds import VOID, complete, opened, shown, state
from tests.records.entries import Told
from tests.records.histories import BEGAN, MINUTE, document


def test_a_lesson_told_of_again_counts_from_the_earlier_time() -> None:
    """Though it comes later in the order."""
    told = opened("acting", "looking")
    told.grade(submitted_at=BEGAN)
    told("lesson.done", data={"lesson": "looking"}, at=BEGAN + MINUTE)
    due = state(told).due
    assert due is not None
    assert due["completed_at"] == BEGAN + 2 * MINUTE


def test_it_was_last_worked_on_when_the_latest_of_its_records_was_made() -> None:
    """Whichever that is; never before there were computers to tell of it."""
    told = opened()
    told("lesson.done", data={"lesson": "acting"}, at=BEGAN + 90 * MINUTE)
    told("lesson.done", data={"lesson": "looking"}, at=BEGAN + 30 * MINUTE)
    assert state(told).columns["active_at"] == BEGAN + 90 * MINUTE
    told = Told()
    told("lesson.done", data={"lesson": "acting"}, device="a", at=-5)
    assert shown(state(told), "active_at", "stands_at") == (0, "")


def test_points_and_maximum_are_those_of_one_result() -> None:
    """Shown as they are, and kept with the completion."""
    told = opened("looking", "acting")
    told.grade("1", points=1, maximum=2)
    assert shown(state(told), "points", "maximum") == (1, 2)
    assert state(told).columns["lessons"] == '["acting","looking"]'
    reached = complete(told)
    assert (reached.data["points"], reached.data["maximum"]) == (1, 2)
    assert state(told).decided == reached.data


def test_flags_stand_in_one_order() -> None:
    """However the records came."""
    told = opened("acting", "looking")
    received = BEGAN + 95 * MINUTE
    for at in (2 * BEGAN, 0):
        data = {"lesson": "acting"}
        told("lesson.done", data=data, at=at, device="a", received_at=received)
    told.grade()
    told("completion.withdrawn", data=VOID, corrects=complete(told).id)
    for number in range(3):
        told.start(str(number), device="a")
    flags = ["claim-before-opening", "claim-from-future"]
    flags += ["completion-withdrawn", "surplus-attempt"]
    assert state(told).columns["flags"] == " ".join(flags)


@pytest.mark.parametrize(("device", "early"), [("", MINUTE), ("a", 0)])
def test_what_is_no_claim_is_not_flagged(device: str, early: int) -> None:
    """What the server dated itself, and what happened in the moment of the opening."""
    told = opened()
    at = told.entries[0].effective_at - early
    told("lesson.done", data={"lesson": "acting"}, device=device, at=at)
    assert state(told).columns["flags"] == ""


def test_attempts_opened_here_come_before_those_from_elsewhere() -> None:
    """Wherever these stand in the order: they were counted when they began."""
    told = opened("acting", "looking")
    limit = document().module.attempts
    told.start("from a device", device="a")
    for number in range(limit):
        told.start(str(number))
    told.grade("from a device", points=2)
    told.grade("0", points=1)
    assert shown(state(told), "flags", "points") == ("surplus-attempt", 1)


def test_grades_of_which_each_replaces_the_other_count_for_nothing() -> None:
    """No server makes such; it must not keep a fold from what else there is."""
    told = opened("acting", "looking")
    first = told.grade("1")
    second = told.grade("1", corrects=first.id)
    assert state(told).due is not None
    told.entries[-2] = replace(first, corrects=second.id)
    assert state(told).due is None
    assert state(told).columns["status"] == "open"


def test_a_record_of_a_kind_that_it_does_not_read_withdraws_nothing() -> None:
    """A later release may know more."""
    told = opened("acting", "looking")
    told.grade()
    reached = complete(told)
    told("completion.confirmed", data=VOID, corrects=reached.id)
    assert shown(state(told), "status", "flags") == ("completed", "")
