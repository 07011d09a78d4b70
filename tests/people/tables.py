"""Tables as people upload them, and what the pages of an import say of them."""

import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook

from tests.monitoring.reading import table
from tests.visitor import Visitor

HEADS = "Agency,Post,Service number,Name,E-mail,From,First day after leaving"
GATE, HARBOUR = "Aruna Immigration,Aruna North Gate", "Aruna Immigration,Aruna Harbour"


def csv_table(*rows: str, heads: str = HEADS) -> bytes:
    """Return a table as CSV."""
    return "\r\n".join([heads, *rows, ""]).encode()


def workbook(*rows: Sequence[object], title: str = "People") -> bytes:
    """Return a table as a workbook of one sheet."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook as bytes."""
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@dataclass
class Looked:
    """What came of an upload: the page that it led to, and where that is; how many rows there are
    by what they do, and what is wrong by row."""

    status: int
    text: str
    path: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    look: str = ""

    @property
    def rows(self) -> list[str]:
        """The rows that the page lists, each as one text."""
        if 'id="rows"' not in self.text:
            return []
        return [" | ".join(filter(None, row)) for row in table(self.text, "rows")[1:]]

    @property
    def said(self) -> list[str]:
        """What the form says is wrong with the file."""
        found = re.findall(r"<li>\s*<a href=\"#[^>]*>(.*?)</a>", self.text, re.DOTALL)
        return [html.unescape(one) for one in found]


def upload(visitor: Visitor, content: bytes, kind: str = "people") -> Looked:
    """Upload a table and return what one sees then; what comes after the answer is done."""
    sent = {"kind": kind, "file": (io.BytesIO(content), "table")}
    answer = visitor.post("/admin/import/", sent)
    answer.close()
    if answer.status_code != 303:
        return Looked(answer.status_code, answer.text)
    return look_at(visitor, answer.location)


def look_at(visitor: Visitor, path: str) -> Looked:
    """Return what a page of an import shows."""
    page = visitor.get(path)
    tiles = re.findall(
        r"<strong><bdi>([\d,]+)</bdi></strong>\s*<(?:a|span)[^>]*>(.*?)</", page.text
    )
    counts = {html.unescape(label): int(count.replace(",", "")) for count, label in tiles}
    look = re.search(r'name="look" value="(\d+)"', page.text)
    return Looked(page.status_code, page.text, path, counts, look[1] if look else "")


def confirm(visitor: Visitor, looked: Looked) -> Looked:
    """Confirm what was looked at, and return what one sees then."""
    with visitor.post(f"{looked.path}/confirmation", {"look": looked.look}) as answer:
        assert answer.status_code == 303, (answer.status_code, looked.rows)
    return look_at(visitor, answer.location)


def done(visitor: Visitor, content: bytes, kind: str = "people") -> dict[str, int]:
    """Upload a table, confirm it, and return how many rows did what."""
    looked = confirm(visitor, upload(visitor, content, kind))
    assert "The import is done" in looked.text, looked.rows
    return looked.counts


def faults(rows: Iterable[str]) -> list[tuple[int, str]]:
    """Return number and first sentence of each row that is listed."""
    found = (re.match(r"Row (\d+) \| (.*?)[.:;,](?= |$)", row) for row in rows)
    return [(int(one[1]), one[2]) for one in found if one]
