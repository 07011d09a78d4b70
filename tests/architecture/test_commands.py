"""Whatever is typed after a command: one clear line, exit code 1 or 2, nothing changed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from config import ROOT
from tests.apps import close, make_settings
from tests.architecture.sending import Watch
from tests.world import World
from training.app import create_app

SURROGATE = os.fsdecode(b"caf\xe9")
MODULE = str(ROOT / "modules" / "trafficking-or-smuggling")

NAMED = ["people", "add", "--unit", "Aruna", "--email", "new@example.org", "--name"]
ADD = [*NAMED, "New"]
POSTED = ["people", "add", "--name", "New", "--email", "new@example.org", "--unit"]
CALLED = ["people", "add", "--name", "New", "--unit", "Aruna", "--email"]
NUMBERED = ["people", "add", "--name", "New", "--unit", "Aruna/Aruna Immigration", "--number"]
TYPED = [
    [*NAMED, ""],
    [*NAMED, "   "],
    [*NAMED, "x" * 201],
    [*NAMED, "a\0b"],
    [*NAMED, SURROGATE],
    [*NAMED, "two\nlines"],
    [*ADD, "--latin-name", "x" * 201],
    [*ADD, "--language", "x" * 21],
    [*ADD, "--language", ""],
    [*ADD, "--language", "en\0"],
    [*ADD, "--role", "emperor"],
    [*ADD, "--number", "1"],
    [*CALLED, "nobody"],
    [*CALLED, "@"],
    [*CALLED, "a b@example.org"],
    [*CALLED, "x" * 250 + "@example.org"],
    [*CALLED, "\ufdfa" * 20 + "@example.org"],
    [*CALLED, f"{SURROGATE}@example.org"],
    [*CALLED, "LEARNER@example.org"],
    [*NUMBERED, "-"],
    [*NUMBERED, "a@b"],
    [*NUMBERED, "9" * 61],
    [*NUMBERED, "\ufdfa" * 5],
    [*NUMBERED, SURROGATE],
    [*POSTED, ""],
    [*POSTED, "Nowhere"],
    [*POSTED, "Aruna/Nowhere"],
    [*POSTED, "x" * 201, "--create"],
    [*POSTED, "a/b/c/d", "--create"],
    [*POSTED, SURROGATE, "--create"],
    [*POSTED, "a\0b", "--create"],
    ["people", "add"],
    ["people", "link"],
    ["people", "link", ""],
    ["people", "link", "nobody@example.org"],
    ["people", "link", "x" * 100_000],
    ["people", "link", SURROGATE],
    ["people", "link", "a\0b", "--agency", "Aruna Immigration"],
    ["people", "link", "1", "--agency", "x" * 100_000],
    ["people", "link", "1", "--agency", SURROGATE],
    ["people", "link", "1"],
    ["records", "rebuild", "surplus"],
    ["modules", "check", "no-such-folder"],
    ["modules", "check", "x" * 5000],
    ["modules", "check", SURROGATE],
    ["modules", "check", "/dev/null"],
    ["modules", "check", "/dev/zero"],
    ["modules", "check", "."],
    ["modules", "check", f"{MODULE}/module.yaml"],
    ["modules", "check", "a", "b"],
    ["modules", "format", "no-such-folder"],
    ["modules", "format", "x" * 5000],
    ["modules", "load", "no-such-folder"],
    ["modules", "load", "x" * 5000],
    ["modules", "load", "/dev/null"],
    ["modules", "load", SURROGATE],
    ["backup", "create", "/dev/null"],
    ["backup", "create", "/dev/null/x.zip"],
    ["backup", "create", "/no/such/folder/x.zip"],
    ["backup", "create", "/proc/x.zip"],
    ["backup", "restore"],
    ["backup", "restore", "/no/such/file.zip"],
    ["backup", "restore", "x" * 5000],
    ["backup", "restore", "/"],
    ["backup", "restore", "/dev/null"],
    ["backup", "restore", sys.executable],
    ["backup", "restore", SURROGATE],
    ["backup", "restore", "--replace", "--yes", "/dev/null"],
]


def assert_told(ran: Result) -> str:
    """Assert that a command failed with one line, and return it; click's own words on how it is
    used are as good."""
    assert isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code in (1, 2)
    assert ran.stdout == ""
    lines = [line for line in ran.stderr.splitlines() if not line.startswith(("Usage:", "Try "))]
    [said] = filter(None, lines)
    return said


def run(app: Flask, arguments: list[str]) -> str:
    """Run a command that must fail; returns the line that it says."""
    try:
        return assert_told(app.test_cli_runner().invoke(args=arguments))
    except (AssertionError, ValueError) as error:
        raise AssertionError(f"{arguments!a:.200}: {error}") from error


@pytest.mark.parametrize("group", ["people", "records", "modules", "backup"])
def test_what_is_typed_wrong_is_told_in_a_line(copied: Flask, world: World, group: str) -> None:
    """On both databases alike."""
    watch = Watch(copied.config["SETTINGS"].database_url)
    for arguments in TYPED:
        if arguments[0] == group:
            run(copied, arguments)
            assert not watch.changed(), arguments
    watch.close()


def test_a_name_longer_than_any_file_has_is_told_in_a_line(copied: Flask) -> None:
    """It is looked at before anything is written."""
    run(copied, ["backup", "create", "x" * 5000])


COMMANDS = [
    ADD,
    ["people", "link", "learner@example.org"],
    ["modules", "load", MODULE],
    ["records", "rebuild"],
    ["records", "rebuild", "--check"],
    ["backup", "create"],
]


def _other_program(folder: Path) -> str:
    with sqlite3.connect(folder / "other.db") as connection:
        connection.execute("CREATE TABLE person (id INTEGER, dog TEXT)")
    return f"sqlite:///{folder}/other.db"


def _held_by(file: Path) -> object:
    """Return what a file holds: of a database its tables and rows. One without is as good as none;
    it is made by asking for it."""
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(file)) as connection:
            return [line for line in connection.iterdump() if line.startswith(("CREATE", "INSERT"))]
    except sqlite3.DatabaseError:
        return file.read_bytes()


def _no_database(folder: Path) -> str:
    (folder / "other.db").write_bytes(b"no database at all" * 100)
    return f"sqlite:///{folder}/other.db"


DATABASES: dict[str, Callable[[Path], str]] = {
    "none yet": lambda folder: f"sqlite:///{folder}/other.db",
    "no folder": lambda folder: f"sqlite:///{folder}/none/other.db",
    "a folder": lambda folder: f"sqlite:///{folder}",
    "another program's": _other_program,
    "another file": _no_database,
    "a device": lambda folder: "sqlite:////dev/null",
    "nobody listens": lambda folder: "postgresql://waypost:hidden@127.0.0.1:1/waypost",
    "no such host": lambda folder: "postgresql://waypost:hidden@nowhere.invalid/waypost",
    "no socket": lambda folder: f"postgresql://waypost:hidden@/waypost?host={folder}",
}


@pytest.mark.parametrize("database", DATABASES)
def test_a_database_that_will_not_do_is_told_in_a_line(tmp_path: Path, database: str) -> None:
    """Without the password; and it is left as it was."""
    url = DATABASES[database](tmp_path)
    before = _held_by(tmp_path / "other.db")
    app = create_app(make_settings(url, tmp_path / "instance"))
    for arguments in COMMANDS:
        assert "hidden" not in run(app, arguments)
    assert _held_by(tmp_path / "other.db") == before
    close(app)


@pytest.mark.parametrize("address", ["/nowhere?", "/postgres?user=nobody&", "/postgres?"])
def test_a_postgresql_without_what_is_needed_is_told_in_a_line(
    postgresql_server: str, tmp_path: Path, address: str
) -> None:
    """No such database, no such user, no tables."""
    url = postgresql_server.replace("/postgres?", address)
    app = create_app(make_settings(url, tmp_path))
    for arguments in COMMANDS:
        run(app, arguments)
    close(app)


@pytest.mark.parametrize(
    "arguments",
    [
        [b"people", b"link", b"caf\xe9", b"--agency", b"Aruna Immigration"],
        [b"modules", b"check", b"caf\xe9"],
        [b"backup", b"restore", b"/dev/null"],
    ],
    ids=lambda arguments: arguments[0].decode(),
)
def test_the_program_itself_tells_it_in_a_line(copied: Flask, arguments: list[bytes]) -> None:
    """In a process of its own, with bytes that are no text, to a terminal that knows only ASCII."""
    settings = copied.config["SETTINGS"]
    own = {
        "WAYPOST_DATABASE_URL": settings.database_url,
        "WAYPOST_INSTANCE": str(settings.instance),
        "PYTHONIOENCODING": "ascii:strict",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", *arguments],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout == b""
    assert len(ran.stderr.splitlines()) == 1, ran.stderr
