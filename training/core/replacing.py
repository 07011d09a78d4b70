"""A new database in the place of the application's, which is kept aside, whole, under a name.

The new one is complete before anything is moved. On PostgreSQL all is one transaction, and what was
there is kept in a schema of that name; on SQLite the new one is a file beside the present one, and
then takes its name.
"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text

from training.core.database import wire
from training.core.errors import OperatorError
from training.core.migrating import one_transaction

_IN_USE = "the database is in use: stop Waypost, and whatever else is connected to it, first"
_HEADER = b"SQLite format 3\0"
_LOGS = ("-wal", "-shm")
_OBJECTS = """
    SELECT kind, name FROM (
        SELECT oid, CAST(CAST(oid AS regclass) AS text) AS name,
               CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END
               AS kind
        FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace)
        AND relkind IN ('r', 'p', 'v', 'm')
        UNION ALL
        SELECT oid, CAST(CAST(oid AS regprocedure) AS text), 'ROUTINE'
        FROM pg_proc WHERE pronamespace = CAST(current_schema() AS regnamespace)
    ) AS objects
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = objects.oid AND deptype = 'e')
"""
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


def replaced(engine: Engine, aside: str) -> AbstractContextManager[Connection]:
    """Return a context that gives a connection to an empty database, to be filled; once it has
    ended well, that one stands in the place of the engine's, and what was there bears the name
    `aside`: a schema, or a file in the same folder.

    Where it ends otherwise nothing has changed. The engine must have no connection open. Raises
    OperatorError where somebody else has one, or the name is taken.
    """
    return (
        _in_schema(engine, aside)
        if engine.dialect.name == "postgresql"
        else _in_file(engine, aside)
    )


@contextmanager
def _in_schema(engine: Engine, aside: str) -> Iterator[Connection]:
    with one_transaction(engine) as connection:
        if connection.execute(text(_OTHERS)).scalar_one():
            raise OperatorError(_IN_USE)
        quote = connection.dialect.identifier_preparer.quote
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        objects = connection.execute(text(_OBJECTS)).all()
        connection.exec_driver_sql(f"CREATE SCHEMA {quote(aside)}")
        for kind, name in objects:
            connection.exec_driver_sql(f"ALTER {kind} {name} SET SCHEMA {quote(aside)}")
        yield connection


@contextmanager
def _in_file(engine: Engine, aside: str) -> Iterator[Connection]:
    assert engine.url.database
    present = Path(engine.url.database)
    kept, fresh = present.with_name(aside), present.with_name(f"{present.name}-replacing")
    if kept.exists():
        raise OperatorError(f"{kept} is there already")
    _settle(present)
    _remove(fresh)  # what a power cut left
    _make_like(present, fresh)
    place = create_engine(engine.url.set(database=str(fresh)))
    wire(place)
    try:
        with one_transaction(place) as connection:
            yield connection
        place.dispose()
        _settle(fresh)
        _settle(present)
        _exchange(present, kept, fresh)
    except OSError as error:
        raise OperatorError(f"{present} can't be replaced: {error.strerror or error}") from error
    finally:
        place.dispose()
        _remove(fresh)


def _make_like(present: Path, fresh: Path) -> None:
    """Make an empty file that the same accounts can read, or only this one."""
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL, 0o600))
    if present.exists():
        shutil.copymode(present, fresh)


def _settle(path: Path) -> None:
    """Let a file of SQLite hold everything by itself, without its log beside it.

    Raises OperatorError where others have it open. A damaged one is not even opened: SQLite would
    throw its log away.
    """
    if not path.exists() or not _is_sound(path):
        return
    connection = sqlite3.connect(path, timeout=1)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OperatorError(_IN_USE) from error
    finally:
        connection.close()


def _is_sound(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def _exchange(present: Path, kept: Path, fresh: Path) -> None:
    """Give the fresh file the present one's name; at every moment there is a whole one under it."""
    logs: list[tuple[Path, Path]] = []  # of a damaged one: they belong to it
    try:
        if present.exists():
            _keep(present, kept)
        for end in _LOGS:
            log = present.with_name(present.name + end)
            if log.exists():
                logs.append((log, log.rename(kept.with_name(kept.name + end))))
        fresh.replace(present)
    except OSError:
        for log, moved in logs:
            moved.rename(log)
        kept.unlink(missing_ok=True)
        raise
    sync_folder(present.parent)


def _keep(present: Path, kept: Path) -> None:
    """Let a file have a second name, or a copy where the file system knows no second names."""
    try:
        os.link(present, kept)
    except OSError:
        shutil.copy2(present, kept)
        with kept.open("rb+") as copy:
            os.fsync(copy.fileno())


def sync_folder(folder: Path) -> None:
    """See to it that the names outlive a power cut."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    for end in ("", *_LOGS):
        path.with_name(path.name + end).unlink(missing_ok=True)
