"""The application, made for tests on a database of their own, and let go again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from config import ROOT, MailServer, Settings
from training.app import create_app
from training.content.cli import load_folder
from training.core import migrating
from training.core.afterwards import BACKGROUND
from training.core.database import db

NO_ANSWER = MailServer("127.0.0.1", 9, smtps=False, sender="waypost@example.org")
"""A mail server that is set, where none listens."""


def make_settings(url: str, instance: Path, **changes: Any) -> Settings:
    """Return the settings of tests for a database."""
    values: dict[str, Any] = {
        "environment": "test",
        "instance": instance,
        "database_url": url,
        "secret_key": "for tests only, for tests only, for tests",
        "processes": 2,
    }
    return Settings(**{**values, **changes})


@contextmanager
def opened(url: str, instance: Path, **changes: Any) -> Iterator[Flask]:
    """Yield an application on a database; close its connections afterwards, so that a file is
    whole."""
    app = create_app(make_settings(url, instance, **changes))
    try:
        yield app
    finally:
        close(app)


def close(app: Flask) -> None:
    """Let what is under way in the background end, and let go of the database."""
    if BACKGROUND in app.extensions:
        app.extensions.pop(BACKGROUND).shutdown()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def fill(url: str, instance: Path) -> None:
    """Migrate an empty database and publish the module in it."""
    with opened(url, instance) as app, app.app_context():
        migrating.migrate()
        load_folder(ROOT / "modules" / "trafficking-or-smuggling")


def settle(path: Path) -> None:
    """Bring a SQLite database together in its one file, to be copied."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
