"""Migrations on both databases: the same scripts, foreign keys off while tables are changed."""

from collections.abc import Callable
from pathlib import Path

from alembic import op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import Connection

from training.core.database import db, writable

DIRECTORY = Path(__file__).resolve().parent.parent / "migrations"


def init_app(app: Flask) -> None:
    """Tell Flask-Migrate where the scripts are."""
    Migrate(app, db, directory=str(DIRECTORY), render_as_batch=True)


def current(connection: Connection) -> str | None:
    """Return the revision of the database, or None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the newest revision that this release knows."""
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    return head


def migrate() -> None:
    """Bring the database to the newest revision; needs an application context."""
    upgrade(directory=str(DIRECTORY))


def run_migrations(run: Callable[[Connection], None]) -> None:
    """Call `run(connection)` in one transaction with foreign keys off (SQLite), checked after.

    With them on, a batch change of a table deletes its children's rows by cascade.
    """
    engine = db.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        if sqlite and raw is not None:
            raw.execute("PRAGMA foreign_keys=0")
        try:
            with writable(connection).begin():
                run(connection)
                if sqlite:
                    _demand_no_orphans(connection)
        finally:
            if sqlite and raw is not None:
                raw.execute("PRAGMA foreign_keys=1")


def _demand_no_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"the migration leaves rows without their parents: {orphans[:5]}")


def make_append_only(table: str) -> None:
    """In a migration: refuse UPDATE, DELETE and TRUNCATE on a table, by triggers."""
    said = f"{table} is append-only"
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{said}'; END$$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
