"""The serving processes: waitress in each, and the parent that keeps them and the clock.

On Linux every process has a socket of its own on the one port (SO_REUSEPORT), bound by the parent
and kept when the process is replaced, so that nothing queued on it is lost. Other systems with
fork share one socket; where there is no fork (Windows), one process serves.
"""

import ctypes
import gc
import logging
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from training.operations.clock_work import Agenda, Due, Outcome, look

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

BACKLOG = 1024
DESCRIPTORS = 4096  # each connection takes up to three: itself, a long body, a long answer
FINISH_SECONDS = 10.0
WAITRESS: dict[str, Any] = {
    "ident": "Waypost",
    "backlog": BACKLOG,
    "max_request_header_size": 64 * 1024,
    "max_request_body_size": 9 * 1024 * 1024,  # beyond what any page takes: its own 413
    "channel_timeout": 2**31,  # which connections to close is decided here
    "connection_limit": 500,
}
SILENT_SECONDS = 120.0
CROWDED_SECONDS = 1.0
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of malloc.h
_STOPS = (signal.SIGTERM, signal.SIGINT)
_TICK_SECONDS = 1.0
_QUICK_SECONDS = 1.0
# The pause before a process is replaced, by how many in a row ended within their first second.
_REPLACE_SECONDS = (0.0, 0.0, 1.0, 2.0, 4.0)


