"""XLSX workbooks, read with distrust, and written.

Nothing is believed of what an archive says of its sizes: everything is unpacked once and counted
before the library sees it. No part may define entities. openpyxl is imported when first used.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any

from training.people.import_tables import WIDTH_LIMIT, BadTable, Fault

TOTAL_LIMIT = 128 * 2**20
STRINGS_LIMIT = 32 * 2**20
PART_LIMIT = 4 * 2**20
_PARTS = 1000
_PIECE = 2**16
_OVERLAP = 16
_EXACT = 10**15  # above it a spreadsheet's number no longer holds each digit
_SHEETS, _STRINGS = "xl/worksheets/", "sharedstrings"
_MARKUP = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def rows(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that can be seen. Raises BadTable."""
    _demand_harmless(content)
    try:
        yield from _rows(content)
    except BadTable:
        raise
    except Exception as error:  # the library raises whatever a damaged part makes it stumble over
        raise BadTable(Fault.DAMAGED) from error


def length(content: bytes) -> int:
    """Return about how many rows the largest sheet has."""
    longest = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith(_SHEETS):
                with archive.open(name) as part:
                    longest = max(longest, sum(piece.count(b"<row ") for piece in _pieces(part)))
    return longest


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(_PIECE):
        yield piece


def write(heads: Iterable[str], as_text: Iterable[int]) -> bytes:
    """Return a workbook with a row of heads; the columns `as_text` (from 1 on) keep their zeros."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    for place, head in enumerate(heads, 1):
        cell = sheet.cell(1, place, head)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 22
    for place in as_text:
        sheet.column_dimensions[get_column_letter(place)].number_format = "@"
    sheet.freeze_panes = "A2"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _rows(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        seen = (sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet = next(seen, None)
        if sheet is None:
            raise BadTable(Fault.NO_SHEET)
        sheet.reset_dimensions()  # what it says of its size need not be true
        for row in sheet.iter_rows(max_col=WIDTH_LIMIT, values_only=True):
            yield [_text(value) for value in row]
    finally:
        book.close()


def _text(value: Any) -> str:
    """Return what a cell holds: a number without what only its type adds, a day as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, int) and abs(value) >= _EXACT:
        return f"{value:E}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, (bool, int, float, date)):
        return str(value)
    return "="  # a formula that fills several cells, an odd type: none that could be read


def _demand_harmless(content: bytes) -> None:
    """Raise BadTable for what would take too much memory or leads elsewhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _PARTS:
                raise BadTable(Fault.TOO_LARGE)
            if "xl/workbook.xml" not in archive.namelist():
                raise BadTable(Fault.NO_SHEET)
            left = TOTAL_LIMIT
            for entry in entries:
                if entry.flag_bits & 0x1:
                    raise BadTable(Fault.ENCRYPTED)
                with archive.open(entry) as part:
                    left -= _demand_harmless_part(part, _limit(entry.filename, left))
    except _UNREADABLE as error:
        raise BadTable(Fault.DAMAGED) from error


def _limit(name: str, left: int) -> int:
    name = name.lower()
    if name.startswith(_SHEETS):
        return left
    return min(left, STRINGS_LIMIT if _STRINGS in name else PART_LIMIT)


def _demand_harmless_part(part: IO[bytes], limit: int) -> int:
    """Return how many bytes a part has, unpacked."""
    size, before = 0, b""
    while piece := part.read(_PIECE):
        if not size and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
            raise BadTable(Fault.UNSAFE)  # UTF-16, in which the search below finds nothing
        size += len(piece)
        text = before + piece
        if size > limit:
            raise BadTable(Fault.TOO_LARGE)
        if _MARKUP.search(text):
            raise BadTable(Fault.UNSAFE)
        if b"<mergeCell " in text:
            raise BadTable(Fault.MERGED)
        before = text[-_OVERLAP:]
    return size
