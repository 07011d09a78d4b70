"""Text that no view gets to see."""

from collections.abc import Callable

import pytest

from tests.visitor import Visitor
from training.core.characters import MARK_LIMIT, is_acceptable, piled_marks

MARK, DEVANAGARI, KHMER = "\u0301", "क्षत्रिय", "ក្រុង"


@pytest.mark.parametrize(
    "text",
    ["", "Nur", "\U0001f6c2", DEVANAGARI * 50, KHMER * 50, "a" + MARK * MARK_LIMIT, "🛂" * 99],
)
def test_every_script_is_taken(text: str) -> None:
    """No word of any language piles so many marks on a letter."""
    assert is_acceptable(text)


@pytest.mark.parametrize("text", ["\0", "a\ud800", "a" + MARK * (MARK_LIMIT + 1)])
def test_what_nobody_types_is_not(text: str) -> None:
    """NUL, halves of letters, and piles of marks."""
    assert not is_acceptable(text)


def test_each_pile_is_found_once() -> None:
    """At the first mark that is too many."""
    assert list(piled_marks("ab" + MARK * 40 + "c" + MARK * 31)) == [2 + MARK_LIMIT, 73]


def test_a_pile_of_marks_is_turned_away_before_anybody_composes_it(
    visit: Callable[..., Visitor],
) -> None:
    """The time to compose it grows with the square of its length, and needs no sign-in."""
    sent = visit().post("/sign-in", {"identifier": "a" + MARK * 20_000, "password": "x" * 12})
    assert sent.status_code == 400
