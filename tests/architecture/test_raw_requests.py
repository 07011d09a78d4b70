"""Bytes that are no proper request, sent to the real server: it answers or hangs up, says little
about it, and goes on."""

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import server
from tests.conftest import ENGINES

_HOST = b"Host: localhost\r\n"
_FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
_CLOSE = b"Connection: close\r\n\r\n"


def get(target: bytes = b"/help/", version: bytes = b"HTTP/1.1", more: bytes = b"") -> bytes:
    """Return a request for a page, with more headers."""
    return b"GET " + target + b" " + version + b"\r\n" + _HOST + more + _CLOSE


def post(head: bytes, body: bytes = b"", target: bytes = b"/sign-in") -> bytes:
    """Return a form with headers of its own."""
    return b"POST " + target + b" HTTP/1.1\r\n" + _HOST + _FORM + head + _CLOSE + body


def chunked(body: bytes) -> bytes:
    """Return a form in chunks."""
    return post(b"Transfer-Encoding: chunked\r\n", body)


_HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
RAW = {
    "a good one": get(),
    "nothing": b"",
    "only line ends": b"\r\n" * 1000,
    "binary": bytes(range(256)) * 20,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500,
    "no version": b"GET /help/\r\n\r\n",
    "HTTP/0.9": b"GET /help/\n\n",
    "HTTP/1.0": get(version=b"HTTP/1.0"),
    "HTTP/1.0 without a host": b"GET /help/ HTTP/1.0\r\n\r\n",
    "HTTP/1.1 without a host": b"GET /help/ HTTP/1.1\r\nConnection: close\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": get(version=b"HTTP/9.9"),
    "no version number": get(version=b"HTTP/x"),
    "bare line feeds": get().replace(b"\r\n", b"\n"),
    "bare carriage returns": get().replace(b"\r\n", b"\r"),
    "two hosts": get(more=b"Host: other\r\n"),
    "an odd host": get().replace(b"localhost", b"[::1"),
    "a host with a path": get().replace(b"localhost", b"a/b@c:99999"),
    "an absolute target": get(b"http://localhost/help/"),
    "an absolute target elsewhere": get(b"http://evil.example/help/"),
    "an odd absolute target": get(b"http://[/help/"),
    "a target of two slashes": get(b"//evil.example/help/"),
    "the asterisk": get(b"*"),
    "the asterisk of OPTIONS": get(b"*").replace(b"GET", b"OPTIONS"),
    "CONNECT": get(b"evil.example:443").replace(b"GET", b"CONNECT"),
    "TRACE": get().replace(b"GET", b"TRACE"),
    "an unknown method": get().replace(b"GET", b"BREW"),
    "a lower-case method": get().replace(b"GET", b"get"),
    "an odd method": get().replace(b"GET", b"G@T{}"),
    "an endless method": get().replace(b"GET", b"G" * 100_000),
    "NUL in the target": get(b"/he\0lp/"),
    "NUL, encoded": get(b"/help/%00"),
    "NUL in a header": get(more=b"X-Odd: a\0b\r\n"),
    "NUL in the query": get(b"/verify/?code=%00"),
    "control characters": get(b"/\x01\x7f\x1b[31m"),
    "no ASCII": get(b"/\xff\xfe\xed\xa0\x80"),
    "an endless target": get(b"/" + b"x" * 70_000),
    "an endless query": get(b"/verify/?code=" + b"x" * 70_000),
    "a space in the target": get(b"/help/ x"),
    "a fragment": get(b"/help/#x"),
    "an endless header": get(more=b"X-Odd: " + b"x" * 70_000 + b"\r\n"),
    "an endless head": b"GET /help/ HTTP/1.1\r\n" + b"X-Odd: x\r\n" * 100_000,
    "thousands of headers": get(more=b"X-Odd: x\r\n" * 5000),
    "thousands of names": get(more=b"".join(b"X-%d: x\r\n" % n for n in range(4000))),
    "a header without a colon": get(more=b"nonsense\r\n"),
    "a header without a name": get(more=b": x\r\n"),
    "a space before the colon": get(more=b"X-Odd : x\r\n"),
    "a folded header": get(more=b"X-Odd: a\r\n b\r\n"),
    "an underscore": get(more=b"X_CSRF_Token: x\r\n"),
    "another method by header": get(more=b"X-HTTP-Method-Override: DELETE\r\n"),
    "a year without end": get(
        more=b"If-Modified-Since: Mon, 01 Jan 99999999999999 00:00:00 GMT\r\n"
    ),
    "an odd cookie": get(b"/learn/", more=b"Cookie: waypost_session=\xff\xfe; =; ;;\r\n"),
    "no length": post(b"", b"a=b"),
    "a length too long": post(b"Content-Length: 100\r\n", b"a=b"),
    "a length too short": post(b"Content-Length: 1\r\n", b"a=b"),
    "a negative length": post(b"Content-Length: -1\r\n", b"a=b"),
    "no number": post(b"Content-Length: x\r\n", b"a=b"),
    "a signed length": post(b"Content-Length: +3\r\n", b"a=b"),
    "digits of another script": post("Content-Length: ٣\r\n".encode(), b"a=b"),
    "a length of many digits": post(b"Content-Length: " + b"9" * 5000 + b"\r\n", b"a=b"),
    "two lengths": post(b"Content-Length: 3\r\nContent-Length: 5\r\n", b"a=b&c"),
    "a length and chunks": post(
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + _HIDDEN
    ),
    "an unknown encoding": post(b"Transfer-Encoding: gzip\r\n", b"a=b"),
    "chunks twice": post(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n"),
    "chunks, oddly spelt": post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"),
    "good chunks": chunked(b"3\r\na=b\r\n0\r\n\r\n"),
    "a broken size": chunked(b"x\r\na=b\r\n0\r\n\r\n"),
    "a negative size": chunked(b"-3\r\na=b\r\n0\r\n\r\n"),
    "a size without end": chunked(b"F" * 5000 + b"\r\na=b"),
    "a chunk too long": chunked(b"2\r\na=b\r\n0\r\n\r\n"),
    "a chunk cut off": chunked(b"ff\r\na=b"),
    "an endless extension": chunked(b"3;" + b"x" * 70_000 + b"\r\na=b\r\n0\r\n\r\n"),
    "odd trailers": chunked(b"0\r\nX: y\r\nContent-Length: 5\r\n\r\n"),
    "thousands of chunks": chunked(b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n"),
    "chunks beyond the limit": chunked(b"100000\r\n" + b"x" * 2**20 + b"\r\n0\r\n\r\n"),
    "a body beyond the form's limit": post(b"Content-Length: 300000\r\n", b"x" * 300_000),
    "a body beyond every limit": post(b"Content-Length: 10485760\r\n", b"x" * 10 * 2**20),
    "a body promised beyond every limit": post(b"Content-Length: 99999999999\r\n", b"x"),
    "a body with GET": get(more=b"Content-Length: 3\r\n") + b"a=b",
    "to be continued": post(b"Expect: 100-continue\r\nContent-Length: 3\r\n", b"a=b"),
    "to be continued oddly": post(b"Expect: 200-maybe\r\nContent-Length: 3\r\n", b"a=b"),
    "an upgrade": get(more=b"Upgrade: websocket\r\nConnection: Upgrade\r\n"),
    "many at once": _HIDDEN * 50 + get(),
    "a good one, then none": _HIDDEN + b"\0\0\0\r\n\r\n",
    "half a head": b"GET /help/ HTTP/1.1\r\nHost: loc",
    "half a line": b"GE",
}
"""What is sent, by what is odd in it."""

SEVERAL = {"many at once": 51, "a good one, then none": 2}
"""How many answers are due where it is more than one."""

_STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3}) ", re.MULTILINE)