def serve(
    make_app: Callable[[], "WSGIApplication"],
    *,
    host: str,
    port: int,
    processes: int,
    threads: int = 16,
    trusted_proxies: int = 0,
    daily: Sequence[Due] = (),
    before_fork: Callable[[], None] | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way then get ten seconds to end.

    `make_app` is called once, before any fork, and `before_fork` before each one: it closes what
    a child must not inherit, a database's connections above all. Port 0 takes a free one;
    `announce` is told the address once every process can be reached. Unless `trusted_proxies`
    stand before this server, the headers X-Forwarded-* never reach the application. Call it from
    the main thread. Raises SystemExit, with one line, for an address that can't be had.
    """
    forks = hasattr(os, "fork")
    try:
        listeners = _listen(host, port, max(1, processes) if forks else 1)
    except OSError as error:
        sys.exit(f"Waypost can't serve on {host}, port {port}: {error.strerror}")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    _give_memory_back()
    answer = partial(_answer, make_app(), threads, bool(trusted_proxies))
    gc.freeze()  # or each child's collector would copy what it shares with the parent

    def tell() -> None:
        announce(f"Waypost serves on {_url(listeners[0])}")
        sys.stdout.flush()

    if forks:
        _Parent(answer, listeners, daily, before_fork).run(tell)
    else:
        threading.Thread(target=_look_for_ever, args=(daily,), daemon=True).start()
        tell()
        answer(listeners[0])


def _listen(host: str, port: int, processes: int) -> list[socket.socket]:
    """Return a listening socket for each process, or one for all where they must share it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    # Sockets with SO_REUSEPORT would share the port with another Waypost without a word; this
    # one finds it taken, and holds it until ours are bound.
    single = _bind(family, address)
    if sys.platform != "linux" or processes == 1:
        single.listen(BACKLOG)
        return [single] * processes
    with single:
        own = [_bind(family, single.getsockname(), socket.SO_REUSEPORT) for _ in range(processes)]
    for listener in own:
        listener.listen(BACKLOG)
    return own


def _bind(family: int, address: Any, *options: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform == "win32":  # there SO_REUSEADDR would let any program take the port over
        options = (socket.SO_EXCLUSIVEADDRUSE,)
    else:
        options = (socket.SO_REUSEADDR, *options)
    for option in options:
        listener.setsockopt(socket.SOL_SOCKET, option, 1)
    listener.bind(address)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _answer(app: "WSGIApplication", threads: int, proxied: bool, listener: socket.socket) -> int:
    """Answer requests on `listener` until a signal says stop, and finish what has begun."""
    channels: dict[int, Any] = {}
    # waitress starts its threads and opens its pipe here: in the process that will use them.
    server = create_server(
        app,
        map=channels,
        sockets=[listener],
        threads=threads,
        clear_untrusted_proxy_headers=not proxied,
        **WAITRESS,
    )
    server.channel_class = _Channel
    stopping = False
    look_at = 0.0

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        server.pull_trigger()

    for number in _STOPS:
        signal.signal(number, stop)
    while not stopping:
        wasyncore.loop(timeout=_TICK_SECONDS, use_poll=True, map=channels, count=1)
        if time.monotonic() >= look_at:
            _close_silent(server.active_channels, time.time())
            look_at = time.monotonic() + _TICK_SECONDS
    # waitress's own way out stops its loop first: long answers would stick half sent.
    server.del_channel()
    server.socket.close()
    deadline = time.monotonic() + FINISH_SECONDS
    under_way = True
    while under_way and time.monotonic() < deadline:
        wasyncore.loop(timeout=0.1, use_poll=True, map=channels, count=1)
        under_way = any(map(_is_under_way, server.active_channels.values()))
    return 0


class _Task(WSGITask):  # type: ignore[misc]
    """waitress would close the connection after each answer without a body, and a phone on a weak
    link open another after every response saved and every page that has not changed."""

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version == "1.0":
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


def _give_memory_back() -> None:
    """Let glibc return large blocks at once: a password's hash takes 19 MB, and every thread would
    keep its own for ever."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt:
            mallopt(_M_MMAP_THRESHOLD, 1024 * 1024)
            mallopt(_M_ARENA_MAX, 2)


def _close_silent(channels: Mapping[int, Any], now: float) -> None:
    """Close the connections that have been silent for long, and where there are almost as many as
    are accepted, those that have been so longest: somebody new is soon let in.

    waitress would stop accepting until the first of them had been silent for its whole time, and
    it never closes one whose reader takes nothing.
    """
    # A clock that was set back leaves times in the future: those connections are old, too.
    silence = {
        channel: abs(now - channel.last_activity)
        for channel in channels.values()
        if not channel.requests or channel.total_outbufs_len
    }
    too_many = len(channels) - WAITRESS["connection_limit"] * 4 // 5
    for place, channel in enumerate(sorted(silence, key=silence.__getitem__, reverse=True)):
        if silence[channel] > (CROWDED_SECONDS if place < too_many else SILENT_SECONDS):
            channel.handle_close()


def _is_under_way(channel: Any) -> bool:
    """Tell whether a request is being answered or its answer sent, or one is just coming in."""
    awaited = channel.request is not None or channel.last_activity == channel.creation_time
    arriving = awaited and time.time() - channel.last_activity < 1.0
    return bool(channel.requests or channel.total_outbufs_len or arriving)


@dataclass
class _Place:
    """A socket and the processes that answer on it, one after another."""

    listener: socket.socket
    taken: bool = False
    began: float = 0.0
    quick_ends: int = 0
    not_before: float = 0.0

    def ended(self, code: int) -> None:
        now = time.monotonic()
        self.quick_ends = self.quick_ends + 1 if now - self.began < _QUICK_SECONDS else 0
        pause = _REPLACE_SECONDS[min(self.quick_ends, len(_REPLACE_SECONDS) - 1)]
        self.not_before = now + pause
        self.taken = False
        if code not in (0, -signal.SIGTERM):
            log.warning("a serving process ended with %d; the next comes in %g s", code, pause)


class _Parent:
    """Keeps a process at every place and has done what the clock calls for; answers nothing."""

    def __init__(
        self,
        answer: Callable[[socket.socket], int],
        listeners: Sequence[socket.socket],
        daily: Sequence[Due],
        before_fork: Callable[[], None] | None,
    ) -> None:
        self._answer = answer
        self._places = [_Place(listener) for listener in listeners]
        self._agenda = Agenda(daily)
        self._before_fork = before_fork
        self._ended: dict[int, Callable[[int], None]] = {}
        self._stopping = False
        # Nobody writes to the first pipe: its readers see the end when the parent is gone.
        self._alive, self._life = os.pipe()
        self._woken, self._wake = os.pipe()

    def run(self, tell: Callable[[], None]) -> None:
        """Serve until told to stop; `tell` is called once every process can be reached."""
        _allow_descriptors()
        self._hear_signals()
        self._fill_places()
        tell()
        while not self._stopping:
            self._fill_places()
            self._look_at_clock()
            self._wait(_TICK_SECONDS)
        self._end()

    def _hear_signals(self) -> None:
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in _STOPS:
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _fill_places(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if not place.taken and now >= place.not_before:
                place.began = now
                answer = partial(self._answer, place.listener)
                place.taken = self._fork(answer, place.ended, keep=place.listener)

    def _look_at_clock(self) -> None:
        for work in self._agenda.to_look_at(time.monotonic()):
            if not self._fork(partial(look, work), partial(self._looked, work)):
                self._agenda.looked(work, Outcome.FAILED, time.monotonic())

    def _looked(self, work: Due, code: int) -> None:
        if code not in list(Outcome):
            log.error("%s failed: its process ended with %d", work.name, code)
            code = Outcome.FAILED
        self._agenda.looked(work, Outcome(code), time.monotonic())

    def _wait(self, seconds: float) -> None:
        """Wait for a signal, no longer than `seconds`, and see to the children that have ended."""
        if select.select([self._woken], [], [], seconds)[0]:
            os.read(self._woken, 4096)
        for pid in list(self._ended):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._ended.pop(pid)(os.waitstatus_to_exitcode(status))

    def _fork(
        self,
        work: Callable[[], int],
        ended: Callable[[int], None],
        keep: socket.socket | None = None,
    ) -> bool:
        """Do `work` in a child that ends with its result; tell whether there could be a child."""
        if self._before_fork:
            self._before_fork()
        sys.stdout.flush()  # or both processes would write what waits in there
        # A signal in the first moments must find the child's own handlers, not the parent's.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        try:
            pid = os.fork()
            if pid == 0:
                self._live_as_child(work, keep, unblocked)
            self._ended[pid] = ended
        except OSError as error:
            log.error("a process could not be started: %s", error)
            return False
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        return True

    def _live_as_child(
        self, work: Callable[[], int], keep: socket.socket | None, unblocked: set[Any]
    ) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, *_STOPS):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
            for descriptor in (self._life, self._woken, self._wake):
                os.close(descriptor)
            for place in self._places:
                if place.listener is not keep:
                    place.listener.close()
            threading.Thread(target=_follow, args=(self._alive,), daemon=True).start()
            code = work()
            sys.stdout.flush()
        except BaseException:
            log.exception("a process failed")
        finally:
            os._exit(code)

    def _end(self) -> None:
        for place in self._places:
            place.listener.close()
        for pid in self._ended:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + FINISH_SECONDS + 2
        while self._ended and time.monotonic() < deadline:
            self._wait(0.1)
        for pid in self._ended:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _allow_descriptors() -> None:
    """Raise the customary limit (256 or 1,024): beyond it a process can't accept, and spins."""
    import resource  # Windows has none

    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    if few != resource.RLIM_INFINITY and few < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _follow(alive: int) -> None:
    """End this process, gently and then not, once its parent has gone."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(FINISH_SECONDS + 2)
    os._exit(1)


def _look_for_ever(works: Sequence[Due]) -> NoReturn:
    agenda = Agenda(works)
    while True:
        for work in agenda.to_look_at(time.monotonic()):
            agenda.looked(work, look(work), time.monotonic())
        time.sleep(60)
