"""Every route × method × kind of visitor has an answer that was typed by hand, without a look at
the code's own rules. A route without one fails."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from tests import modules, way
from tests.authoring import packing
from tests.cast import TESTER, Cast, cast_in
from tests.conftest import make_settings
from tests.visitor import Visitor
from training.app import create_app
from training.core.database import db
from training.core.work import unit_of_work
from training.people import services
from training.people.models import Person

# Who asks, in the order of the columns. The learner is the one whose work the addresses name; the
# trainer's grant is on the region, which owns the module, the national trainer's on a State.
WHO = (
    "",
    "learner",
    "other learner",
    "supervisor",
    "trainer",
    "national trainer",
    "coordinator",
    "foreign coordinator",
    "administrator",
)
ANSWERS = """
                                                    nobody lea oth sup tra nat coo for adm
GET  /                                              302 302 302 302 302 302 302 302 302
GET  /sign-in                                       200 302 302 302 302 302 302 302 302
POST /sign-in                                       422 422 422 422 422 422 422 422 422
GET  /sign-in/kept                                  302 303 303 303 303 303 303 303 303
GET  /sign-in/link/{link}                           200 200 200 200 200 200 200 200 200
POST /sign-in/link/{link}                           422 422 422 422 422 422 422 422 422
POST /sign-out                                      303 303 303 303 303 303 303 303 303
GET  /account/                                      302 200 200 200 200 200 200 200 200
POST /account/password                              303 422 422 422 422 422 422 422 422
GET  /account/privacy                               302 200 200 200 200 200 200 200 200
POST /account/privacy                               303 303 303 303 303 303 303 303 303
GET  /help/                                         200 200 200 200 200 200 200 200 200
GET  /healthz                                       200 200 200 200 200 200 200 200 200
GET  /readyz                                        200 200 200 200 200 200 200 200 200
GET  /admin/                                        302 404 404 404 404 404 404 404 200
GET  /learn/                                        302 200 200 200 200 200 200 200 200
GET  /learn/{module}/                               302 200 200 200 200 200 200 200 200
POST /learn/{module}/enrolment                      303 303 303 303 303 303 303 303 303
GET  /learn/{module}/continue                       302 302 302 302 302 302 302 302 302
GET  /learn/{module}/lessons/{lesson}               302 200 302 302 302 302 302 302 302
POST /learn/{module}/lessons/{lesson}               303 303 404 404 404 404 404 404 404
GET  /learn/{module}/quizzes/pre-test               302 200 302 302 302 302 302 302 302
POST /learn/{module}/quizzes/pre-test/attempts      303 303 404 404 404 404 404 404 404
POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/responses  303 303 404 404 404 404 404 404 404
POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/submission 303 303 404 404 404 404 404 404 404
GET  /certificates/                                 302 200 200 200 200 200 200 200 200
GET  /certificates/{code}.pdf                       302 200 404 404 404 404 404 404 404
GET  /verify/                                       200 200 200 200 200 200 200 200 200
GET  /verify/{code}                                 200 200 200 200 200 200 200 200 200
GET  /desk/                                         302 404 404 200 404 404 200 200 404
GET  /desk/people                                   302 404 404 200 404 404 200 200 404
GET  /desk/people.csv                               302 404 404 200 404 404 200 200 404
GET  /desk/people/{person}                          302 404 404 200 404 404 200 404 404
GET  /studio/                                       302 404 404 404 200 200 404 404 404
POST /studio/                                       303 404 404 404 422 422 404 404 404
GET  /studio/{module}/                              302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/                   302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1.zip                302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/lessons/{lesson}   302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/quizzes/final      302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/quizzes/final/items/{item} 302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/                        302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/lessons/{lesson}        302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/quizzes/final           302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/quizzes/final/items/{item} 302 404 404 404 200 404 404 404 404
POST /studio/drafts/{draft}/publication             303 404 404 404 303 404 404 404 404
POST /studio/drafts/{draft}/discard                 303 404 404 404 303 404 404 404 404
"""
ROWS = [line.split() for line in ANSWERS.strip().splitlines()[1:]]


@dataclass(frozen=True)
class World:
    """A database in which every address of the table names something, and what it names."""

    database: str
    names: dict[str, str]
    cast: Cast


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
        "draft": draft,
        "link": link,
    }
    return names, cast


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
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
        url = server.replace("/postgres?", "/world?")
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
def copied(world: World, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh copy of the world."""
    if world.database.startswith("sqlite"):
        path = tmp_path / "copy.db"
        shutil.copy(world.database.removeprefix("sqlite:///"), path)
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql_server")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS world_copy WITH (FORCE)")
            connection.execute("CREATE DATABASE world_copy TEMPLATE world")
        url = world.database.replace("/world?", "/world_copy?")
    app = create_app(make_settings(url, tmp_path))
    yield app
    close(app)


def close(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def filled(path: str, names: dict[str, str]) -> str:
    """Return an address of the table with what the world names."""
    return re.sub(r"\{(\w+)\}", lambda match: names[match[1]], path)


def ask(app: Flask, world: World, who: str, method: str, path: str) -> int:
    """Return the status that a visitor gets; forms carry what makes them work."""
    visitor = Visitor(app, world.cast[who] if who else None)
    if method == "GET":
        return visitor.get(path).status_code
    fields = {"item": world.names["question"], "response": world.names["response"]}
    if path.endswith("/publication"):
        fields = {"note": "A better title."}
    if path in ("/sign-in", "/account/password") or path.startswith("/sign-in/link/"):
        fields = {}
    return visitor.post(path, fields).status_code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_each_visitor_gets_the_answer_that_was_typed(
    copied: Flask, world: World, row: list[str]
) -> None:
    """What changes something is asked last by whoever may: the others find it as it was."""
    method, path, *answers = row
    expected = dict(zip(WHO, map(int, answers), strict=True))
    order = sorted(WHO, key=lambda who: expected[who] == 303)
    address = filled(path, world.names)
    found = {who: ask(copied, world, who, method, address) for who in order}
    assert found == expected


def test_no_route_is_missing_in_the_table(copied: Flask, world: World) -> None:
    """A new route fails here until somebody has typed what each visitor gets."""
    adapter = copied.url_map.bind("localhost")
    typed = {
        (adapter.match(filled(path, world.names), method, return_rule=True)[0].rule, method)
        for method, path, *_ in ROWS
    }
    routes = {
        (rule.rule, method)
        for rule in copied.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes - typed == set()
