"""A module's folder as a .zip file, in memory: read with distrust, and written.

Nothing is ever extracted to disk. Sizes are counted while a file is decompressed; what the
archive says of them is not believed.
"""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from enum import Enum, auto

ENTRY_LIMIT = 400
"""How many entries an archive may have, folders included."""

FILE_LIMIT = 2**20
"""How many bytes a file may have when unpacked."""

TOTAL_LIMIT = 16 * 2**20
"""How many bytes all files may have together when unpacked."""

RATIO = 100
"""How many times its packed size a file may have when unpacked, beyond `FREE`."""

FREE = 64 * 1024
"""How many bytes of an unpacked file are not held against its packed size."""

_ENTRY, _FIRST, _EMPTY = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
_ARCHIVES = (
    *(_FIRST, _EMPTY, b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"),
    *(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a", b"\x28\xb5\x2f\xfd"),
)
_TAR, _TAR_AT = b"ustar", 257
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF_8 = 0x800
_DRIVE = re.compile("[A-Za-z]:")
_LITTER = re.compile(r"(__MACOSX/.*|(.*/)?(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini))")
_NAME_LIMIT = 200
_HEAD_SIZE = 30
_END_SIZE = 22
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
_SHOWN = 80


class Fault(Enum):
    """Why an archive is not taken."""

    NO_ARCHIVE = auto()
    DAMAGED = auto()
    EMPTY = auto()
    TOO_MANY = auto()
    TOO_LARGE = auto()
    TOO_LARGE_TOGETHER = auto()
    TOO_DENSE = auto()
    UNSAFE_PATH = auto()
    NO_FILE = auto()
    ENCRYPTED = auto()
    ODD_PACKING = auto()
    TWICE = auto()
    NESTED = auto()
    NOT_UTF_8 = auto()


class BadArchive(Exception):
    """An archive that is not taken: `fault` says why, `entry` which entry is meant, if one is."""

    def __init__(self, fault: Fault, entry: str = "") -> None:
        super().__init__(fault.name, entry)
        self.fault = fault
        self.entry = _shown(entry)


def read(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their paths in the module's folder, which lies at the root
    of the archive or is the one folder there. What file managers leave behind is passed over.

    Raises BadArchive.
    """
    if not data.startswith((_FIRST, _EMPTY)):
        raise BadArchive(Fault.NO_ARCHIVE)
    count = _told_count(data)
    if data.count(_ENTRY) > ENTRY_LIMIT:  # each entry begins so: the library need not read them
        raise BadArchive(Fault.TOO_MANY)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) != count:
                raise BadArchive(Fault.DAMAGED)
            files = _unpack(archive, dict(_entries(archive)))
    except UnicodeDecodeError as error:
        raise BadArchive(Fault.NOT_UTF_8) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        OverflowError,
        RuntimeError,
        ValueError,
    ) as error:
        raise BadArchive(Fault.DAMAGED) from error
    if not files:
        raise BadArchive(Fault.EMPTY)
    return _without_top(files)


def write(files: Mapping[str, bytes], top: str) -> bytes:
    """Return an archive that holds `files` in the folder `top`; equal files give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", _WRITTEN_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def _told_count(data: bytes) -> int:
    """Return how many entries the archive says it has. Raises BadArchive where it is cut off, and
    where something stands behind it."""
    place = data.rfind(_EMPTY)
    end, comment = data[place : place + _END_SIZE], data[place + _END_SIZE :]
    if place < 0 or end[20:] != len(comment).to_bytes(2, "little"):
        raise BadArchive(Fault.DAMAGED)
    return int.from_bytes(end[10:12], "little")


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the entries that are files, by name, once every entry is known to be harmless."""
    _demand_apart(archive)
    places: dict[str, bool] = {}
    for entry in archive.infolist():
        name = _name(entry)
        _demand_harmless(entry, name)
        _demand_place(places, name)
        if not name.endswith("/") and not _LITTER.fullmatch(name):
            yield name, entry


def _demand_apart(archive: zipfile.ZipFile) -> None:
    """The entries begin with the archive, and none lies on another: that would lend one packed
    text to many files, or a bomb a ratio that it does not have."""
    end = 0
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    for entry in entries:
        if entry.header_offset < end or (end == 0 and entry.header_offset):
            raise BadArchive(Fault.DAMAGED)
        end = entry.header_offset + _HEAD_SIZE + entry.compress_size
    if end > archive.start_dir:
        raise BadArchive(Fault.DAMAGED)


def _demand_place(places: dict[str, bool], name: str) -> None:
    """Note where an entry lies, and in which folders: True stands for a file. No two of them are
    at one place, nor would be on a disk that does not tell capital letters or accents apart."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    *folders, last = folded.removesuffix("/").split("/")
    for depth in range(len(folders)):
        if places.setdefault("/".join(folders[: depth + 1]), False):
            raise BadArchive(Fault.TWICE, name)
    place, is_file = "/".join([*folders, last]), not name.endswith("/")
    if place in places and (is_file or places[place]):
        raise BadArchive(Fault.TWICE, name)
    places[place] = is_file


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name as its bytes have it: zip programs often leave UTF-8 unmarked."""
    if entry.flag_bits & _UTF_8:
        return entry.orig_filename
    return entry.orig_filename.encode("cp437").decode("utf-8")


def _demand_harmless(entry: zipfile.ZipInfo, name: str) -> None:
    parts = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or {"", ".", ".."} & set(parts):
        raise BadArchive(Fault.UNSAFE_PATH, name)
    if len(name) > _NAME_LIMIT or any(map(_DRIVE.match, parts)):
        raise BadArchive(Fault.UNSAFE_PATH, name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFDIR if name.endswith("/") else stat.S_IFREG):
        raise BadArchive(Fault.NO_FILE, name)
    if entry.flag_bits & _ENCRYPTED:
        raise BadArchive(Fault.ENCRYPTED, name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadArchive(Fault.ODD_PACKING, name)


def _unpack(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = TOTAL_LIMIT
    for name, entry in entries.items():
        dense = FREE + RATIO * entry.compress_size
        limit = min(FILE_LIMIT, dense, left)
        with archive.open(entry) as opened:
            content = opened.read(limit + 1)
        if len(content) > limit:
            raise BadArchive(_broken_limit(limit, dense), name)
        if len(content) != entry.file_size:
            raise BadArchive(Fault.DAMAGED)
        if content.startswith(_ARCHIVES) or content.startswith(_TAR, _TAR_AT):
            raise BadArchive(Fault.NESTED, name)
        files[name] = content
        left -= len(content)
    return files


def _broken_limit(limit: int, dense: int) -> Fault:
    if limit == FILE_LIMIT:
        return Fault.TOO_LARGE
    return Fault.TOO_DENSE if limit == dense else Fault.TOO_LARGE_TOGETHER


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files by their paths below the one folder at the root, if there is just one."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) > 1 or any("/" not in name for name in files):
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}


def _shown(name: str) -> str:
    """Return an entry's name fit for a message: whoever packs an archive chooses its names."""
    name = name if name.isprintable() else ascii(name)[1:-1]
    return name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
