"""The file of a backup: a zip with a manifest and the rows of each table as JSON lines.

`tables/<table>.jsonl` holds one JSON object a row: columns by name, names in order, rows in the
order of the primary key, dates as ISO 8601, UTF-8. The same rows give the same bytes whichever
database they come from, and the manifest names the SHA-256 of each table.
"""

import hashlib
import json
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from training.core.errors import OperatorError

FORMAT = 1
CHUNK = 1000
_MANIFEST = "manifest.json"
_DAMAGE = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(LookupError, ValueError, TypeError, RuntimeError),
)


@dataclass(frozen=True)
class Content:
    """What a table's file holds: so many rows, in bytes of this SHA-256."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, and what made it; `revision` is the database's."""

    made_at: str  # ISO 8601, UTC
    release: str
    revision: str
    tables: dict[str, Content]
    media: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(content.rows for content in self.tables.values())


class Tally:
    """Counts the rows of a table that pass by, and digests their bytes."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.sha256()

    def add(self, rows: int, data: bytes) -> None:
        """Take in so many rows, as these bytes."""
        self._rows += rows
        self._digest.update(data)

    def content(self) -> Content:
        """Return what has passed by."""
        return Content(self._rows, self._digest.hexdigest())


def _plain(value: object) -> str:
    if type(value) is date:
        return value.isoformat()
    raise TypeError(f"a backup knows no {type(value).__name__}")


_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
).encode


def lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows, their columns in order of name, as they stand in the file."""
    return "".join([_encode(row) + "\n" for row in rows]).encode()


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that stands at `path`, mode 0600, once the block has ended well.

    Otherwise nothing is left. Raises OperatorError where there is a file already, or where it
    can't be written.
    """
    if path.exists():
        raise OperatorError(f"{path} is there already")
    part = None
    try:
        descriptor, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        _sync(path.parent)
    except OSError as error:
        raise OperatorError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        if part:
            Path(part).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """See to it that the new name outlives a power cut."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write(
    file: IO[bytes], tables: Mapping[str, Iterator[tuple[int, bytes]]], **facts: str
) -> Manifest:
    """Write a backup. `tables` gives the lines of each in pieces, with the rows in each piece;
    `facts` are those of the manifest."""
    # Stronger compression costs as much time again and saves a tenth.
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        contents = {name: _write_table(archive, name, tables[name]) for name in tables}
        manifest = Manifest(tables=contents, **facts)
        archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def _write_table(
    archive: ZipFile, table: str, pieces: Iterator[tuple[int, bytes]]
) -> Content:
    tally = Tally()
    with archive.open(_entry(table), "w", force_zip64=True) as entry:
        for rows, data in pieces:
            tally.add(rows, data)
            entry.write(data)
    return tally.content()


def _entry(table: str) -> str:
    return f"tables/{table}.jsonl"


class Reader:
    """Reads a backup's rows."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._archive = archive

    def rows(self, table: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table in pieces."""
        for piece in self._pieces(table):
            yield json.loads(b"[" + b",".join(piece) + b"]")

    def verify(self, *, parse: bool = False) -> None:
        """Read everything; raises ValueError where it is not what the manifest names."""
        for table, written in self.manifest.tables.items():
            tally = Tally()
            for piece in self._pieces(table):
                tally.add(len(piece), b"".join(piece))
            if tally.content() != written:
                raise ValueError(f"the table {table} is not as it was written")
            if parse and sum(map(len, self.rows(table))) != written.rows:
                raise ValueError(f"the table {table} does not hold a row a line")

    def _pieces(self, table: str) -> Iterator[list[bytes]]:
        with BufferedReader(self._archive.open(_entry(table)), 1 << 16) as entry:  # type: ignore[arg-type]
            while piece := list(islice(entry, CHUNK)):
                yield piece


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Yield a reader of the backup at `path`, read whole and found as it was written.

    Raises OperatorError for a file that is damaged, altered, or no backup at all.
    """
    with ZipFile(path) as archive:
        yield Reader(archive, Manifest("", "", "", {}))
