"""CSV that keeps what it is given and runs nothing."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.exchange.table import csv_row, safe_cell

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+92 300",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "  =1+1",
        "\N{NO-BREAK SPACE}=1",
        "\N{IDEOGRAPHIC SPACE}@x",
        "\N{ZERO WIDTH SPACE}=1",
        "\N{RIGHT-TO-LEFT MARK}-1",
        "\x0b=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
        "\N{FULLWIDTH HYPHEN-MINUS}1",
        "\N{FULLWIDTH COMMERCIAL AT}x",
        "\N{SMALL EQUALS SIGN}1",
        "\N{MINUS SIGN}1",
    ],
)
def test_what_a_spreadsheet_could_run_is_made_a_text(text: str) -> None:
    """The apostrophe in front is how spreadsheets mark a text."""
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Maria da Conceição", "علی خان", "សុខ សុភា", "a=b", "5-3", "(=1)", "'=1", " x"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Names are not touched."""
    assert safe_cell(text) == text


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_a_reader_gets_back_every_cell_made_safe(cells: list[str]) -> None:
    """Commas, quotes and ends of lines in a cell part nothing."""
    row = csv_row(cells)
    assert row.endswith("\r\n")
    assert list(csv.reader(io.StringIO(row, newline=""))) == [[safe_cell(cell) for cell in cells]]


def test_numbers_dates_and_nothing_have_one_form() -> None:
    """A figure stays a figure."""
    assert csv_row(["a", 17, date(2026, 3, 9), None, -2]) == "a,17,2026-03-09,,-2\r\n"
