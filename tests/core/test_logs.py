"""What is logged: one line each, by nobody forged, without what people typed; and what of an error
goes out to whoever caused it: a reference."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests import server
from tests.apps import make_settings
from tests.cast import TESTER, Cast, Somebody, cast_in
from tests.live import LiveVisitor
from tests.visitor import Visitor
from tests.way import HOME, MODULE
from training.app import create_app
from training.core import logs
from training.core.database import db
from training.core.permissions import public
from training.core.work import unit_of_work
from training.people import passwords, services, sign_in_services
from training.people.models import Unit

MARKS = {
    "name": "Markedname",
    "email": "markedmail@example.org",
    "number": "MARK-4711",
    "password": "markedsecret phrase",
    "answer": "markedanswer",
}
MARKED = re.compile("marked|mark-4711", re.IGNORECASE)
FORGING = (
    "x\nERROR waypost forged",
    "x\r\nERROR waypost forged",
    "x\x1b[2K\x1b[1AERROR waypost forged",
    "x\u202eforged",
    "x\u2028ERROR waypost forged",
    "x\x85ERROR waypost forged",
    "x\x00\x07\x08",
    "x\ud800",
)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What an operator reads of a server, from now on."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Plain(logs.FORMAT))
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("value", FORGING)
@pytest.mark.parametrize("place", ["message", "argument", "logger"])
def test_whatever_is_logged_is_one_line_that_can_be_read(
    logged: io.StringIO, value: str, place: str
) -> None:
    """No line break, no code of a terminal, no turn of direction gets through."""
    name = value if place == "logger" else "waypost"
    if place == "argument":
        logging.getLogger(name).error("said %s", value)
    else:
        logging.getLogger(name).error(value)
    [line] = logged.getvalue().splitlines()
    assert line.isprintable()
    assert line.startswith("ERROR ")


def test_without_the_formatter_a_line_could_be_forged(
    logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: as Python writes records."""
    monkeypatch.setattr(logs.Plain, "formatMessage", logging.Formatter.formatMessage)
    logging.getLogger("waypost").error("said %s", FORGING[0])
    assert "\nERROR waypost forged" in logged.getvalue()


def test_of_an_error_kind_and_place_are_written_but_not_what_it_says(logged: io.StringIO) -> None:
    """Neither of it nor of what led to it."""
    try:
        try:
            int(MARKS["number"])
        except ValueError as error:
            raise LookupError(MARKS["name"]) from error
    except LookupError:
        logging.getLogger("waypost").exception("something failed")
    said = logged.getvalue()
    assert "builtins.LookupError" in said
    assert "builtins.ValueError" in said
    assert "test_logs.py:" in said
    assert not MARKED.search(said)


def test_what_the_system_says_is_written(logged: io.StringIO, tmp_path: Path) -> None:
    """An operator must know which disk is full."""
    try:
        (tmp_path / "none" / "file").read_text()
    except OSError:
        logging.getLogger("waypost").exception("something failed")
    assert "No such file or directory" in logged.getvalue()


@pytest.fixture
def marked(app: Flask, cast: Cast) -> Somebody:
    """A person of whom everything would be known again."""
    return add_marked(app, cast)


def add_marked(app: Flask, cast: Cast) -> Somebody:
    """Add the person with the marks."""
    with app.app_context():
        secret = passwords.make(MARKS["password"])
        with unit_of_work() as work:
            agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
            person = services.add_person(
                TESTER, work, name=MARKS["name"], email=MARKS["email"], unit=agency
            )
            person.notice_accepted_at = person.added_at
            sign_in_services.set_password(TESTER, work, person=person, secret=secret)
            services.give_number(TESTER, work, person=person, agency=agency, number=MARKS["number"])
            return Somebody(person.id, person.name, MARKS["email"])

    return passwords.make(MARKS["password"])


def duplicate() -> str:
    """Fail in the database with what it can't take."""
    with unit_of_work() as work:
        for identifier in ("a", "b"):
            work.connection.execute(
                text(
                    "INSERT INTO person (id, name, email, language, time_zone, added_at) "
                    "VALUES (:id, :name, :email, 'en', 'UTC', 0)"
                ),
                {"id": identifier, "name": MARKS["name"], "email": "marked@example.org"},
            )
    return ""


def refuse() -> str:
    """Fail with what was typed."""
    raise ValueError(f"{MARKS['answer']} is no number")


