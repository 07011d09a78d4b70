"""The log and the unit that writes it: nothing is changed, nothing is written past the unit."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from tests.cast import TESTER
from tests.records import devices
from tests.records.log import Log
from training.core import clock
from training.core.database import SQLITE_PRAGMAS, db, snapshot
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.people import services as people
from training.people.models import Person
from training.records import services

TABLES = {"record": "payload", "version": "note"}
OF_BOTH = (
    "UPDATE {table} SET {column} = 'x'",
    "DELETE FROM {table}",
    "INSERT INTO {table} SELECT * FROM {table} WHERE true "
    "ON CONFLICT ({key}) DO UPDATE SET {column} = 'x'",
)
OF_ENGINE = {
    "sqlite": ("INSERT OR REPLACE INTO {table} SELECT * FROM {table}",),
    "postgresql": ("TRUNCATE {table} CASCADE",),
}
KEYS = {"record": "id", "version": "digest"}


def attacks(engine: str) -> Iterator[tuple[str, str]]:
    """Yield each table with each statement that would change or empty it."""
    for table, column in TABLES.items():
        for statement in OF_BOTH + OF_ENGINE[engine]:
            yield table, statement.format(table=table, column=column, key=KEYS[table])


def contents(log: Log) -> list[Any]:
    """Return all that stands in the tables that only grow."""
    with log.app.app_context():
        return [list(db.session.execute(text(f"SELECT * FROM {table}"))) for table in TABLES]


def test_nothing_changes_the_log_or_a_version_even_in_a_unit(log: Log, engine: str) -> None:
    """The triggers are there after all migrations; what is inserted stays."""
    log.append(log.person(), *devices.way(uuid7(), uuid7()))
    stood = contents(log)
    assert all(stood)
    for table, statement in attacks(engine):
        with pytest.raises(DBAPIError, match=f"{table} is append-only"):
            log.write(statement)
    assert contents(log) == stood


def test_nor_does_somebody_with_a_connection_of_their_own(
    log: Log, engine: str, settings: Settings
) -> None:
    """The database itself refuses, whoever asks."""
    log.append(log.person(), *devices.begun(uuid7()))
    stood = contents(log)
    for table, statement in attacks(engine):
        if "OR REPLACE" in statement:  # refused where recursive triggers are on: on our connections
            continue
        with raw(settings) as execute, pytest.raises(REFUSALS, match=f"{table} is append-only"):
            execute(statement)
    assert contents(log) == stood


REFUSALS = (sqlite3.IntegrityError, psycopg.errors.RaiseException)


@contextmanager
def raw(settings: Settings) -> Iterator[Callable[[str], object]]:
    """Open a connection without any of our arrangements; yields what runs a statement on it."""
    url = settings.database_url
    connection: Any
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(url)
    try:
        yield connection.execute
    finally:
        connection.close()


PERSON = (
    "INSERT INTO person (id, name, language, time_zone, added_at) "
    "VALUES ('p', 'Eve', 'en', 'UTC', 1)"
)


def by_session() -> None:
    """Write through the session that pages read with."""
    db.session.execute(text(PERSON))
    db.session.commit()


def by_object() -> None:
    """Add an object to that session."""
    db.session.add(Person(name="Eve", added_at=clock.moment(1)))
    db.session.commit()


def by_connection() -> None:
    """Write on a connection of the engine, in a transaction of one's own."""
    with db.engine.begin() as connection:
        connection.execute(text(PERSON))


def by_snapshot() -> None:
    """Write on the connection of an export."""
    with snapshot(db.engine) as connection:
        connection.execute(text(PERSON))


def test_what_writes_outside_a_unit_fails_by_itself(log: Log) -> None:
    """Connections stand read-only; the unit lifts that for itself alone, and puts it back."""
    for write in (by_session, by_object, by_connection, by_snapshot) * 2:
        with log.app.app_context(), pytest.raises(DBAPIError, match=r"read-?only"):
            write()
        log.person("Nur")  # on a connection that is then given back
    assert names(log.app) == ["Nur"] * 8


def names(app: Flask) -> list[str]:
    """Return the names of all persons, read afresh."""
    with app.app_context():
        return list(db.session.scalars(text("SELECT name FROM person ORDER BY name")))


