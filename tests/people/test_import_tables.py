"""Tables as spreadsheet programs save them, read row by row."""

import codecs
import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from tests.people.tables import saved, workbook
from training.people import import_tables, import_workbooks
from training.people.import_tables import ROW_LIMIT, BadTable, Fault

ROWS = [["Agency", "Name"], ["Aruna, Immigration", "نور الهدى"], ["Aruna", "Нур; Хаддад"]]
PLAIN = [["Agency", "Name"], ["Aruna", "Jose"]]
ENCODED = {
    "cp1252": "Zoë Müller",
    "cp1250": "Łukasz Žižka",
    "cp1251": "Нур Хаддад",
    "cp1254": "Gülşen Işık",
    "cp1256": "نور حداد",
    "cp1258": "Đă\u0323ng Thư",
    "cp874": "สมชาย ใจดี",
    "gb18030": "王小明",
    "big5hkscs": "陳大文",
    "cp932": "山田太郎",
    "cp949": "김철수",
}


def text(rows: list[list[str]], separator: str, end: str = "\r\n") -> str:
    """Return rows as a program writes them: cells with a separator in quotation marks."""
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    return end.join([*(separator.join(row) for row in quoted), ""])


def read(content: bytes) -> list[list[str]]:
    """Return the rows of a file that tells how it is to be read."""
    encoding = import_tables.encoding_of(content)
    assert encoding is not None
    found = [row for _, row in import_tables.rows(content, encoding)]
    return [row[: len(found[0]) if encoding else sum(map(bool, found[0]))] for row in found]


def fault(content: bytes) -> Fault:
    """Return why a file is not taken."""
    with pytest.raises(BadTable) as caught:
        list(import_tables.rows(content, import_tables.encoding_of(content) or ""))
    return caught.value.fault


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_tells_its_encoding_and_its_separator(encoding: str, separator: str) -> None:
    for end in ("\r\n", "\n", "\r"):
        assert read(text(ROWS, separator, end).encode(encoding)) == ROWS


def test_a_text_in_wide_letters_may_have_either_mark() -> None:
    for mark, encoding in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        assert read(mark + text(ROWS, ";").encode(encoding)) == ROWS


def test_a_file_may_say_its_separator() -> None:
    """As Excel takes it, which hides that line."""
    assert read(b"sep=;\r\n" + text(ROWS, ";").encode()) == ROWS
    assert read(b"sep=|\r\nAgency|Name\r\nAruna|Jose\r\n") == PLAIN


@pytest.mark.parametrize(("encoding", "name"), ENCODED.items())
def test_a_code_page_is_one_of_those_to_choose_from(encoding: str, name: str) -> None:
    content = text([["Agency", "Name"], ["Aruna", name]], ",").encode(encoding)
    samples = import_tables.possible_encodings(content)
    assert import_tables.encoding_of(content) is None
    assert name in samples[encoding]
    assert [row for _, row in import_tables.rows(content, encoding)][1][1] == name


def test_no_code_page_is_offered_in_which_rows_hold_no_text() -> None:
    assert "cp1252" not in import_tables.possible_encodings("Agency\nپرو".encode("cp1256"))
    assert fault(b"Agency\n\xff\x01") is Fault.NO_TEXT


def test_rows_bear_the_numbers_of_the_spreadsheet() -> None:
    """Blank ones count, a line break within a cell does not."""
    content = b'Agency,Name\n\n,\nAruna,"Nour\nHaddad"\nAruna,Jose\n'
    assert [number for number, _ in import_tables.rows(content, "utf-8")] == [1, 4, 5]
    book = workbook(["Agency"], [None], ["Aruna"], [" "], ["Beria"])
    assert [number for number, _ in import_tables.rows(book, "")] == [1, 3, 5]


def test_a_table_has_so_many_rows_at_most() -> None:
    rows = b"Agency\n" + b"Aruna\n" * ROW_LIMIT
    assert len(list(import_tables.rows(rows, "utf-8"))) == ROW_LIMIT + 1
    assert fault(rows + b"Aruna\n") is Fault.TOO_MANY
    assert fault(b"Agency\n" + b"\n" * 2**20) is Fault.TOO_MANY


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Fault.EMPTY),
        (b" \r\n", Fault.EMPTY),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.OLD_WORKBOOK),
        (b"PK\x03\x04 and no more", Fault.DAMAGED),
        (b'Agency,Name\n"' + b"x" * 200_000, Fault.BROKEN_QUOTES),
    ],
)
def test_what_is_no_table_is_not_taken(content: bytes, expected: Fault) -> None:
    assert fault(content) is expected


