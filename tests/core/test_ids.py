"""Identifiers: the codes that people type, and ids that sort by the time of their making."""

import uuid
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.core import ids

seeds = st.binary(min_size=10, max_size=32)
quick = settings(deadline=None, max_examples=60)


@quick
@given(seeds)
def test_a_code_is_read_as_it_was_made(seed: bytes) -> None:
    """Sixteen characters of Crockford's base 32: no I, L, O or U, which are misread."""
    code = ids.code_from(seed)
    assert len(code) == 16
    assert set(code) <= set(ids.CROCKFORD)
    assert not set(code) & set("ILOU")
    assert ids.read_code(code) == code


def test_a_code_keeps_75_bits_of_its_seed() -> None:
    """Each of them changes it; what follows them does not."""
    code = ids.code_from(bytes(10))
    assert code == "0" * 16
    assert len({ids.code_from((1 << bit).to_bytes(10, "big")) for bit in range(5, 80)}) == 75
    assert ids.code_from(bytes(9) + b"\x1f" + b"more") == code


@quick
@given(seeds, st.data())
def test_a_code_is_read_as_people_type_it(seed: bytes, data: st.DataObject) -> None:
    """In any case, with spaces and hyphens, O for 0, I or L for 1."""
    code = ids.code_from(seed)
    looks_like = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(looks_like.get(c, c + c.lower())))
        + data.draw(st.sampled_from(["", "", "-", " ", "\t"]))
        for c in code
    )
    assert ids.read_code(f" {typed}\n") == code


@settings(quick, max_examples=20)
@given(seeds)
def test_every_single_wrong_character_is_found(seed: bytes) -> None:
    """In whatever place, the check itself included."""
    code = ids.code_from(seed)
    for place in range(16):
        for wrong in set(ids.CROCKFORD) - {code[place]}:
            assert ids.read_code(code[:place] + wrong + code[place + 1 :]) is None


@settings(quick, max_examples=20)
@given(seeds)
def test_every_two_characters_that_changed_places_are_found(seed: bytes) -> None:
    """Not only neighbours."""
    code = ids.code_from(seed)
    for one, other in combinations(range(16), 2):
        if code[one] != code[other]:
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            assert ids.read_code("".join(swapped)) is None


@pytest.mark.parametrize("typed", ["", "0" * 15, "0" * 17, "U" + "0" * 15, "0" * 15 + "é"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    """Another length, or a character that no code has."""
    assert ids.read_code(typed) is None


def test_an_id_is_a_uuid_of_version_7_that_sorts_by_time() -> None:
    """The first 48 bits are milliseconds; no two are alike."""
    made = [ids.uuid7() for _ in range(500)]
    assert len(set(made)) == 500
    assert all(uuid.UUID(one).version == 7 for one in made)
    assert all(uuid.UUID(one).variant == uuid.RFC_4122 for one in made)
    milliseconds = [uuid.UUID(one).int >> 80 for one in made]
    assert milliseconds == sorted(milliseconds)


def test_an_id_has_one_form() -> None:
    """Another way to write the same one would be another record."""
    made = ids.uuid7()
    assert ids.is_uuid(made)
    for other in (made.upper(), f"{{{made}}}", made.replace("-", ""), f"urn:uuid:{made}", "", "x"):
        assert not ids.is_uuid(other)


def test_a_token_holds_256_bits() -> None:
    """Safe in an address, and never the same."""
    made = {ids.token() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 43 for one in made)
