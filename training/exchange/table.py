"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

ENCODING: Final = "utf-8-sig"
"""UTF-8 with a byte order mark: without it spreadsheets take names for another encoding."""

_STARTS_FORMULA = frozenset("=+-@−\t\r\n")
_SEEN_THROUGH = frozenset(("Zs", "Zl", "Zp", "Cf", "Cc"))
_QUOTED = re.compile('[",\r\n]')

Cell = str | int | date | None


def csv_row(cells: Iterable[Cell]) -> str:
    """Return one line with its end (CRLF). Texts are made safe, dates are ISO 8601, None is an
    empty cell."""
    return ",".join(map(_cell, cells)) + "\r\n"


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


@lru_cache(maxsize=4096)  # most cells of a long table are met again and again
def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return str(cell)
    safe = safe_cell(cell)
    return '"' + safe.replace('"', '""') + '"' if _QUOTED.search(safe) else safe
