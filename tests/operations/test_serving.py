"""Real processes on a free port of the loopback, with an application of a few lines."""

import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from tests.operations.served import Server, until
from training.operations.clock_work import Agenda, Due, Outcome, is_due

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start servers, and end them after the test."""
    started: list[Server] = []

    def begin(processes: int, *words: str, port: int = 0) -> Server:
        started.append(Server(tmp_path, processes, *words, port=port))
        return started[-1]

    yield begin
    for server in started:
        server.end()


def gone(pid: int) -> bool:
    """Tell whether a process has ended (and its parent knows)."""
    return not psutil.pid_exists(pid)


@pytest.mark.parametrize("path", ["/204", "/304"])
def test_an_answer_without_a_body_keeps_the_connection(start: Start, path: str) -> None:
    """A new one after every response saved would cost a weak link two round trips; whoever asks
    for the end of the connection gets it."""
    connection = HTTPConnection("127.0.0.1", start(1).port, timeout=10)
    connection.request("GET", path)
    assert connection.getresponse().read() == b""
    kept = connection.sock
    connection.request("GET", "/", headers={"Connection": "close"})
    assert connection.sock is kept
    assert connection.getresponse().read()
    assert connection.sock is None


def test_announces_its_address_and_answers_from_every_process(start: Start) -> None:
    server = start(3)
    assert re.fullmatch(r"Waypost serves on http://127\.0\.0\.1:\d+\n", server.said)
    pids = server.pids(3)
    assert server.process.pid not in pids
    assert len(pids) == 3
    assert server.ask("/built") == str(server.process.pid)
    assert len(server.marks("forked")) == 3


def test_a_killed_process_is_replaced_and_no_later_request_fails(start: Start) -> None:
    server = start(2)
    one, other = server.pids(2)
    os.kill(one, signal.SIGKILL)
    until(lambda: gone(one))
    answered = {int(server.ask()) for _ in range(60)}
    assert one not in answered
    assert (server.pids(2) | answered) > {other}


def test_a_process_that_is_stopped_alone_is_replaced(start: Start) -> None:
    server = start(1)
    (first,) = server.pids(1)
    os.kill(first, signal.SIGTERM)
    until(lambda: gone(first))
    assert server.ask() != str(first)


def test_a_process_that_dies_while_answering_takes_the_server_not_along(start: Start) -> None:
    server = start(1)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            server.ask("/die")
    assert server.ask()


def test_processes_that_cannot_begin_are_not_started_in_a_spin(start: Start) -> None:
    began = time.monotonic()
    server = start(1, "broken")
    until(lambda: len(server.marks("started")) == 3)
    assert time.monotonic() - began > 0.9
    assert server.stop() == 0


def test_stalled_bodies_do_not_silence_the_server(start: Start) -> None:
    server = start(1)
    phones = stalled(server, 40)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    assert server.stop() == 0
    for phone in phones:
        phone.close()


def stalled(server: Server, number: int) -> list[socket.socket]:
    """Open connections that stop in mid-body, 995 bytes before its end."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nname="
    return [connected(server, head) for _ in range(number)]


def greedy(server: Server) -> list[socket.socket]:
    """Ask on two connections, as many as there are threads, for more than anybody reads."""
    return [connected(server, b"GET /parts HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(2)]


def connected(server: Server, sent: bytes) -> socket.socket:
    """Open a connection and send something."""
    connection = socket.create_connection(("127.0.0.1", server.port), 10)
    connection.sendall(sent)
    return connection


def test_of_more_stalled_connections_than_are_accepted_the_longest_silent_give_way(
    start: Start,
) -> None:
    server = start(1, "fifty-connections")
    [slow], others = stalled(server, 1), stalled(server, 60)
    asking = threading.Thread(target=server.ask)
    asking.start()
    sent = 0

    def answered() -> bool:
        nonlocal sent
        sent += slow.send(b"a")
        return not asking.is_alive()

    until(answered, 9)
    slow.sendall(b"a" * (995 - sent))
    assert slow.recv(15) == b"HTTP/1.1 200 OK"
    for connection in (slow, *others):
        connection.close()


def test_readers_who_take_nothing_keep_no_thread(start: Start) -> None:
    server = start(1, "impatient")
    readers = greedy(server)
    assert server.ask()
    for reader in readers:
        reader.close()


@pytest.mark.parametrize("open_", [lambda server: stalled(server, 60), greedy])
def test_a_server_that_leaves_silent_connections_alone_is_silenced(
    start: Start, open_: Callable[[Server], list[socket.socket]]
) -> None:
    """The control of the two tests before."""
    server = start(1, "fifty-connections", "patient")
    connections = open_(server)
    server.answers_within = 3
    with pytest.raises(TimeoutError):
        server.ask()
    for connection in connections:
        connection.close()


def test_more_connections_than_the_customary_limit_of_descriptors(start: Start) -> None:
    server = start(1, "few-descriptors")
    idle = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(100)]
    assert server.ask()
    for connection in idle:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_a_request_under_way_end(start: Start, number: signal.Signals) -> None:
    server = start(2)
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(server.ask("/slow")))
    asking.start()
    until((server.folder / "begun").exists)
    server.process.send_signal(number)
    until(server.refuses)
    assert not answers
    (server.folder / "go").touch()
    asking.join(20)
    assert len(answers) == 1
    assert server.process.wait(30) == 0
    assert gone(int(answers[0]))


