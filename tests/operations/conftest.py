"""Places to restore into, a small backup, and a later release."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests import postgresql
from tests.apps import close, make_settings, opened
from tests.cast import TESTER
from tests.operations import releases
from tests.operations.backups import NAMES
from tests.operations.releases import Release
from training.app import create_app
from training.core import clock, migrating
from training.core.work import unit_of_work
from training.operations import backup
from training.people import services

LATER = 3_600_000_000  # an hour, in microseconds


@pytest.fixture
def make_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Return a function that makes an application on a database without tables."""
    made: list[Flask] = []

    def make(engine: str = "sqlite") -> Flask:
        instance = tmp_path / f"place-{len(made)}"
        url = f"sqlite:///{instance / 'waypost.db'}"
        if engine == "postgresql":
            url = _empty_postgresql(request.getfixturevalue("postgresql_server"), instance)
        made.append(create_app(make_settings(url, instance)))
        return made[-1]

    yield make
    for app in made:
        close(app)


def _empty_postgresql(server: str, instance: Path) -> str:
    name = f"e_{abs(hash(str(instance))) % 10**12}"
    return postgresql.make_database(server, name)


@pytest.fixture(scope="module")
def small_backup(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a database with the module, one person and a region."""
    place = tmp_path_factory.mktemp("small")
    shutil.copy(sqlite_template, place / "waypost.db")
    with opened(f"sqlite:///{place / 'waypost.db'}", place) as app, app.app_context():
        with unit_of_work() as work:
            services.add_person(TESTER, work, name=NAMES[0], email="somebody@example.org")
        backup.create(place / "small.zip")
    return place / "small.zip"


@pytest.fixture
def later_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that lets a release begin whose database has more migrations: one for
    each piece of code given. It returns the folder of its migrations."""
    today = migrating.DIRECTORY

    def begin(*does: str) -> Path:
        later = tmp_path / "migrations"
        shutil.copytree(today, later, dirs_exist_ok=True)
        monkeypatch.setattr(migrating, "DIRECTORY", later)
        for code in does:
            revision = f"{len(migrating.revisions()) + 1:04}"
            (later / "versions" / f"{revision}_later.py").write_text(
                "import sqlalchemy as sa\nfrom alembic import op\n"
                f"down_revision = '{migrating.newest()}'\nrevision = '{revision}'\n"
                f"def upgrade():\n    {code}\n"
            )
        return later

    return begin


@pytest.fixture(params=releases.KEPT)
def release(request: pytest.FixtureRequest) -> Iterator[Release]:
    """A kept release, an hour after its rows were written down."""
    release = releases.kept(request.param)
    with time_machine.travel(clock.moment(release.made_at + LATER)):
        yield release


@pytest.fixture
def old(release: Release, engine: str, make_place: Callable[..., Flask]) -> Flask:
    """An application on a database as that release left it."""
    app = make_place(engine)
    releases.fill(app, release)
    return app