def reconnect() -> str:
    """Fail as a statement does whose database is gone."""
    db.session.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": MARKS["name"]})
    return ""


FAILURES: tuple[Callable[[], str], ...] = (duplicate, refuse, reconnect)


ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("HEAD", {}),
    ("GET", {"Accept": "application/json"}),
    ("POST", {"X-Waypost-Script": "1", "Sec-Fetch-Site": "same-origin"}),
    ("POST", {"Accept": "*/*", "Content-Type": "application/json"}),
)


@pytest.mark.parametrize("failure", FAILURES)
def test_of_an_error_a_reference_goes_out_and_into_the_log_and_nothing_else(
    app: Flask, cast: Cast, logged: io.StringIO, failure: Callable[[], str]
) -> None:
    """Whoever asked, and in whatever way."""
    visitor = Visitor(app)
    token = visitor.token()
    for endpoint in ("operations.help_", "people.sign_in"):
        app.view_functions[endpoint] = public(lambda: failure())
    for method, headers in ASKED:
        logged.seek(logged.truncate(0))
        path = "/sign-in" if method == "POST" else "/help/"
        answer = visitor.client.open(
            path, method=method, headers={**headers, "X-CSRF-Token": token}
        )
        assert answer.status_code in (500, 503)
        assert not MARKED.search(f"{answer.headers}{answer.text}")
        assert not re.search(r"Traceback|\.py|sqlalchemy|psycopg|sqlite|INSERT", answer.text)
        said = logged.getvalue()
        assert not MARKED.search(said), said
        [reference] = re.findall(r"^ERROR waypost ([0-9A-F]{8}) ", said, re.MULTILINE)
        if method != "HEAD":
            assert f"Reference: {reference}" in answer.text


def walk(post: Callable[[str, dict[str, str]], object], get: Callable[[str], object]) -> None:
    """Use what takes something from people, rightly and wrongly, with the marks."""
    wrong = {"identifier": MARKS["email"], "password": MARKS["password"] + "!"}
    post("/sign-in", wrong)
    post("/sign-in", {**wrong, "identifier": MARKS["number"]})
    post("/sign-in/link/marked", {"password": MARKS["password"], "again": MARKS["password"]})
    post("/sign-in", {"identifier": MARKS["email"], "password": MARKS["password"]})
    for path in ("/", "/learn/", "/account/", "/certificates/", "/help/", f"{HOME}/", "/admin/"):
        get(path)
    for path in ("/verify/?code=marked", "/verify/MARKED", "/learn/marked/", "/marked", "/?marked"):
        get(path)
    new = {"password": MARKS["password"] + "2", "again": MARKS["password"] + "2"}
    post("/account/password", {"current": "markedwrong", **new})
    post(f"{HOME}/enrolment", {})
    quiz = f"/learn/{MODULE}/quizzes/pre-test"
    post(f"{quiz}/attempts", {})
    post(f"{quiz}/attempts/marked/responses", {"item": MARKS["answer"], "response": "marked"})
    post("/account/password", {"current": MARKS["password"], **new})
    post("/sign-out", {})
    post("/learn/", {"text": MARKS["answer"]})


def test_nothing_personal_is_logged(app: Flask, marked: Somebody, logged: io.StringIO) -> None:
    """Not on any way through the pages; that somebody signed in is."""
    visitor = Visitor(app)

    def post(path: str, fields: dict[str, str]) -> None:
        visitor._token = ""
        visitor.post(path, fields)

    walk(post, visitor.get)
    said = logged.getvalue()
    assert "INFO waypost.people signed in" in said
    assert "INFO waypost.people sign-in failed" in said
    assert not MARKED.search(said), said
    assert marked.id not in said


def test_nothing_personal_is_printed_by_the_serving_processes(
    make_database: Callable[[str], str], tmp_path: Path
) -> None:
    """Over sockets, with all that they and waitress write."""
    url = make_database("sqlite")
    app = create_app(make_settings(url, tmp_path))
    add_marked(app, cast_in(app))
    with server.running(tmp_path, url) as running:
        visitor = LiveVisitor(running.url)

        def post(path: str, fields: dict[str, str]) -> None:
            visitor.token = ""
            visitor.cookies = {name: value for name, value in visitor.cookies.items() if value}
            visitor.post(path, list(fields.items()))

        walk(post, visitor.get)
    said = "".join(running.lines)
    assert "signed in" in said
    assert not MARKED.search(said), said
