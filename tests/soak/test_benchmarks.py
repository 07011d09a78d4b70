"""The benchmarks themselves: what they make up is true, what they count as failed has failed."""

import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import crowd, measures
from benchmarks.client import Address, Script, crew, is_whole, send
from benchmarks.lighthouse.verdict import LIMITS, verdict
from benchmarks.report import times
from benchmarks.servers import Workshop

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crowd of twelve people with two modules each; making it has folded them all again."""
    path = tmp_path_factory.mktemp("crowd") / "few.db"
    crowd.make(path, people=12, modules=2)
    return path


def test_a_crowd_has_come_far_and_less_far(few: Path) -> None:
    """Enrolments are open and completed, and each completed one has its certificate."""
    with closing(sqlite3.connect(few)) as connection:
        counted = dict(connection.execute("SELECT status, count(*) FROM enrolment GROUP BY 1"))
        [certificates] = connection.execute("SELECT count(*) FROM certificate").fetchone()
    assert set(counted) == {"open", "completed"}
    assert sum(counted.values()) == 24
    assert certificates == counted["completed"]


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE enrolment SET lessons = '[]' WHERE status = 'completed'",
        "UPDATE attempt SET points = 0 WHERE passed",
        "DELETE FROM certificate",
    ],
)
def test_a_crowd_that_is_not_as_its_records_say_is_refused(
    few: Path, tmp_path: Path, wrong: str
) -> None:
    """The check sees each state that differs from what the folds make."""
    url = f"sqlite:///{tmp_path / 'wrong.db'}"
    crowd.fill(url, few, tmp_path)
    app = crowd.application(url, tmp_path)
    crowd.check(app)
    with closing(sqlite3.connect(tmp_path / "wrong.db")) as connection:
        connection.execute(wrong)
        connection.commit()
    with pytest.raises(RuntimeError, match="made-up states"):
        crowd.check(app)


def test_one_cell(engine: str, request: pytest.FixtureRequest, few: Path, tmp_path: Path) -> None:
    """Waypost and the ceiling are measured in the same run, and nothing fails."""
    cluster = request.getfixturevalue("postgresql_server") if engine == "postgresql" else None
    shop, answering = Workshop(tmp_path, cluster), measures.compared("")[1]
    with crew(1) as hands, shop.bare("") as bare, shop.waypost("smoke", few) as waypost:
        servers = {"Waypost": waypost, measures.CEILING: bare}
        cell = measures.measured(hands, answering, servers, clients=2, seconds=0.3)
        assert waypost.memory() > 10
    assert set(cell.samples) == set(servers)
    for sample in cell.samples.values():
        assert sample.failed == 0, sample.failures
        assert sample.latencies
        assert sample.rate > 0


@contextmanager
def answering(*answers: bytes) -> Iterator[Address]:
    """A server that gives one answer after another, on one connection after another, and then
    closes without one."""
    left = list(answers)

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(1000):
                answer = left.pop(0) if left else b""
                connection.sendall(answer)
                if not answer or b"close" in answer:
                    return

    def accept() -> None:
        while True:
            try:
                serve(listener.accept()[0])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


@pytest.mark.parametrize(
    ("answers", "good", "failures"),
    [
        ([OK, OK, OK], 3, {}),
        ([OK, BUSY, OK], 2, {"503": 1}),
        ([OK, LAST, OK], 2, {"204": 1}),
        ([OK, OK], 2, {"connection closed": 1}),
    ],
)
def test_what_was_not_expected_has_failed(
    answers: list[bytes], good: int, failures: dict[str, int]
) -> None:
    """Another status, or none; a connection that the server means to close is only opened anew."""
    with answering(*answers) as address:
        script = Script([REQUEST] * 3, 200, endless=False)
        sample = send(address, [script], begin=0.0, seconds=20.0)
    assert (len(sample.latencies), dict(sample.failures)) == (good, failures)
    assert times(sample)[-1].startswith("0" if not failures else "1 × ")


@pytest.mark.parametrize(
    "response",
    [
        OK,
        LAST,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    ],
)
def test_a_response_is_whole_at_its_end_and_not_before(response: bytes) -> None:
    """Whatever way it says how long it is."""
    whole = [is_whole(bytearray(response[:end])) for end in range(len(response) + 1)]
    assert whole == [False] * len(response) + [True]


def lighthouse(**changes: Any) -> dict[str, Any]:
    """Return a report in Lighthouse's form: all is well but a remark; one audit was of no use."""
    categories = {
        name: {"score": limit / 100, "auditRefs": [{"id": f"{name}-audit"}, {"id": "none"}]}
        for name, limit in LIMITS.items()
    }
    audits: dict[str, dict[str, Any]] = {
        f"{name}-audit": {"id": "one", "title": "One", "score": 0.9} for name in LIMITS
    }
    audits["none"] = {"score": None, "scoreDisplayMode": "notApplicable"}
    here = "http://127.0.0.1/learn/"
    facts = {"requestedUrl": here, "finalDisplayedUrl": here}
    return {**facts, "categories": categories, "audits": audits, **changes}


@pytest.mark.parametrize("name", LIMITS)
def test_a_page_just_below_a_limit_of_lighthouse_fails(name: str) -> None:
    """And one at the limits does not; what failed is named."""
    report = lighthouse()
    assert (verdict(report).below, verdict(report).failed) == ([], ())
    report["categories"][name]["score"] -= 0.01
    report["audits"][f"{name}-audit"].update(score=0.89, displayValue="2 s")
    assert verdict(report).below == [name]
    assert verdict(report).failed == (f"{name}: one, One (2 s)",)


def test_an_audit_that_lighthouse_could_not_make_has_failed() -> None:
    """It has no score, like those that were of no use."""
    report = lighthouse()
    failed = {"id": "one", "title": "One", "score": None, "scoreDisplayMode": "error"}
    report["audits"]["performance-audit"] = {**failed, "errorMessage": "no paint"}
    assert verdict(report).failed == ("performance: one, One (no paint)",)


@pytest.mark.parametrize(
    "changes",
    [
        {"runtimeError": {"message": "no page"}},
        {"finalDisplayedUrl": "http://127.0.0.1/sign-in"},
    ],
)
def test_another_page_than_the_one_asked_for_is_not_judged(changes: dict[str, Any]) -> None:
    """A session that has ended would otherwise praise the sign-in."""
    with pytest.raises(RuntimeError, match=r"no page|led to"):
        verdict(lighthouse(**changes))
