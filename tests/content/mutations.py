"""Damage to a module's folder: what slips, other programs and ill will do to files."""

import random
import re
from collections.abc import Callable

from tests.content.damage import HEAVY, HUGE, IDS, KEYS, LINES, NAMES, VALUES

Files = dict[str, bytes]
Mutation = Callable[[random.Random, Files], None]
"""Changes the files in place."""

_KEY = re.compile(rb"^( *(?:- )?)([a-z_-]+):(?: (.*))?$", re.MULTILINE)
_ID = re.compile(rb"\bid: ([a-z0-9-]+)|\{#([a-z0-9-]+)\}")
_REFERENCE = re.compile(rb"^ +- [a-z0-9-]+$|(?:outcome|lesson|key): [a-z0-9-]+$", re.MULTILINE)


def mutate(random_: random.Random, files: Files) -> tuple[list[str], Files]:
    """Return the names of one to three kinds of damage, and a copy of `files` with it."""
    damaged = dict(files)
    kinds = random_.choices(list(KINDS), weights=_WEIGHTS, k=random_.choice([1, 1, 1, 2, 3]))
    for kind in kinds:
        KINDS[kind](random_, damaged)
    return kinds, damaged


def _some(random_: random.Random, files: Files) -> str:
    return random_.choice(sorted(files)) if files else "module.yaml"


def _bytes(random_: random.Random, files: Files) -> None:
    file = _some(random_, files)
    content = bytearray(files.get(file, b""))
    start = random_.randint(0, len(content))
    removed = random_.choice([0, 1, 1, 8])
    content[start : start + removed] = random_.randbytes(random_.choice([0, 1, 1, 4]))
    files[file] = bytes(content)


def _flip(random_: random.Random, files: Files) -> None:
    file = _some(random_, files)
    content = bytearray(files.get(file) or b"x")
    content[random_.randrange(len(content))] ^= 1 << random_.randrange(8)
    files[file] = bytes(content)


def _lines(random_: random.Random, files: Files) -> None:
    """Drop, double, move or swap lines."""
    file = _some(random_, files)
    lines = files.get(file, b"").split(b"\n")
    one, other = random_.randrange(len(lines)), random_.randrange(len(lines))
    match random_.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case _:
            lines[one] = b" " * random_.randint(1, 4) + lines[one]
    files[file] = b"\n".join(lines)


def _line(pool: tuple[bytes, ...]) -> Mutation:
    def put(random_: random.Random, files: Files) -> None:
        file = _some(random_, files)
        lines = files.get(file, b"").split(b"\n")
        lines.insert(random_.randint(0, len(lines)), random_.choice(pool))
        files[file] = b"\n".join(lines)

    return put


def _truncate(random_: random.Random, files: Files) -> None:
    file = _some(random_, files)
    content = files.get(file, b"")
    files[file] = content[: random_.randint(0, len(content))]


def _replace(
    pattern: re.Pattern[bytes], made: Callable[[random.Random, re.Match[bytes]], bytes]
) -> Mutation:
    """Return the mutation that replaces one of the places where `pattern` fits."""

    def replace(random_: random.Random, files: Files) -> None:
        file = _some(random_, files)
        content = files.get(file, b"")
        if places := list(pattern.finditer(content)):
            place = random_.choice(places)
            files[file] = content[: place.start()] + made(random_, place) + content[place.end() :]

    return replace


def _other_value(random_: random.Random, entry: re.Match[bytes]) -> bytes:
    return entry[1] + entry[2] + b": " + random_.choice(VALUES)


def _other_key(random_: random.Random, entry: re.Match[bytes]) -> bytes:
    return entry[1] + random_.choice(KEYS) + b": " + (entry[3] or b"")


def _doubled_key(random_: random.Random, entry: re.Match[bytes]) -> bytes:
    return entry[0] + b"\n" + b" " * len(entry[1]) + entry[0].lstrip(b" -")


def _other_id(random_: random.Random, id: re.Match[bytes]) -> bytes:
    return id[0].replace(id[1] or id[2], random_.choice(IDS))


def _broken_reference(random_: random.Random, reference: re.Match[bytes]) -> bytes:
    return reference[0] + random_.choice([b"x", b"-", b" ", b"\n" + reference[0]])


def _whole(random_: random.Random, files: Files) -> None:
    """Save a file as other programs do."""
    file = _some(random_, files)
    content = files.get(file, b"")
    text = content.decode("utf-8", "replace")
    files[file] = random_.choice(
        [
            content.replace(b"\n", b"\r\n"),
            content.replace(b"\n", b"\r"),
            b"\xef\xbb\xbf" + content,
            content.replace(b"  ", b"\t"),
            text.encode("utf-16"),
            text.encode("latin-1", "replace"),
            content.rstrip(b"\n"),
            b"",
            content + content,
        ]
    )


def _head(random_: random.Random, files: Files) -> None:
    """Break the marks around a lesson's head."""
    lessons = [file for file in sorted(files) if file.startswith("lessons/")]
    if lessons:
        file = random_.choice(lessons)
        marks = [b"", b"----\n", b"--- \n", b" ---\n", b"---\n---\n", b"...\n"]
        files[file] = files[file].replace(b"---\n", random_.choice(marks), random_.choice([1, 2]))


def _names(random_: random.Random, files: Files) -> None:
    """Drop, add, rename or exchange files."""
    one, other = _some(random_, files), _some(random_, files)
    match random_.randrange(4):
        case 0:
            files.pop(one, None)
        case 1:
            files[random_.choice(NAMES)] = files.get(one, b"")
        case 2:
            files[random_.choice(NAMES)] = files.pop(one, b"")
        case _:
            files[one], files[other] = files.get(other, b""), files.get(one, b"")


KINDS: dict[str, Mutation] = {
    "bytes": _bytes,
    "flip": _flip,
    "lines": _lines,
    "line": _line(LINES),
    "heavy": _line(HEAVY),
    "huge": _line(HUGE),
    "truncate": _truncate,
    "value": _replace(_KEY, _other_value),
    "key": _replace(_KEY, _other_key),
    "doubled key": _replace(_KEY, _doubled_key),
    "id": _replace(_ID, _other_id),
    "reference": _replace(_REFERENCE, _broken_reference),
    "whole": _whole,
    "head": _head,
    "names": _names,
}
_WEIGHTS = [1 if kind == "huge" else 6 if kind != "value" else 24 for kind in KINDS]
