"""Turns: a queue across the threads of a process and the processes of a machine.

For what only so many may do at once: write to SQLite, hash a password.
"""

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

if sys.platform != "win32":
    import fcntl


class Busy(TimeoutError):
    """No place became free in the time that the caller would wait."""


class Turns:
    """At most `places` holders at once among all processes that use the same `path`.

    The places are lock files, `<path>.0` and so on, in a folder that must exist; the kernel frees
    those of a process that is killed. Without a path, and on Windows, which has no flock, only
    the threads of this process queue. Threads come in the order in which they asked, processes
    as the kernel wakes them. Whoever holds a turn must not ask for another of the same queue.
    """

    def __init__(self, path: Path | None, places: int = 1) -> None:
        self._path = path if sys.platform != "win32" else None
        self._places = places
        self._queues: dict[int, _Queue] = {}

    @contextmanager
    def take(self, wait_seconds: float = 5.0) -> Iterator[None]:
        """Hold a place while the block runs. Raises Busy after `wait_seconds` without one."""
        deadline = time.monotonic() + wait_seconds
        queue = self._queue_of_this_process()
        place = queue.threads.wait(queue.threads.join(), deadline)
        try:
            descriptor = queue.files.lock(deadline) if queue.files else None
            try:
                yield
            finally:
                if descriptor is not None:
                    _unlock(descriptor)
        finally:
            queue.threads.give(place)

    def _queue_of_this_process(self) -> "_Queue":
        """A fork copies a queue without the threads that stand in it: a child begins its own."""
        process = os.getpid()
        return self._queues.get(process) or self._queues.setdefault(
            process, _Queue(self._path, self._places)
        )


class _Queue:
    def __init__(self, path: Path | None, places: int) -> None:
        free = list(range(places))
        self.threads = _Line(free, unwanted=free.append)
        self.files = _Files(path, places) if path else None


class _Ticket:
    def __init__(self) -> None:
        self.called = threading.Lock()
        self.called.acquire()
        self.given = -1


class _Line:
    """Threads that wait for a number (a place, a descriptor), first come, first served.

    A plain lock goes to whoever is quickest, mostly the thread that has just let go, and under
    load the last in line waits ten times as long as here.
    """

    def __init__(self, free: list[int], unwanted: Callable[[int], None]) -> None:
        self._guard = threading.Lock()
        self._free = free
        self._unwanted = unwanted
        self._waiting: deque[_Ticket] = deque()

    def join(self) -> _Ticket:
        ticket = _Ticket()
        with self._guard:
            if self._free:
                ticket.given = self._free.pop()
                ticket.called.release()
            else:
                self._waiting.append(ticket)
        return ticket

    def wait(self, ticket: _Ticket, deadline: float) -> int:
        if not ticket.called.acquire(timeout=max(0.0, deadline - time.monotonic())):
            with self._guard:
                if ticket in self._waiting:  # otherwise it was called just now
                    self._waiting.remove(ticket)
                    raise Busy("every place stayed taken")
        return ticket.given

    def give(self, number: int) -> None:
        """Hand it to the first in line; where nobody waits, to `unwanted`."""
        with self._guard:
            if self._waiting:
                ticket = self._waiting.popleft()
                ticket.given = number
                ticket.called.release()
            else:
                self._unwanted(number)


class _Files:
    """The places among the processes. Each turn opens its file anew: after any fork.

    flock waits for ever or not at all, and trying again and again loses against the process that
    has just let go. So where every file is locked, a thread for each waits in the kernel, and the
    one that wants the turn waits for those threads, as long as it cares to.
    """

    def __init__(self, path: Path, places: int) -> None:
        self._paths = [f"{path}.{place}" for place in range(places)]
        self._line = _Line([], unwanted=_unlock)
        self._guard = threading.Lock()
        self._wanted: list[SimpleQueue[None]] = []

    def lock(self, deadline: float) -> int:
        for path in self._paths:
            with suppress(BlockingIOError):
                return _lock(path, wait=False)
        return self._wait(deadline)

    def _wait(self, deadline: float) -> int:
        with self._guard:
            if not self._wanted:
                self._start()
        ticket = self._line.join()
        for wanted in self._wanted:
            wanted.put(None)
        return self._line.wait(ticket, deadline)

    def _start(self) -> None:
        for path in self._paths:
            wanted: SimpleQueue[None] = SimpleQueue()
            threading.Thread(target=self._wait_in_kernel, args=(path, wanted), daemon=True).start()
            self._wanted.append(wanted)

    def _wait_in_kernel(self, path: str, wanted: "SimpleQueue[None]") -> None:
        while True:
            wanted.get()
            with suppress(OSError):  # whoever waits for it is then Busy, the next may fare better
                self._line.give(_lock(path, wait=True))


def _lock(path: str, *, wait: bool) -> int:
    """Return a descriptor that holds the lock; BlockingIOError where that would take a wait."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _unlock(descriptor: int) -> None:
    """Let go outright: closing alone would not, where a fork has copied the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
