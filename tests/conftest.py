"""What tests share: both databases, an application on a fresh one, people, clients."""

import gc
import shutil
from collections.abc import Callable, Generator, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from whitenoise.compress import Compressor

from config import Settings
from tests import postgresql, pseudo
from tests.apps import close, fill, make_settings, opened
from tests.cast import Cast, cast_in
from tests.visitor import Visitor
from training.app import create_app
from training.core.database import SQLITE_PRAGMAS

ENGINES = ("sqlite", "postgresql")
_SYNCHRONOUS = SQLITE_PRAGMAS["synchronous"]


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Take the place of pytest-flask's, which keeps one request around every test, so that the
    user of one client would leak into the next."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones: at the end, one process would wait while the other is at them."""
    items.sort(key=lambda item: item.path.parent.name not in ("soak", "records"))


def pytest_collection_finish() -> None:
    """Look for no garbage in what the whole run needs: modules, and the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write out halves of letters that a test has logged: a report with them can't go from one
    process of the tests to another."""
    report = yield
    report.sections = [
        (name, said.encode("utf-8", "backslashreplace").decode()) for name, said in report.sections
    ]
    return report


class _Compiled(BytecodeCache):
    """Keeps the code of templates in the process."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _make_once() -> Iterator[None]:
    """Compile each template and each address, and compress each static file, once, not anew in
    every application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Compiled()})
        for compress in ("compress_brotli", "compress_gzip"):
            patch.setattr(Compressor, compress, staticmethod(cache(getattr(Compressor, compress))))
        patch.setattr(Rule, "_compile_builder", _builder_made_once(Rule._compile_builder))
        yield


@pytest.fixture(scope="session", autouse=True)
def _wait_for_no_disk() -> Iterator[None]:
    """Let SQLite's commits in the processes of the tests not wait for the disk, as those of their
    PostgreSQL don't: no power is cut here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SQLITE_PRAGMAS, "synchronous", 0)
        yield


@pytest.fixture
def wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use before `app` where durability is what a test is about: SQLite's commits wait again."""
    monkeypatch.setitem(SQLITE_PRAGMAS, "synchronous", _SYNCHRONOUS)


def _builder_made_once(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same for rules of one text: half of what it takes to make an application."""
    made: dict[tuple[str, bool], Any] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = rule.rule, append_unknown
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    return builder


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the languages of the tests."""
    return pseudo.write_catalogues(tmp_path_factory.mktemp("catalogues"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server for this run."""
    with postgresql.server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that holds the module, to copy for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    fill(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def sqlite_with_cast(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Cast]:
    """The same with everybody in it, and who they are."""
    path = tmp_path_factory.mktemp("with-cast") / "template.db"
    shutil.copy(sqlite_template, path)
    with opened(f"sqlite:///{path}", path.parent) as app:
        return path, cast_in(app)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated PostgreSQL database that holds the module, to copy for each test."""
    url = postgresql.make_database(postgresql_server, "waypost_template")
    fill(url, tmp_path_factory.mktemp("template"))
    return "waypost_template"


@pytest.fixture(scope="session")
def postgresql_with_cast(
    postgresql_server: str, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Cast]:
    """The same with everybody in it, and who they are."""
    name = "waypost_with_cast"
    url = postgresql.make_database(postgresql_server, name, template=postgresql_template)
    with opened(url, tmp_path_factory.mktemp("with-cast")) as app:
        return name, cast_in(app)


@pytest.fixture
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Return a function that gives the address of a fresh database on an engine, with the module
    in it and, if asked, the cast."""
    made: list[str] = []

    def make(engine: str, *, cast: bool = False) -> str:
        template = f"{engine}_with_cast" if cast else f"{engine}_template"
        source = request.getfixturevalue(template)
        if cast:
            source, _ = source
        if engine == "sqlite":
            path = tmp_path / f"waypost-{len(made)}.db"
            shutil.copy(source, path)
            made.append("")
            return f"sqlite:///{path}"
        server = request.getfixturevalue("postgresql_server")
        name = f"w_{tmp_path.name.lower()[:40]}_{len(made)}_{abs(hash(str(tmp_path))) % 10**8}"
        name = "".join(c if c.isalnum() else "_" for c in name)
        made.append(name)
        return postgresql.make_database(server, name, template=source)

    yield make
    for name in filter(None, made):
        postgresql.drop_database(request.getfixturevalue("postgresql_server"), name)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each test that touches data runs on both databases."""
    name: str = request.param
    return name


@pytest.fixture
def settings(
    engine: str, make_database: Callable[..., str], tmp_path: Path, request: pytest.FixtureRequest
) -> Settings:
    """The settings of this test's application; override to change one."""
    return make_settings(make_database(engine, cast="cast" in request.fixturenames), tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh database, with the module published."""
    app = create_app(settings)
    yield app
    close(app)


@pytest.fixture
def cast(app: Flask, engine: str, request: pytest.FixtureRequest) -> Cast:
    """Two States with agencies, posts and one person a role, in the application's database."""
    made: Cast = request.getfixturevalue(f"{engine}_with_cast")[1]
    return deepcopy(made)


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """Return a function that opens a new browser, signed in as somebody if a person is given."""
    return lambda person=None: Visitor(app, person)
