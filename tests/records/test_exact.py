"""What must stay to the letter, or servers of two releases would decide differently."""

import pytest

from tests.records.entries import Told
from training.records import rules

FIVE_MINUTES = 300_000_000


def test_a_basis_and_an_id_are_the_same_in_every_release() -> None:
    """Decisions that stand in the log were made with them."""
    assert rules.basis([]) == "e3b0c44298fc1c149afbf4c8996fb924"
    assert rules.basis(["b", "a"]) == "7e18f737311b2dc3b2f269dd78396b03"
    made = rules.decision_id("attempt.graded", "e", None, "b", "")
    assert made == "79644249-54da-7ad4-9ef0-84ce963d00e2"


@pytest.mark.parametrize(
    ("ahead", "offset", "future"),
    [
        (FIVE_MINUTES, 0, False),
        (FIVE_MINUTES + 1, 0, True),
        (FIVE_MINUTES + 1, -1, False),
        (0, FIVE_MINUTES + 1, True),
        (-FIVE_MINUTES - 1, 0, False),
    ],
)
def test_a_clock_may_be_five_minutes_ahead(ahead: int, offset: int, future: bool) -> None:
    """As far as it is corrected; by a microsecond more, what it claims is from the future."""
    received = 10 * FIVE_MINUTES
    entry = Told()("k", at=received + ahead, clock_offset=offset, received_at=received)
    assert entry.claims_future is future


def test_what_is_no_canonical_payload_is_none() -> None:
    """Whatever makes it so."""
    for text in ("", "[]", '{"a":NaN}', '{"a": 1}', '{"a":"\\ud800"}', "[" * 9999):
        assert rules.is_canonical(text) is False
    assert rules.is_canonical("{}") is True
