"""Pure rules of learning: what completes a module, and where somebody stands in it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records.entries import requiring
from training.learning import rules

WHOLE = requiring("all", ["final"])


@pytest.mark.parametrize(
    ("lessons", "quizzes", "names"),
    [
        ("all", ["final"], ["lesson:looking", "lesson:acting", "quiz:final"]),
        (
            ["acting"],
            ["check-looking", "final"],
            ["lesson:acting", "quiz:check-looking", "quiz:final"],
        ),
        ("all", [], ["lesson:looking", "lesson:acting"]),
        ([], ["final"], ["quiz:final"]),
        ([], [], []),
    ],
)
def test_what_a_module_asks_for(lessons: Any, quizzes: Any, names: list[str]) -> None:
    """Lessons in their order, then quizzes."""
    found = rules.requirements(requiring(lessons, quizzes))
    assert [requirement.name for requirement in found] == names


times = st.dictionaries(st.sampled_from(["looking", "acting", "unknown"]), st.integers(1, 99))
passes = st.dictionaries(st.sampled_from(["final", "check-looking"]), st.integers(1, 99))


@settings(deadline=None)
@given(times, passes)
def test_completion_comes_with_the_last_requirement(
    lessons: dict[str, int], passed: dict[str, int]
) -> None:
    """At its time, in whatever order they were met; what nothing asks for delays nothing."""
    met = [lessons.get("looking"), lessons.get("acting"), passed.get("final")]
    at = rules.completed_at(WHOLE, lessons, passed)
    stands = rules.stands_at(WHOLE, lessons, passed)
    names = ["lesson:looking", "lesson:acting", "quiz:final"]
    if None in met:
        assert at is None
        assert stands == names[met.index(None)]
    else:
        assert at == max(time for time in met if time is not None)
        assert stands == ""


def test_a_module_that_asks_for_nothing_is_never_completed() -> None:
    """There is nothing that a certificate could say, and no moment at which it was reached."""
    assert rules.completed_at(requiring([], []), {"looking": 1}, {"final": 2}) is None


@pytest.mark.parametrize(
    ("results", "best"),
    [
        ([], None),
        ([(0, 12)], (0, 12)),
        ([(9, 12), (10, 12), (8, 12)], (10, 12)),
        ([(9, 12), (8, 10)], (8, 10)),
        ([(5, 6), (10, 12)], (10, 12)),
        ([(30, 49), (19, 31)], (19, 31)),
        ([(0, 0), (1, 12)], (1, 12)),
        ([(3, 4), (1, 1)], (1, 1)),
    ],
)
def test_the_best_result_is_that_of_the_largest_share(
    results: list[tuple[int, int]], best: tuple[int, int] | None
) -> None:
    """Not of the most points, but of these where shares are equal; the order has no say."""
    assert rules.best(results) == best
    assert rules.best(results[::-1]) == best


def test_continue_leads_to_the_first_lesson_not_done() -> None:
    """Also where a later one is done already; nowhere once all are."""
    assert rules.next_lesson(WHOLE, []) == "looking"
    assert rules.next_lesson(WHOLE, ["acting"]) == "looking"
    assert rules.next_lesson(WHOLE, ["looking", "unknown"]) == "acting"
    assert rules.next_lesson(WHOLE, ["looking", "acting"]) is None


@pytest.mark.parametrize(
    ("passed", "comes"),
    [
        ([], "check-looking"),
        (["final"], "check-looking"),
        (["check-looking"], "final"),
        (["check-looking", "final"], None),
    ],
)
def test_the_next_quiz_is_the_first_that_is_not_passed(
    passed: list[str], comes: str | None
) -> None:
    """Of those that completion asks for, in their order."""
    assert rules.next_quiz(requiring("all", ["check-looking", "final"]), passed) == comes
    assert rules.next_quiz(requiring("all", []), passed) is None
