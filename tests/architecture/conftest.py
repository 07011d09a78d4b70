"""A world in which every address of the pages names something, made once for each database."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from tests import modules, postgresql, way
from tests.authoring import packing
from tests.cast import TESTER, Cast, cast_in
from tests.conftest import make_settings
from tests.visitor import Visitor
from training.app import create_app
from training.core.database import db
from training.core.work import unit_of_work
from training.people import services
from training.people.models import Person


@dataclass(frozen=True)
class World:
    """A database in which every address of the table names something, and what it names."""

    database: str
    names: dict[str, str]
    cast: Cast

    @property
    def engine(self) -> str:
        """The database's make."""
        return self.database.partition(":")[0]


def make_world(app: Flask) -> tuple[dict[str, str], Cast]:
    """Let the learner complete the module, leave a pre-test open, and a trainer upload a draft."""
    cast = cast_in(app)
    learner = Visitor(app, cast["learner"])
    code = way.complete(learner)
    attempt = way.start(learner, f"{way.HOME}/quizzes/pre-test").rsplit("/", 1)[1]
    page = learner.get(f"{way.HOME}/quizzes/pre-test").text
    [question] = re.findall(r'name="item" value="([^"]+)"', page)
    document = modules.published(app)
    changed = modules.with_title(document, "Another title")
    trainer = Visitor(app, cast["trainer"])
    draft = packing.keep(trainer, packing.zipped(changed)).rstrip("/").rsplit("/", 1)[1]
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["other learner"].id)
        link = services.make_link(TESTER, work, person=person)
    names = {
        "module": way.MODULE,
        "lesson": document.lessons[0].id,
        "item": next(item.id for item in document.items if item.use == "exam"),
        "question": question,
        "response": way.right(document.item(question))[0],
        "attempt": attempt,
        "code": code,
        "person": cast["learner"].id,
        "email": cast["learner"].email,
        "unit": cast.units["Aruna North Gate"],
        "draft": draft,
        "link": link,
    }
    return names, cast


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world on each database, made once; every row gets a copy of it."""
    folder = tmp_path_factory.mktemp("world")
    if request.param == "sqlite":
        path = folder / "world.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql_server")
        template = request.getfixturevalue("postgresql_template")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE world TEMPLATE {template}")
        url = postgresql.database(server, "world")
    app = create_app(make_settings(url, folder))
    names, cast = make_world(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if request.param == "sqlite":
        with sqlite3.connect(folder / "world.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return World(url, names, cast)


@pytest.fixture
def lay_copy(world: World, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return a function that lays a fresh copy of the world down, in place of the last, and
    returns its address."""

    def on_sqlite() -> str:
        path = tmp_path / "copy.db"
        for rest in tmp_path.glob("copy.db-*"):
            rest.unlink()
        shutil.copy(world.database.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def on_postgresql() -> str:
        server = request.getfixturevalue("postgresql_server")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS world_copy WITH (FORCE)")
            connection.execute("CREATE DATABASE world_copy TEMPLATE world")
        return world.database.replace("/world?", "/world_copy?")

    return on_sqlite if world.engine == "sqlite" else on_postgresql


@pytest.fixture
def copied(lay_copy: Callable[[], str], tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh copy of the world."""
    app = create_app(make_settings(lay_copy(), tmp_path))
    yield app
    close(app)


@pytest.fixture
def renew(copied: Flask, lay_copy: Callable[[], str]) -> Callable[[], None]:
    """Return a function that gives the application a fresh copy of the world again."""

    def again() -> None:
        close(copied)
        lay_copy()

    return again


def close(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def filled(path: str, names: dict[str, str]) -> str:
    """Return an address of the table with what the world names."""
    return re.sub(r"\{(\w+)\}", lambda match: names[match[1]], path)
