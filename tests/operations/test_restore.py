"""Restore: what comes back, into which place, and which places are refused."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import text

from tests import way
from tests.cast import Cast
from tests.conftest import ENGINES
from tests.operations.backups import (
    SECRETS,
    adapt,
    fill_every_table,
    refused,
    rewrite,
    rows_of,
    run,
    tables_in,
)
from tests.visitor import Visitor
from training.core import migrating
from training.core.database import db
from training.core.work import unit_of_work

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("target", ENGINES)
def test_every_row_of_every_table_comes_back(
    app: Flask,
    cast: Cast,
    visit: Visit,
    make_place: Callable[..., Flask],
    target: str,
    tmp_path: Path,
) -> None:
    """Whatever the database, backup and restore lose and change nothing, and learners go on."""
    way.complete(visit(cast["learner"]))
    other = visit(cast["other learner"])
    way.enrol(other)
    way.do_lessons(other)
    attempt = way.start(other)
    fill_every_table(app, cast)
    before = rows_of(app)
    assert not [name for name, rows in before.items() if not rows], "a table was left empty"

    path = tmp_path / "all.zip"
    made = run(app, "backup", "create", path)
    assert (made.exit_code, made.stderr) == (0, "")
    total = sum(map(len, before.values()))
    assert made.stdout == f"{path}: {total} rows, {path.stat().st_size} bytes\n"
    place = make_place(target)
    restored = run(place, "backup", "restore", path)
    assert (restored.exit_code, restored.stderr) == (0, "")

    assert rows_of(place) == before
    with place.app_context(), db.engine.connect() as connection:
        for name in SECRETS:
            assert not connection.execute(text(f"SELECT * FROM {name}")).all()
    checked = run(place, "records", "rebuild", "--check")
    assert (checked.exit_code, checked.stdout) == (0, "0 differences\n")
    back = Visitor(place, cast["other learner"])
    way.answer_all(back, attempt)
    assert back.post(f"{attempt}/submission").status_code == 303
    assert "Your certificate" in back.get(f"{way.HOME}/").text
    assert Visitor(place).sign_in(cast["learner"]).status_code == 303


def test_a_place_that_holds_something_is_left_as_it_is(
    app: Flask, cast: Cast, small_backup: Path
) -> None:
    """Nobody's data is written over."""
    before = rows_of(app)
    refused(run(app, "backup", "restore", small_backup), "not empty")
    assert rows_of(app) == before


def test_a_place_with_modules_alone_is_not_empty(app: Flask, small_backup: Path) -> None:
    """A server that has been started once holds versions that can't be taken away."""
    refused(run(app, "backup", "restore", small_backup), "not empty")


def test_tables_of_something_else_are_left_alone(
    make_place: Callable[..., Flask], small_backup: Path
) -> None:
    """A database that another program uses is not empty."""
    place = make_place()
    with place.app_context(), migrating.one_transaction(db.engine) as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER)"))
    refused(run(place, "backup", "restore", small_backup), "not empty")
    assert tables_in(place) == ["thing"]


@pytest.mark.parametrize("target", ENGINES)
def test_a_freshly_migrated_place_is_empty(
    make_place: Callable[..., Flask], small_backup: Path, target: str
) -> None:
    """The region that the migrations made gives way to the backup's."""
    place = make_place(target)
    with place.app_context():
        migrating.migrate()
    assert run(place, "backup", "restore", small_backup).exit_code == 0
    regions = [row for row in rows_of(place)["unit"] if row[1] == "region"]
    with ZipFile(small_backup) as archive:
        assert json.loads(archive.read("tables/unit.jsonl"))["id"] == regions[0][0]
    assert len(regions) == 1


@pytest.mark.parametrize("target", ENGINES)
def test_the_log_stays_append_only(
    make_place: Callable[..., Flask], small_backup: Path, target: str
) -> None:
    """After a restore the triggers refuse what they refused before."""
    place = make_place(target)
    assert run(place, "backup", "restore", small_backup).exit_code == 0
    with place.app_context(), pytest.raises(Exception, match="append-only"), unit_of_work() as work:
        work.connection.execute(text("DELETE FROM version"))


@pytest.mark.parametrize("target", ENGINES)
def test_rows_that_do_not_fit_leave_the_place_empty(
    make_place: Callable[..., Flask], small_backup: Path, tmp_path: Path, target: str
) -> None:
    """A restore that fails half way has done nothing, and the next one succeeds."""
    path, place = tmp_path / "altered.zip", make_place(target)
    for old, new, said in (
        (rb'"owner_id":"[^"]+"', b'"owner_id":"nobody"', "module"),
        (rb'"owner_id":"[^"]+"', b'"owner_id":null', "can't be restored"),
        (rb',"owner_id":"[^"]+"', b"", "can't be restored"),
        (rb"\{", b"[{", "can't be restored"),
        (rb'"owner_id"', b'"owner_of"', "module did not arrive"),
    ):

        def misfit(files: dict[str, bytes], old: bytes = old, new: bytes = new) -> None:
            row = files["tables/module.jsonl"]
            adapt(files, "module", re.sub(old, new, row, count=1))

        shutil.copy(small_backup, path)
        rewrite(path, misfit)
        refused(run(place, "backup", "restore", path), said)
        assert tables_in(place) == []
    assert run(place, "backup", "restore", small_backup).exit_code == 0


def test_what_the_database_changes_on_arrival_is_noticed(
    make_place: Callable[..., Flask], small_backup: Path
) -> None:
    """The rows are read back from the database and compared before the restore is called good."""
    place = make_place()
    with place.app_context():
        migrating.migrate()
        with unit_of_work() as work:
            work.connection.execute(
                text(
                    "CREATE TRIGGER meddle AFTER INSERT ON person "
                    "BEGIN UPDATE person SET language = 'xx' WHERE id = new.id; END"
                )
            )
    refused(run(place, "backup", "restore", small_backup), "person did not arrive")
    assert rows_of(place)["person"] == []
