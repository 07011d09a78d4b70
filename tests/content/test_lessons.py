"""Lessons as they are shown: blocks in order, and nothing in them that acts."""

from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from tests.content.module_folder import module_files
from training.content import folder, lessons
from training.content.lessons import RenderedBlock
from training.content.schema import Block, Lesson

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://example.org/x.png)",
    '[x](https://example.org "><script>alert(1)</script>")',
    "```\n</code><script>alert(1)</script>\n```",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "## <script>alert(1)</script>",
    "> <style>*{display:none}</style>",
    "- <iframe src=https://example.org></iframe>",
]
HARMLESS = {
    *("p", "h2", "ul", "li", "blockquote", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "a"),
}


class _Tags(HTMLParser):
    """Collects the elements of a page, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes += attrs


def test_blocks_are_rendered_in_order_without_words_of_the_interface() -> None:
    document, _ = folder.read(module_files())
    assert document is not None

    assert lessons.render(document.lesson("acting")) == (
        RenderedBlock("careful", "warning", Markup("<p>Do not accuse anybody.</p>\n")),
        RenderedBlock(
            "amina",
            "case",
            Markup(
                "<p>Amina hands you her passport.</p>\n<p>She looks at the man behind her.</p>\n"
            ),
        ),
        RenderedBlock(
            "number",
            "your-country",
            Markup("<p>Ask your supervisor for the number.</p>\n"),
            slot="hotline",
        ),
    )
    assert [block.kind for block in lessons.render(document.lesson("looking"))] == [
        *("text", "heading", "text", "text", "key-point")
    ]


@pytest.mark.parametrize("kind", ["heading", "text", "key-point", "warning", "case"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_harmless_in_every_kind_of_block(kind: str, payload: str) -> None:
    block = Block.model_validate({"id": "a", "kind": kind, "text": payload})
    lesson = Lesson(
        id="a", number=1, title="A", minutes=1, outcomes=(), sources=(), blocks=(block,)
    )

    (rendered,) = lessons.render(lesson)

    tags = _Tags(rendered.html)
    assert tags.found <= HARMLESS
    assert tags.attributes in (
        [],
        [("tabindex", "0")],
        [("href", "https://example.org/x.png"), ("rel", "noopener noreferrer")],
        [("href", "https://example.org"), ("rel", "noopener noreferrer")],
    )


def test_a_title_is_no_markup() -> None:
    # Titles and items are plain text: templates escape them, which they do for what is a str.
    document, _ = folder.read(module_files())
    assert document is not None

    assert type(document.lesson("looking").title) is str
    assert type(document.item("call").prompt) is str
