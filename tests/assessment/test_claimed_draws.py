"""What a device says that it drew, and how many attempts it says that there were."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.test_rules import small_module, some
from tests.content.strategies import documents
from training.assessment import rules
from training.assessment.rules import Drawn
from training.content import items
from training.content.schema import Document

MODULE = small_module()
FINAL = MODULE.quiz("final")
COVER, CALL, LOOK, ACCUSE = (
    Drawn(id, tuple(items.option_ids(MODULE.item(id))))
    for id in ("cover-shows", "call", "first-look", "accuse")
)


@some
@given(documents(), st.integers())
def test_whatever_is_drawn_by_the_rules_is_a_draw(document: Document, seed: int) -> None:
    """Of its own quiz, and in any order; with an item less or twice it is none."""
    for quiz in document.quizzes:
        drawn = rules.draw(document, quiz, Random(seed).shuffle)
        assert rules.is_draw(document, quiz, drawn) is True
        assert rules.is_draw(document, quiz, drawn[::-1]) is True
        assert rules.is_draw(document, quiz, drawn[1:]) is False
        assert rules.is_draw(document, quiz, [*drawn, drawn[0]]) is False


@pytest.mark.parametrize(
    "drawn",
    [
        [],
        [COVER],
        [COVER, COVER],
        [COVER, CALL, CALL],
        [COVER, ACCUSE],
        [COVER, CALL, LOOK],
        [COVER, Drawn("unknown", ("true", "false"))],
        [Drawn("cover-shows", COVER.options[1:]), CALL],
        [Drawn("cover-shows", (*COVER.options, "more")), CALL],
        [Drawn("cover-shows", CALL.options), CALL],
    ],
)
def test_an_easier_attempt_is_no_draw(drawn: Sequence[Drawn]) -> None:
    """Questions left out, twice, from practice or unknown; options left out or added."""
    assert rules.is_draw(MODULE, FINAL, [CALL, COVER]) is True
    assert rules.is_draw(MODULE, FINAL, drawn) is False


def test_each_outcome_has_its_share() -> None:
    """As many questions, but on another outcome, are another quiz."""
    bank = tuple(
        MODULE.item("call").model_copy(update={"id": f"s-{n}", "outcome": outcome})
        for n, outcome in enumerate(("look", "look", "act", "act"))
    )
    module = Document.model_construct(**{**dict(MODULE), "items": bank})
    looks, acts = ([Drawn(f"s-{n}", CALL.options) for n in pair] for pair in ((0, 1), (2, 3)))
    assert rules.is_draw(module, FINAL, [looks[1], acts[0]]) is True
    assert rules.is_draw(module, FINAL, looks) is False
    assert rules.is_draw(module, FINAL, acts) is False
    two = FINAL.model_copy(update={"draws": (FINAL.draws[0].model_copy(update={"count": 2}),)})
    assert rules.is_draw(module, two, looks) is True
    assert rules.is_draw(module, two, [looks[0], looks[0]]) is False


@pytest.mark.parametrize(
    ("allowed", "here", "surplus"),
    [
        (None, 9, ""),
        (5, 0, ""),
        (3, 0, ""),
        (2, 0, "c"),
        (3, 1, "c"),
        (3, 2, "bc"),
        (3, 3, "abc"),
        (3, 4, "abc"),
        (0, 0, "abc"),
    ],
)
def test_what_was_opened_elsewhere_over_the_limit(
    allowed: int | None, here: int, surplus: str
) -> None:
    """Those opened here come first, then the others in their order."""
    assert list(rules.over_limit(allowed, here, ["a", "b", "c"])) == list(surplus)
