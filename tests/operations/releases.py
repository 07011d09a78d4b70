"""Databases as earlier releases left them, and what an upgrade must not lose of one.

A kept release is a text file: a line with its revision, the moment, and the names of what tests ask
for; then a line a row, `["table", {column: value}]`, parents first. See `make_release`.
"""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, Inspector, MetaData, Table, inspect, select, text

from tests.cast import Somebody
from tests.operations.backups import run
from tests.visitor import Visitor
from training.core import migrating
from training.core.database import Base, db
from training.core.work import unit_of_work

KEPT = ("first_release",)
APPEND_ONLY = {"record": "version", "version": "title", "audit": "action"}
"""The tables to which rows are only added, each with a column of text."""
_ENTRY = "INSERT INTO audit (id, at, actor, action, details) VALUES ('x', 0, 'system:x', 'x', '{}')"
Contents = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Release:
    """What a release's database held at a moment (microseconds): `rows` by table."""

    revision: str
    made_at: int
    names: dict[str, str]
    rows: Contents


@cache
def kept(name: str) -> Release:
    """Return a kept release."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows: Contents = {}
    for table, row in map(json.loads, lines):
        rows.setdefault(table, []).append(row)
    return Release(**json.loads(head), rows=rows)


def fill(app: Flask, release: Release) -> None:
    """Make the release's tables in a database without any, and insert its rows."""
    with app.app_context(), migrating.one_transaction(db.engine) as connection:
        migrating.migrate(connection, release.revision)
        connection.exec_driver_sql("DELETE FROM unit")  # the migration's own region
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        for table, rows in release.rows.items():
            for row in rows:
                columns = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join([mark] * len(row))
                statement = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
                connection.exec_driver_sql(statement, tuple(row.values()))


def upgrade(app: Flask, revision: str = "head") -> None:
    """Migrate, to the newest revision or to another one."""
    with app.app_context(), migrating.one_transaction(db.engine) as connection:
        migrating.migrate(connection, revision)


def visitor(app: Flask, release: Release, name: str) -> Visitor:
    """Return a browser of somebody of the release, signed in anew."""
    return Visitor(app, Somebody(release.names[name], name, ""))


def contents(app: Flask) -> Contents:
    """Return all rows of all tables as they are in the database."""
    with app.app_context(), db.engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        return {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in metadata.tables.items()
        }


def schema(app: Flask) -> list[tuple[Any, ...]]:
    """Return all that is defined in the database, as it defines it itself."""
    sqlite = "SELECT type, name, sql FROM sqlite_master"
    postgresql = """
        SELECT table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = current_schema()
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = current_schema()
        UNION ALL SELECT CAST(conrelid AS text), conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = CAST(current_schema() AS regnamespace)
        UNION ALL SELECT CAST(tgrelid AS text), tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal
    """
    with app.app_context(), db.engine.connect() as connection:
        statement = sqlite if connection.dialect.name == "sqlite" else postgresql
        return sorted(map(tuple, connection.execute(text(statement))), key=repr)


def lost(before: Contents, after: Contents) -> list[str]:
    """Say what of the rows is gone or changed, in the columns that both have."""
    found = [f"the table {name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys() - {"alembic_version"}:
        first_rows = [set(rows[0]) for rows in (before[name], after[name]) if rows]
        columns = set.intersection(*first_rows) if first_rows else set()
        was, is_ = (
            Counter(_values(row, columns) for row in side[name]) for side in (before, after)
        )
        if gone := was - is_:
            found.append(f"{name}: {gone.total()} rows are gone or changed")
        if added := is_ - was:
            found.append(f"{name}: {added.total()} rows are new or changed")
    return found


def _values(row: dict[str, Any], columns: set[str]) -> str:
    return repr([(column, row[column]) for column in sorted(columns)])


def unlike_models(app: Flask) -> list[str]:
    """Say where the database is not what the models declare."""
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [str(difference) for difference in compare_metadata(context, Base.metadata)]
        inspector = inspect(connection)
        there = set(inspector.get_table_names())
        tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        return found + _other_checks(inspector, tables) + _other_partials(inspector, tables)


def _other_checks(inspector: Inspector, tables: list[Table]) -> list[str]:
    """Alembic compares no CHECK constraints."""
    found = []
    for table in tables:
        declared = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        there = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
        found += [f"{table.name}: check {name}" for name in declared ^ there]
    return found


def _other_partials(inspector: Inspector, tables: list[Table]) -> list[str]:
    """Nor for which rows an index is."""
    name = f"{inspector.dialect.name}_where"
    found = []
    for table in tables:
        declared = {
            str(index.name) for index in table.indexes if index.dialect_kwargs.get(name) is not None
        }
        there = {
            str(index["name"])
            for index in inspector.get_indexes(table.name)
            if index.get("dialect_options", {}).get(name) is not None
        }
        found += [f"{table.name}: partial index {one}" for one in declared ^ there]
    return found


def not_refused(app: Flask) -> list[str]:
    """Say which changes the append-only tables let pass. All of them are rolled back."""
    with app.app_context():
        there = inspect(db.engine).get_table_names()  # an older release has not all of them
        if db.engine.dialect.name == "sqlite":
            same = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
        else:
            same = "TRUNCATE {0} CASCADE"
        return [
            statement.format(table, column)
            for table, column in APPEND_ONLY.items()
            if table in there
            for statement in ("UPDATE {0} SET {1} = 'x'", "DELETE FROM {0}", same)
            if not _is_refused(statement.format(table, column), noted="audit" in there)
        ]


def _is_refused(statement: str, noted: bool) -> bool:
    class Passed(Exception):
        """The statement went through."""

    try:
        with unit_of_work() as work:
            if noted:
                work.connection.exec_driver_sql(_ENTRY)  # an older release has left none
            work.connection.execute(text(statement))
            raise Passed
    except Passed:
        return False
    except Exception as error:
        return "append-only" in str(error)


def refolded(app: Flask) -> str:
    """Return what a rebuild that writes nothing finds."""
    return run(app, "records", "rebuild", "--check").stdout
