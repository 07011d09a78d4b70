"""`backup restore --replace`: the backup takes the place, and nothing that was there is deleted."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from config import Settings
from tests import server
from tests.cast import TESTER, Cast
from tests.operations.backups import adapt, refused, rewrite, rows_of, run
from training.core import clock, replacing
from training.core.database import db
from training.core.errors import OperatorError
from training.core.work import unit_of_work
from training.operations import backup, presence, start
from training.people import services

Rows = dict[str, list[Any]]


@pytest.fixture
def made(app: Flask, cast: Cast, tmp_path: Path) -> Path:
    """A backup, after which somebody was added."""
    path = tmp_path / "made.zip"
    with app.app_context():
        backup.create(path)
        with unit_of_work() as work:
            services.add_person(TESTER, work, name="Late")
    return path


def put_in_place(app: Flask, path: Path) -> str:
    """Replace by command; returns the name under which what was there is kept."""
    done = run(app, "backup", "restore", "--replace", "--yes", path)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.split()[-1]


@contextmanager
def connected(settings: Settings, name: str = "") -> Iterator[Any]:
    """Yield a connection of some other program: to the database, or to what is kept aside."""
    url = make_url(settings.database_url)
    if url.database and url.drivername == "sqlite":
        path = Path(url.database)
        with closing(sqlite3.connect(path.with_name(name) if name else path)) as connection:
            connection.execute("SELECT * FROM person").fetchone()
            yield connection
        return
    with psycopg.connect(settings.database_url) as connection:
        if name:
            connection.execute(f'SET search_path TO "{name}"')
        yield connection


def aside(settings: Settings) -> list[str]:
    """Return the names of what was kept or left beside the database."""
    url = make_url(settings.database_url)
    if url.database and url.drivername == "sqlite":
        path = Path(url.database)
        known = (path.name, *(f"{path.name}{end}" for end in ("-wal", "-shm", ".turn.0")))
        return sorted(p.name for p in path.parent.glob(f"{path.name}*") if p.name not in known)
    statement = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replaced%' ORDER BY 1"
    with psycopg.connect(settings.database_url) as connection:
        return [name for (name,) in connection.execute(statement)]


def names_in(connection: Any) -> set[str]:
    """Return the names of the persons that a connection sees."""
    return {name for (name,) in connection.execute("SELECT name FROM person").fetchall()}


def test_what_was_there_is_kept_whole(app: Flask, made: Path, settings: Settings) -> None:
    """Under the name that is said; who came after the backup is there, and only there."""
    with app.app_context():
        start.prepare(app)
    before = rows_of(app)
    kept = put_in_place(app, made)
    now = rows_of(app)
    assert len(now["person"]) == len(before["person"]) - 1
    changed = {table for table in now if now[table] != before[table]}
    assert changed == {"person", "audit"}
    with connected(settings, kept) as connection:
        assert "Late" in names_in(connection)
        for table, rows in before.items():
            count = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            assert count == len(rows), table
        with pytest.raises(Exception, match="append-only"):
            connection.execute("DELETE FROM version")
    assert aside(settings) == [kept]
    with app.app_context():
        start.prepare(app)
        assert backup.create(made.with_name("again.zip")).rows == sum(map(len, now.values()))


def test_it_can_be_done_again_and_on_nothing(
    app: Flask, made: Path, settings: Settings, make_place: Callable[..., Flask], engine: str
) -> None:
    """Each time what was there is kept; and a place without tables is filled."""
    before = rows_of(app)
    place = make_place(engine)
    put_in_place(place, made)
    assert len(rows_of(place)["person"]) == len(before["person"]) - 1
    kept = put_in_place(app, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: 2_000_000_000_000_000)
        assert put_in_place(app, made) != kept
    assert len(aside(settings)) == 2


def test_it_asks_first(app: Flask, made: Path) -> None:
    """Anything but yes changes nothing."""
    before = rows_of(app)
    runner = app.test_cli_runner()
    for answer in ("n\n", "\n", ""):
        asked = runner.invoke(args=["backup", "restore", "--replace", str(made)], input=answer)
        assert asked.exit_code == 1
        assert "kept aside?" in asked.stderr
        assert rows_of(app) == before
    agreed = runner.invoke(args=["backup", "restore", "--replace", str(made)], input="y\n")
    assert agreed.exit_code == 0
    assert rows_of(app) != before


def test_it_refuses_while_the_server_runs(app: Flask, made: Path, settings: Settings) -> None:
    """Also where that has had nothing to do yet. Once it has stopped the command works."""
    before = rows_of(app)
    with server.running(settings.instance, settings.database_url):
        refused(run(app, "backup", "restore", "--replace", "--yes", made), "stop it first")
    assert rows_of(app) == before
    put_in_place(app, made)


def test_a_server_does_not_start_meanwhile(app: Flask, settings: Settings) -> None:
    """Two servers may run at once, but none beside a replacement."""
    with presence.serving(settings.instance), presence.serving(settings.instance):
        pass
    refuses = pytest.raises(OperatorError, match="start again when")
    with presence.nobody_serving(settings.instance), refuses, presence.serving(settings.instance):
        pass
    with presence.serving(settings.instance):
        pass


def test_it_refuses_while_others_are_connected(app: Flask, made: Path, settings: Settings) -> None:
    """A server on another machine, or a shell: nothing is moved under their feet."""
    before = rows_of(app)
    with connected(settings):
        refused(run(app, "backup", "restore", "--replace", "--yes", made), "in use")
    assert rows_of(app) == before
    assert aside(settings) == []


def _a_row_misfits(files: dict[str, bytes]) -> None:
    adapt(files, "module", files["tables/module.jsonl"].replace(b'"owner_id"', b'"owner_of"'))


def _a_later_release(files: dict[str, bytes]) -> None:
    files["manifest.json"] = files["manifest.json"].replace(b'"revision": "', b'"revision": "9')


def _damaged(files: dict[str, bytes]) -> None:
    files["tables/person.jsonl"] += b"{}\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_a_row_misfits, "module did not arrive"),
        (_a_later_release, "does not know"),
        (_damaged, "not as it was written"),
    ],
)
def test_a_backup_that_does_not_fit_changes_nothing(
    app: Flask,
    made: Path,
    settings: Settings,
    change: Callable[[dict[str, bytes]], None],
    said: str,
) -> None:
    """The present database is touched only once the backup stands, whole, beside it."""
    before = rows_of(app)
    rewrite(made, change)
    refused(run(app, "backup", "restore", "--replace", "--yes", made), said)
    assert rows_of(app) == before
    assert aside(settings) == []


@pytest.mark.parametrize("engine", ["sqlite"])
class TestFiles:
    """On SQLite, where the exchange is one of files."""

    def test_a_damaged_database_is_replaced(
        self, app: Flask, made: Path, settings: Settings
    ) -> None:
        """That is when it is needed most; the damaged file is kept with its log."""
        with app.app_context():
            db.engine.dispose()
        path = Path(str(make_url(settings.database_url).database))
        path.write_bytes(b"not a database" * 1000)
        log = path.with_name(f"{path.name}-wal")
        log.write_bytes(b"its log")
        kept = put_in_place(app, made)
        assert path.with_name(kept).read_bytes() == b"not a database" * 1000
        assert path.with_name(f"{kept}-wal").read_bytes() == b"its log"
        assert len(rows_of(app)["person"]) > 1

    @pytest.mark.parametrize("mode", [0o600, 0o640])
    def test_the_same_accounts_can_read_it(
        self, app: Flask, made: Path, settings: Settings, mode: int
    ) -> None:
        """A database of people is not opened to others by being restored."""
        path = Path(str(make_url(settings.database_url).database))
        path.chmod(mode)
        kept = put_in_place(app, made)
        for one in (path, path.with_name(kept)):
            assert one.stat().st_mode & 0o777 == mode

    @pytest.mark.parametrize("links", [True, False])
    def test_wherever_the_exchange_is_cut_off_all_is_there(
        self,
        app: Flask,
        made: Path,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        links: bool,
    ) -> None:
        """At each step, with links between files and without: the present rows are in a file, and
        doing it again succeeds."""
        steps: list[tuple[Any, str]] = [(Path, "replace"), (replacing, "sync_folder")]
        if not links:
            monkeypatch.setattr(os, "link", failing)
            steps.append((shutil, "copy2"))
        for where, step in steps:
            with monkeypatch.context() as patch:
                patch.setattr(where, step, failing)
                done = run(app, "backup", "restore", "--replace", "--yes", made)
            refused(done, "can't be replaced")
            assert whole(settings), step
            for name in aside(settings):
                Path(str(make_url(settings.database_url).database)).with_name(name).unlink()
            with app.app_context(), unit_of_work() as work:
                services.add_person(TESTER, work, name="Late")
        put_in_place(app, made)

    def test_the_control_sees_what_is_deleted(
        self, app: Flask, made: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An exchange that writes over the present file is found by what is held against it."""
        monkeypatch.setattr(
            replacing, "_exchange", lambda present, _, fresh: fresh.replace(present)
        )
        assert run(app, "backup", "restore", "--replace", "--yes", made).exit_code == 0
        assert not whole(settings)


def failing(*_: Any, **__: Any) -> None:
    """Stand for a step that a power cut or a full disk prevents."""
    raise OSError(28, os.strerror(28))


def whole(settings: Settings) -> bool:
    """Tell whether there is a database under its name, and the latest person in some file."""
    found = []
    for name in ("", *aside(settings)):
        with connected(settings, name) as connection:
            found.append(names_in(connection))
    return any("Late" in names for names in found)
