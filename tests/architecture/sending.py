"""Requests handed to the application as a server hands them over, and what they leave behind."""

import hashlib
import sqlite3
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import psycopg
from flask import Flask
from werkzeug import Request as Asked
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from tests.architecture.bad_inputs import FORM
from tests.architecture.good_requests import Request
from tests.cast import Somebody
from tests.visitor import Visitor
from training.core.database import db
from training.people.sessions import COOKIE

# What a request may write whatever becomes of it, by the design: when a session was last in use,
# what was sent after its end, the counters of refused sign-ins, and who saw what or was refused.
_MAY_CHANGE = {
    "session": {"seen_at"},
    "kept_form": None,
    "sign_in_counter": None,
    "audit": None,
}


@dataclass(frozen=True)
class Browser:
    """Whoever sends: an application, the cookies, and the token of its forms."""

    app: Flask
    cookies: str
    token: str

    def send(self, request: Request) -> TestResponse:
        """Send a request; a form carries the token, another body has it in the header."""
        pairs = request.fields
        if request.body is None:
            pairs = (("csrf_token", quote(self.token, safe="")), *pairs)
        kind, body = request.body or (FORM, _encoded(pairs).encode("ascii"))
        environ = create_environ(method=request.method)
        environ |= {
            "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
            "QUERY_STRING": _encoded(request.query),
            "HTTP_COOKIE": self.cookies,
        }
        if request.method == "POST":
            environ |= {
                "wsgi.input": BytesIO(body),
                "CONTENT_LENGTH": str(len(body)),
                "CONTENT_TYPE": kind,
                "HTTP_X_CSRF_TOKEN": self.token,
            }
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
        answer, status, headers = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        return TestResponse(answer, status, headers, Asked(environ))


def _encoded(pairs: tuple[tuple[str, str], ...]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


def open_browser(app: Flask, person: Somebody | None) -> Browser:
    """Open a browser with a session of somebody's, or of nobody's."""
    visitor = Visitor(app, person)
    token = visitor.token()
    found = (visitor.client.get_cookie(name) for name in (COOKIE, "waypost_visit"))
    return Browser(app, "; ".join(f"{one.key}={one.value}" for one in found if one), token)


@dataclass
class Watch:
    """Tells whether anything in a database has changed since it was asked last."""

    url: str
    _connection: Any = None
    _mark: Any = None
    _contents: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            self._connection = sqlite3.connect(path, isolation_level=None)
        else:
            self._connection = psycopg.connect(self.url, autocommit=True)
        self.changed()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def changed(self) -> set[str]:
        """Return the tables whose contents differ from those of the last time."""
        mark = self._writings()
        if mark == self._mark:  # nobody has written: the tables need not be read
            return set()
        before, self._mark, self._contents = self._contents, mark, self._read()
        return {name for name in self._contents if before.get(name) != self._contents[name]}

    def _writings(self) -> Any:
        """Return what moves with each transaction of others that writes."""
        mark = "PRAGMA data_version"
        if isinstance(self._connection, psycopg.Connection):
            mark = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
        return self._connection.execute(mark).fetchone()

    def _read(self) -> dict[str, str]:
        return {
            table.name: self._digest(
                table.name,
                [column.name for column in table.columns if column.name not in (may or ())],
            )
            for table in db.metadata.sorted_tables
            if (may := _MAY_CHANGE.get(table.name, ())) is not None
        }

    def _digest(self, table: str, columns: list[str]) -> str:
        listed = ", ".join(f'"{column}"' for column in columns)
        rows = self._connection.execute(f'SELECT {listed} FROM "{table}"').fetchall()
        return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
