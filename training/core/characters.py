"""What no text may hold, wherever it comes from: what a database can't keep, and what would keep a
processor busy."""

import re
import unicodedata
from collections.abc import Iterator

MARK_LIMIT = 30
"""How many combining marks may follow one another: the bound of Unicode's stream-safe format (UAX
15). Putting more into their order takes time that grows with the square of their number.
"""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_PERHAPS_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{MARK_LIMIT + 1},}}")


def is_storable(text: str) -> bool:
    """Tell whether every database can hold a text: PostgreSQL's has no NUL, UTF-8 no lone
    surrogates."""
    return not _UNSTORABLE.search(text)


def is_visible(text: str) -> bool:
    """Tell whether there is anything to be seen in a text: spaces, marks and signs without width
    name nobody."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def piled_marks(text: str) -> Iterator[int]:
    """Yield the index of each combining mark that is one too many."""
    for match in _PERHAPS_MARKS.finditer(text):
        marks = 0
        for index, character in enumerate(match[0], match.start()):
            marks = marks + 1 if unicodedata.combining(character) else 0
            if marks == MARK_LIMIT + 1:
                yield index


def is_acceptable(text: str) -> bool:
    """Tell whether a text from outside may be looked at any further."""
    return is_storable(text) and next(piled_marks(text), None) is None
