"""What may stand in an author's text, and its tidy form.

Tidy text is in Unicode's composed form (NFC), ends its lines with a line feed, and has no tabs,
no spaces at the end of a line and no white space around it.
"""

import re
import unicodedata
from collections.abc import Iterator

from training.core.characters import MARK_LIMIT, piled_marks

_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and line ends
    "\u2028\u2029"  # line and paragraph separator: YAML and Markdown disagree on them
    "\u202a-\u202e\u2066-\u2069"  # overrides and isolates of direction
    "\ufeff\ufffe\uffff"  # byte order marks and what is no character
    "\ud800-\udfff]"  # halves of surrogate pairs
)
_LINE_END = re.compile(r"\r\n?")


def tidy(text: str) -> str:
    """Return `text` in its tidy form; characters that may not stand in it are left as they are."""
    lines = composed(text).replace("\t", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def composed(text: str) -> str:
    """Return `text` composed (NFC) and with line feeds, all else as it is."""
    return unicodedata.normalize("NFC", with_line_feeds(text))


def with_line_feeds(text: str) -> str:
    """Return `text` with line feeds for the line ends of other systems."""
    return _LINE_END.sub("\n", text)


def forbidden(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the index, message and remedy of each character that may not stand in any text."""
    for match in _FORBIDDEN.finditer(text):
        name = f"U+{ord(match[0]):04X}"
        if match[0] in _DIRECTION_OVERRIDES:
            yield (
                match.start(),
                f"the invisible character {name} turns the direction of the text around",
                "Take it out; the direction follows from the script",
            )
        else:
            yield match.start(), f"the character {name} may not stand in text", "Take it out"
    for index in piled_marks(text):
        yield index, f"more than {MARK_LIMIT} marks stand on one letter", "Take them out"
