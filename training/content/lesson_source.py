"""The text of a lesson's file, to its head and blocks and back.

A file is a head in YAML between two lines `---`, then Markdown. Each top-level block stands under
a line `{#id}`. A container holds Markdown between `::: kind` and `:::`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from markdown_it.token import Token

from training.content.fields import MARKDOWN_LENGTH
from training.content.findings import Finding, quoted
from training.content.lesson_syntax import BLOCK_ID, CONTAINER, top_level
from training.content.schema import Block, BlockKind, Lesson
from training.content.text import composed
from training.core.canonical import sha256_hex
from training.core.markup import render

CONTAINERS = tuple(kind for kind in get_args(BlockKind) if kind not in ("heading", "text"))
"""The kinds of block that are written as containers."""

_STRAY_ID = re.compile(r"(\{#[^{}]*\})$")
_STRAY_COLONS = re.compile(r"\s*(:{3})")
_SLOTTED = "your-country"
_HEAD_MARK = "---"
_TAB_WIDTH = 4


@dataclass(frozen=True)
class SourceBlock:
    """A block as it stands in a file, with the places of its id, of itself and of its text.

    `id` is None where its line is missing; `id_line` is then the first line of the block.
    """

    id: str | None
    id_line: int
    kind: str
    line: int
    slot: str | None
    text: str
    text_line: int
    text_column: int


def split_head(text: str) -> tuple[str, str, int] | None:
    """Return the head's YAML, the body, and the number of the body's first line.

    None where the text does not begin with a head.
    """
    lines = composed(text).split("\n")
    if lines[0].rstrip() != _HEAD_MARK:
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _HEAD_MARK:
            first_line = min(number + 2, len(lines))  # without a body, the head's last line
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), first_line
    return None


def read_blocks(
    body: str, file: str, first_line: int = 1
) -> tuple[list[SourceBlock], list[Finding]]:
    """Return the blocks of a lesson's body, and what is wrong with the way they are written.

    `first_line` is the number of the body's first line in its file.
    """
    lines = [line.expandtabs(_TAB_WIDTH).rstrip() for line in body.split("\n")]
    blocks: list[SourceBlock] = []
    findings: list[Finding] = []
    waiting: tuple[str, int] | None = None
    for token in top_level("\n".join(lines)):
        line = first_line + (token.map or [0])[0]
        if token.type == BLOCK_ID:
            if waiting:
                findings.append(_idle_id(file, *waiting))
            waiting = token.info, line
            continue
        block, problem = _read_block(token, lines, line, *(waiting or (None, line)))
        if problem:
            findings.append(Finding(file, line, 1, *problem))
        if block.text or not problem:
            blocks.append(block)
        findings += _stray_marks(block, file)
        waiting = None
    if waiting:
        findings.append(_idle_id(file, *waiting))
    return blocks, findings


def with_ids(blocks: list[SourceBlock]) -> Iterator[str]:
    """Yield the id of each block; where it has none, one made from its text."""
    taken = {block.id for block in blocks}
    copies: Counter[str] = Counter()
    for block in blocks:
        id, seed = block.id, block.text + "\n" * copies[block.text]
        copies[block.text] += 1
        while id is None:
            made = f"b-{sha256_hex(seed)[:6]}"
            id, seed = None if made in taken else made, seed + "\n"
        taken.add(id)
        yield id


def write_block(block: Block) -> str:
    """Return a block's canonical Markdown, without a final line end."""
    if block.kind not in CONTAINERS:
        return f"{{#{block.id}}}\n{block.text}"
    name = f"{block.kind} {block.slot}" if block.slot else block.kind
    return f"{{#{block.id}}}\n::: {name}\n{block.text}\n:::"


def write_lesson(head: str, lesson: Lesson) -> str:
    """Return the canonical text of a lesson's file; `head` is its YAML."""
    blocks = "\n\n".join(write_block(block) for block in lesson.blocks)
    return f"{_HEAD_MARK}\n{head}{_HEAD_MARK}\n{blocks}\n"


_Words = tuple[str, str]
"""Message and remedy."""


def _read_block(
    token: Token, lines: list[str], line: int, id: str | None, id_line: int
) -> tuple[SourceBlock, _Words | None]:
    start, end = first, _ = token.map or (0, 0)
    kind, slot, problem = "heading" if token.type == "heading_open" else "text", None, None
    if token.type == CONTAINER:
        kind, slot, problem = _container(token)
        start, end = start + 1, end - int(token.meta["closed"])
    while start < end and not lines[start]:
        start += 1
    text, unclear = _dedented(lines[start:end])
    column = 1 + len(lines[start]) - len(lines[start].lstrip()) if start < end else 1
    place = line + start - first
    block = SourceBlock(id, id_line, kind, line, slot, text, place, column)
    return block, problem or unclear


def _idle_id(file: str, id: str, line: int) -> Finding:
    message = f"no block follows the id {quoted(id)}"
    return Finding(file, line, 1, message, "Write one, or take it out")


def _stray_marks(block: SourceBlock, file: str) -> Iterator[Finding]:
    """Yield a finding for each mark of a block that stands inside another."""
    for number, text in enumerate(block.text.split("\n"), start=block.text_line):
        if stray := _STRAY_ID.search(text):
            message = "an id stands inside a block"
            remedy = "Put it on a line of its own, from the first column, above a top-level block"
        elif stray := _STRAY_COLONS.match(text):
            message = "a container stands inside a block"
            remedy = "Put it after the block, from the first column"
        else:
            continue
        yield Finding(file, number, block.text_column + stray.start(1), message, remedy)


def _container(token: Token) -> tuple[str, str | None, _Words | None]:
    """Return a container's kind and slot, and what is wrong with it; if so, it is a text."""
    kind, *words = token.info.split() or [""]
    if not kind:
        problem = "`:::` closes nothing", "Open a container above it, or take it out"
    elif kind not in CONTAINERS:
        problem = f"{quoted(kind)} is no container", f"Use one of: {', '.join(CONTAINERS)}"
    elif not token.meta["closed"]:
        problem = f"the container {quoted(kind)} is not closed", "Close it with a line `:::`"
    elif kind == _SLOTTED and len(words) != 1:
        problem = "the container does not name one slot", f"Write `::: {_SLOTTED} <slot-id>`"
    elif kind != _SLOTTED and words:
        problem = f"{quoted(kind)} takes no further words", f"Write `::: {kind}`"
    else:
        return kind, words[0] if words else None, None
    return "text", None, problem


def _dedented(lines: list[str]) -> tuple[str, _Words | None]:
    """Return the lines as tidy text, or only a problem where that would change their meaning."""
    indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    written = "\n".join(lines).rstrip()
    text = "\n".join(line[indent:] for line in lines).strip()
    # What is too long is refused elsewhere: rendering it would only cost time.
    if text != written and len(text) <= MARKDOWN_LENGTH and render(text) != render(written):
        return "", (
            "the indentation of this block leaves its meaning unclear",
            "Begin its first line in the first column",
        )
    return text, None
