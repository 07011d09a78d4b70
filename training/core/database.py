"""The database: our own declarative base, column types, and engines that can only read.

Connections stand read-only; `core.work.unit_of_work` alone lifts it. Plain reads emit no BEGIN on
SQLite and run in autocommit on PostgreSQL, so that no reader holds a snapshot longer than its
statement; `snapshot` asks for one.
"""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from training.core import clock
from training.core.ids import uuid7

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a power cut loses nothing acknowledged
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "recursive_triggers": 1,  # else INSERT OR REPLACE slips past the delete trigger
    "query_only": 1,
}
_WRITING = {"writing": True, "postgresql_readonly": False}
_PING_AFTER_SECONDS = 30.0
_NAME = re.compile(r"(?<![:\w]):(\w+)")


class Base(DeclarativeBase):
    """All tables; constraints bear names, so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Store the microseconds."""
        return None if value is None else clock.microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime."""
        return None if value is None else clock.moment(value)


Id = Annotated[str, mapped_column(String(36), primary_key=True, default=uuid7)]

db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """Return the engine's options: as many connections as there are threads, read-only at rest."""
    options: dict[str, Any] = {
        "pool_size": threads,
        "max_overflow": 4,
        "pool_timeout": 10,
        "hide_parameters": True,  # an error must not repeat what somebody typed
    }
    if url.startswith("postgresql"):
        options["isolation_level"] = "AUTOCOMMIT"
        options["connect_args"] = {"options": "-c default_transaction_read_only=on"}
    return options


def wire(engine: Engine) -> None:
    """Arrange pragmas and BEGIN on SQLite, and that PostgreSQL is asked whether it is still there
    where a connection has long lain idle. Call once for each engine, before it connects."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkout", _ping)
        event.listen(engine, "checkin", _note_use)
        return
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _rest)


def writable(connection: Connection) -> Connection:
    """Return `connection` with the options under which its next transaction may write."""
    options: dict[str, Any] = dict(_WRITING)
    if connection.dialect.name == "postgresql":
        options["isolation_level"] = "READ COMMITTED"
    return connection.execution_options(**options)


def run(connection: Connection, statement: str, values: Mapping[str, Any]) -> Any:
    """Run a statement with `:names` on the driver's own connection, and return its cursor.

    For the few statements on which the time of an answer depends; all others go the usual way,
    which costs several times as much. Raises what the usual way raises.
    """
    raw: Any = connection.connection.driver_connection
    postgresql = connection.dialect.name == "postgresql"
    dialect = connection.dialect
    try:
        return raw.execute(_percent(statement) if postgresql else statement, values)
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, raw, None):
            connection.invalidate(error)
            connection.engine.dispose(close=False)  # the others are gone as well
        base = dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            statement, None, error, base, hide_parameters=True, dialect=dialect
        ) from error


@lru_cache(maxsize=256)
def _percent(statement: str) -> str:
    return _NAME.sub(r"%(\1)s", statement)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a read-only connection that sees one state of the database until the block ends."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            connection = connection.execution_options(snapshot=True)
        with connection.begin():
            yield connection


def _ping(raw: Any, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """To ask at every use, as `pool_pre_ping` does, costs an answer a tenth of its time."""
    used = entry.info.get("used")
    if used is not None and time.monotonic() - used > _PING_AFTER_SECONDS:
        try:
            raw.execute("SELECT 1")
        except Exception as error:
            raise InvalidatePoolError from error


def _note_use(raw: Any, entry: ConnectionPoolEntry) -> None:
    entry.info["used"] = time.monotonic()


def _prepare(raw: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    raw.isolation_level = None
    for name, value in SQLITE_PRAGMAS.items():
        raw.execute(f"PRAGMA {name}={value}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    if options.get("writing"):
        connection.info["writing"] = True
        raw.execute("PRAGMA query_only=0")
        raw.execute("BEGIN IMMEDIATE")
    elif options.get("snapshot"):
        raw.execute("BEGIN")


def _rest(
    raw: sqlite3.Connection | None, entry: PoolProxiedConnection | ConnectionPoolEntry
) -> None:
    if raw is not None and entry.info.pop("writing", False):
        raw.execute("PRAGMA query_only=1")