def test_a_signal_lets_a_long_answer_be_read_to_its_end(start: Start) -> None:
    server = start(1)
    answer = server.send("GET", "/long", {})
    received = len(answer.read(1000))
    server.process.send_signal(signal.SIGTERM)
    until(server.refuses)
    while chunk := answer.read(1_000_000):
        received += len(chunk)
    assert received == int(answer.headers["Content-Length"])
    assert server.process.wait(30) == 0


@pytest.mark.parametrize("processes", [1, 2])
def test_a_second_start_on_the_port_says_so_and_fails(start: Start, processes: int) -> None:
    first = start(processes)
    second = start(2, port=first.port)
    assert second.process.wait(30) == 1
    assert second.said == ""
    (line,) = second.errors.read_text().splitlines()
    assert str(first.port) in line
    assert "in use" in line
    assert first.ask()


def test_the_port_is_free_for_the_next_start_at_once(start: Start) -> None:
    first = start(2)
    connection = socket.create_connection(("127.0.0.1", first.port), 10)
    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(100)
    assert first.stop() == 0
    connection.close()
    assert start(2, port=first.port).ask()


def test_no_process_outlives_a_killed_parent(start: Start) -> None:
    server = start(2)
    pids = server.pids(2)
    server.stop(signal.SIGKILL)
    until(server.refuses)
    until(lambda: all(map(gone, pids)))


def test_due_work_runs_in_a_process_of_its_own(start: Start) -> None:
    server = start(1, "the backup", "the done work")
    until(lambda: server.marks("done"))
    ((pid, *_),) = server.marks("done")
    assert int(pid) not in server.pids(1) | {server.process.pid}
    until(lambda: gone(int(pid)))
    assert server.marks("too early") == []


def test_failing_work_is_one_line_and_the_server_goes_on(start: Start) -> None:
    server = start(1, "the failing work", "the crashing work")
    until(lambda: len(server.errors.read_text().splitlines()) == 2)
    lines = sorted(server.errors.read_text().splitlines())
    assert "the crashing work" in lines[0]
    assert "9" in lines[0]
    assert lines[1].endswith("the failing work failed: RuntimeError: no room left")
    assert server.ask()
    assert server.stop() == 0
    assert len(server.marks("failed")) == len(server.marks("crashed")) == 1


def test_where_sockets_can_not_share_a_port_processes_share_one(start: Start) -> None:
    server = start(2, "one-socket")
    one, *_ = server.pids(2)
    os.kill(one, signal.SIGKILL)
    until(lambda: gone(one))
    assert one not in server.pids(2)
    assert server.stop() == 0


def test_without_fork_one_process_serves_and_a_thread_keeps_the_clock(start: Start) -> None:
    server = start(2, "without-fork", "the backup", "the failing work")
    assert server.ask() == str(server.process.pid)
    until(lambda: server.marks("done") and server.marks("failed"))
    ((pid, thread, *_),) = server.marks("done")
    assert int(pid) == server.process.pid
    assert thread != "MainThread"
    assert server.stop() == 0


@pytest.mark.parametrize(("words", "seen"), [((), ""), (("proxied",), "192.0.2.1")])
def test_forwarded_addresses_count_only_behind_a_proxy(
    start: Start, words: tuple[str, ...], seen: str
) -> None:
    assert start(1, *words).ask("/for", X_Forwarded_For="192.0.2.1") == seen


def test_bodies_and_headers_are_bounded(start: Start) -> None:
    server = start(1)
    assert server.send("POST", "/", {"Content-Length": str(9 * 2**20)}).status == 413
    assert server.send("GET", "/", {"X-Long": "x" * 65_536}).status == 431


def test_work_is_due_when_its_hours_have_passed_or_its_date_can_not_be() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert is_due(None, 24, now)
    assert is_due(now - 24 * hour, 24, now)
    assert not is_due(now - 23 * hour, 24, now)
    assert not is_due(now, 24, now)
    assert is_due(now + hour, 24, now)


@pytest.mark.parametrize(
    ("outcome", "pause"), [(Outcome.NOT_DUE, 60), (Outcome.DONE, 3600), (Outcome.FAILED, 3600)]
)
def test_the_next_look_comes_in_a_minute_or_an_hour_after_a_run(
    outcome: Outcome, pause: int
) -> None:
    work = Due("the backup", 24, last=lambda: None, run=lambda: None)
    agenda = Agenda([work])
    assert agenda.to_look_at(5.0) == [work]
    assert agenda.to_look_at(1e9) == []  # it is being looked at
    agenda.looked(work, outcome, 10.0)
    assert agenda.to_look_at(10.0 + pause - 1) == []
    assert agenda.to_look_at(10.0 + pause) == [work]
