"""What production refuses, by the name of the variable; what lies on the machine is for nobody else
on it."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from config import UnsafeSetting, from_environment
from tests.apps import make_settings
from training.app import create_app

KEY = "Q7-vermilion-harbour-lantern-0391"
Prepare = Callable[[Path], dict[str, str]]


def safe(instance: Path) -> dict[str, str]:
    """Return an environment that production takes."""
    return {
        "WAYPOST_ENV": "production",
        "WAYPOST_INSTANCE": str(instance),
        "WAYPOST_SECRET_KEY": KEY,
        "WAYPOST_PUBLIC_URL": "https://waypost.example",
        "WAYPOST_TRUSTED_PROXIES": "1",
    }


def opened(name: str, mode: int) -> Prepare:
    """Return what leaves a file of the instance folder open to others."""

    def prepare(instance: Path) -> dict[str, str]:
        path = instance / name
        if name:
            path.touch()
        path.chmod(mode)
        return {}

    return prepare


def changed(**changes: str) -> Prepare:
    """Return what changes the environment."""
    return lambda instance: changes


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance folder as Waypost makes it."""
    path = tmp_path / "instance"
    path.mkdir(mode=0o700)
    return path


@pytest.mark.parametrize(
    ("variable", "prepare"),
    [
        ("WAYPOST_SECRET_KEY", changed(WAYPOST_SECRET_KEY="")),
        ("WAYPOST_SECRET_KEY", changed(WAYPOST_SECRET_KEY=KEY[:31])),
        ("WAYPOST_SECRET_KEY", changed(WAYPOST_SECRET_KEY="ab" * 20)),
        (
            "WAYPOST_SECRET_KEY",
            changed(WAYPOST_SECRET_KEY="for tests only, for tests only, for tests"),
        ),
        ("WAYPOST_PUBLIC_URL", changed(WAYPOST_PUBLIC_URL="")),
        ("WAYPOST_PUBLIC_URL", changed(WAYPOST_PUBLIC_URL="http://waypost.example")),
        ("WAYPOST_PUBLIC_URL", changed(WAYPOST_PUBLIC_URL="https://waypost.example/training")),
        ("WAYPOST_PUBLIC_URL", changed(WAYPOST_PUBLIC_URL="https://a:b@waypost.example")),
        ("WAYPOST_PUBLIC_URL", changed(WAYPOST_PUBLIC_URL="https://waypost.example\nX: y")),
        ("WAYPOST_TRUSTED_PROXIES", changed(WAYPOST_TRUSTED_PROXIES="0")),
        ("FLASK_DEBUG", changed(FLASK_DEBUG="1")),
        ("WAYPOST_DATABASE_URL", changed(WAYPOST_DATABASE_URL="sqlite:////srv/demo/demo.db")),
        (
            "WAYPOST_DATABASE_URL",
            changed(
                WAYPOST_DATABASE_URL="postgresql://db/shown",
                WAYPOST_DEMO_DATABASE_URL="postgresql://db/shown",
            ),
        ),
        ("WAYPOST_DATABASE_URL", changed(WAYPOST_DATABASE_URL="mysql://user:secret@db/x")),
        ("WAYPOST_DATABASE_URL", changed(WAYPOST_DATABASE_URL="sqlite://")),
        ("WAYPOST_DATABASE_URL", opened("waypost.db", 0o644)),
        ("WAYPOST_INSTANCE", opened("secret-key", 0o644)),
        ("WAYPOST_INSTANCE", opened("", 0o755)),
        ("WAYPOST_INSTANCE", opened("", 0o701)),
    ],
)
def test_production_refuses_what_is_unsafe(instance: Path, variable: str, prepare: Prepare) -> None:
    """In one line that names the variable and repeats no secret. All else being well."""
    environ = safe(instance)
    assert from_environment(environ).secret_key == KEY
    environ |= prepare(instance)
    with pytest.raises(UnsafeSetting) as refused:
        from_environment(environ)
    said = str(refused.value)
    assert said.startswith(variable)
    assert len(said.splitlines()) == 1
    assert environ["WAYPOST_SECRET_KEY"] not in said or not environ["WAYPOST_SECRET_KEY"]
    assert "secret@" not in said


def test_what_waypost_makes_itself_production_takes(instance: Path) -> None:
    """Folder and database are private from their first moment, whatever the umask."""
    instance.rmdir()
    before = os.umask(0)
    try:
        settings = from_environment(safe(instance))
        create_app(settings)
        path = settings.database_url.removeprefix("sqlite:///")
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=wal")
            connection.execute("CREATE TABLE made (id)")
    finally:
        os.umask(before)
    assert instance.stat().st_mode & 0o077 == 0
    assert Path(path).stat().st_mode & 0o077 == 0
    assert from_environment(safe(instance)) == settings


def test_a_database_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """Making it private never empties it."""
    path = tmp_path / "there.db"
    path.write_bytes(b"rows")
    create_app(make_settings(f"sqlite:///{path}", tmp_path))
    assert path.read_bytes() == b"rows"
