"""Every connection of the application keeps what it acknowledges through a power cut.

A kill can't show that: what the system holds in its memory outlives the process.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text

from config import Settings
from tests.apps import opened
from tests.postgresql import Cluster
from tests.soak.world import new_database
from training.core.database import SQLITE_PRAGMAS, db
from training.core.errors import OperatorError
from training.core.work import unit_of_work
from training.operations import health, start

pytestmark = pytest.mark.usefixtures("wait_for_the_disk")
REST = {**SQLITE_PRAGMAS, "synchronous": 2}
IN_UNIT = {**REST, "query_only": 0}
# `on` waits for the disk of this server; the others are about a power cut in mid-write.
POSTGRESQL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"])


def pragmas(connection: Connection) -> dict[str, object]:
    """Return what an SQLite connection does as its pragmas say."""
    return {name: connection.scalar(text(f"PRAGMA {name}")) for name in SQLITE_PRAGMAS}


def all_at_once(stack: ExitStack) -> Iterator[Connection]:
    """Yield every connection that the pool can give, each kept until the end."""
    options = db.engine.pool
    number = options.size() + options._max_overflow  # type: ignore[attr-defined]
    assert number >= 16
    for _ in range(number):
        yield stack.enter_context(db.engine.connect())


def amiss(app: Flask) -> list[dict[str, object]]:
    """Return the pragmas of each connection, at rest or in a unit, on which they are not right."""
    found = []
    with app.app_context():
        db.session.remove()
        with ExitStack() as stack:
            found += [now for one in all_at_once(stack) if (now := pragmas(one)) != REST]
        with unit_of_work() as work:
            if (now := pragmas(work.connection)) != IN_UNIT:
                found.append(now)
        with ExitStack() as stack:
            found += [now for one in all_at_once(stack) if (now := pragmas(one)) != REST]
    return found


@only_sqlite
def test_every_connection_has_its_pragmas(app: Flask) -> None:
    assert amiss(app) == []


@only_sqlite
@pytest.mark.parametrize("wrong", ["synchronous=OFF", "synchronous=NORMAL", "foreign_keys=0"])
def test_one_connection_with_another_pragma_is_caught(app: Flask, wrong: str) -> None:
    """The control: one connection among twenty differs."""
    opened: list[sqlite3.Connection] = []

    def differ(raw: sqlite3.Connection, entry: object) -> None:
        opened.append(raw)
        if len(opened) == 7:
            raw.execute(f"PRAGMA {wrong}")

    with app.app_context():
        event.listen(db.engine, "connect", differ)
    assert len(amiss(app)) in (1, 2)


def test_the_application_takes_nothing_back_of_what_postgresql_keeps(
    durable_postgresql: Cluster, tmp_path: Path
) -> None:
    """A server as it comes, and every connection to it, at rest and in a unit."""
    url = new_database(durable_postgresql, tmp_path)
    with opened(url, tmp_path) as app, app.app_context():
        with ExitStack() as stack:
            assert [one for one in map(durable, all_at_once(stack)) if one != POSTGRESQL] == []
        with unit_of_work() as work:
            assert durable(work.connection) == POSTGRESQL
            health.demand_durable(work.connection)


def test_a_postgresql_that_is_not_durable_is_seen(postgresql_server: str, tmp_path: Path) -> None:
    """The control: the tests' shared server saves itself that work."""
    with (
        opened(postgresql_server, tmp_path) as app,
        app.app_context(),
        db.engine.connect() as connection,
    ):
        assert durable(connection) != POSTGRESQL


@pytest.mark.parametrize("engine", ["postgresql"])
def test_production_does_not_start_on_it(app: Flask, settings: Settings) -> None:
    """The operator is told which settings to change; a laptop may do as it likes."""
    with app.app_context():
        start.prepare(app)
        app.config["SETTINGS"] = replace(settings, environment="production")
        with pytest.raises(OperatorError, match="set fsync and full_page_writes to on"):
            start.prepare(app)


def durable(connection: Connection) -> dict[str, object]:
    """Return how durable a commit on a connection to PostgreSQL is."""
    return {name: connection.scalar(text(f"SHOW {name}")) for name in POSTGRESQL}
