"""The backup before an upgrade."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.cast import Cast
from tests.operations.backups import manifest_of, named, refused, rows_of, run
from training.core import migrating
from training.core.database import db
from training.core.errors import OperatorError
from training.operations import backup, start

NICKNAMES = """
    column = sa.Column("nickname", sa.Text(), nullable=False, server_default="none")
    with op.batch_alter_table("person") as batch:
        batch.add_column(column)
"""


def nicknames(app: Flask) -> set[str]:
    """Return what the later release's migration has put into its column."""
    with app.app_context(), db.engine.connect() as connection:
        return set(connection.execute(text("SELECT nickname FROM person")).scalars())


def test_an_upgrade_backs_up_first(
    app: Flask,
    cast: Cast,
    later_release: Callable[..., Path],
    make_place: Callable[..., Flask],
    engine: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The start says so; the way back is the old release on an empty place."""
    before, old = rows_of(app), migrating.DIRECTORY
    with app.app_context():
        start.prepare(app)
        assert not backup.folder(app).exists()
        later_release(NICKNAMES)
        capsys.readouterr()
        start.prepare(app)
        (made,) = backup.folder(app).glob("before-upgrade-*.zip")
        assert str(made) in capsys.readouterr().out.splitlines()[0]
        start.prepare(app)
        assert list(backup.folder(app).iterdir()) == [made]
    assert nicknames(app) == {"none"}

    onward = make_place(engine)
    assert run(onward, "backup", "restore", made).exit_code == 0
    assert nicknames(onward) == {"none"}
    assert rows_of(onward) == before
    newer = made.with_name("newer.zip")
    assert run(onward, "backup", "create", newer).exit_code == 0
    early = make_place()
    with early.app_context():
        migrating.migrate()
    refused(run(early, "backup", "restore", made), "without tables")

    monkeypatch.setattr(migrating, "DIRECTORY", old)
    back = make_place(engine)
    assert run(back, "backup", "restore", made).exit_code == 0
    assert rows_of(back) == before
    refused(run(make_place(), "backup", "restore", newer), "does not know")


def test_a_failed_upgrade_has_its_backup(
    app: Flask, cast: Cast, later_release: Callable[..., Path]
) -> None:
    """However often it is tried, three of them at most stay, and the rows are as they were."""
    before = rows_of(app)
    for days in (1, 2, 3, 40):
        named(backup.folder(app), "before-upgrade", timedelta(days=days))
    later_release(NICKNAMES + "    raise ValueError('a fault')")
    with app.app_context(), pytest.raises(OperatorError, match="a fault"):
        start.prepare(app)
    found = sorted(backup.folder(app).glob("before-upgrade-*.zip"))
    assert len(found) == 3
    assert manifest_of(found[-1])["tables"]["person"]["rows"] == len(before["person"])
    assert rows_of(app) == before


def test_without_persons_there_is_nothing_to_save(
    make_place: Callable[..., Flask], engine: str, later_release: Callable[..., Path]
) -> None:
    """A first start, and an upgrade before anybody was added, make no backup."""
    place = make_place(engine)
    with place.app_context():
        start.prepare(place)
        later_release(NICKNAMES)
        start.prepare(place)
    assert not backup.folder(place).exists()
