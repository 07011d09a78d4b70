"""Lessons as they are shown: a lesson in, its blocks as safe HTML out."""

from dataclasses import dataclass

from markupsafe import Markup

from training.content.schema import BlockKind, Lesson
from training.core import markup


@dataclass(frozen=True)
class RenderedBlock:
    """A block ready for a page, without any words of the interface.

    `slot` is the national slot of a block of the kind `your-country`, and None for all others.
    """

    id: str
    kind: BlockKind
    html: Markup
    slot: str | None = None


def render(lesson: Lesson) -> tuple[RenderedBlock, ...]:
    """Return the blocks of a lesson in order. Headings begin at h2."""
    return tuple(
        RenderedBlock(block.id, block.kind, markup.render(block.text), block.slot)
        for block in lesson.blocks
    )
