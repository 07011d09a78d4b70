"""A server that is killed and started again, as those see it who use it meanwhile."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from tests.server import Server

PATIENCE_SECONDS = 120
REFUSED = "refused"


class Site:
    """Where the server can be reached: after each start at another address.

    It counts what the people who use it were told is saved, so that a test can wait for work
    rather than for time.
    """

    def __init__(self, start: Callable[[], Server]) -> None:
        self._start = start
        self._up = threading.Event()
        self._moved = threading.Condition()
        self._acknowledged: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        self.closing = self.given_up = False
        self.server = start()
        self._up.set()

    def address(self) -> str:
        """Return the address, once there is a server."""
        assert self._up.wait(PATIENCE_SECONDS), "the server did not come back"
        return self.server.url

    def kill_and_begin_again(self) -> None:
        """Kill all processes of the server at one moment; start it on what they left."""
        self._up.clear()
        self.server.kill()
        self.server = self._start()
        self._up.set()

    def acknowledged(self, kind: str) -> None:
        """Count one more thing that somebody was told is saved."""
        with self._moved:
            self._acknowledged[kind] += 1
            self._moved.notify_all()

    def refused(self) -> None:
        """Count one more answer that said "busy"."""
        self.acknowledged(REFUSED)

    def failed(self, error: BaseException) -> None:
        """Note what went wrong for somebody."""
        with self._moved:
            self.failures.append(error)
            self._moved.notify_all()

    def wait_for(self, more: int, *kinds: str) -> None:
        """Wait until so many more things, of one of these kinds if any is named, were acknowledged;
        raises what went wrong for somebody meanwhile."""
        end = time.monotonic() + PATIENCE_SECONDS
        with self._moved:
            wanted = self._saved(kinds) + more
            while self._saved(kinds) < wanted and not self.failures:
                assert self._moved.wait(end - time.monotonic()), "nothing is saved any more"
        self.raise_failures()

    def wait_for_refusals(self, more: int) -> None:
        """Wait until so many more answers said "busy"; raises as `wait_for`."""
        self.wait_for(more, REFUSED)

    def _saved(self, kinds: tuple[str, ...]) -> int:
        counted = self._acknowledged
        return sum(counted[kind] for kind in kinds) if kinds else counted.total() - counted[REFUSED]

    def give_up(self) -> None:
        """Let nobody try any longer."""
        self.closing = self.given_up = True
        self._up.set()

    def raise_failures(self) -> None:
        """Raise the first thing that went wrong for somebody."""
        if self.failures:
            print("".join(self.server.lines), repr(self.failures), sep="\n")
            raise self.failures[0]