@pytest.mark.usefixtures("wait_for_the_disk")
def test_every_connection_of_a_busy_pool_is_arranged_alike(app: Flask, engine: str) -> None:
    """Many threads read and write at once, some fail; no connection is left able to write."""
    threads, rounds = 16, 6
    together = threading.Barrier(threads)

    def work(number: int) -> list[tuple[object, dict[str, object], dict[str, object]]]:
        seen = []
        with app.app_context():
            for turn in range(rounds):
                with db.engine.connect() as connection:
                    together.wait(60)  # so that each thread holds a connection of its own
                    reading = arrangement(connection)
                    place = connection.connection.driver_connection
                try:
                    with unit_of_work() as unit:
                        writing = arrangement(unit.connection)
                        people.add_person(TESTER, unit, name=f"{number}")
                        if turn % 3 == 2:
                            raise LookupError
                except LookupError:
                    pass
                seen.append((place, reading, writing))
        return seen

    with ThreadPoolExecutor(threads) as pool:
        seen = [one for found in pool.map(work, range(threads)) for one in found]
    assert len({id(place) for place, _, _ in seen}) >= threads
    for _, reading, writing in seen:
        assert (reading, writing) == (AT_REST[engine], IN_UNIT[engine])
    assert len(names(app)) == threads * rounds * 2 // 3


AT_REST: dict[str, dict[str, object]] = {
    "sqlite": dict(SQLITE_PRAGMAS),
    "postgresql": {"transaction_read_only": "on", "synchronous_commit": "on"},
}
IN_UNIT = {
    "sqlite": {**AT_REST["sqlite"], "query_only": 0},
    "postgresql": {**AT_REST["postgresql"], "transaction_read_only": "off"},
}


def arrangement(connection: Connection) -> dict[str, object]:
    """Return how a connection is arranged now."""
    if connection.dialect.name == "sqlite":
        return {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in SQLITE_PRAGMAS
        }
    return {
        name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
        for name in AT_REST["postgresql"]
    }


def test_one_unit_at_a_time_in_a_thread(app: Flask) -> None:
    """A second one would wait for the first for ever; the first is none the worse for it."""
    with app.app_context():
        with unit_of_work() as work:
            with pytest.raises(RuntimeError, match="under way"), unit_of_work():
                pass
            people.add_person(TESTER, work, name="Nur")
        with unit_of_work() as work:
            people.add_person(TESTER, work, name="Omar")
    assert names(app) == ["Nur", "Omar"]


def test_an_error_in_a_unit_takes_all_of_it_back(log: Log) -> None:
    """Also what was flushed, the records, their states and decisions, and the count of both."""
    person, enrolment = log.person(), uuid7()
    log.append(person, *devices.begun(enrolment))
    stood = contents(log), log.states("enrolment"), log.subject(person).seq

    def fail() -> None:
        with log.app.app_context(), unit_of_work() as work:
            people.add_person(TESTER, work, name="Omar")
            held = services.lock(work, person)
            services.append_many(TESTER, held, devices.taken(enrolment, uuid7()))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert (contents(log), log.states("enrolment"), log.subject(person).seq) == stood
    assert log.states("attempt") == log.states("certificate") == {}
    assert names(log.app) == ["Nur"]


def test_what_waits_for_the_commit_happens_only_after_one(app: Flask) -> None:
    """Mail about what never happened would be worse than none."""
    heard: list[list[str]] = []

    def tell() -> None:
        heard.append(names(app))

    def add(name: str, *, fail: bool = False) -> None:
        with app.app_context(), unit_of_work() as work:
            work.after_commit.append(tell)
            people.add_person(TESTER, work, name=name)
            if fail:
                raise LookupError

    add("Nur")
    assert heard == [["Nur"]]
    with pytest.raises(LookupError):
        add("Omar", fail=True)
    with app.app_context():
        engine = db.engine

    def refuse(connection: Connection) -> None:
        raise OSError("the disk is full")

    event.listen(engine, "commit", refuse)
    with pytest.raises(OSError, match="full"):
        add("Zia")
    event.remove(engine, "commit", refuse)
    assert heard == [["Nur"]]
    assert names(app) == ["Nur"]
    add("Ada")
    assert heard[1:] == [["Ada", "Nur"]]
