"""`flask people import`: the same by an operator, from the command line."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.cast import Cast
from tests.people.tables import GATE, csv_table, workbook
from training.core.work import unit_of_work
from training.people.import_models import Import, ImportRow
from training.people.models import Person, Unit


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Where the table lies."""
    return tmp_path / "table.csv"


def run(app: Flask, table: Path, *options: str) -> Result:
    """Run the command on everything in Aruna."""
    return app.test_cli_runner().invoke(
        args=["people", "import", str(table), "--unit", "Aruna", *options]
    )


def people(app: Flask) -> int:
    """Return how many people there are; and see that nothing of an import is kept."""
    with app.app_context(), unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(ImportRow)) == 0
        unapplied = select(func.count()).where(Import.state != "applied")
        assert work.session.scalar(unapplied) == 0
        return work.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_table_is_imported_from_the_command_line(app: Flask, cast: Cast, table: Path) -> None:
    """With --check it is only said what it would do; a second time there is nothing to do."""
    before = people(app)
    table.write_bytes(csv_table(f"{GATE},0012,Nour,nour@example.org,,"))
    said = run(app, table, "--check")
    assert (said.exit_code, said.output) == (0, "addition: 1\n")
    assert people(app) == before
    said = run(app, table)
    assert (said.exit_code, said.output) == (0, "addition: 1\nimported: 1 rows\n")
    assert people(app) == before + 1
    said = run(app, table)
    assert (said.exit_code, said.output) == (0, "same: 1\nnothing to do\n")


def test_bad_rows_are_named_and_nothing_is_imported(app: Flask, cast: Cast, table: Path) -> None:
    """Nor is what lies outside of --unit."""
    before = people(app)
    table.write_bytes(
        csv_table(
            f"{GATE},1,Nour,,,",
            f"{GATE},2,,,,",
            "Beria Border Police,Beria Airport,3,Nour,,,",
        )
    )
    said = run(app, table)
    assert said.exit_code == 1
    assert said.stderr == "nothing was imported: mend these rows first\n"
    assert said.stdout.splitlines() == [
        "addition: 1",
        "fault: 2",
        "row 3: Nobody of this number or e-mail is known yet. Fill in “Name”.",
        "row 4: There is no “Beria Border Police” in your part of the tree. Check how it is "
        "written.",
    ]
    assert people(app) == before


def test_units_are_imported_from_the_command_line(app: Flask, cast: Cast, table: Path) -> None:
    table.write_bytes(workbook(["State", "Agency"], ["Aruna", "Customs"]))
    said = run(app, table, "--kind", "units")
    assert (said.exit_code, said.output) == (0, "addition: 1\nimported: 1 rows\n")
    with app.app_context(), unit_of_work() as work:
        [made] = work.session.scalars(select(Unit).where(Unit.name == "Customs"))
        assert made.parent_id == cast.units["Aruna"]


def test_an_encoding_that_nothing_tells_is_asked_for(app: Flask, cast: Cast, table: Path) -> None:
    table.write_bytes(csv_table(f"{GATE},1,نور حداد,,,").decode().encode("cp1256"))
    said = run(app, table)
    assert said.exit_code == 1
    assert said.stderr.startswith("the file does not tell its --encoding: it may be ")
    assert "cp1256" in said.stderr
    said = run(app, table, "--encoding", "cp1256")
    assert said.exit_code == 0
    with app.app_context(), unit_of_work() as work:
        assert work.session.scalar(select(Person.name).where(Person.name == "نور حداد"))


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (None, (), "No such file or directory"),
        (b"", (), "There is nothing in this file. Choose another one."),
        (b"Name\nNour\n", (), "The first row has no column “Agency”."),
        (b"Agency\nAruna\xff\n", ("--encoding", "utf-8"), "the file is not in the encoding utf-8"),
        (b"Agency\nAruna\n", ("--encoding", "none"), "the file is not in the encoding none"),
        (b"Agency\nAruna\n", ("--unit", "Nowhere"), "there is no unit Nowhere in Region"),
        (b"\xd0\xcf\x11\xe0", (), "This is a workbook of an old kind"),
        (b'Agency\n"' + b"x" * 200_000, (), "A quotation mark in this file is never closed."),
    ],
)
def test_an_operator_s_mistake_is_one_line(
    app: Flask, cast: Cast, table: Path, content: bytes | None, options: tuple[str, ...], said: str
) -> None:
    if content is not None:
        table.write_bytes(content)
    result = run(app, table, *options)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
