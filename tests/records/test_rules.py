"""Pure rules of records: their order and time, canonical payloads, the ids of decisions."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records.devices import Device
from tests.records.entries import Told
from training.core.canonical import LARGEST, canonical_json
from training.records import rules
from training.records.envelope import MADE, Record

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=3,
)
objects = st.dictionaries(words, values, max_size=3)


def test_the_order_is_lamport_then_device_then_id() -> None:
    """Claimed times, arrival and place in the list have no say in it."""
    told = Told()
    ordered = [
        told("k", lamport=1, device="b", id="9", at=900),
        told("k", lamport=2, device="", id="8", at=800),
        told("k", lamport=2, device="a", id="6", at=700),
        told("k", lamport=2, device="a", id="7", at=100),
        told("k", lamport=10, device="", id="1", at=0),
    ]
    for shuffled in permutations(ordered):
        assert rules.in_order(shuffled) == ordered


@pytest.mark.parametrize(
    ("occurred", "offset", "received", "effective"),
    [(10, 0, 99, 10), (10, 5, 99, 15), (10, -5, 99, 5), (99, 0, 10, 10), (10, 90, 99, 99)],
)
def test_the_effective_time_is_never_later_than_the_arrival(
    occurred: int, offset: int, received: int, effective: int
) -> None:
    """A claim from the future counts from when it came."""
    entry = Told()("k", at=occurred, clock_offset=offset, received_at=received)
    assert entry.effective_at == effective


@settings(deadline=None, max_examples=20)
@given(objects)
def test_what_is_written_canonically_is_canonical(data: dict[str, object]) -> None:
    """And only that: a space more makes another text of it."""
    text = canonical_json(data)
    assert rules.is_canonical(text)
    assert not rules.is_canonical(text + " ")
    assert not rules.is_canonical(text.replace("{", "{ ", 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"a"',
        "{}x",
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
        '{"a":1.0}',
        '{"a":1e3}',
        '{"a":-0}',
        '{"a":NaN}',
        '{"a":"é"}',
        '{"a":"\\u00E9"}',
        '{"a":"\\/"}',
        "{'a':1}",
        '{"a":' * 9999 + "1" + "}" * 9999,
        '{"a":' + "1" * 9999 + "}",
        '{"a":9007199254740992}',
        '{"a":-9007199254740992}',
        '{"a":"\\u0000"}',
        '{"\\u0000":1}',
        '{"a":["\\ud800"]}',
        '{"a":"\\udc00\\ud800"}',
    ],
)
def test_what_another_language_would_write_otherwise_is_not_canonical(text: str) -> None:
    """One value has one text, or its hash would mean nothing."""
    assert not rules.is_canonical(text)


@pytest.mark.parametrize(
    ("occurred", "offset", "received", "claims"),
    [
        (9, 0, 9, False),
        (309, 0, 9, False),
        (310, 0, 9, True),
        (0, 310, 9, True),
        (999, -990, 9, False),
    ],
)
def test_a_claim_from_the_future_is_known_as_one(
    occurred: int, offset: int, received: int, claims: bool
) -> None:
    """Clocks may differ by five minutes before that means anything."""
    second = 1_000_000
    entry = Told()(
        "k", at=occurred * second, clock_offset=offset * second, received_at=received * second
    )
    assert entry.claims_future is claims


def test_the_decision_that_stands_is_the_one_that_nobody_replaced() -> None:
    """Wherever servers that decided apart put it in the order; of several the last one."""
    told = Told()
    first = told("k", lamport=9)
    second = told("k", lamport=3, corrects=first.id)
    for order in permutations([first, second]):
        assert rules.standing(order) == second
    apart = told("k", lamport=4, corrects=first.id)
    for order in permutations([first, second, apart]):
        assert rules.standing(order) == apart
    assert rules.standing([]) is None


def test_a_basis_knows_what_counts_and_not_in_which_order() -> None:
    """Nor how often it was read; another record makes another one."""
    assert rules.basis(["a", "b"]) == rules.basis(["b", "a"])
    different = [["a"], ["a", "b"], ["ab"], ["a", "b", "c"], []]
    assert len({rules.basis(ids) for ids in different}) == len(different)


def test_a_decision_has_the_same_id_wherever_it_is_made() -> None:
    """And another where it is of another kind or thing, rests on other records, or replaces
    another one."""
    one = ("attempt.graded", "e", "p", "b", "")
    assert rules.decision_id(*one) == rules.decision_id(*one)
    others = [
        ("completion.reached", "e", "p", "b", ""),
        ("attempt.graded", "f", "p", "b", ""),
        ("attempt.graded", "e", None, "b", ""),
        ("attempt.graded", "e", "p", "c", ""),
        ("attempt.graded", "e", "p", "b", "x"),
    ]
    assert len({rules.decision_id(*each) for each in [one, *others]}) == 6


def test_the_hash_covers_all_that_the_maker_made_and_nothing_else() -> None:
    """Whoever changes any of it makes another record."""
    made = Device("s").record("k", "e", {}, part="p", corrects="c")
    sealed = made.sealed(received_at=1, seq=2, unit="u")
    assert sealed.hash == made.digest() == sealed.digest()
    assert made.sealed(received_at=3, seq=4, unit=None).hash == sealed.hash
    assert list(Record.__dataclass_fields__)[: len(MADE)] == list(MADE)
    for name in MADE:
        value = getattr(made, name)
        other: Any = value + 1 if isinstance(value, int) else f"{value}x"
        assert replace(made, **{name: other}).digest() != made.digest()
