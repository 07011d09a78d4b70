"""The ceiling: a bare Flask application on Waypost's own server and kinds of database.

It has no forms, no rights, no records and no SQLAlchemy, and does only what cannot be left out: a
lesson is two SELECTs by key and a template, an answer is one committed INSERT, signing in is the
hash of the password. What Waypost reaches of it in the same run is what is reported.

Run as a program it serves with Waypost's own settings.
"""

import sqlite3
import threading
import uuid
from typing import Any

import psycopg
from argon2 import PasswordHasher
from flask import Flask, abort, render_template, request

from config import ROOT, from_environment
from training.content import folder
from training.content.lessons import render
from training.core.database import SQLITE_PRAGMAS
from training.operations import serving

MODULE = ROOT / "modules" / "trafficking-or-smuggling"
LESSON = "act-means-purpose"
COOKIE = "bare_session"
TOKEN = "one-token"
PASSWORD = "a long enough password"
_TABLES = (
    "CREATE TABLE credential (id TEXT PRIMARY KEY, secret TEXT NOT NULL)",
    "CREATE TABLE session (id TEXT PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE lesson (id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE answer (id TEXT PRIMARY KEY, item TEXT NOT NULL, response TEXT NOT NULL)",
)


class Store:
    """The tables, over one connection a thread with the driver's own calls."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._place = "?" if url.startswith("sqlite") else "%s"
        self._kept = threading.local()

    def create(self, secret: str) -> None:
        """Make the tables and what the pages read; `secret` is the hash of PASSWORD."""
        connection = self._connect()
        for statement in _TABLES:
            connection.execute(statement)
        document, _ = folder.read_path(MODULE)
        assert document is not None
        lesson = document.lesson(LESSON)
        body = "\n".join(block.html for block in render(lesson))
        self._insert(connection, "credential", TOKEN, secret)
        self._insert(connection, "session", TOKEN, "Official Person")
        self._insert(connection, "lesson", LESSON, lesson.title, body)
        connection.close()

    def read(self, statement: str, key: str) -> tuple[Any, ...]:
        """Return the one row with a key; 404 where there is none."""
        found = self._connection().execute(statement.replace("?", self._place), (key,)).fetchone()
        if found is None:
            abort(404)
        row: tuple[Any, ...] = found
        return row

    def answer(self, item: str, response: str) -> None:
        """Save an answer, committed and durable when this returns."""
        self._insert(self._connection(), "answer", str(uuid.uuid4()), item, response)

    def _insert(self, connection: Any, table: str, *values: str) -> None:
        places = ", ".join([self._place] * len(values))
        connection.execute(f"INSERT INTO {table} VALUES ({places})", values)

    def _connection(self) -> Any:
        if not hasattr(self._kept, "connection"):
            self._kept.connection = self._connect()
        return self._kept.connection

    def _connect(self) -> Any:
        """Open a connection on which each statement commits by itself, with Waypost's pragmas."""
        if not self._url.startswith("sqlite"):
            return psycopg.connect(self._url, autocommit=True)
        connection = sqlite3.connect(self._url.removeprefix("sqlite:///"), isolation_level=None)
        for name, value in {**SQLITE_PRAGMAS, "query_only": 0}.items():
            connection.execute(f"PRAGMA {name}={value}")
        return connection


def create_app(url: str) -> Flask:
    """Return the application on a database that `Store.create` has filled."""
    app = Flask(__name__)
    store, hasher = Store(url), PasswordHasher()

    @app.get("/lesson/<lesson>")
    def lesson(lesson: str) -> str:
        (name,) = store.read(
            "SELECT name FROM session WHERE id = ?", request.cookies.get(COOKIE, "")
        )
        title, body = store.read("SELECT title, body FROM lesson WHERE id = ?", lesson)
        return render_template("lesson.html", name=name, title=title, body=body)

    @app.post("/answer")
    def answer() -> tuple[str, int]:
        store.answer(request.form["item"], request.form["response"])
        return "", 204

    @app.post("/sign-in")
    def sign_in() -> tuple[str, int]:
        (secret,) = store.read("SELECT secret FROM credential WHERE id = ?", TOKEN)
        hasher.verify(secret, request.form["password"])  # as costly as what made the secret
        return "", 303

    return app


def main() -> None:
    """Serve on the database and with the processes that the environment names."""
    settings = from_environment()
    serving.serve(
        lambda: create_app(settings.database_url),
        host=settings.host,
        port=settings.port,
        processes=settings.processes,
        threads=settings.threads,
    )


if __name__ == "__main__":
    main()
