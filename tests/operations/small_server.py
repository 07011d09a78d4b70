"""A server with an application of a few lines; the tests run it as a process of its own.

`python small_server.py FOLDER PORT PROCESSES [word …]`: the folder is where both sides leave marks
for each other, the words say what is different.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training.operations import serving
from training.operations.clock_work import Due

FOLDER, PORT, PROCESSES, WORDS = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
BUILT_IN = os.getpid()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the pid, what was sent, or something slow or long."""
    body, parts = str(os.getpid()).encode(), 1
    if environ["PATH_INFO"] == "/slow":
        (FOLDER / "begun").touch()
        while not (FOLDER / "go").exists():
            time.sleep(0.01)
    elif environ["PATH_INFO"] == "/long":
        body = b"x" * 30_000_000
    elif environ["PATH_INFO"] == "/parts":
        body, parts = b"x" * 1_000_000, 60
    elif environ["PATH_INFO"] == "/die":
        os._exit(3)
    elif environ["PATH_INFO"] == "/for":
        body = environ.get("HTTP_X_FORWARDED_FOR", "").encode()
    elif environ["PATH_INFO"] == "/built":
        body = str(BUILT_IN).encode()
    elif environ["PATH_INFO"] in ("/204", "/304"):
        start_response(f"{environ['PATH_INFO'][1:]} Nothing", [])
        return []
    start_response("200 OK", [("Content-Length", str(len(body) * parts))])
    return [body] * parts


def note(name: str, text: str = "") -> None:
    """Leave a mark: a line in the file of that name, with pid and thread."""
    with (FOLDER / name).open("a") as file:
        file.write(f"{os.getpid()} {threading.current_thread().name} {text}\n")


def fail() -> None:
    """Fail, with a reason of two lines."""
    note("failed")
    raise RuntimeError("no room\nleft")


def crash() -> None:
    """End the process that runs this."""
    note("crashed")
    os._exit(9)


def just_now() -> datetime:
    """Say that the work has just been done."""
    return datetime.now(UTC)


WORKS = (
    Due("the backup", 24, last=lambda: None, run=lambda: note("done")),
    Due("the failing work", 24, last=lambda: None, run=fail),
    Due("the crashing work", 24, last=lambda: None, run=crash),
    Due("the done work", 24, last=just_now, run=lambda: note("too early")),
)


def end_at_once(*_: object, **__: object) -> None:
    """Stand for a serving process that can't even begin."""
    note("started")
    os._exit(4)


def main() -> None:
    """Serve as the words say."""
    if "without-fork" in WORDS:
        del os.fork
    if "one-socket" in WORDS:
        sys.platform = "darwin"
    if "few-descriptors" in WORDS:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
    if "fifty-connections" in WORDS:
        serving.WAITRESS["connection_limit"] = 50
    if "impatient" in WORDS:
        vars(serving)["SILENT_SECONDS"] = 0.5
    if "patient" in WORDS:
        vars(serving)["_close_silent"] = lambda channels, now: None
    if "broken" in WORDS:
        vars(serving)["create_server"] = end_at_once
    works = [work for work in WORKS if work.name in WORDS]
    serving.serve(
        lambda: app,
        host="127.0.0.1",
        port=int(PORT),
        processes=int(PROCESSES),
        threads=2,
        trusted_proxies=int("proxied" in WORDS),
        daily=works,
        before_fork=lambda: note("forked"),
    )


main()
