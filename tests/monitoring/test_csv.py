"""The list of people as a file."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import way
from tests.cast import Cast
from tests.monitoring import population
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role

Visit = Callable[..., Visitor]
PATH = "/desk/people.csv"


def read(answer: TestResponse) -> list[dict[str, str]]:
    """Return the lines of the file, each by the heads of its columns."""
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_it_is_a_file_that_spreadsheets_open(visit: Visit, cast: Cast) -> None:
    """UTF-8 with its mark, to be saved, kept by no browser."""
    answer = visit(cast["coordinator"]).get(PATH)
    assert answer.data.startswith(b"\xef\xbb\xbfName,")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=people.csv"
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_holds_what_the_page_shows(visit: Visit, cast: Cast) -> None:
    """Under the same filters."""
    code = population.one_completed_one_begun(visit, cast)
    desk = visit(cast["coordinator"])
    lines = {line["Name"]: line for line in read(desk.get(PATH))}
    assert len(lines) == 7
    done, begun = lines["Learner Person"], lines["Other Learner Person"]
    assert done["Status"] == "Completed"
    assert done["Points"] == done["Maximum"] != ""
    assert (done["Certificate"], done["Certificate's code"]) == ("Valid", code)
    assert done["Date of completion or last activity"] == clock.today().isoformat()
    assert (begun["Status"], begun["Points"], begun["Certificate"]) == ("Under way", "", "")
    gate = read(desk.get(f"{PATH}?unit={cast.units['Aruna North Gate']}&module={way.MODULE}"))
    assert [(line["Name"], line["Status"]) for line in gate] == [
        ("Learner Person", "Completed"),
        ("Supervisor Person", "Not begun"),
    ]


def test_a_supervisors_file_has_no_scores(visit: Visit, cast: Cast) -> None:
    """Not even empty columns of them."""
    population.one_completed_one_begun(visit, cast)
    lines = read(visit(cast["supervisor"]).get(PATH))
    assert {line["Status"] for line in lines} == {"Completed", "Not begun"}
    assert not {"Points", "Maximum"} & lines[0].keys()


def test_scores_of_people_whom_one_only_supervises_stay_empty(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Where somebody coordinates elsewhere the columns are there."""
    way.complete(visit(cast["learner"]))
    way.complete(visit(cast["foreign learner"]))
    population.grant(app, cast["supervisor"], Role.COORDINATOR, cast.units["Beria"])
    points = {line["Name"]: line["Points"] for line in read(visit(cast["supervisor"]).get(PATH))}
    assert points["Learner Person"] == ""
    assert points["Foreign Learner Person"] != ""


def test_no_name_is_a_formula(app: Flask, visit: Visit, cast: Cast) -> None:
    """What somebody is called runs on nobody's computer."""
    names = ['=HYPERLINK("http://x")', "+1", "-1", "@x", "\tx", " =1", "＝1", 'Ali, "the" Ali']
    for name in names:
        population.add(app, name, cast.units["Aruna Harbour"], latin_name="=1")
    lines = read(visit(cast["coordinator"]).get(PATH))
    found = {line["Name"] for line in lines}
    assert {f"'{name}" for name in names[:-1]} | {names[-1]} <= found
    assert {line["Name in Latin letters"] for line in lines} == {"", "'=1"}


def test_nothing_of_it_stays_behind(
    visit: Visit, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is gone once the answer is closed, and when its making fails."""
    made: list[Any] = []
    real = tempfile.TemporaryFile

    def note(*options: Any, **others: Any) -> Any:
        made.append(real(*options, dir=tmp_path, **others))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", note)
    desk = visit(cast["coordinator"])
    answer = desk.get(PATH, buffered=False)
    assert not made[0].closed
    answer.close()
    assert desk.get(f"{PATH}?module=unknown").status_code == 404
    assert [file.closed for file in made] == [True, True]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("tmp")]


def test_long_lists_come_whole(app: Flask, visit: Visit, cast: Cast) -> None:
    """Also those longer than what is read at a time."""
    modules = [way.MODULE, "other", "third"]
    population.populate(app, unit=cast.units["Aruna Harbour"], people=900, modules=modules)
    lines = read(visit(cast["coordinator"]).get(PATH))
    officials = [line["Name"] for line in lines if line["Name"].startswith("Official")]
    assert officials == [f"Official {number:05d}" for number in range(900) for _ in modules]
    assert len(lines) == 2707
