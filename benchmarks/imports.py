"""Tables of many people, from the upload to the last page: how long it takes, how long others wait
for the lock meanwhile, and in how much memory."""

import csv
import io
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import urlencode

from openpyxl import Workbook

from benchmarks import population
from benchmarks.population import Official
from benchmarks.report import Table
from benchmarks.servers import Running, Workshop
from training.core.actors import Role
from training.people.sessions import COOKIE

HEADS = (
    *("State", "Agency", "Post", "Service number", "Name", "Name in Latin letters"),
    *("E-mail", "Language", "From"),
)
_BOUNDARY = "waypost-benchmarks"
_PAUSE_SECONDS = 0.2


@dataclass
class Browser:
    """Whoever imports."""

    server: Running
    official: Official
    most_memory: float = 0.0
    waits: list[float] = field(default_factory=list)
    refused: int = 0

    def open(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[str, str, bool]:
        """Return where a request leads, the page there, and whether it loads itself anew."""
        request = urllib.request.Request(f"{self.server.url}{path}", body)
        request.add_header("Cookie", f"{COOKIE}={self.official.token}")
        if body is not None:
            request.add_header("X-CSRF-Token", self.official.csrf)
            request.add_header("Content-Type", kind or "application/x-www-form-urlencoded")
        with urllib.request.urlopen(request) as answer:
            path = answer.url.removeprefix(self.server.url)
            return path, answer.read().decode(), "Refresh" in answer.headers

    def waited(self) -> str:
        """Return how long somebody else waited at most, and how often they were refused."""
        longest = f"{max(self.waits):.1f} s"
        return f"{longest}, {self.refused} × refused" if self.refused else longest

    def upload(self, content: bytes) -> tuple[str, str]:
        """Upload a table, wait until it is read, and return where its page is, and that page."""
        parts = [("kind", "", b"people"), ("file", '; filename="people"', content)]
        head = '--{}\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        body = b"".join(
            head.format(_BOUNDARY, name, more).encode() + value + b"\r\n"
            for name, more, value in parts
        )
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        path, page, reading = self.open(
            "/admin/import/", body + f"--{_BOUNDARY}--\r\n".encode(), kind
        )
        while reading:
            time.sleep(_PAUSE_SECONDS)
            self.most_memory = max(self.most_memory, self.server.memory())
            _, page, reading = self.open(path)
        return path, page

    @contextmanager
    def others_write(self) -> Iterator[None]:
        """Note how long somebody else waits meanwhile whose request writes a little."""
        ended = threading.Event()
        self.waits, self.refused = [], 0

        def write() -> None:
            while not ended.is_set():
                begin = time.monotonic()
                try:
                    self.open("/language", b"language=en")
                except HTTPError:
                    self.refused += 1
                self.waits.append(time.monotonic() - begin)
                time.sleep(0.02)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def imported(shop: Workshop, count: int) -> Table:
    """Add so many people by CSV, look at the same table again, transfer all of them by XLSX."""
    rows = []
    shop.new("imported")
    with shop.waypost("imported") as server:
        browser = Browser(server, _coordinator(server.database))
        for what, content in (
            ("CSV, all new", _csv(count, "Post 01")),
            ("CSV, the same again", _csv(count, "Post 01")),
            ("XLSX, all transferred", _xlsx(count, "Post 02")),
        ):
            rows.append([what, *_taken(browser, content)])
        rows.append(["most memory", "", "", "", f"{browser.most_memory:.0f} MiB (PSS)"])
    heads = ("table", "size", "read", "applied", "longest wait of another writer")
    return Table(f"{shop.kind}: import of {count:,} people", heads, rows)


def _taken(browser: Browser, content: bytes) -> list[str]:
    begin = time.monotonic()
    path, page = browser.upload(content)
    read = time.monotonic() - begin
    size = f"{len(content) / 1e6:.1f} MB"
    look = re.search(r'name="look" value="(\d+)"', page)
    if look is None:
        return [size, f"{read:.1f} s", "nothing to do", ""]
    with browser.others_write():
        begin = time.monotonic()
        _, page, _ = browser.open(f"{path}/confirmation", urlencode({"look": look[1]}).encode())
        applied = time.monotonic() - begin
    if "The import is done" not in page:
        raise RuntimeError("the import was not done")
    return [size, f"{read:.1f} s", f"{applied:.1f} s", browser.waited()]


def _coordinator(url: str) -> Official:
    """Add the tree of units, and whoever coordinates all of it."""
    rows = population.fresh_rows()
    places = population.places(rows, population.unit(url, "region"), population.USUAL)
    person = population.person(rows, "Coordinator", places.posts[0])
    population.grant(rows, person, Role.COORDINATOR, places.region)
    signed_in = population.session(rows, person)
    population.write(url, rows)
    return signed_in


def _people(count: int, post: str) -> Iterator[tuple[str, ...]]:
    yield HEADS
    since = "2024-01-01" if post == "Post 01" else "2025-01-01"
    for number in range(count):
        state, name = f"State {number % population.USUAL[0] + 1:02}", f"Official {number:05}"
        address = f"official{number}@example.org"
        yield state, "Agency 01", post, f"{number:06}", name, name, address, "en", since


def _csv(count: int, post: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(_people(count, post))
    return text.getvalue().encode("utf-8-sig")


def _xlsx(count: int, post: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _people(count, post):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
