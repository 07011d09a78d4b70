"""How service numbers and addresses are compared, and what a password must be."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.people import rules


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("AB-12/7", "ab12/7"),
        (" ab 1 2\t/7\u00a0", "ab12/7"),
        ("ＡＢ１２／７", "ab12/7"),
        ("ab‐1–2/7", "ab12/7"),  # a hyphen and a dash
        ("ab\u200e12\u200f/\u00ad7", "ab12/7"),
        ("ab۱۲/۷", "ab12/7"),
        ("ab१२/७", "ab12/7"),
        ("ab១២/៧", "ab12/7"),
        ("Straße_²", "strasse_2"),
        ("", ""),
    ],
)
def test_a_number_is_compared_however_it_is_written(typed: str, folded: str) -> None:
    """Width, case, the script of its digits, spaces, hyphens and invisible marks don't matter."""
    assert rules.fold_number(typed) == folded


written = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Pd", "Zs", "Cf")), max_size=9)


@settings(deadline=None, max_examples=200)
@given(written)
def test_folding_a_number_again_changes_nothing(number: str) -> None:
    """What is stored is what it is compared with."""
    folded = rules.fold_number(number)
    assert rules.fold_number(folded) == folded


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Learner@Example.ORG\n", "learner@example.org"),
        ("ｌｅａｒｎｅｒ＠example.org", "learner@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "strasse@example.org"),
        ("a.b-c+d@example.org", "a.b-c+d@example.org"),
    ],
)
def test_an_address_is_compared_whatever_its_case(typed: str, folded: str) -> None:
    """But for that and for spaces around it, each character counts."""
    assert rules.fold_email(typed) == folded


def test_a_password_is_the_same_from_every_keyboard() -> None:
    """One sends a letter and its accent, another the two as one; one digits of its own script, or
    another space. Case is not lost, nor signs that are no digits of a script."""
    composed, apart = "Pâssé 123 ②²", unicodedata.normalize("NFD", "Pâssé\u3000１۲३ ②²")
    assert rules.password_text(apart) == composed == rules.password_text(composed)
    assert rules.password_text("Pâssé") != rules.password_text("pâssé")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_a_password_may_lie_in_one_form_or_in_two(password: str) -> None:
    """As it is hashed now, and as it was before digits and spaces were alike; never in a third."""
    now, *before = rules.password_texts(password)
    assert rules.password_texts(now) == [now]
    assert before in ([], [unicodedata.normalize("NFC", password)])
    assert bool(before) == (unicodedata.normalize("NFC", password) != now)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "short"),
        ("abcdefghijklmn", "short"),
        ("abcdefghijklmno", None),
        ("e\u0301" * 7 + "abcdefg", "short"),  # as many as one sees
        ("aaaaaaaaaaabcde", None),
        ("aaaaaaaaaaaabcd", "simple"),
        ("121212121212121", "simple"),
        ("abcdefgh" * 16, None),
        ("abcdefgh" * 16 + "i", "long"),
        ("a" * 129, "long"),
    ],
)
def test_what_a_password_must_be(password: str, fault: str | None) -> None:
    """Fifteen to 128 characters, five different ones; nothing else is asked of its make."""
    assert rules.password_fault(password) == fault


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("", True),
        ("Nūr Ḥaddād-O’Brien", True),
        ("Nguyễn Thị Ơn", True),
        ("ʻIolana 2", True),
        ("নূর", False),
        ("Nоur", False),  # with a Cyrillic o
        ("Ａnna", True),  # of full width
    ],
)
def test_a_name_is_latin_to_the_last_letter(name: str, latin: bool) -> None:
    assert rules.is_latin(name) == latin
