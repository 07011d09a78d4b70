"""What a page is made of, as a browser sees it: elements, attributes, addresses."""

import re
from collections import Counter
from html.parser import HTMLParser

_MARKDOWN = frozenset(
    {"a", "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "br"}
    | {"table", "thead", "tbody", "tr", "th", "td", "em", "strong", "code"}
    | {"a href", "a rel", "ol start", "table tabindex"}
)
"""What a lesson's text may be made of."""
_ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "srcdoc", "style"}
_NAMES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9A-HJKMNP-TV-Z]{16}\b|\b[0-9a-f]{16,64}\b")


def neutral(address: str) -> str:
    """Return an address without the ids that differ from run to run."""
    return _NAMES.sub("…", address)


class Structure(HTMLParser):
    """The elements of a page with their attributes, each piece counted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: Counter[str] = Counter()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces[tag] += 1
        for name, value in attrs:
            self.pieces[f"{tag} {name}"] += 1
            if name in _ADDRESSES:
                self.pieces[f"{tag} {name}={neutral(value or '')}"] += 1

    def handle_comment(self, data: str) -> None:
        self.pieces["<!-- -->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.pieces["<! >"] += 1

    def unknown_decl(self, data: str) -> None:
        self.pieces["<![ ]>"] += 1

    def handle_pi(self, data: str) -> None:
        self.pieces["<? >"] += 1


def more_than(harmless: Structure, found: Structure, *, markdown: bool, drawn: bool) -> set[str]:
    """Return the pieces that a page has beyond those of the same page with harmless texts.

    With `markdown`, what a lesson's text may hold is not more, nor are links from it to https.
    With `drawn`, chance decides which questions stand there, so that numbers tell nothing.
    """
    more = (
        found.pieces.keys() - harmless.pieces.keys()
        if drawn
        else {*(found.pieces - harmless.pieces)}
    )
    if not markdown:
        return more
    return {
        piece
        for piece in more
        if piece not in _MARKDOWN and not piece.startswith("a href=https://")
    }
