"""Archives made byte by byte: whatever one may claim, also what no zip program would write."""

import struct
import zlib
from dataclasses import dataclass
from functools import cache

STORED, DEFLATED = 0, 8
REGULAR = 0o100644


@dataclass(frozen=True)
class Raw:
    """An entry; what is None is told as it is. `at` puts it where another one lies."""

    name: bytes = b"module.yaml"
    content: bytes = b"text"
    method: int = DEFLATED
    claimed_method: int | None = None
    flags: int = 0
    mode: int = REGULAR
    system: int = 3
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""
    comment: bytes = b""
    at: int | None = None


@cache
def packed(content: bytes, method: int) -> bytes:
    """Return content as an entry holds it."""
    if method != DEFLATED:
        return content
    deflating = zlib.compressobj(9, wbits=-15)
    return deflating.compress(content) + deflating.flush()


def build(
    *entries: Raw,
    before: bytes = b"",
    behind: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    repeated: int = 1,
    directory_size: int | None = None,
    directory_at: int | None = None,
) -> bytes:
    """Return an archive, with claims on its directory, which may be there over and over."""
    body, directory = before, b""
    for raw in entries:
        inner = packed(raw.content, raw.method)
        method = raw.method if raw.claimed_method is None else raw.claimed_method
        facts = struct.pack(
            "<HHHHHLLL",
            *(20, raw.flags, method, 0, 0x21),
            zlib.crc32(raw.content) if raw.crc is None else raw.crc,
            len(inner) if raw.packed_size is None else raw.packed_size,
            len(raw.content) if raw.size is None else raw.size,
        )
        local = raw.name if raw.local_name is None else raw.local_name
        at = len(body) if raw.at is None else raw.at
        if raw.at is None:
            body += b"PK\x03\x04" + facts + struct.pack("<HH", len(local), 0) + local + inner
        lengths = struct.pack("<HHH", len(raw.name), len(raw.extra), len(raw.comment))
        place = struct.pack("<HHLL", 0, 0, raw.mode << 16, at)
        directory += b"PK\x01\x02" + bytes([20, raw.system]) + facts + lengths + place
        directory += raw.name + raw.extra + raw.comment
    directory *= repeated
    count = len(entries) * repeated if count is None else count
    end = struct.pack(
        "<HHHHLLH",
        *(0, 0, count & 0xFFFF, count & 0xFFFF),
        len(directory) if directory_size is None else directory_size,
        len(body) if directory_at is None else directory_at,
        len(comment),
    )
    return body + directory + b"PK\x05\x06" + end + comment + behind


def zip64(archive: bytes, entries: int, size: int, at: int) -> bytes:
    """Return an archive whose directory is told of by the records of Zip64 too."""
    place = archive.rfind(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, entries, entries, size, at)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, place, 1)
    return archive[:place] + record + locator + archive[place:]
