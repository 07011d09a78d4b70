"""Markdown that would keep a parser busy is refused before it is parsed."""

import pytest
from markdown_it.token import Token

from tests.content.module_folder import changed_files, told
from training.content import lesson_source, lesson_syntax
from training.content.lesson_weight import NESTING_LIMIT, WEIGHT_LIMIT, Weighing

LESSON = "lessons/10-looking.md"
LATER = "lessons/20-acting.md"
WORDS = "You hold a passport."
TOO_HEAVY = (
    f"the lessons have more than {WEIGHT_LIMIT} lines and marks together. "
    "Divide the module, or write with fewer marks."
)


def weight_of(markdown: str) -> int:
    weighing = Weighing()
    assert weighing.refusal(markdown) is None
    return weighing.weight


@pytest.mark.parametrize(
    ("markdown", "weight"),
    [
        ("", 1),
        ("words, and words.", 1),
        ("one\ntwo", 2),
        ("*one*", 3),
        ("[a](https://b.org)", 4),
        ("- one", 6),
        ("> 1. one", 10),
        ("|a|b|\n|-|-|\n|", 4 + (6 + 3) + (2 + 3)),
        ("|-|-|\n|\n\n|", (6 + 3) + (2 + 3) + 1 + 2),
    ],
)
def test_lines_and_marks_weigh(markdown: str, weight: int) -> None:
    assert weight_of(markdown) == weight


@pytest.mark.parametrize("mark", ["[", "*", "|", "> ", "a\n", "{", "- a\n", "`"])
def test_what_is_too_heavy_never_reaches_a_parser(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it one block, or so many that each is light."""
    parsed: list[str] = []
    parse = lesson_syntax.top_level

    def noting(text: str) -> list[Token]:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(lesson_source, "top_level", noting)
    for markdown in (mark * WEIGHT_LIMIT, f"{mark}\n\n" * WEIGHT_LIMIT):
        (finding,) = told(changed_files(LATER, "Do not accuse anybody.", markdown))
        assert finding.startswith(LATER)
        assert finding.endswith((TOO_HEAVY, "too deep in one another. Flatten them."))
    assert parsed
    assert max(map(len, parsed)) < 1_000


def test_lessons_are_weighed_together() -> None:
    weighing, half = Weighing(), "a\n" * (WEIGHT_LIMIT // 2)
    assert weighing.refusal(half) is None
    line, _, _ = weighing.refusal(half) or (-1, "", "")
    assert line == WEIGHT_LIMIT // 2 - 1


def test_lists_and_quotes_lie_only_so_deep() -> None:
    assert told(changed_files(LESSON, WORDS, "> " * NESTING_LIMIT + "a")) == []
    assert told(changed_files(LESSON, WORDS, f"One\n\n{'- ' * (NESTING_LIMIT + 1)}a")) == [
        f"{LESSON}:13:1: lists and quotes lie too deep in one another. Flatten them."
    ]
