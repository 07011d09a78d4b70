"""What tests share: both databases, an application on a fresh one, people, clients."""

import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from whitenoise.compress import Compressor

from config import ROOT, Settings
from tests import postgresql
from tests.cast import Cast, cast_in
from tests.visitor import Visitor
from training.app import create_app
from training.content.cli import load_folder
from training.core import migrating
from training.core.database import db

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Take the place of pytest-flask's, which keeps one request around every test, so that the
    user of one client would leak into the next."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones: at the end, one process would wait while the other is at them."""
    items.sort(key=lambda item: item.path.parent.name not in ("soak", "records"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write out halves of letters that a test has logged: a report with them can't go from one
    process of the tests to another."""
    report = yield
    report.sections = [
        (name, said.encode("utf-8", "backslashreplace").decode()) for name, said in report.sections
    ]
    return report


@pytest.fixture(scope="session", autouse=True)
def _make_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile each template and compress each static file once, not anew in every application."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": compiled})
        for compress in ("compress_brotli", "compress_gzip"):
            patch.setattr(Compressor, compress, staticmethod(cache(getattr(Compressor, compress))))
        yield


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


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server for this run."""
    with postgresql.server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that holds the module, to copy for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.db"
    fill(f"sqlite:///{path}", folder)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated PostgreSQL database that holds the module, to copy for each test."""
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE waypost_template")
    fill(postgresql.database(postgresql_server, "waypost_template"), tmp_path_factory.mktemp("pg"))
    return "waypost_template"


def fill(url: str, instance: Path) -> None:
    """Migrate an empty database and publish the module in it."""
    app = create_app(make_settings(url, instance))
    with app.app_context():
        migrating.migrate()
        load_folder(ROOT / "modules" / "trafficking-or-smuggling")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Return a function that gives the address of a fresh database on an engine."""
    made: list[str] = []

    def make(engine: str) -> str:
        if engine == "sqlite":
            path = tmp_path / f"waypost-{len(made)}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            made.append("")
            return f"sqlite:///{path}"
        server = request.getfixturevalue("postgresql_server")
        template = request.getfixturevalue("postgresql_template")
        name = f"w_{tmp_path.name.lower()[:40]}_{len(made)}_{abs(hash(str(tmp_path))) % 10**8}"
        name = "".join(c if c.isalnum() else "_" for c in name)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {template}')
        made.append(name)
        return postgresql.database(server, name)

    yield make
    for name in filter(None, made):
        server = request.getfixturevalue("postgresql_server")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each test that touches data runs on both databases."""
    name: str = request.param
    return name


@pytest.fixture
def settings(engine: str, make_database: Callable[[str], str], tmp_path: Path) -> Settings:
    """The settings of this test's application; override to change one."""
    return make_settings(make_database(engine), tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh database, with the module published."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Two States with agencies, posts and one person a role."""
    return cast_in(app)


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """Return a function that opens a new browser, signed in as somebody if a person is given."""
    return lambda person=None: Visitor(app, person)
