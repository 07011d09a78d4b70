"""Made-up people in a database: where they are posted, their sessions, how far they have come."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.histories import History, Log, Rows
from training.content.items import Item
from training.content.schema import Document
from training.core import clock, ids
from training.core.actors import Role
from training.core.database import Base
from training.people import rules, sessions
from training.people.models import Credential, Grant, Person, Posting, SignInSession, Unit

SINCE = "2024-01-01"
Tree = tuple[int, int, int]
"""How many States there are, agencies a State, posts an agency."""
USUAL: Tree = (12, 5, 7)
WHOLE: Tree = (45, 11, 10)


Packed = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]
"""A table, its columns, the values of its rows."""


@dataclass(frozen=True)
class Places:
    """The tree of units: the region, the States, and the posts at which people serve."""

    region: str
    states: tuple[str, ...]
    posts: tuple[str, ...]


@dataclass(frozen=True)
class Official:
    """Somebody who is signed in, and the attempt that they are at, if they are."""

    person: str
    token: str
    csrf: str
    attempt: str = ""
    questions: tuple[Item, ...] = ()


def places(rows: Rows, region: str, tree: Tree) -> Places:
    """Add the tree of units below the region."""
    states = _units(rows, "state", [region], "State", tree[0])
    agencies = _units(rows, "agency", states, "Agency", tree[1])
    return Places(region, tuple(states), tuple(_units(rows, "post", agencies, "Post", tree[2])))


def _units(rows: Rows, kind: str, parents: Sequence[str], name: str, each: int) -> list[str]:
    made = [
        {
            "id": ids.uuid7(),
            "kind": kind,
            "parent_id": parent,
            "code": None,
            "name": f"{name} {number + 1:02}",
            "valid_from": SINCE,
            "valid_to": None,
        }
        for parent in parents
        for number in range(each)
    ]
    rows[Unit.__tablename__] += made
    return [str(unit["id"]) for unit in made]


def person(rows: Rows, name: str, unit: str, email: str | None = None) -> str:
    """Add a person, posted at a unit, privacy notice read; returns the id."""
    id, now = ids.uuid7(), clock.now()
    facts = {"id": id, "name": name, "latin_name": None, "email": email, "language": "en"}
    facts["folded"] = rules.fold_names(name)
    rows[Person.__tablename__].append(
        {**facts, "time_zone": "UTC", "added_at": now, "notice_accepted_at": now}
    )
    posting = {"id": ids.uuid7(), "person_id": id, "unit_id": unit}
    rows[Posting.__tablename__].append({**posting, "valid_from": SINCE, "valid_to": None})
    return id


def password(rows: Rows, person: str, secret: str) -> None:
    """Give a person a password, by its hash."""
    row = {"id": ids.uuid7(), "person_id": person, "kind": "password"}
    rows[Credential.__tablename__].append({**row, "secret": secret, "made_at": clock.now()})


def grant(rows: Rows, person: str, role: Role, unit: str) -> None:
    """Give a person a role on a unit and all below it."""
    row = {"id": ids.uuid7(), "person_id": person, "role": str(role), "unit_id": unit}
    rows[Grant.__tablename__].append({**row, "valid_from": SINCE, "valid_to": None})


def session(rows: Rows, person: str) -> Official:
    """Open a session for a person, as signing in does."""
    official, now = Official(person, ids.token(), ids.token()), clock.now()
    row = {"id": sessions.token_id(official.token), "person_id": person, "csrf": official.csrf}
    rows[SignInSession.__tablename__].append(
        {**row, "began_at": now, "seen_at": now, "ended_at": None}
    )
    return official


def officials(rows: Rows, unit: str, document: Document, count: int, go: "Way") -> list[Official]:
    """Add people who are signed in and enrolled in a module, and have come as far as `go`."""
    made = []
    for number in range(count):
        name = f"Official {number:05}"
        signed_in = session(rows, person(rows, name, unit))
        log = Log(signed_in.person, name, unit, rows, clock.now() - clock.DAY)
        history = History(log, document)
        drawn = go(history)
        history.settle()
        log.close()
        attempt = history.attempts[-1] if history.attempts else ""
        made.append(
            Official(signed_in.person, signed_in.token, signed_in.csrf, attempt, tuple(drawn))
        )
    return made


Way = Callable[[History], Sequence[Item]]
"""Takes an enrolment some way on and returns the items of the attempt that is under way."""


def begun(history: History) -> Sequence[Item]:
    """Enrolled, no more."""
    return ()


def at_final(history: History) -> Sequence[Item]:
    """At the first question of the final."""
    history.do_lessons()
    return history.start_final()


def before_submission(history: History) -> Sequence[Item]:
    """Every lesson done and every question of the final answered rightly, not yet submitted."""
    drawn = at_final(history)
    for item in drawn:
        history.answer(item, right=True)
    return drawn


def fresh_rows() -> Rows:
    """Return rows, still none."""
    return defaultdict(list)


def unit(url: str, kind: str) -> str:
    """Return the id of the first unit of a kind in a database."""
    statement = f"SELECT id FROM unit WHERE kind = '{kind}' ORDER BY name LIMIT 1"
    with closing(connected(url)) as connection:
        return str(connection.execute(statement).fetchone()[0])


def served(url: str) -> tuple[str, str]:
    """Return the ids of a post and of somebody who serves there."""
    statement = (
        "SELECT unit_id, person_id FROM posting JOIN unit ON unit.id = unit_id "
        "WHERE unit.kind = 'post' AND posting.valid_to IS NULL ORDER BY posting.id LIMIT 1"
    )
    with closing(connected(url)) as connection:
        post, person = connection.execute(statement).fetchone()
    return str(post), str(person)


def connected(url: str) -> Any:
    """Return a connection of the driver to a database."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60)
    return psycopg.connect(url)


def write(url: str, rows: Rows) -> None:
    """Write rows into a database in one transaction, parents before children."""
    with closing(connected(url)) as connection:
        if isinstance(connection, sqlite3.Connection):
            insert(connection, packed(rows))
        else:
            for table, columns, values in packed(rows):
                copy(connection, table, columns, values)
        connection.commit()


def packed(rows: Rows) -> list[Packed]:
    """Return rows table by table, parents before children."""
    filled = [table.name for table in Base.metadata.sorted_tables if rows.get(table.name)]
    return [
        (name, tuple(rows[name][0]), [tuple(row.values()) for row in rows[name]]) for name in filled
    ]


def insert(connection: sqlite3.Connection, tables: list[Packed]) -> None:
    """Insert rows into tables of SQLite."""
    for table, columns, values in tables:
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        connection.executemany(statement, values)


def copy(
    connection: psycopg.Connection[Any],
    table: str,
    columns: Sequence[str],
    values: Iterable[tuple[Any, ...]],
) -> None:
    """Copy rows into a table of PostgreSQL."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in values:
            target.write_row(row)
