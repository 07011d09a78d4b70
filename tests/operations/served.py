"""A small server in a process of its own, and what its tests do with it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import psutil

from config import ROOT

PROGRAM = Path(__file__).with_name("small_server.py")


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something holds; fail after a generous time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


class Server:
    """One started server: its process, its port, the folder for marks."""

    def __init__(self, folder: Path, processes: int, *words: str, port: int = 0) -> None:
        self.folder = folder
        self.answers_within = 10
        self.errors = folder / f"errors-{port}"
        command = [sys.executable, str(PROGRAM), str(folder), str(port), str(processes), *words]
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout
        self.said = self.process.stdout.readline()
        self.port = int(self.said.rpartition(":")[2] or 0)

    def ask(self, path: str = "/", **headers: str) -> str:
        """Ask on a new connection; returns the text of a good answer."""
        answer = self.send("GET", path, {k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status == 200
        return answer.read().decode()

    def send(self, method: str, path: str, headers: dict[str, str]) -> HTTPResponse:
        """Send a request without a body on a new connection."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.answers_within)
        connection.request(method, path, headers={**headers, "Connection": "close"})
        return connection.getresponse()

    def pids(self, number: int) -> set[int]:
        """Ask until so many different processes have answered; returns their pids."""
        seen: set[int] = set()

        def all_seen() -> bool:
            seen.add(int(self.ask()))
            return len(seen) >= number

        until(all_seen)
        return seen

    def refuses(self) -> bool:
        """Tell whether nobody listens on the port any more."""
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) != 0

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to the parent; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def marks(self, name: str) -> list[list[str]]:
        """Return the marks left under a name, each split into its words."""
        path = self.folder / name
        return [line.split(" ") for line in path.read_text().splitlines()] if path.exists() else []

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""
        try:
            family = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        self.process.kill()
        self.process.wait()
        for process in family:
            process.kill()
        if self.process.stdout:
            self.process.stdout.close()
