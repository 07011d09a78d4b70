"""Backup and restore: everything that the database holds, in one file for both databases.

Signed-in sessions, one-time links and forms kept through a sign-in are secrets of the moment and
are left out: after a restore everybody signs in anew. Nor does it hold the instance's secret key.

The tables are those of the database's own revision, not of this release, so that a database can be
backed up before a migration and restored by a later release.
"""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, delete, inspect, text
from sqlalchemy.exc import DBAPIError

from config import ROOT
from training.core import clock, migrating, replacing
from training.core.database import db, snapshot
from training.core.errors import OperatorError
from training.core.faults import in_one_line
from training.operations import backup_file, backup_rows, presence
from training.operations.backup_file import Reader
from training.operations.clock_work import Due

STALE = timedelta(hours=48)
_KEPT = timedelta(days=14)
_KEPT_ALWAYS = 3
_TIME = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(waypost|before-upgrade)-(\d{8}T\d{6}Z)\.zip")


@dataclass(frozen=True)
class Backup:
    """A backup that was made, or restored from."""

    path: Path
    rows: int
    bytes: int


def create(path: Path) -> Backup:
    """Write what the database holds at this moment to `path`; the server may go on meanwhile.

    It is read back whole before it gets its name. Raises OperatorError, leaving nothing, where
    that fails, where there is a file of this name, or where the database has no tables.
    """
    with backup_file.written_whole(path) as part:
        with snapshot(db.engine) as connection:
            revision = migrating.current(connection)
            if revision is None:
                raise OperatorError("there is nothing to back up: the database has no tables")
            pieces = {
                table.name: backup_rows.pieces(connection, table)
                for table in backup_rows.tables(connection)
            }
            made_at = f"{clock.moment(clock.now()):%FT%TZ}"
            backup_file.write(part, pieces, made_at=made_at, release=_release(), revision=revision)
        with backup_file.opened(part) as reader:
            rows = reader.manifest.rows
    return Backup(path, rows, path.stat().st_size)


def restore(path: Path) -> Backup:
    """Fill this application's empty database with a backup, and migrate it to this release.

    All is done in one transaction, and the rows are compared with the backup before it ends.
    Raises OperatorError where the file is not as it was written or of a later release, and where
    the database is not empty. What was empty before a failure is so after it.
    """
    with backup_file.opened(path) as reader, _misfits_in_one_line(path):
        with migrating.one_transaction(db.engine) as connection:
            _demand_empty(connection, _known(reader))
            _fill(connection, reader)
        return Backup(path, reader.manifest.rows, path.stat().st_size)


def replace(app: Flask, path: Path) -> tuple[Backup, str]:
    """Put a backup in the place of all that the database holds, as `restore` fills an empty one.

    Returns it and the name under which what was there is kept: a file beside the database, or on
    PostgreSQL a schema. Raises OperatorError as `restore` does, and while a server runs; then
    nothing has changed.
    """
    db.session.close()
    db.engine.dispose()
    aside = f"replaced-{clock.moment(clock.now()):{_TIME}}"
    if db.engine.dialect.name == "sqlite":
        aside = f"{Path(str(db.engine.url.database)).name}-{aside}"
    with (
        presence.nobody_serving(app.config["SETTINGS"].instance),
        backup_file.opened(path) as reader,
        _misfits_in_one_line(path),
    ):
        _known(reader)
        with replacing.replaced(db.engine, aside) as connection:
            _fill(connection, reader)
        return Backup(path, reader.manifest.rows, path.stat().st_size), aside


def _release() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _known(reader: Reader) -> str:
    """Return a backup's revision. Raises OperatorError for one of a later release."""
    revision = reader.manifest.revision
    if revision not in migrating.revisions():
        raise OperatorError(
            f"the backup is of revision {revision}, which this release does not know: "
            "restore it with the release that made it, or a later one"
        )
    return revision


def _demand_empty(connection: Connection, revision: str) -> None:
    """Raise OperatorError unless the database can be brought to `revision` and holds nothing."""
    standing = migrating.current(connection)
    if standing is None:
        holds = inspect(connection).get_table_names() not in ([], [migrating.TABLE])
    else:
        holds = any(_has_rows(connection, table) for table in ("person", "record", "version"))
    if holds:
        raise OperatorError("the database is not empty: restore into a new one, or --replace it")
    order = [None, *migrating.revisions()]
    if standing not in order or order.index(standing) > order.index(revision):
        raise OperatorError(
            f"the backup is of revision {revision}, the database of the later {standing}: "
            "restore into a new one, without tables"
        )


