"""The real server processes under many hands at once, on both databases."""

import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from config import Settings
from tests import server, way
from tests.cast import PASSWORD, Cast, session_token
from tests.live import LiveVisitor, at_once
from training.content import items, library, queries
from training.core.database import db

MANY = 20
FINAL = way.FINAL


@dataclass
class Live:
    """A running server, and the application on the same database to look into it."""

    url: str
    app: Flask
    cast: Cast

    def visitor(self, name: str = "learner") -> LiveVisitor:
        """Return a browser of somebody, with a session of its own."""
        return LiveVisitor(self.url, session_token(self.app, self.cast[name].id))

    def count(self, kind: str) -> int:
        """Count the records of a kind."""
        with self.app.app_context():
            statement = text("SELECT count(*) FROM record WHERE kind = :kind")
            return int(db.session.execute(statement, {"kind": kind}).scalar_one())

    def choose(self, page: str, choose: Callable[[items.Item], list[str]]) -> list[tuple[str, str]]:
        """Answer the question on a page."""
        with self.app.app_context():
            version = queries.newest(db.session(), way.MODULE)
            assert version is not None
            document = library.of(db.session().connection())(version.digest)
        [item] = re.findall(r'name="item" value="([^"]+)"', page)
        [record] = re.findall(r'name="record" value="([^"]+)"', page)
        chosen = choose(document.item(item))
        return [("item", item), ("record", record), *(("response", one) for one in chosen)]


@pytest.fixture
def live(app: Flask, cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[Live]:
    """A server of two processes on a fresh database with everybody in it."""
    with server.running(tmp_path, settings.database_url) as running:
        yield Live(running.url, app, cast)


def answered(live: Live, official: LiveVisitor) -> str:
    """Start a final, answer all of it, and return the attempt's address."""
    assert official.post(f"{FINAL}/attempts")[0] == 303
    while 'name="item"' in (page := official.get(FINAL)[1]):
        [address] = re.findall(r'action="([^"]+)/responses"', page)
        assert official.post(f"{address}/responses", live.choose(page, way.right))[0] == 303
    return str(address)


def clicked(browsers: list[LiveVisitor], path: str) -> list[int]:
    """Let every browser send the same form at once; returns the statuses."""
    return at_once([partial(_click, browser, path) for browser in browsers])


def _click(browser: LiveVisitor, path: str) -> int:
    return browser.post(path)[0]


def test_simultaneous_starts_and_submits_make_one_of_each(live: Live) -> None:
    """20 clicks on "Begin", "Start" and "Submit" each: one enrolment, one attempt, one grade, one
    completion, one certificate."""
    browsers = [live.visitor() for _ in range(MANY)]
    for browser in browsers:
        browser.get("/learn/")
    begun = clicked(browsers, f"{way.HOME}/enrolment")
    assert Counter(begun) == {303: MANY}
    assert live.count("enrolment.opened") == 1
    started = clicked(browsers, f"{FINAL}/attempts")
    assert Counter(started) == {303: MANY}
    assert live.count("attempt.started") == 1
    first = browsers[0]
    for lesson in (
        "act-means-purpose",
        "children-and-consent",
        "smuggling",
        "one-road-two-crimes",
        "signs-of-forced-labour",
        "presume-and-refer",
    ):
        assert first.post(f"{way.HOME}/lessons/{lesson}")[0] == 303
    address = answered(live, first)
    sent = clicked(browsers, f"{address}/submission")
    assert Counter(sent) == {303: MANY}
    for kind in ("attempt.submitted", "attempt.graded", "completion.reached", "certificate.issued"):
        assert live.count(kind) == 1, kind


def test_there_is_never_an_attempt_over_the_limit(live: Live) -> None:
    """With the last attempt used, 20 starts at once give none."""
    official = live.visitor()
    official.post(f"{way.HOME}/enrolment")
    for _ in range(3):
        assert official.post(f"{FINAL}/attempts")[0] == 303
        [address] = set(re.findall(r'action="([^"]+)/responses"', official.get(FINAL)[1]))
        assert official.post(f"{address}/submission")[0] == 303
    browsers = [live.visitor() for _ in range(MANY)]
    started = clicked(browsers, f"{FINAL}/attempts")
    assert Counter(started) == {409: MANY}
    assert live.count("attempt.started") == 3


def stalled(url: str, count: int) -> list[socket.socket]:
    """Open connections that stop in mid-body."""
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    opened = []
    for _ in range(count):
        connection = socket.create_connection((address.hostname, address.port), timeout=10)
        connection.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nidentifier="
        )
        opened.append(connection)
    return opened


def test_answers_are_saved_while_phones_stall_and_people_sign_in(live: Live) -> None:
    """40 connections stalled in mid-body and four people signing in: no answer fails."""
    official = live.visitor()
    official.post(f"{way.HOME}/enrolment")
    connections = stalled(live.url, 40)
    try:

        def sign_in(name: str) -> list[int]:
            fields = [("identifier", live.cast[name].email), ("password", PASSWORD)]
            return [LiveVisitor(live.url).post("/sign-in", fields)[0] for _ in range(3)]

        def answer() -> list[int]:
            answered(live, official)
            return [303] * 3

        people = ("supervisor", "trainer", "coordinator", "other learner")
        actions: list[Callable[[], list[int]]] = [partial(sign_in, name) for name in people]
        found = at_once([answer, *actions])
        assert found == [[303] * 3] * 5
        assert live.count("response.given") == 12
    finally:
        for connection in connections:
            connection.close()
