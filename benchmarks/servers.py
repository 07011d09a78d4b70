"""The servers under load: Waypost as `run.py` starts it, the ceiling, and PostgreSQL for both."""

import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import psutil
import psycopg
from psycopg import sql

from benchmarks import ceiling, crowd
from benchmarks.client import Address
from config import PROCESSES, ROOT
from tests import postgresql, server

ENGINES = ("sqlite", "postgresql")
CEILING = ROOT / "benchmarks" / "ceiling.py"


@dataclass(frozen=True)
class Site:
    """Where an application answers, and the address of the database behind it."""

    url: str
    database: str


@dataclass(frozen=True)
class Running(Site):
    """A server's parent process, and the seconds from its command to its first answer."""

    process: psutil.Process
    started_in: float

    @property
    def address(self) -> Address:
        """Where clients connect."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def memory(self) -> float:
        """MiB of the parent and all serving processes; what they share counts once (PSS). Waits for
        the end of what a first start does by the clock in a process of its own."""
        while len(self.process.children()) > PROCESSES:
            time.sleep(0.1)
        family = [self.process, *self.process.children(recursive=True)]
        return float(sum(process.memory_full_info().pss for process in family)) / 2**20


@dataclass(frozen=True)
class Workshop:
    """A folder with databases of one kind and the servers on them; `cluster` is the address of
    PostgreSQL, without one they are files of SQLite."""

    folder: Path
    cluster: str | None

    @contextmanager
    def waypost(self, name: str, source: Path | None = None) -> Iterator[Running]:
        """Serve Waypost on a new database with the crowd of a kept file, or on one that is here
        from before."""
        if source is not None:
            self.new(name, source)
        with self._serving(name, server.RUN, "/sign-in") as running:
            yield running

    @contextmanager
    def bare(self, secret: str) -> Iterator[Running]:
        """Serve the ceiling; `secret` is the hash of its password."""
        ceiling.Store(self.new("bare")).create(secret)
        with self._serving("bare", CEILING, "/") as running:
            yield running

    def new(self, name: str, source: Path | None = None) -> str:
        """Make a database, empty or with the crowd of a kept file; returns its address."""
        if self.cluster is not None:
            with psycopg.connect(self.cluster, autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        if source is not None:
            crowd.fill(self._url(name), source, self._instance(name))
        return self._url(name)

    @property
    def kind(self) -> str:
        """The database's name and version."""
        if self.cluster is None:
            return f"SQLite {sqlite3.sqlite_version}"
        with psycopg.connect(self.cluster) as connection:
            version = connection.info.parameter_status("server_version")
            return f"PostgreSQL {version}"

    def _url(self, name: str) -> str:
        if self.cluster is None:
            return f"sqlite:///{self.folder / name}.db"
        return postgresql.database(self.cluster, name)

    def _instance(self, name: str) -> Path:
        folder = self.folder / f"{name}-instance"
        folder.mkdir(exist_ok=True)
        return folder

    @contextmanager
    def _serving(self, name: str, program: Path, page: str) -> Iterator[Running]:
        begin, url = time.monotonic(), self._url(name)
        with server.running(self._instance(name), url, program=program) as running:
            with suppress(HTTPError):
                urllib.request.urlopen(f"{running.url}{page}").read()
            took = time.monotonic() - begin
            yield Running(running.url, url, psutil.Process(running.process.pid), took)


@contextmanager
def workshop(engine: str, folder: Path) -> Iterator[Workshop]:
    """Yield a workshop in an empty folder; PostgreSQL is as durable there as in earnest."""
    if engine == "sqlite":
        yield Workshop(folder, None)
        return
    with postgresql.server(durable=True) as cluster:
        yield Workshop(folder, cluster)