def exchange(url: str, sent: bytes, patience: float = 0.4) -> bytes:
    """Send bytes, wait a little for an answer, then end one's own side; returns all that came."""
    address = urlsplit(url)
    came = b""
    line = socket.create_connection((str(address.hostname), address.port or 80), 10)
    with line, suppress(ConnectionError):
        line.sendall(sent)
        line.settimeout(patience)
        with suppress(TimeoutError):
            while piece := line.recv(1 << 16):
                came += piece
            return came
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        while piece := line.recv(1 << 16):
            came += piece
    return came


def faults(came: bytes, answers: int) -> Iterator[str]:
    """Yield what is wrong with what the server sent back, to which so many answers are due."""
    found = [int(status) for status in _STATUS.findall(came) if status != b"100"]
    if came and not _STATUS.match(came):
        yield f"began with {came[:40]!r}"
    if len(found) > answers:
        yield f"gave {len(found)} answers"
    for status in found:
        if status == 500 or status > 501:  # 501 is for an encoding that is not known
            yield f"answered {status}"
    if b"Traceback" in came:
        yield "told a trace"


def tried(url: str, lines: list[str], table: Mapping[str, bytes]) -> list[str]:
    """Send everything, a good request after each; returns what was wrong. `lines` is the log."""
    wrong = []
    for what, sent in table.items():
        said = len(lines)
        found = list(faults(exchange(url, sent), SEVERAL.get(what, 1)))
        if b" 200 " not in exchange(url, get(b"/healthz")).partition(b"\r\n")[0]:
            found.append("answers no more")
        if len(lines) > said + 1 or "Traceback" in "".join(lines[said:]):
            found.append(f"logged {''.join(lines[said:])!r}")
        wrong += [f"{what}: {fault}" for fault in found]
    return wrong


@pytest.mark.parametrize("engine", ENGINES)
def test_the_server_answers_or_hangs_up_and_goes_on(
    engine: str, make_database: Callable[[str], str], tmp_path: Path
) -> None:
    """No server error, no trace, one line in the log at most; nothing is smuggled in."""
    with server.running(tmp_path, make_database(engine)) as running:
        assert tried(running.url, running.lines, RAW) == []


class _Spoilt(BaseHTTPRequestHandler):
    """A server that tells everything it should not."""

    def do_GET(self) -> None:
        self.send_response(500)
        self.end_headers()
        self.wfile.write(b"Traceback (most recent call last)")

    def log_message(self, *said: object) -> None:
        self.server.said += ["Traceback", "and more"]  # type: ignore[attr-defined]


def test_a_spoilt_server_is_caught() -> None:
    """The control."""
    with HTTPServer(("127.0.0.1", 0), _Spoilt) as spoilt:
        lines: list[str] = []
        vars(spoilt)["said"] = lines
        threading.Thread(target=spoilt.serve_forever, daemon=True).start()
        found = tried(f"http://127.0.0.1:{spoilt.server_port}", lines, {"a good one": get()})
        spoilt.shutdown()
    kinds = ("answered 500", "told a trace", "answers no more", "logged")
    assert [kind for kind in kinds if not any(kind in one for one in found)] == []
