"""Rows as backups carry them: out of either database and into either, few at a time."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, MetaData, String, Table, select

from training.core import migrating
from training.operations.backup_file import PIECE, Content, Tally, lines

LEFT_OUT = frozenset(
    {
        *("session", "one_time_link", "kept_form", "sign_in_counter"),
        *("import", "import_file", "import_row"),
    }
)


def all_tables(connection: Connection) -> list[Table]:
    """Return the tables as they are in the database, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(bind=connection, only=lambda name, _: name != migrating.TABLE)
    return metadata.sorted_tables


def tables(connection: Connection) -> list[Table]:
    """Return those of them that a backup holds."""
    return [table for table in all_tables(connection) if table.name not in LEFT_OUT]


def pieces(connection: Connection, table: Table) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a table, with the number of rows in each piece."""
    columns = _columns(table)
    names = [column.name for column in columns]
    statement = select(*columns).order_by(*_key(connection, table))
    options = {"yield_per": PIECE}
    for piece in connection.execute(statement, execution_options=options).partitions():
        yield len(piece), lines(names, piece)


def content(connection: Connection, table: Table) -> Content:
    """Return what the file of a table would hold if it were written now."""
    tally = Tally()
    for rows, data in pieces(connection, table):
        tally.add(rows, data)
    return tally.content()


def fill(connection: Connection, table: Table, rows: Iterable[list[dict[str, Any]]]) -> None:
    """Insert rows, given in pieces.

    Both drivers take JSON's values as they are. PostgreSQL gets them by COPY: by INSERT a million
    records take minutes instead of half a one.
    """
    raw: Any = connection.connection.driver_connection
    quote = connection.dialect.identifier_preparer.quote
    columns = _columns(table)
    names = ", ".join(quote(column.name) for column in columns)
    values = ([tuple(row.values()) for row in piece] for piece in rows)
    if connection.dialect.name == "postgresql":
        statement = f"COPY {quote(table.name)} ({names}) FROM STDIN"
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in chain.from_iterable(values):
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    for piece in values:
        connection.exec_driver_sql(
            f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})", piece
        )


def _columns(table: Table) -> list[Column[Any]]:
    """The order of names is the same on both databases, whatever migrations did."""
    return sorted(table.columns, key=lambda column: column.name)


def _key(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """The primary key, compared by code points, as SQLite does, whatever PostgreSQL's locale."""
    if connection.dialect.name != "postgresql":
        return list(table.primary_key)
    return [
        column.collate("C") if isinstance(column.type, String) else column
        for column in table.primary_key
    ]
