"""What is wrong with documents that no folder could hold."""

from typing import Any

import pytest

from tests.content.module_folder import module_files
from training.content import folder
from training.content.checks import check
from training.content.schema import Block, Document

FILE = "lessons/10-looking.md"
NOT_TEXT = "the text is not one block of the kind `text`"


def with_block(**values: Any) -> Document:
    """Return the small module with one block of its first lesson replaced."""
    document, _ = folder.read(module_files())
    assert document is not None
    lesson = document.lessons[0]
    block = Block.model_validate({"id": "opening", "kind": "text", "text": "Text.", **values})
    changed = lesson.model_copy(update={"blocks": (block, *lesson.blocks[1:])})
    return document.model_copy(update={"lessons": (changed, *document.lessons[1:])})


@pytest.mark.parametrize(
    ("values", "message", "line", "column"),
    [
        ({"text": "One.\n\nTwo."}, "the text is not one block of the kind `text`", 0, 0),
        ({"text": "One.\n{#two}\nTwo."}, "the text is not one block of the kind `text`", 0, 0),
        ({"text": "## One"}, "the text is not one block of the kind `text`", 0, 0),
        ({"kind": "heading"}, "the text is not one block of the kind `heading`", 0, 0),
        (
            {"text": "One.\n::: case\nTwo.\n:::"},
            "the text is not one block of the kind `text`",
            0,
            0,
        ),
        ({"kind": "case", "text": "One.\n:::\nTwo."}, "`:::` closes nothing", 3, 0),
        ({"kind": "case", "text": "One.\n\n- Two {#b}"}, "an id stands inside a block", 2, 6),
        ({"kind": "your-country"}, "only `your-country` has a slot, and always", 0, 0),
        ({"kind": "case", "slot": "hotline"}, "only `your-country` has a slot, and always", 0, 0),
    ],
)
def test_a_block_must_be_one_that_a_file_can_hold(
    values: dict[str, Any], message: str, line: int, column: int
) -> None:
    problems = check(with_block(**values))

    assert (FILE, ("blocks", 0, "text"), message, line, column) in [
        (found.file, found.path, found.message, found.line, found.column) for found in problems
    ]


def test_a_sound_document_has_no_problems() -> None:
    assert check(with_block()) == []
