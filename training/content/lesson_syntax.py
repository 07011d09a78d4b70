"""The top-level blocks of a lesson's Markdown, as tokens.

Beside what CommonMark knows there are two kinds of line, which count only at the top level and
from the first column: `{#id}`, and `::: name` with its closing `:::`.
"""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from training.core.markup import MarkdownParser

BLOCK_ID = "block_id"
"""The type of an id's token; `info` is the id."""

CONTAINER = "container"
"""The type of a container's token: `info` is what follows the colons, `meta["closed"]` tells
whether a closing line was found. What lies between is not looked at.
"""

_ID_LINE = re.compile(r"\{#([^{}]*)\}")
_CONTAINER_START = re.compile(r":{3,}[ ]*(.*)")
_CONTAINER_END = re.compile(r":{3,}")


def top_level(markdown: str) -> list[Token]:
    """Return the opening token of each top-level block; `map` holds its lines, from 0.

    The text has no tabs and no spaces at the end of lines.
    """
    return [token for token in _PARSER.parse(markdown) if not token.level and token.nesting >= 0]


def _id_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = _ID_LINE.fullmatch(_line(state, start, silent))
    if match and not silent:
        _push(state, BLOCK_ID, match[1], start, start + 1)
    return bool(match)


def _container_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = _CONTAINER_START.fullmatch(_line(state, start, silent))
    if match and not silent:
        stop, closed = start + 1, False
        while match[1] and stop < end and not closed:
            closed = bool(_CONTAINER_END.fullmatch(_line(state, stop, silent)))
            stop += 1
        _push(state, CONTAINER, match[1], start, stop).meta = {"closed": closed}
    return bool(match)


def _line(state: StateBlock, line: int, silent: bool) -> str:
    """Return a line that may be one of ours, and nothing for one inside another block.

    A silent look asks whether the line ends the block before it: then only its column counts.
    """
    if state.sCount[line] or (state.level and not silent):
        return ""
    return state.src[state.bMarks[line] : state.eMarks[line]]


def _push(state: StateBlock, kind: str, info: str, start: int, stop: int) -> Token:
    token = state.push(kind, "", 0)
    token.info, token.map = info, [start, stop]
    state.line = stop
    return token


def _block_parser() -> MarkdownParser:
    """Return a parser for blocks alone, which does not look inside the lines."""
    parser = MarkdownParser()
    parser.core.ruler.enableOnly(["normalize", "block"])
    ended = ["paragraph", "blockquote", "list"]
    parser.block.ruler.before("table", BLOCK_ID, _id_rule, {"alt": ended})
    parser.block.ruler.before("table", CONTAINER, _container_rule, {"alt": ended})
    return parser


_PARSER = _block_parser()
