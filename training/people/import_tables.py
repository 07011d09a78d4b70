"""Tables as spreadsheet programs save them (CSV in any of their encodings, XLSX), read row by row.

Pure: bytes in, rows of texts out. Row numbers are those that the spreadsheet shows.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

ROW_LIMIT: Final = 50_000
"""How many rows below its heads a table may have: it bounds how long its import holds the lock."""

WIDTH_LIMIT: Final = 40
"""How many columns of a table are looked at."""

CODE_PAGES: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1254", "cp1256", "cp1258", "cp874"),
    *("gb18030", "big5hkscs", "cp932", "cp949"),
)
"""Encodings that nothing in a file tells apart."""

_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SEPARATOR_TOLD = re.compile("sep=[,;\t|]", re.IGNORECASE)  # Excel reads it so
_SAMPLES, _SAMPLE_LENGTH = 3, 60
_LOOKED_AT = 4096
_TALLEST = 2**20  # rows of a sheet, blank ones counted (Excel's own limit)


class Fault(Enum):
    """Why a file is not taken."""

    EMPTY = auto()
    NO_TEXT = auto()
    OLD_WORKBOOK = auto()
    DAMAGED = auto()
    TOO_LARGE = auto()
    UNSAFE = auto()
    ENCRYPTED = auto()
    MERGED = auto()
    NO_SHEET = auto()
    TOO_MANY = auto()
    BROKEN_QUOTES = auto()


class BadTable(Exception):
    """A file that is not taken: `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def is_workbook(content: bytes) -> bool:
    """Tell whether a file is an XLSX workbook, or says so."""
    return content.startswith(_WORKBOOK)


def encoding_of(content: bytes) -> str | None:
    """Return how the text of a file is encoded where the file itself says so, else None; for a
    workbook "". Raises BadTable for what is neither."""
    if is_workbook(content):
        return ""
    if content.startswith(_OLD_WORKBOOK):
        raise BadTable(Fault.OLD_WORKBOOK)
    if not content.strip():
        raise BadTable(Fault.EMPTY)
    encoding = _marked(content) or _wide(content) or "utf-8"
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8" and possible_encodings(content):
            return None
        raise BadTable(Fault.NO_TEXT) from None
    return encoding


def possible_encodings(content: bytes) -> dict[str, str]:
    """Return the code pages in which a file could be read, each with how some of its rows read."""
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    found = {}
    for encoding in CODE_PAGES:
        try:
            content.decode(encoding)
            samples = [line.decode(encoding).strip() for line in lines[:_SAMPLES]]
        except UnicodeDecodeError:
            continue
        if all(sample.isprintable() for sample in (one.replace("\t", " ") for one in samples)):
            found[encoding] = " … ".join(sample[:_SAMPLE_LENGTH] for sample in samples)
    return found


def rows(content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, each with its number; the heads first.

    Raises BadTable, also in the middle.
    """
    if encoding:
        found = _text_rows(content.decode(encoding))
    else:
        from training.people import import_workbooks

        found = import_workbooks.rows(content)
    taken = 0
    for number, row in enumerate(found, 1):
        if number > _TALLEST or taken > ROW_LIMIT:
            raise BadTable(Fault.TOO_MANY)
        if any(cell.strip() for cell in row):
            taken += 1
            yield number, row[:WIDTH_LIMIT]


def heads_and_length(content: bytes, encoding: str) -> tuple[list[str], int]:
    """Return the heads of a table and about how many rows stand below them. Raises BadTable."""
    found = rows(content, encoding)
    _, heads = next(found, (0, []))
    if not heads:
        raise BadTable(Fault.EMPTY)
    if encoding:
        return heads, len(content.decode(encoding).rstrip().splitlines()) - 1
    from training.people import import_workbooks

    return heads, import_workbooks.length(content) - 1


def _marked(content: bytes) -> str | None:
    """Return the encoding that a byte order mark tells."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if wide else None


def _wide(content: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is in: separators, digits and ends of lines have a
    zero in one of their two bytes; elsewhere a text has none."""
    even, odd = content[:_LOOKED_AT:2].count(0), content[1:_LOOKED_AT:2].count(0)
    if not even and not odd:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _text_rows(text: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    first = next(lines, "").strip()
    if _SEPARATOR_TOLD.fullmatch(first):
        separator = first[-1]
    else:
        separator = max(",;\t", key=first.count)
        lines.seek(0)
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error as error:  # a quotation mark that nothing closes swallows what follows
        raise BadTable(Fault.BROKEN_QUOTES) from error
