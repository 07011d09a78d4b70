"""What `docs/security.md` names is there."""

import re

import pytest

from config import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| \d", line)]


def missing(page: str) -> list[str]:
    """Return the files and tests that a page names and that aren't there."""
    found = []
    for path, name in re.findall(r"`([\w./-]+/[\w./-]+|config\.py)(?:::(\w+))?`", page):
        file = ROOT / path
        if not file.is_file() or (name and f"def {name}(" not in file.read_text("utf-8")):
            found.append(f"{path}::{name}")
    return found


def test_every_file_and_test_named_is_there() -> None:
    """A renamed one fails here."""
    assert missing(PAGE) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_requirement_is_shown_or_said_to_be_open(row: str) -> None:
    """A row names a test, or says honestly that it is open, partly met or another's business."""
    number, asked, where, shown = (cell.strip() for cell in row.strip("|").split("|"))
    assert re.fullmatch(r"\d+(\.\d+){2}([,–] ?\d+(\.\d+){2})*", number)
    assert asked
    assert where
    assert "`tests/" in shown or re.search(r"open|partly|this page|yet", where)


def test_what_is_not_there_is_seen() -> None:
    """A control."""
    named = "`tests/nowhere.py` `tests/core/test_ids.py::test_nothing` `tests/core/test_ids.py`"
    assert missing(named) == ["tests/nowhere.py::", "tests/core/test_ids.py::test_nothing"]
