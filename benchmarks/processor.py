"""Where the processor's time goes in one request: `python -m benchmarks.processor [--engine E]`.

Requests are made in this process, without server and sockets, beside the same ones to the ceiling.
Wall time would tell of the neighbours; each figure is the processor time of this thread, the
twentieth percentile of many requests. A function's time holds that of all that it calls.
"""

import argparse
import cProfile
import io
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

from flask import Flask

from benchmarks import ceiling, crowd, measures
from benchmarks.measures import Scripts
from benchmarks.report import Table
from benchmarks.servers import ENGINES, Site, workshop
from config import ROOT
from training.core.database import db

WARM, TIMED, PROFILED = 50, 300, 200
ANSWERING_SECONDS = 1.0  # for so long `measures` prepares answers: more than are sent here
SHOWN = 60
HEADS = ("µs with all it calls", "µs of its own", "calls", "function")


def call(app: Flask, request: bytes, status: int) -> None:
    """Let an application answer a request as a server would; raises RuntimeError for another
    status."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for line in lines:
        name, _, value = line.partition(": ")
        name = name.upper().replace("-", "_")
        environ[name if name.startswith("CONTENT_") else f"HTTP_{name}"] = value
    got: list[str] = []
    answer = app.wsgi_app(environ, lambda said, headers, error=None: got.append(said))  # type: ignore[arg-type]
    for _ in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    if not got[0].startswith(str(status)):
        raise RuntimeError(f"{method} {path}: {got[0]}")


def microseconds(one: Callable[[], None]) -> float:
    """Return the processor time of a request, warmed up."""
    for _ in range(WARM):
        one()
    taken = []
    for _ in range(TIMED):
        begin = time.thread_time_ns()
        one()
        taken.append(time.thread_time_ns() - begin)
    return sorted(taken)[TIMED // 5] / 1000


def profile(one: Callable[[], None], microseconds: float) -> list[list[str]]:
    """Return the functions in which a request spends most, as shares of its `microseconds`: what
    the profiler itself costs is taken out evenly."""
    profiler = cProfile.Profile(time.thread_time_ns, 1e-9)
    profiler.enable()
    for _ in range(PROFILED):
        one()
    profiler.disable()
    stats = pstats.Stats(profiler)
    whole = sum(own for _, _, own, _, _ in stats.stats.values())  # type: ignore[attr-defined]
    scale = microseconds / whole
    found = sorted(
        ((all_, own, calls, where) for where, (_, calls, own, all_, _) in stats.stats.items()),  # type: ignore[attr-defined]
        reverse=True,
    )
    return [
        [f"{all_ * scale:,.0f}", f"{own * scale:,.0f}", f"{calls / PROFILED:.1f}", _name(where)]
        for all_, own, calls, where in found[:SHOWN]
    ]


def _name(where: tuple[str, int, str]) -> str:
    path, line, function = where
    short = path.replace(f"{ROOT}/", "").partition("site-packages/")
    return f"{short[2] or short[0]}:{line} {function}" if line else function


def tables(engine: str) -> Iterator[Table]:
    """Yield the times and profiles of the hot requests on one kind of database."""
    with (
        tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder,
        workshop(engine, Path(folder)) as shop,
    ):
        site = Site("", shop.new("waypost", crowd.kept(25, 4)))
        waypost = crowd.application(site.database, Path(folder))
        bare_site = Site("", shop.new("bare"))
        ceiling.Store(bare_site.database).create("")
        bare = ceiling.create_app(bare_site.database)
        lesson, answer, _, _, people = measures.compared("")
        for measure in (lesson, answer, people):
            one = _one(waypost, measure.waypost, site)
            taken = microseconds(one)
            title = f"{shop.kind}: {measure.name}, {taken:,.0f} µs"
            if measure.ceiling is not None:
                lowest = microseconds(_one(bare, measure.ceiling, bare_site))
                title += f"; the ceiling {lowest:,.0f} µs"
            yield Table(title, HEADS, profile(one, taken))
        with waypost.app_context():
            db.session.remove()
            db.engine.dispose()


def _one(app: Flask, scripts: Scripts, site: Site) -> Callable[[], None]:
    [script] = scripts(site, 1, ANSWERING_SECONDS)
    sent = iter(script.requests) if not script.endless else cycle(script.requests)
    return lambda: call(app, next(sent), script.status)


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.processor", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both by default")
    for engine in parser.parse_args().engine or ENGINES:
        for table in tables(engine):
            print(table.markdown(), flush=True)


if __name__ == "__main__":
    main()
