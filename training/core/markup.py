"""Markdown to safe HTML: CommonMark with tables, without HTML, pictures and references.

Emphasis also works in scripts that put no spaces between words or around sentence marks, where
CommonMark leaves the asterisks standing. Entities are left as they are written, so that a text
holds no other characters than those seen in it.
"""

import unicodedata

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.rules_inline.state_inline import Delimiter
from markupsafe import Markup

_LEFT_OUT = ("code", "reference", "html_block", "html_inline", "entity", "autolink", "image")
"""Rules of CommonMark that are off: indented code, and what would bring in what is not seen."""

_FIRST_UNSPACED = "\u0590"
"""Scripts before this one (Latin, Greek, Cyrillic, Armenian) put spaces between their words."""

_SANITISER = nh3.Cleaner(
    tags={
        *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "br"),
        *("table", "thead", "tbody", "tr", "th", "td", "em", "strong", "code", "a"),
    },
    # Without "*" nh3 would let every element keep `lang` and `title`.
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "table": {"tabindex"}},
    url_schemes={"https"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)


class MarkdownParser(MarkdownIt):
    """The Markdown of Waypost. Holds no state between texts; callers may add rules to theirs."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.enable("table")
        self.disable(_LEFT_OUT)
        self.inline.ruler.at("emphasis", _emphasis)

    def validateLink(self, url: str) -> bool:
        """Let links lead to https only; any other stays as it is written."""
        return url.lower().startswith("https://")


def render(text: str) -> Markup:
    """Return Markdown as sanitised HTML. Headings begin at h2: the page has the only h1. A table
    takes the focus, so that the keyboard can scroll one that is wider than a phone."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
        elif token.type == "table_open":
            token.attrSet("tabindex", "0")
    return Markup(_SANITISER.clean(_PARSER.renderer.render(tokens, _PARSER.options, {})))


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Markdown-it's rule for emphasis, with asterisks judged by `_opens_and_closes`."""
    marker = state.src[state.pos]
    if marker != "*" or silent:
        return emphasis.tokenize(state, silent)
    length = state.scanDelims(state.pos, True).length
    opens, closes = _opens_and_closes(state, length)
    for _ in range(length):
        state.push("text", "", 0).content = marker
        delimiter = Delimiter(ord(marker), length, len(state.tokens) - 1, -1, opens, closes)
        state.delimiters.append(delimiter)
    state.pos += length
    return True


def _opens_and_closes(state: StateInline, length: int) -> tuple[bool, bool]:
    """Say whether asterisks may open and close emphasis.

    CommonMark wants a space or a mark on the far side of asterisks that stand at a mark. In a
    script without such spaces a letter will do as well.
    """
    scanned = state.scanDelims(state.pos, True)
    end = state.pos + length
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    opens = scanned.can_open or (_is_unspaced(before) and not isWhiteSpace(ord(after)))
    closes = scanned.can_close or (_is_unspaced(after) and not isWhiteSpace(ord(before)))
    return opens, closes


def _is_unspaced(character: str) -> bool:
    """Say whether the character may stand in a script written without spaces.

    Zero-width characters (Cf) count: Khmer and Burmese part words by them.
    """
    category = unicodedata.category(character)
    return character >= _FIRST_UNSPACED and (category[0] in "LMNPS" or category == "Cf")


_PARSER = MarkdownParser()
