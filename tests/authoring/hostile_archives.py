"""Archives that are out for trouble, by name, each with the fault that it is refused for."""

import gzip
import io
import stat
import struct
import tarfile

from tests.authoring.raw_zip import DEFLATED, STORED, Raw, build, zip64
from training.authoring.archive import Fault

ZEROS = b"\0" * 10**6
TEXT = b"id: small-module\n"
MIB = 2**20


def _tar(mode: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as opened:  # type: ignore[call-overload]
        opened.addfile(tarfile.TarInfo("module.yaml"))
    return made.getvalue()


def _bombs() -> dict[str, tuple[bytes, Fault]]:
    lines = b"".join(b"%06d" % number + b"-" * 350 for number in range(2900))
    small = tuple(Raw(b"%d.md" % number, b"\0" * 65_000) for number in range(399))
    kernel = Raw(b"a", ZEROS)
    inner = build(Raw(content=build(kernel)))
    overlapping = [Raw(b"%d" % number, ZEROS, at=0, local_name=b"a") for number in range(399)]
    return {
        "a bomb": (build(kernel), Fault.TOO_DENSE),
        "many small ones": (build(*small), Fault.TOO_LARGE_TOGETHER),
        "all just within": (
            build(*(Raw(b"%d.md" % number, lines) for number in range(40))),
            Fault.TOO_LARGE_TOGETHER,
        ),
        "stored, a byte too large": (
            build(Raw(content=b"ab" * (MIB // 2) + b".", method=STORED)),
            Fault.TOO_LARGE,
        ),
        "nested": (build(Raw(content=inner, method=STORED)), Fault.NESTED),
        "a quine's beginning": (build(Raw(content=b"PK\x03\x04" + b"a" * 40)), Fault.NESTED),
        "overlapping": (build(kernel, *overlapping), Fault.DAMAGED),
        "one inside another": (
            build(Raw(content=build(Raw(b"b"))[:-22], method=STORED), Raw(b"b", at=41)),
            Fault.DAMAGED,
        ),
        "a packed size beyond": (build(Raw(content=ZEROS, packed_size=10**7)), Fault.DAMAGED),
    }


def _names() -> dict[str, tuple[bytes, Fault]]:
    faulty: dict[bytes, Fault] = dict.fromkeys(
        (
            *(
                b"../a",
                b"a/../../b",
                b"..",
                b"/etc/passwd",
                b"//host/share",
                b"C:/a",
                b"c:a",
                b"./a",
            ),
            *(b"..\\a", b"\\\\host\\a", b"a\\b", b"a//b", b"\\\\?\\C:\\a", b"", b"/", b"a/./b"),
            *(b"c:a", b"a" * 201),
            ("a" + "\u0323\u0301" * 16_000).encode(),
        ),
        Fault.UNSAFE_PATH,
    )
    named = {f"name {name[:20]!r}": (build(Raw(name)), fault) for name, fault in faulty.items()}
    pairs = [
        *((b"a.md", b"A.md"), (b"a.md", b"a.md"), (b"lessons", b"lessons/"), (b"a/", b"a")),
        *((b"a", b"a/b.md"), (b"a/b.md", b"a"), (b"A/b/c", b"a/B"), (b"a/b", b"a/B/c/d")),
        ("caf\u00e9.md".encode(), "cafe\u0301.md".encode()),
        ("\ufb01.md".encode(), b"FI.md"),
        ("\u1e9e.md".encode(), "\u00df.md".encode()),
    ]
    for one, other in pairs:
        named[f"{one!r} beside {other!r}"] = (
            build(Raw(one, mode=0), Raw(other, mode=0)),
            Fault.TWICE,
        )
    return {
        **named,
        "no UTF-8": (build(Raw(b"\xff.md")), Fault.NOT_UTF_8),
        "no UTF-8, marked as such": (build(Raw(b"\xff.md", flags=0x800)), Fault.NOT_UTF_8),
        "NUL": (build(Raw(b"a\0b")), Fault.UNSAFE_PATH),
        "another name inside": (build(Raw(b"a", local_name=b"b")), Fault.DAMAGED),
    }


def _kinds() -> dict[str, tuple[bytes, Fault]]:
    modes = ("S_IFLNK", "S_IFCHR", "S_IFBLK", "S_IFIFO", "S_IFSOCK", "S_IFDIR")
    kinds = {
        name: (build(Raw(content=b"/etc/passwd", mode=getattr(stat, name) | 0o777)), Fault.NO_FILE)
        for name in modes
    }
    for flag in (0x1, 0x40, 0x2000):
        kinds[f"encrypted {flag:x}"] = build(Raw(flags=flag)), Fault.ENCRYPTED
    for method in (1, 6, 9, 12, 14, 93, 95, 97, 99, 0xFFFF):
        kinds[f"method {method}"] = build(Raw(claimed_method=method)), Fault.ODD_PACKING
    return kinds


def _lies() -> dict[str, tuple[bytes, Fault]]:
    one = build(Raw(content=TEXT))
    zip64_extra = struct.pack("<HHQQ", 1, 16, 2**60, 2**60)
    damaged = {
        "a wrong sum": build(Raw(crc=1)),
        "a smaller size": build(Raw(content=ZEROS, size=10)),
        "a larger size": build(Raw(size=10**6)),
        "stored, a larger size": build(Raw(method=STORED, size=10**6)),
        "a packed size of none": build(Raw(packed_size=0)),
        "no deflate": build(Raw(method=STORED, claimed_method=DEFLATED)),
        "a million entries": build(Raw(), count=10**6),
        "65,535 entries, a directory of the whole file": build(
            Raw(), count=65_535, directory_size=100, directory_at=0
        ),
        "a directory beyond": build(Raw(), directory_at=2**31),
        "a directory of 4 GB": build(Raw(), directory_size=2**32 - 1),
        "Zip64 sizes": build(Raw(size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=zip64_extra)),
        "Zip64 cut off": build(Raw(size=0xFFFFFFFF, extra=zip64_extra[:8])),
        "a Zip64 directory far away": zip64(one, 1, 63, 2**62),
        "a Zip64 directory without end": zip64(one, 2**62, 2**62, 0),
        "something behind": build(Raw(), behind=b"<script>"),
        "an archive behind": one + one,
        "something before": build(Raw(), before=b"PK\x03\x04 something"),
        "cut off": one[:-1],
        "cut in the middle": one[: len(one) // 2],
        "only its beginning": b"PK\x03\x04",
        "only its end": one[-21:].rjust(22, b"P"),
        "a comment cut off": build(Raw(), comment=b"c" * 65_535)[:-1],
    }
    many = build(*(Raw(b"%d" % number) for number in range(401)))
    return {
        **{name: (data, Fault.DAMAGED) for name, data in damaged.items()},
        "too many entries": (many, Fault.TOO_MANY),
        "too many entries, only in the directory": (
            build(Raw(), repeated=140_000),  # 8 MB
            Fault.TOO_MANY,
        ),
        "nothing in it": (build(), Fault.EMPTY),
        "nothing in it, said at length": (build(comment=b"c" * 65_535), Fault.EMPTY),
        "only folders": (build(Raw(b"a/", b"", mode=stat.S_IFDIR)), Fault.EMPTY),
    }


def _others() -> dict[str, tuple[bytes, Fault]]:
    others = {
        "tar": _tar("w"),
        "tar.gz": _tar("w:gz"),
        "tar.xz": _tar("w:xz"),
        "gzip": gzip.compress(TEXT),
        "7z": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(100),
        "rar": b"Rar!\x1a\x07\x01\0" + bytes(100),
        "html": b"<!doctype html><script>alert(1)</script>",
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "a program": b"MZ" + bytes(100) + build(Raw()),
        "nothing": b"",
        "spanned": b"PK\x07\x08" + build(Raw()),
    }
    return {name: (data, Fault.NO_ARCHIVE) for name, data in others.items()}


HOSTILE = _bombs() | _names() | _kinds() | _lies() | _others()
"""What an archive is called here, itself, and why it is refused."""
