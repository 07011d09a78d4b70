"""Real server processes for the tests: `run.py` as the README starts it, on a port of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from config import ROOT

START_SECONDS = 60


@dataclass
class Server:
    """A running Waypost and what it has printed so far."""

    url: str
    process: subprocess.Popen[str]
    lines: list[str]


@contextmanager
def running(instance: Path, database_url: str, **environment: str) -> Iterator[Server]:
    """Start the server on a database, yield it, and end it with SIGTERM."""
    names = {
        "WAYPOST_INSTANCE": str(instance),
        "WAYPOST_DATABASE_URL": database_url,
        "WAYPOST_DEMO_DATABASE_URL": database_url,
        "WAYPOST_SECRET_KEY": "for tests only, for tests only, for tests",
        "WAYPOST_PROCESSES": "2",
        "PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py")],
        env={**os.environ, **names, **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    heard: SimpleQueue[str | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(process, lines, heard), daemon=True).start()
    try:
        yield Server(_address(heard, lines), process, lines)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _listen(
    process: subprocess.Popen[str], lines: list[str], heard: SimpleQueue[str | None]
) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
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