def _has_rows(connection: Connection, table: str) -> bool:
    return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None


@contextmanager
def _misfits_in_one_line(path: Path) -> Iterator[None]:
    driver = db.engine.dialect.dbapi
    assert driver is not None
    try:
        yield
    except (DBAPIError, driver.Error, ValueError) as error:
        raise OperatorError(f"{path} can't be restored: {in_one_line(error)}") from error


def _fill(connection: Connection, reader: Reader) -> None:
    """Make the tables of the backup's release, fill them, and migrate them to this one's."""
    migrating.migrate(connection, reader.manifest.revision)
    written = reader.manifest.tables
    everything = backup_rows.all_tables(connection)
    for table in reversed(everything):  # what the migrations put there: the region
        connection.execute(delete(table))
    held = backup_rows.tables(connection)
    if {table.name for table in held} != set(written):
        raise OperatorError("the backup holds other tables than its revision has")
    for table in held:
        backup_rows.fill(connection, table, reader.rows(table.name))
    for table in held:
        if backup_rows.content(connection, table) != written[table.name]:
            raise OperatorError(f"the table {table.name} did not arrive as it is in the backup")
    migrating.migrate(connection)


def folder(app: Flask) -> Path:
    """Return where backups lie unless another place is named; perhaps it is not there yet."""
    instance: Path = app.config["SETTINGS"].instance
    return instance / "backups"


def new_path(app: Flask, kind: str = "waypost") -> Path:
    """Return the path of a backup that is made now, its folder made; the other kind is
    before-upgrade."""
    folder(app).mkdir(mode=0o700, exist_ok=True)
    return folder(app) / new_name(kind)


def new_name(kind: str = "waypost") -> str:
    """Return the name of a backup that is made now."""
    return f"{kind}-{clock.moment(clock.now()):{_TIME}}.zip"


def create_before_upgrade(app: Flask) -> Backup | None:
    """Back up a database that is about to be migrated and holds persons; None for any other.

    Only the newest three of these stay, or a start that fails again and again would fill the disk.
    Raises OperatorError for a database that a newer release has made.
    """
    with db.engine.connect() as connection:
        revision = migrating.current(connection)
        migrating.demand_known(revision)
        if revision in (None, migrating.newest()) or not _has_rows(connection, "person"):
            return None
    made = create(new_path(app, "before-upgrade"))
    _remove_old(folder(app), "before-upgrade", timedelta(0))
    return made


def due(app: Flask) -> Due:
    """Return the daily backup as the serving parent is to do it by the clock."""
    return Due("the daily backup", 24.0, lambda: last_made(folder(app)), lambda: make_daily(app))


def make_daily(app: Flask) -> None:
    """Make a backup and remove those older than 14 days; the newest three always stay."""
    with app.app_context():
        create(new_path(app))
    _remove_old(folder(app), "waypost", _KEPT)


def last_made(place: Path) -> datetime | None:
    """Return when the newest backup in a folder was made (UTC), as its name says."""
    return max((time for _, time, _ in _backups(place)), default=None)


def is_stale(made: datetime | None, now: datetime) -> bool:
    """Tell whether the newest backup is missing, or older than two days."""
    return made is None or now - made > STALE


def _backups(place: Path) -> Iterator[tuple[str, datetime, Path]]:
    for path in place.glob("*.zip"):
        if found := _NAME.fullmatch(path.name):
            kind, time = found.groups()
            yield kind, datetime.strptime(time, _TIME).replace(tzinfo=UTC), path


def _remove_old(place: Path, kind: str, age: timedelta) -> None:
    """Remove backups of a kind, and what a power cut left of any."""
    now = clock.moment(clock.now())
    made = sorted((time, path) for found, time, path in _backups(place) if found == kind)
    for time, path in made[:-_KEPT_ALWAYS]:
        if now - time > age:
            path.unlink()
    for path in place.glob(".*.part"):
        if clock.now() - path.stat().st_mtime_ns // 1000 > clock.DAY:
            path.unlink()
