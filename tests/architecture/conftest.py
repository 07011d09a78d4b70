"""A world in which every address of the pages names something, made once for each database."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import postgresql
from tests.apps import NO_ANSWER, close, opened
from tests.world import World, make_world


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
        url = postgresql.make_database(server, "world", template)
    with opened(url, folder) as app:
        names, cast = make_world(app)
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
        return postgresql.make_database(server, "world_copy", "world")

    return on_sqlite if world.engine == "sqlite" else on_postgresql


@pytest.fixture
def copied(lay_copy: Callable[[], str], tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh copy of the world."""
    with opened(lay_copy(), tmp_path, mail=NO_ANSWER) as app:
        yield app


@pytest.fixture
def renew(copied: Flask, lay_copy: Callable[[], str]) -> Callable[[], None]:
    """Return a function that gives the application a fresh copy of the world again."""

    def again() -> None:
        close(copied)
        lay_copy()

    return again
