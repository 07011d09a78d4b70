"""Turns: a queue across the threads of a process and the processes of a machine.

For what only so many may do at once: write to SQLite, hash a password.
"""

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

if sys.platform != "win32":
    import fcntl

_PAUSE_SECONDS = 0.005


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
        queue.threads.enter(deadline)
        try:
            descriptor = queue.files.lock(deadline) if queue.files else None
            try:
                yield
            finally:
                if descriptor is not None:
                    _unlock(descriptor)
        finally:
            queue.threads.leave()

    def _queue_of_this_process(self) -> "_Queue":
        """A fork copies a queue without the threads that stand in it: a child begins its own."""
        process = os.getpid()
        return self._queues.get(process) or self._queues.setdefault(
            process, _Queue(self._path, self._places)
        )


class _Queue:
    def __init__(self, path: Path | None, places: int) -> None:
        self.threads = _Threads(places)
        self.files = _Files(path, places) if path else None


class _Threads:
    """The threads of this process, first come, first served.

    A plain lock goes to whoever is quickest, mostly the thread that has just let go, and under
    load the last in line waits ten times as long as here.
    """

    def __init__(self, places: int) -> None:
        self._guard = threading.Lock()
        self._free = places
        self._waiting: deque[threading.Lock] = deque()

    def enter(self, deadline: float) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            called = threading.Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=_left(deadline)):
            return
        with self._guard:
            if called in self._waiting:  # otherwise it was called just now
                self._waiting.remove(called)
                raise Busy("every place stayed taken")

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class _Files:
    """The places among the processes. Each turn opens its file anew, after any fork.

    flock waits for ever or not at all. Trying again and again loses against the other process,
    whose next thread is always quicker; so a thread of our own waits in the kernel, and whoever
    wants the turn waits for that thread as long as it cares to.
    """

    def __init__(self, path: Path, places: int) -> None:
        self._paths = [f"{path}.{place}" for place in range(places)]
        self._wanted: SimpleQueue[Future[int]] = SimpleQueue()
        self._start = threading.Lock()
        self._waiter: threading.Thread | None = None

    def lock(self, deadline: float) -> int:
        descriptor = self._try_all()
        return self._wait(deadline) if descriptor is None else descriptor

    def _try_all(self) -> int | None:
        for path in self._paths:
            try:
                return _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        return None

    def _wait(self, deadline: float) -> int:
        with self._start:
            if self._waiter is None:
                self._waiter = threading.Thread(target=self._wait_in_kernel, daemon=True)
                self._waiter.start()
        place: Future[int] = Future()
        self._wanted.put(place)
        try:
            return place.result(_left(deadline))
        except TimeoutError:
            if not place.cancel():
                place.add_done_callback(lambda late: _unlock(late.result()))
            raise Busy("other processes kept every place") from None

    def _wait_in_kernel(self) -> None:
        while True:
            place = self._wanted.get()
            if not place.set_running_or_notify_cancel():
                continue
            try:
                place.set_result(self._next())
            except OSError as error:
                place.set_exception(error)

    def _next(self) -> int:
        if len(self._paths) == 1:
            return _lock(self._paths[0], fcntl.LOCK_EX)
        while (descriptor := self._try_all()) is None:
            time.sleep(_PAUSE_SECONDS)
        return descriptor


def _lock(path: str, how: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _unlock(descriptor: int) -> None:
    """Let go outright: closing would not, where a fork has copied the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
