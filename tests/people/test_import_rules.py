"""What a row says of a person or a unit, or what is wrong with it."""

from datetime import date

import pytest

from training.people import import_rules
from training.people.import_rules import COLUMNS, Fault, PersonRow, UnitRow

PERSON = {"agency": "Police", "number": "0012", "name": "Nour Haddad"}
READ = PersonRow(None, "Police", None, "0012", "Nour Haddad", None, None, None, None, None)


def keys(found: list[Fault]) -> list[tuple[str, str | None]]:
    """Return what is wrong in which column."""
    return [(fault.key, fault.column) for fault in found]


def test_a_row_says_who_somebody_is() -> None:
    """Empty cells say nothing."""
    assert import_rules.read_person({**PERSON, "email": " ", "since": ""}) == (READ, [])
    full = {"email": " Nour@Example.ORG ", "language": "fa-AF", "since": "2026-11-30"}
    row, faults = import_rules.read_person({**PERSON, **full})
    assert faults == []
    assert row
    assert (row.email, row.language) == ("nour@example.org", "fa-AF")
    assert row.since == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  Nour \r\n Haddad\u00a0", "Nour Haddad"),
        ("\ufeffNour", "Nour"),
        ("e\u0301", "é"),
        ('="0012"', "0012"),
        ("'=SUM(A1)", "=SUM(A1)"),
        ("'Abd al-Rahman", "'Abd al-Rahman"),
        ("a\0b", None),
        ("a" + "\u0301" * 40, None),
    ],
)
def test_a_cell_is_kept_in_one_form(cell: str, expected: str | None) -> None:
    assert import_rules.tidy(cell) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"agency": ""}, [("missing", "agency")]),
        ({"number": "", "email": ""}, [("nobody", "number")]),
        ({"name": "x" * 201}, [("long", "name")]),
        ({"name": "=HYPERLINK(1)"}, [("formula", "name")]),
        ({"name": "'=HYPERLINK(1)"}, [("formula", "name")]),
        ({"name": "#REF!"}, [("error", "name")]),
        ({"name": "a\0"}, [("text", "name")]),
        ({"name": "\u200b"}, [("text", "name")]),
        ({"number": "1E+10"}, [("rounded", "number")]),
        ({"number": "1,2345E+10"}, [("rounded", "number")]),
        ({"number": "a@b"}, [("number", "number")]),
        ({"number": "-"}, [("number", "number")]),
        ({"number": "9" * 61}, [("number", "number")]),
        ({"email": "nobody"}, [("email", "email")]),
        ({"language": "English!"}, [("language", "language")]),
        ({"since": "30/11/2026"}, [("day", "since")]),
        ({"since": "2026-02-30"}, [("day", "since")]),
        ({"since": "2569-11-30"}, [("day", "since")]),
        ({"leaving": "soon", "since": "1"}, [("day", "since"), ("day", "leaving")]),
    ],
)
def test_each_fault_of_a_row_is_named(
    cells: dict[str, str], expected: list[tuple[str, str | None]]
) -> None:
    row, faults = import_rules.read_person({**PERSON, **cells})
    assert keys(faults) == expected
    assert row is None


@pytest.mark.parametrize(
    "text",
    ["2026-11-03", "2026/11/3", "2026.11.03", "3.11.2026", "2026-11-03 00:00:00", "۲۰۲۶-۱۱-۰۳"],
)
def test_days_are_read_in_the_ways_that_mean_one_thing(text: str) -> None:
    row, _ = import_rules.read_person({**PERSON, "since": text})
    assert row
    assert row.since == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"agency": "Police"}, [("missing", "state")]),
        ({"state": "Aruna", "post": "Gate"}, [("missing", "agency")]),
        ({"state": "Aruna", "code": "A"}, [("code", "code")]),
        ({"state": "Aruna", "agency": "Police", "code": "AR"}, [("code", "code")]),
        ({"state": "A", "since": "2026-01-02", "until": "2026-01-02"}, [("ends_before", "until")]),
    ],
)
def test_each_fault_of_a_unit_s_row_is_named(
    cells: dict[str, str], expected: list[tuple[str, str | None]]
) -> None:
    assert keys(import_rules.read_unit(cells)[1]) == expected


def test_a_row_says_which_unit_is_meant() -> None:
    cells = {"state": "Aruna", "agency": "Police", "post": "Gate", "until": "2027-01-01"}
    row = UnitRow("Aruna", "Police", "Gate", None, None, date(2027, 1, 1))
    assert import_rules.read_unit(cells) == (row, [])
    assert row.way == ("Aruna", "Police", "Gate")


@pytest.mark.parametrize(
    ("number", "longest", "expected"),
    [
        ("742", 5, "00742"),
        ("00742", 5, None),
        ("12345", 5, None),
        ("742", 0, None),
        ("A742", 5, None),
        ("٧٤٢", 5, "00742"),
    ],
)
def test_zeros_that_a_spreadsheet_dropped_are_noticed(
    number: str, longest: int, expected: str | None
) -> None:
    assert import_rules.lost_zeros(number, longest) == expected


def test_heads_are_known_by_name_or_id() -> None:
    """Whatever their case, their signs and their order; twice is once too often."""
    names = {"agency": ("Agentejo",), "number": ("Service number",)}
    row = ["", "SERVICE_NUMBER:", "other", "agentejo"]
    assert import_rules.heads(row, names) == {"number": 1, "agency": 3}
    assert import_rules.heads(["Number", "AGENCY"], names) == {"number": 0, "agency": 1}
    with pytest.raises(KeyError, match="agency"):
        import_rules.heads(["agency", "Agentejo"], names)
    assert {"state", "agency", "post"} <= set(COLUMNS["units"]) & set(COLUMNS["people"])


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"addition": 1}, True),
        ({"same": 1, "transfer": 2}, True),
        ({"same": 3}, False),
        ({}, False),
        ({"addition": 9, "fault": 1}, False),
    ],
)
def test_all_is_done_or_nothing(counts: dict[str, int], expected: bool) -> None:
    assert import_rules.can_be_done(counts) is expected
