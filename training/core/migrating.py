"""Migrations on both databases: the same scripts, foreign keys off while tables are changed.

Alembic is loaded only by what changes tables: to a server that has nothing to migrate it would be
a tenth of its start and of its memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Engine, inspect, text

from training.core.database import db, writable
from training.core.errors import OperatorError
from training.core.faults import in_one_line

DIRECTORY = Path(__file__).resolve().parent.parent / "migrations"
TABLE = "alembic_version"
CONNECTION = "connection"  # how env.py is told where to run


def add_commands(app: Flask) -> None:
    """Tell a developer's `flask db …` where the scripts are."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(DIRECTORY), render_as_batch=True)


def current(connection: Connection) -> str | None:
    """Return the revision of the database, or None where it is empty."""
    if not inspect(connection).has_table(TABLE):
        return None
    revision: str | None = connection.scalar(text(f"SELECT version_num FROM {TABLE}"))
    return revision


def revisions() -> list[str]:
    """Return the revisions that this release knows, the oldest first: their scripts' names begin
    with them."""
    scripts = sorted(path.name for path in (DIRECTORY / "versions").glob("*.py"))
    return [script.partition("_")[0] for script in scripts]


def newest() -> str:
    """Return the newest revision that this release knows."""
    return revisions()[-1]


def demand_known(revision: str | None) -> None:
    """Raise OperatorError for the revision of a database that a newer release has made."""
    if revision is not None and revision not in revisions():
        raise OperatorError(
            f"the database is of revision {revision}, which this release does not know: "
            "a newer release has upgraded it. Run that one"
        )


def demand_ours(connection: Connection) -> None:
    """Raise OperatorError for a database that a newer release or another program has made."""
    revision = current(connection)
    demand_known(revision)
    if revision is None and inspect(connection).get_table_names():
        raise OperatorError(
            "the database holds the tables of another program: give Waypost one of its own"
        )


def demand_current(connection: Connection) -> None:
    """Raise OperatorError, saying what to do, where the database is not at this release's
    revision."""
    demand_ours(connection)
    revision = current(connection)
    if revision is None:
        raise OperatorError("the database has no tables yet: start Waypost once, it makes them")
    if revision != newest():
        raise OperatorError(
            f"the database is of the earlier revision {revision}: start Waypost once, it upgrades"
        )


def migrate(connection: Connection | None = None, revision: str = "head") -> None:
    """Bring the database to a revision: within the transaction of a connection that
    `one_transaction` gave, or else within one of its own.

    Raises OperatorError where a migration fails; its transaction is then to be rolled back.
    """
    if connection is None:
        with db.engine.connect() as before:
            if revision == "head" and current(before) == newest():
                return  # the check that a transaction ends with reads the whole database
        with one_transaction(db.engine) as own:
            demand_ours(own)
            migrate(own, revision)
        return
    try:
        _upgrade(connection, revision)
    except Exception as error:
        raise OperatorError(f"the migrations failed: {in_one_line(error)}") from error


@contextmanager
def one_transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which tables may be changed: all that the block does is committed
    together, or none of it.

    On SQLite foreign keys are off meanwhile, or a batch change of a table would delete its
    children's rows by cascade. Raises OperatorError where rows are then left without parents.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        if sqlite and raw is not None:
            raw.execute("PRAGMA foreign_keys=0")
        try:
            with writable(connection).begin():
                yield connection
                if sqlite:
                    _demand_no_orphans(connection)
        finally:
            if sqlite and raw is not None:
                raw.execute("PRAGMA foreign_keys=1")


def _demand_no_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        tables = sorted({f"{child} without {parent}" for child, _, parent, _ in orphans})
        raise OperatorError(f"{len(orphans)} rows lack their parents: {', '.join(tables)}")


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command, config

    settings = config.Config()
    # A percent sign in the folder's name would be taken for the name of another option.
    settings.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    settings.attributes[CONNECTION] = connection
    command.upgrade(settings, revision)


def make_append_only(table: str) -> None:
    """In a migration: refuse UPDATE, DELETE and TRUNCATE on a table, by triggers."""
    from alembic import op

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
