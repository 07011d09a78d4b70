"""A database that can't be used, or not by this release: one line, exit code 1, no traceback."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from tests.apps import make_settings, opened
from tests.cast import Cast
from tests.operations.backups import refused, rows_of, run
from training.app import create_app
from training.core import migrating
from training.core.database import db
from training.operations import start

SECRET = "geheim-4711"
COMMANDS = (
    "people link somebody@example.org",
    "people add --name Nur --email nur@example.org --unit Aruna",
    "modules load",
    "records rebuild --check",
)


def started(monkeypatch: pytest.MonkeyPatch, instance: Path, url: str) -> str:
    """Start the server; return the line with which it ends."""
    monkeypatch.setenv("WAYPOST_INSTANCE", str(instance))
    monkeypatch.setenv("WAYPOST_DATABASE_URL", url)
    monkeypatch.setenv("PORT", "0")
    with pytest.raises(SystemExit) as ended:
        start.start(create_app)
    said = str(ended.value.code)
    assert len(said.splitlines()) == 1, said
    return said


@pytest.fixture
def nowhere() -> str:
    """The address of a PostgreSQL that does not answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"postgresql://waypost:{SECRET}@127.0.0.1:{listener.getsockname()[1]}/waypost"


@pytest.fixture
def unusable(request: pytest.FixtureRequest, tmp_path: Path, nowhere: str) -> str:
    """The address of a database that can't be used, in one of several ways."""
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"a letter, not a database" * 100)
    return {
        "away": nowhere,
        "no folder": f"sqlite:///{tmp_path}/no/such/waypost.db",
        "damaged": f"sqlite:///{damaged}",
    }[request.param]


@pytest.mark.parametrize("unusable", ["away", "no folder", "damaged"], indirect=True)
def test_a_command_says_that_the_database_can_not_be_used(
    unusable: str, tmp_path: Path, small_backup: Path
) -> None:
    """And never a word of its password, or of the statement."""
    app = create_app(make_settings(unusable, tmp_path))
    for command in (*COMMANDS, "backup create", f"backup restore {small_backup}"):
        result = run(app, *command.split())
        refused(result)
        assert SECRET not in result.stderr
        assert "[SQL" not in result.stderr


@pytest.mark.parametrize("unusable", ["away", "no folder", "damaged"], indirect=True)
def test_a_start_says_that_the_database_can_not_be_used(
    unusable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, without the password."""
    said = started(monkeypatch, tmp_path, unusable)
    assert said.startswith("the database can't be used: ")
    assert SECRET not in said


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://waypost:{SECRET}@host:{SECRET}/waypost",
        f"postgresql://waypost:a@{SECRET}@host/waypost",
        f"mysql://waypost:{SECRET}@host/waypost",
        f"postgres://waypost:{SECRET}@host/waypost",
        f"{SECRET}",
    ],
)
def test_an_address_that_would_be_misread_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the form that it should have, and nothing of what was given."""
    said = started(monkeypatch, tmp_path, url)
    assert said.startswith("WAYPOST_DATABASE_URL")
    assert SECRET not in said


@pytest.fixture
def newer(app: Flask, cast: Cast, later_release: Callable[..., Path]) -> Flask:
    """An application whose database a newer release has upgraded."""
    today = migrating.DIRECTORY
    later_release("op.create_table('thing', sa.Column('id', sa.Integer(), primary_key=True))")
    with app.app_context():
        migrating.migrate()
        db.engine.dispose()
    migrating.DIRECTORY = today
    return app


def test_commands_refuse_the_database_of_a_newer_release(newer: Flask, tmp_path: Path) -> None:
    """They write nothing into tables that they do not know; only a backup can be made."""
    before = rows_of(newer)
    for command in COMMANDS:
        refused(run(newer, *command.split()), "a newer release has upgraded it")
    assert rows_of(newer) == before
    assert run(newer, "backup", "create", tmp_path / "newer.zip").exit_code == 0


def test_a_start_refuses_the_database_of_a_newer_release(
    newer: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And makes no backup of it again and again."""
    settings = newer.config["SETTINGS"]
    said = started(monkeypatch, settings.instance, settings.database_url)
    assert "a newer release has upgraded it" in said
    assert not (settings.instance / "backups").exists()


def test_commands_before_the_first_start_say_so(
    make_place: Callable[..., Flask], engine: str
) -> None:
    """There are no tables yet, and none are made."""
    place = make_place(engine)
    for command in (*COMMANDS, "backup create"):
        refused(run(place, *command.split()), "the database has no tables")
    with place.app_context(), db.engine.connect() as connection:
        assert migrating.current(connection) is None


def test_the_tables_of_another_program_are_left_alone(
    engine: str,
    make_database: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By commands and by a start, which would otherwise migrate into them."""
    url = make_database(engine)
    with opened(url, tmp_path) as app:
        with app.app_context(), migrating.one_transaction(db.engine) as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
            before = set(inspect(connection).get_table_names())
        refused(run(app, "records", "rebuild", "--check"), "of another program")
        assert "of another program" in started(monkeypatch, tmp_path, url)
        with app.app_context():
            assert set(inspect(db.engine).get_table_names()) == before
