"""What is wrong with the Markdown of a lesson."""

from collections.abc import Callable, Iterator

from markdown_it import rules_inline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from training.content.findings import Problem, quoted
from training.content.lesson_source import CONTAINERS, read_blocks, write_block
from training.content.schema import Block, Lesson
from training.core.markup import MarkdownParser

_TOP_HEADING = 2
_Fault = tuple[int, int, str, str]
"""Line and column in the block's text, from 0; message and remedy."""


def check(lesson: Lesson) -> Iterator[Problem]:
    """Yield a problem for each thing in the blocks that a lesson cannot hold."""
    level = _TOP_HEADING - 1
    for place, block in enumerate(lesson.blocks):
        faults = [*_form_faults(block)]
        for token in _PARSER.parse(block.text):
            if token.type == "heading_open":
                faults += _heading_faults(token, level)
                level = int(token.tag[1])
            faults += _unwanted(token, block.text)
        for line, column, message, remedy in faults:
            path = ("blocks", place, "text")
            yield Problem(lesson.file, path, message, remedy, line, column)


def _form_faults(block: Block) -> Iterator[_Fault]:
    """Yield a fault if the block would not come back from a file as it is."""
    if (block.slot is not None) != (block.kind == "your-country"):
        yield 0, 0, "only `your-country` has a slot, and always", "Add it, or take it out"
        return
    # Counting begins so that the text's own first line is line 0.
    blocks, findings = read_blocks(write_block(block), "", -2 if block.kind in CONTAINERS else -1)
    for finding in findings:
        yield finding.line, finding.column - 1, finding.message, finding.remedy
    read = [(found.id, found.kind, found.text, found.slot) for found in blocks]
    if not findings and read != [(block.id, block.kind, block.text, block.slot)]:
        yield 0, 0, f"the text is not one block of the kind {quoted(block.kind)}", "Divide it"


def _heading_faults(token: Token, level: int) -> Iterator[_Fault]:
    line, found = (token.map or [0])[0], int(token.tag[1])
    if found < _TOP_HEADING:
        yield line, 0, "a heading of the first level is the lesson's title", "Begin with `##`"
    elif found > level + 1:
        yield (
            line,
            0,
            f"a heading of level {found} follows one of level {level}",
            f"Write `{'#' * (level + 1)}`",
        )


def _unwanted(token: Token, text: str) -> Iterator[_Fault]:
    """Yield a fault for each piece of HTML, picture or link that may not stand in a lesson."""
    first = (token.map or [0])[0]
    if token.type == "html_block":
        yield first, 0, *_HTML
    for inner in token.children or ():
        words = _words(inner)
        if words:
            yield *_place(text, first, token.content, inner.meta["offset"]), *words


_HTML = "HTML is not used here", "Write Markdown, or `\\<` for the sign itself"


def _words(token: Token) -> tuple[str, str] | None:
    if token.type == "html_inline":
        return _HTML
    if token.type == "image":
        return "pictures are not used here", "Describe it in words"
    if token.type != "link_open":
        return None
    if token.info == "auto":
        return "a bare address is no link", "Write `[words](https://…)`"
    if not str(token.attrs["href"]).lower().startswith("https://"):
        return "the link does not lead to https", "Begin its address with `https://`"
    return None


def _place(text: str, first: int, content: str, offset: int) -> tuple[int, int]:
    """Return line and column in `text` of an offset in the content of an inline token.

    The content lacks what stands before it in each line: indentation, bullets, bars of a table.
    """
    number = content.count("\n", 0, offset)
    begin = content.rfind("\n", 0, offset) + 1
    source = text.split("\n")[first + number]
    return first + number, max(source.find(content.split("\n")[number]), 0) + offset - begin


_Rule = Callable[[StateInline, bool], bool]


def _noting_offset(rule: _Rule, kind: str) -> _Rule:
    """Return the rule, noting on the token of this kind that it makes where its text begins."""

    def noting(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        matched = rule(state, silent)
        made = (token for token in state.tokens[before:] if token.type == kind)
        if token := next(made, None):
            token.meta["offset"] = start
        return matched

    return noting


class _AllSeeingParser(MarkdownParser):
    """Takes for HTML, pictures and links whatever CommonMark does, to tell of it."""

    def __init__(self) -> None:
        super().__init__()
        self.options["html"] = True
        self.enable(["html_block", "html_inline", "image", "autolink"])
        rules = self.inline.ruler
        rules.at("html_inline", _noting_offset(rules_inline.html_inline, "html_inline"))
        rules.at("image", _noting_offset(rules_inline.image, "image"))
        rules.at("link", _noting_offset(rules_inline.link, "link_open"))
        rules.at("autolink", _noting_offset(rules_inline.autolink, "link_open"))

    def validateLink(self, url: str) -> bool:
        """Let every link be one."""
        return True


_PARSER = _AllSeeingParser()