def test_cells_of_a_workbook_are_read_as_they_are_meant() -> None:
    """Numbers without the fraction that their type adds, days as days, formulas as formulas."""
    cells = [12, 12.0, 1.5, 1e20, 10**16, True, date(2026, 11, 30), datetime(2026, 11, 30, 8, 0)]
    book = workbook(["A"], [*cells, "=1+1", "0012", None])
    [_, (_, row)] = import_tables.rows(book, "")
    assert row[:4] == ["12", "12", "1.5", "1e+20"]
    assert row[4] in ("1E+16", "1e+16", "1.000000E+16")
    assert row[5:11] == ["True", "2026-11-30", "2026-11-30", "=1+1", "0012", ""]


def test_the_first_sheet_that_can_be_seen_is_read() -> None:
    book = Workbook()
    book.active.append(["Secret"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Seen").append(["Agency", "Name"])
    book.create_sheet("Later").append(["Other"])
    assert read(saved(book)) == [["Agency", "Name"]]


def test_merged_cells_are_refused() -> None:
    """What they show in all rows stands in the first alone."""
    book = Workbook()
    for row in (["Agency", "Name"], ["Aruna", "Nour"], [None, "Jose"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    assert fault(saved(book)) is Fault.MERGED


def changed(content: bytes, **parts: bytes | None) -> bytes:
    """Return a workbook with other parts: names with / as __ and . as _dot_; None takes out."""
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            part = named.pop(name, before.read(name))
            if part is not None:
                after.writestr(name, part)
        for name, part in named.items():
            after.writestr(name, part or b"")
    return packed.getvalue()


SHEET = "xl__worksheets__sheet1_dot_xml"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({SHEET: b"<worksheet"}, Fault.DAMAGED),
        ({SHEET: None}, Fault.NO_SHEET),
        ({"xl__workbook_dot_xml": None}, Fault.NO_SHEET),
        ({SHEET: ENTITY}, Fault.UNSAFE),
        ({"xl__sharedStrings_dot_xml": ENTITY}, Fault.UNSAFE),
        ({"xl__styles_dot_xml": b" " * 70_000 + ENTITY}, Fault.UNSAFE),
        ({SHEET: ENTITY.decode().encode("utf-16")}, Fault.UNSAFE),
        ({SHEET: ENTITY.decode().encode("utf-16-le")}, Fault.UNSAFE),
        ({SHEET: b" " * (import_workbooks.TOTAL_LIMIT + 1)}, Fault.TOO_LARGE),
        ({"xl__styles_dot_xml": b" " * (import_workbooks.PART_LIMIT + 1)}, Fault.TOO_LARGE),
        ({f"xl__p{number}": b"" for number in range(1001)}, Fault.TOO_LARGE),
    ],
)
def test_a_workbook_made_to_do_harm_is_refused(
    parts: dict[str, bytes | None], expected: Fault
) -> None:
    assert fault(changed(workbook(["Agency"], ["Aruna"]), **parts)) is expected


def test_a_row_that_claims_to_lie_far_below_ends_the_reading() -> None:
    """The library fills in what lies between."""
    far = b'<row r="99999999999"><c r="A99999999999" t="n"><v>1</v></c></row>'
    with zipfile.ZipFile(io.BytesIO(workbook(["Agency"]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    content = changed(workbook(["Agency"]), **{SHEET: sheet.replace(b"</row>", b"</row>" + far)})
    assert fault(content) in (Fault.TOO_MANY, Fault.DAMAGED)


def test_a_template_keeps_zeros_and_can_be_read() -> None:
    content = import_workbooks.write(["Agency", "Service number"], as_text=[2])
    assert read(content) == [["Agency", "Service number"]]
    assert import_tables.heads_and_length(content, "")[1] == 0
