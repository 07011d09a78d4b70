"""The load: clients that each send a request over a kept connection, wait, and send the next.

They run in processes of their own, on plain sockets, so that they take little of the processors
that they share with the server.
"""

import multiprocessing
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

Address = tuple[str, int]
PATIENCE = 30.0
"""Seconds after which an answer that has not come is a failure."""


@dataclass(frozen=True)
class Script:
    """What one client sends, one whole request after another, and the status that each is to get.
    It begins again after the last where it is `endless`."""

    requests: Sequence[bytes]
    status: int
    endless: bool = True


@dataclass
class Sample:
    """What some clients met: seconds from each request to the last byte of its answer, failures
    by what came instead, how many good answers came a second, and the bytes of all answers."""

    latencies: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    rate: float = 0.0
    bytes: int = 0

    def __add__(self, other: "Sample") -> "Sample":
        """Both at once: the rates add up."""
        return Sample(
            self.latencies + other.latencies,
            self.failures + other.failures,
            self.rate + other.rate,
            self.bytes + other.bytes,
        )

    @property
    def failed(self) -> int:
        """How many requests failed."""
        return self.failures.total()


class Crew:
    """Processes that send requests."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def begin(
        self, address: Address, scripts: Sequence[Script], seconds: float, hands: int = 1
    ) -> "list[Future[Sample]]":
        """Let a client follow each script for so many seconds, parted among `hands` processes."""
        at = time.monotonic() + 0.05
        parts = [scripts[hand::hands] for hand in range(min(hands, len(scripts)))]
        return [self._pool.submit(send, address, part, at, seconds) for part in parts]

    def run(
        self, address: Address, scripts: Sequence[Script], seconds: float, hands: int = 1
    ) -> Sample:
        """Like `begin`, and wait for the end."""
        return outcome(self.begin(address, scripts, seconds, hands))


@contextmanager
def crew(hands: int) -> Iterator[Crew]:
    """Yield a crew of so many processes, started already."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(hands, mp_context=fresh) as pool:
        list(pool.map(time.sleep, [0.2] * hands))
        yield Crew(pool)


def outcome(parts: "Sequence[Future[Sample]]") -> Sample:
    """Wait for what was begun and return what all of its clients met."""
    return sum((part.result() for part in parts), Sample())


def send(address: Address, scripts: Sequence[Script], begin: float, seconds: float) -> Sample:
    """Follow the scripts from the moment `begin` (monotonic), all at once, and tell how it went.

    It ends after `seconds`, or before that where one script has come to its end; requests under
    way are waited for.
    """
    sample = Sample()
    clients = [_Client(address, script, sample) for script in scripts]
    time.sleep(max(0.0, begin - time.monotonic()))
    began = time.monotonic()
    with selectors.DefaultSelector() as ready:
        for client in clients:
            client.send_next(ready)
        end = began + seconds
        while any(client.waits for client in clients):
            events = ready.select(timeout=0.5)
            now = time.monotonic()
            for key, _ in events:
                if key.data.receive(ready) and now < end and not key.data.send_next(ready):
                    end = now
            if not events:
                for client in clients:
                    client.give_up(ready, now)
    sample.rate = len(sample.latencies) / (time.monotonic() - began)
    return sample


class _Client:
    """A connection and the place in its script."""

    def __init__(self, address: Address, script: Script, sample: Sample) -> None:
        self._address = address
        self._script = script
        self._sample = sample
        self._place = 0
        self._socket: socket.socket | None = None
        self._received = bytearray()
        self._sent = 0.0
        self.waits = False

    def send_next(self, ready: selectors.BaseSelector) -> bool:
        """Send the next request; False where the script is at its end."""
        if self._place == len(self._script.requests):
            if not self._script.endless:
                return False
            self._place = 0
        request = self._script.requests[self._place]
        self._place += 1
        self._received, self.waits = bytearray(), True
        self._sent = time.monotonic()
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request)
        return True

    def receive(self, ready: selectors.BaseSelector) -> bool:
        """Take in what has come; True once the answer is whole."""
        assert self._socket is not None
        try:
            came = self._socket.recv(1 << 18)
        except OSError:
            came = b""
        if not came:
            return self._fail(ready, "connection closed")
        self._received += came
        if not is_whole(self._received):
            return False
        self.waits = False
        self._sample.bytes += len(self._received)
        if b"\r\nconnection: close\r\n" in self._received[:4096].lower():
            self._disconnect(ready)  # the server's wish; the next request opens another one
        status = int(self._received[9:12])
        if status == self._script.status:
            self._sample.latencies.append(time.monotonic() - self._sent)
        else:
            self._sample.failures[str(status)] += 1
        return True

    def give_up(self, ready: selectors.BaseSelector, now: float) -> None:
        """Count an answer that has not come for too long as a failure."""
        if self.waits and now - self._sent > PATIENCE:
            self._fail(ready, "no answer")

    def _fail(self, ready: selectors.BaseSelector, what: str) -> bool:
        self._disconnect(ready)
        self.waits = False
        self._sample.failures[what] += 1
        return True

    def _disconnect(self, ready: selectors.BaseSelector) -> None:
        assert self._socket is not None
        ready.unregister(self._socket)
        self._socket.close()
        self._socket = None


def is_whole(response: bytearray) -> bool:
    """Tell whether a response has come to its end. Raises ValueError for one that does not say
    how long it is."""
    end = response.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(response[: end + 2]).lower()
    if head[9:12] in (b"204", b"304"):
        return True
    if b"\r\ntransfer-encoding: chunked" in head:
        return response.endswith(b"\r\n0\r\n\r\n")
    _, found, after = head.partition(b"\r\ncontent-length:")
    if not found:
        raise ValueError("a response without its length")
    return len(response) >= end + 4 + int(after.partition(b"\r\n")[0])
