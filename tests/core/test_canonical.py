"""Canonical JSON: one text for a value, and no value that others would write otherwise."""

from typing import Any

import pytest

from training.core.canonical import canonical_json, sha256_hex
from training.core.characters import is_storable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ("", '""'),
        ("né\n", '"n\\u00e9\\n"'),
        ("\U0001f600", '"\\ud83d\\ude00"'),
        ("\ud7ff\ue000", '"\\ud7ff\\ue000"'),
        ((1, [], {}), "[1,[],{}]"),
        ({"b": 1, "a": {"d": 2, "c": [3, 4]}}, '{"a":{"c":[3,4],"d":2},"b":1}'),
        ({"é": 1, "z": 2}, '{"z":2,"\\u00e9":1}'),
        (2**53 - 1, "9007199254740991"),
        (1 - 2**53, "-9007199254740991"),
    ],
)
def test_a_value_has_one_text(value: Any, text: str) -> None:
    """Sorted, without spaces, in ASCII."""
    assert canonical_json(value) == text


@pytest.mark.parametrize("within", [lambda v: v, lambda v: [1, v], lambda v: ({"a": [v]},)])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0.5, TypeError),
        (float("nan"), TypeError),
        (b"", TypeError),
        ({1}, TypeError),
        ({1: 2}, TypeError),
        ({None: 2}, TypeError),
        (2**53, ValueError),
        (-(2**53), ValueError),
        ("a\0", ValueError),
        ("\ud800", ValueError),
        ({"\udfff": 1}, ValueError),
    ],
)
def test_what_is_not_the_same_everywhere_is_refused(
    value: Any, error: type[Exception], within: Any
) -> None:
    """However deep it lies."""
    with pytest.raises(error):
        canonical_json(within(value))


@pytest.mark.parametrize(
    ("text", "storable"),
    [
        ("", True),
        ("a\x01\x7f", True),
        ("\ud7ff", True),
        ("\ue000", True),
        ("\U0010ffff", True),
        ("a\0b", False),
        ("\ud800", False),
        ("\udabc..", False),
        ("\udfff.", False),
    ],
)
def test_what_a_database_can_hold(text: str, storable: bool) -> None:
    """No NUL and no half of a pair."""
    assert is_storable(text) is storable


def test_the_digest_is_that_of_the_bytes() -> None:
    """As any other program computes it."""
    assert sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_hex("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
