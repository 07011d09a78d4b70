"""A crowd of made-up officials with their histories, in a database that is made once and kept.

Four in ten enrolments are completed, with a certificate; the others stopped somewhere on the way.
The modules are short ones, cut out of the real one, so that a million enrolments are five million
records rather than twenty.
"""

import hashlib
import multiprocessing
import random
import shutil
import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from functools import cache, partial
from pathlib import Path

import psycopg
from flask import Flask

from benchmarks import population
from benchmarks.histories import History, Log
from benchmarks.plans import MODULE
from benchmarks.population import USUAL, Packed, Places, Tree
from config import ROOT, Settings
from training.app import create_app
from training.content import folder, services
from training.content.cli import load_folder
from training.content.schema import Document
from training.core import clock, migrating
from training.core.actors import System
from training.core.database import Base, db
from training.core.work import unit_of_work
from training.operations.demo_names import NAMES
from training.people import passwords
from training.records import rebuild

KEPT = ROOT / "build" / "bench"
MAKER = System("benchmarks")
CHUNK, AHEAD = 500, 8
_SOURCES = (
    "benchmarks/crowd.py",
    "benchmarks/histories.py",
    "benchmarks/population.py",
    "modules/*/**/*",
    "training/*/folds.py",
    "training/migrations/versions/*.py",
)


def kept(people: int, modules: int, tree: Tree = USUAL) -> Path:
    """Return the SQLite file of so many people in a tree of units, each enrolled in so many
    modules; it is made if it is not there. Don't write to it."""
    paths = [path for name in _SOURCES for path in sorted(ROOT.glob(name)) if path.is_file()]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
    path = KEPT / f"crowd-{people}x{modules}-{'-'.join(map(str, tree))}-{digest[:16]}.db"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=KEPT) as folder:
            making = Path(folder) / path.name
            make(making, people, modules, tree)
            making.rename(path)
    return path


def make(path: Path, people: int, modules: int, tree: Tree = USUAL) -> None:
    """Make such a file. Raises RuntimeError where the folds see the states otherwise."""
    app = application(f"sqlite:///{path}", path.parent)
    with app.app_context():
        migrating.migrate()
        load_folder(ROOT / "modules" / MODULE)
        for number in range(modules):
            with unit_of_work() as work:
                services.publish(MAKER, work, document=short(number), source="folder", note="")
        _close()
    rows = population.fresh_rows()
    places = population.places(rows, population.unit(f"sqlite:///{path}", "region"), tree)
    population.write(f"sqlite:///{path}", rows)
    live = partial(_chunk, people=people, modules=modules, places=places)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA cache_size=-500000")
        connection.execute("PRAGMA synchronous=0")
        for number, tables in enumerate(_made_ahead(live, -(-people // CHUNK))):
            population.insert(connection, tables)
            connection.commit()
            if number == 0:
                check(app)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def fill(url: str, source: Path, instance: Path) -> None:
    """Fill a new database with what a kept file holds."""
    if url.startswith("sqlite"):
        shutil.copy(source, url.removeprefix("sqlite:///"))
        return
    with application(url, instance).app_context():
        migrating.migrate()
        _close()
    with closing(sqlite3.connect(source)) as read, psycopg.connect(url) as written:
        written.execute("DELETE FROM unit")  # the region comes with the others
        for table in Base.metadata.sorted_tables:
            columns = tuple(column.name for column in table.columns)
            rows = read.execute(f"SELECT {', '.join(columns)} FROM {table.name}")
            population.copy(written, table.name, columns, rows)
        written.commit()
        written.autocommit = True
        written.execute("VACUUM ANALYZE")


@cache
def whole() -> Document:
    """Return the real module."""
    document, findings = folder.read_path(ROOT / "modules" / MODULE)
    assert document is not None, findings
    return document


@cache
def short(number: int) -> Document:
    """Return a module of two lessons and a final of one question."""
    document = whole()
    facts = {"id": f"short-{number:02}", "title": f"Short module {number:02}"}
    finals = [quiz for quiz in document.quizzes if quiz.kind == "final"]
    draws = tuple(draw.model_copy(update={"count": 1}) for draw in finals[0].draws[:1])
    return document.model_copy(
        update={
            "module": document.module.model_copy(update=facts),
            "lessons": document.lessons[:2],
            "quizzes": (finals[0].model_copy(update={"draws": draws}),),
        }
    )


def _made_ahead(make: Callable[[int], list[Packed]], count: int) -> Iterator[list[Packed]]:
    """Yield `make(0)` and so on, made by other processes, never many before they are taken."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=fresh) as pool:
        waiting: deque[Future[list[Packed]]] = deque()
        for number in range(count):
            waiting.append(pool.submit(make, number))
            if len(waiting) == AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _chunk(chunk: int, *, people: int, modules: int, places: Places) -> list[Packed]:
    """Return the rows of so many officials, each as far in each module as such people come."""
    rows, chance = population.fresh_rows(), random.Random(chunk)
    for number in range(chunk * CHUNK, min((chunk + 1) * CHUNK, people)):
        name, unit = f"{NAMES[number % len(NAMES)][0]} {number}", chance.choice(places.posts)
        began = clock.now() - chance.randint(30, 700) * clock.DAY
        log = Log(population.person(rows, name, unit), name, unit, rows, began)
        for module in range(modules):
            later = log.now + chance.randint(60, 6000) * clock.MINUTE
            log.now = max(log.now, min(later, clock.now() - clock.DAY))  # all of it lies behind us
            history = History(log, short(module))
            _go(history, chance.random())
            history.settle()
        log.close()
    return population.packed(rows)


def _go(history: History, diligence: float) -> None:
    if diligence < 0.3:
        return
    history.do_lessons(1 if diligence < 0.5 else None)
    if diligence < 0.5:
        return
    takings = [True] if diligence >= 0.6 else [False, True] if diligence >= 0.57 else [False]
    for right in takings:
        for item in history.start_final():
            history.answer(item, right=right)
        if diligence < 0.53:
            return
        history.submit()


def password_hash(password: str) -> str:
    """Return the hash of a password, as costly as Waypost makes it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        application(f"sqlite:///{folder}/none.db", Path(folder)).app_context(),
    ):
        return passwords.make(password)


def check(app: Flask) -> None:
    """Fold everybody again, as `records rebuild --check` does. Raises RuntimeError where a state
    or a decision does not stand as the records say."""
    with app.app_context():
        found = [str(difference) for difference in rebuild.rebuild(check=True)]
        _close()
    if found:
        raise RuntimeError(f"the folds see {len(found)} made-up states otherwise: {found[:3]}")


def application(url: str, instance: Path) -> Flask:
    """Return Waypost on a database, in this process."""
    return create_app(
        Settings(environment="test", instance=instance, database_url=url, secret_key="x" * 40)
    )


def _close() -> None:
    db.session.remove()
    db.engine.dispose()
