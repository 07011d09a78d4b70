"""Real server processes for the tests: `run.py` as the README starts it, on a port of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from config import ROOT

START_SECONDS = 60
_LINES = 10_000  # kept of what a server prints: in an outage that is much
RUN = ROOT / "run.py"


@dataclass
class Server:
    """A running Waypost and what it has printed so far."""

    url: str
    process: subprocess.Popen[str]
    lines: list[str]

    def kill(self) -> None:
        """Kill all its processes at one moment, as a power cut does."""
        kill(self.process)

    def stop(self) -> None:
        """Let it end, if it has not ended yet."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill a process that was launched here, with all its children, at one moment."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


@contextmanager
def running(
    instance: Path, database_url: str, *, program: Path = RUN, **environment: str
) -> Iterator[Server]:
    """Start the server on a database, yield it, and end it with SIGTERM."""
    server = start(instance, database_url, program=program, **environment)
    try:
        yield server
    finally:
        server.stop()


def start(instance: Path, database_url: str, *, program: Path = RUN, **environment: str) -> Server:
    """Start the server on a database; it can be reached when this returns."""
    process = launched(instance, database_url, program=program, **environment)
    lines: list[str] = []
    heard: SimpleQueue[str | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(process, lines, heard), daemon=True).start()
    try:
        return Server(_address(heard, lines), process, lines)
    except BaseException:
        Server("", process, lines).kill()
        raise


def launched(
    instance: Path, database_url: str, *, program: Path = RUN, **environment: str
) -> "subprocess.Popen[str]":
    """Launch the server in a group of its own; what it prints, errors among it, can be read."""
    return _launched(instance, database_url, [str(program)], environment)


def command(instance: Path, database_url: str, *words: str) -> "subprocess.Popen[str]":
    """Launch `flask --app run …` likewise."""
    return _launched(instance, database_url, ["-m", "flask", "--app", "run", *words], {})


def _launched(
    instance: Path, database_url: str, words: list[str], environment: Mapping[str, str]
) -> "subprocess.Popen[str]":
    names = {
        "WAYPOST_INSTANCE": str(instance),
        "WAYPOST_DATABASE_URL": database_url,
        "WAYPOST_DEMO_DATABASE_URL": database_url,
        "WAYPOST_SECRET_KEY": "for tests only, for tests only, for tests",
        "WAYPOST_PROCESSES": "2",
        "PORT": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, **names, **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _listen(
    process: "subprocess.Popen[str]", lines: list[str], heard: SimpleQueue[str | None]
) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.append(line)
            del lines[:-_LINES]
            heard.put(line)
    heard.put(None)


def _address(heard: SimpleQueue[str | None], lines: list[str]) -> str:
    while True:
        try:
            line = heard.get(timeout=START_SECONDS)
        except Empty:
            line = None
        assert line is not None, f"the server did not start: {''.join(lines)}"
        if found := re.search(r"serves on (http://\S+)", line):
            return found[1]
