"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in them."""

import csv
import unicodedata
from collections.abc import Iterable
from typing import Final

ENCODING: Final = "utf-8-sig"
"""UTF-8 with a byte order mark: without it spreadsheets take names for another encoding."""

_STARTS_FORMULA = frozenset("=+-@−\t\r\n")
_SEEN_THROUGH = frozenset(("Zs", "Zl", "Zp", "Cf", "Cc"))


class _Echo:
    """Hands back what a csv.writer writes."""

    def write(self, row: str) -> str:
        return row


_ECHO = _Echo()


def csv_row(cells: Iterable[str | int | None]) -> str:
    """Return one line with its end (CRLF). Texts are made safe, None is an empty cell."""
    safe = [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    row: str = csv.writer(_ECHO).writerow(safe)  # type: ignore[assignment]
    return row


def safe_cell(text: str) -> str:
    """Return `text` with an apostrophe in front where a spreadsheet could take it for a formula.

    That is where it begins, after spaces and unseen characters, with = + - @ in any width, or with
    a tab or the end of a line.
    """
    for character in text:
        if character.isalnum():
            return text
        if unicodedata.normalize("NFKC", character) in _STARTS_FORMULA:
            return f"'{text}"
        if unicodedata.category(character) not in _SEEN_THROUGH:
            return text
    return text
