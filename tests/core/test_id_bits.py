"""Identifiers bit by bit: what stands for the time, what is chance, what a code keeps."""

import time
from functools import reduce
from operator import and_, or_
from uuid import UUID

import pytest

from training.core import ids

EVEN = 1_793_520_000_124  # milliseconds; odd ones too, so that a bit too many or too few shows
CHANCE = 0xFFF << 64 | (1 << 62) - 1


@pytest.mark.parametrize("beyond", [0, 1, 999_999])
@pytest.mark.parametrize("moment", [EVEN, EVEN + 1])
def test_an_id_begins_with_its_millisecond_and_ends_with_74_bits_of_chance(
    monkeypatch: pytest.MonkeyPatch, moment: int, beyond: int
) -> None:
    """All else in it is fixed (RFC 9562, section 5.7)."""
    monkeypatch.setattr(time, "time_ns", lambda: moment * 1_000_000 + beyond)
    made = [UUID(ids.uuid7()).int for _ in range(200)]
    assert {one >> 80 for one in made} == {moment}
    assert {(one >> 76 & 0xF, one >> 62 & 0b11) for one in made} == {(7, 0b10)}
    assert reduce(or_, made) ^ reduce(and_, made) == CHANCE


@pytest.mark.parametrize("value", [None, 5, b"", ["x"], "\u0660" * 36])
def test_what_is_no_text_of_an_id_is_none(value: object) -> None:
    """Whatever a request holds in its place."""
    assert ids.is_uuid(value) is False


def test_a_code_keeps_the_last_of_its_bits() -> None:
    """And neither the next one nor those of a longer seed."""
    empty, last, next_one = (ids.code_from(bytes(9) + bytes([b])) for b in (0, 1 << 5, 1 << 4))
    assert last != empty
    assert next_one == empty == ids.code_from(bytes(10) + b"more")
