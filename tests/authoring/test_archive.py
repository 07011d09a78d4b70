"""An archive is read with distrust: whatever it claims, nothing leaves the module's folder."""

import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.authoring.packing import packed
from tests.content.module_folder import module_files
from training.authoring import archive
from training.authoring.archive import BadArchive, Fault
from training.content import folder

generated = settings(max_examples=100, deadline=None, database=None)


def fault_of(data: bytes) -> Fault:
    with pytest.raises(BadArchive) as caught:
        archive.read(data)
    return caught.value.fault


def with_entry(name: str, content: bytes = b"text", attributes: int = 0, flags: int = 0) -> bytes:
    """Pack one entry, made as an attacker would."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = attributes << 16
        opened.writestr(entry, content)
        entry.flag_bits |= flags
    return made.getvalue()


def test_files_lie_at_the_root_or_in_one_folder() -> None:
    files = module_files()
    assert archive.read(packed(files)) == files
    assert archive.read(packed({f"my module/{name}": files[name] for name in files})) == files


def test_two_folders_at_the_root_are_no_top() -> None:
    files = {"one/module.yaml": b"a", "two/module.yaml": b"b"}
    assert archive.read(packed(files)) == files


names = st.text("abc-9é", min_size=1, max_size=8)
contents = st.text(max_size=200).map(lambda text: f"# {text}".encode())


@generated
@given(st.dictionaries(st.builds("{}/{}.md".format, names, names), contents, min_size=1))
def test_what_is_written_reads_back(files: dict[str, bytes]) -> None:
    """Whatever is at the root beside: one folder more is not taken for the top."""
    files = {"module.yaml": b"", **files}
    assert archive.read(archive.write(files, "top")) == files


def test_what_is_written_is_the_same_each_time() -> None:
    files = module_files()
    turned = dict(reversed(files.items()))
    assert archive.write(files, "small-module") == archive.write(turned, "small-module")


def test_folders_and_litter_are_passed_over() -> None:
    files = module_files()
    litter = {"__MACOSX/m/._module.yaml": b"\0", "m/.DS_Store": b"\0", "m/lessons/": b""}
    data = packed({**{f"m/{name}": files[name] for name in files}, **litter})
    assert archive.read(data) == files


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../module.yaml",
        "lessons/../../module.yaml",
        "lessons/..",
        "./module.yaml",
        "lessons//10-a.md",
        "lessons\\10-a.md",
        "..\\module.yaml",
        "C:/module.yaml",
        "c:module.yaml",
        "top/C:/module.yaml",
        "module.yaml\0.exe",
        "/",
    ],
)
def test_no_path_leads_out_of_the_folder(name: str) -> None:
    placeholder = "x" * len(name)
    data = with_entry(placeholder).replace(placeholder.encode(), name.encode())
    assert fault_of(data) is Fault.UNSAFE_PATH


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR]
)
def test_links_and_devices_are_no_files(kind: int) -> None:
    assert fault_of(with_entry("module.yaml", attributes=kind | 0o777)) is Fault.NO_FILE


def test_a_folder_may_say_that_it_is_one() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        entry = zipfile.ZipInfo("lessons/")
        entry.external_attr = (stat.S_IFDIR | 0o755) << 16 | 0x10
        opened.writestr(entry, b"")
        opened.writestr("module.yaml", b"x")
    assert archive.read(made.getvalue()) == {"module.yaml": b"x"}


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_encrypted_entries_are_refused(flag: int) -> None:
    assert fault_of(with_entry("module.yaml", flags=flag)) is Fault.ENCRYPTED


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_usual_packing_is_read(method: int) -> None:
    assert fault_of(packed({"module.yaml": b"x" * 100}, method)) is Fault.ODD_PACKING


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("module.yaml", "Module.YAML"),
        ("stra\u00dfe.md", "STRASSE.md"),
        ("caf\u00e9.md", "cafe\u0301.md"),
        ("lessons", "lessons/"),
    ],
)
def test_no_name_is_there_twice(one: str, other: str) -> None:
    assert fault_of(packed({one: b"1", other: b""})) is Fault.TWICE


def test_the_very_same_name_is_not_there_twice() -> None:
    data = packed({"module.yaml": b"1", "modula.yaml": b"2"})
    assert fault_of(data.replace(b"modula", b"module")) is Fault.TWICE


def test_names_are_utf_8_marked_or_not() -> None:
    name = "ບົດຮຽນ.md"
    marked = with_entry(name)
    assert archive.read(marked) == {name: b"text"}
    placeholder = "x" * len(name.encode())
    unmarked = with_entry(placeholder).replace(placeholder.encode(), name.encode())
    assert archive.read(unmarked) == {name: b"text"}
    latin = with_entry("xx.md").replace(b"xx.md", b"\xe9x.md")
    assert fault_of(latin) is Fault.NOT_UTF_8


def test_broken_marked_names_are_refused() -> None:
    data = with_entry("é.md").replace("é.md".encode(), b"\xc3\xff.md")
    assert fault_of(data) is Fault.NOT_UTF_8


def nested() -> list[bytes]:
    tar = b"a.txt".ljust(257, b"\0") + b"ustar\x0000"
    gzip = zlib.compressobj(wbits=31)
    return [
        packed({"a": b"b"}),
        tar,
        gzip.compress(b"a") + gzip.flush(),
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
    ]


@pytest.mark.parametrize("content", nested())
def test_archives_in_the_archive_are_refused(content: bytes) -> None:
    assert fault_of(packed({"module.yaml": content})) is Fault.NESTED


def test_entries_are_counted_folders_too() -> None:
    many = {f"{number}.md": b"" for number in range(400)}
    assert len(archive.read(packed(many))) == 400
    assert fault_of(packed({**many, "folder/": b""})) is Fault.TOO_MANY


def test_a_file_has_a_mebibyte_at_most() -> None:
    noise = bytes(range(256)) * 4096
    assert archive.read(packed({"a": noise}, zipfile.ZIP_STORED)) == {"a": noise}
    assert fault_of(packed({"a": noise + b"."}, zipfile.ZIP_STORED)) is Fault.TOO_LARGE


def test_all_files_have_sixteen_mebibytes_at_most() -> None:
    # About 50 to 1: within the bound for each file.
    text = b"".join(b"%06d" % number + b"-" * 350 for number in range(2900))
    sixteen = {f"{number}.md": text for number in range(15)}
    assert len(archive.read(packed(sixteen))) == 15
    assert fault_of(packed({**sixteen, "15.md": text, "16.md": text})) is (Fault.TOO_LARGE_TOGETHER)


def test_a_bomb_does_not_go_off() -> None:
    assert fault_of(packed({"a": b"\0" * 10**6})) is Fault.TOO_DENSE
    assert archive.read(packed({"a": b"\0" * 65536})) == {"a": b"\0" * 65536}


def test_what_the_header_says_of_sizes_is_not_believed() -> None:
    """A header that claims ten bytes for a bomb of a megabyte gets nothing through."""
    data = packed({"a": b"\0" * 10**6})
    assert data.count(struct.pack("<I", 10**6)) == 2
    assert fault_of(data.replace(struct.pack("<I", 10**6), struct.pack("<I", 10))) is Fault.DAMAGED


def test_a_packed_size_beyond_the_archive_is_not_believed() -> None:
    """It would lend a bomb a ratio that it does not have."""
    data = packed({"a": b"\0" * 10**6})
    small_size = len(zlib.compress(b"\0" * 10**6)) - 6
    place = data.index(b"PK\x01\x02") + 20
    assert struct.unpack_from("<I", data, place)[0] == small_size
    lying = data[:place] + struct.pack("<I", 10**6) + data[place + 4 :]
    assert fault_of(lying) is Fault.DAMAGED


def test_what_is_no_archive_is_refused() -> None:
    assert fault_of(b"") is Fault.NO_ARCHIVE
    assert fault_of(b"title: not packed") is Fault.NO_ARCHIVE
    assert fault_of(b"MZ" + packed(module_files())) is Fault.NO_ARCHIVE
    assert fault_of(packed({})) is Fault.EMPTY
    assert fault_of(packed({"lessons/": b""})) is Fault.EMPTY
    assert fault_of(packed(module_files())[:-30]) is Fault.DAMAGED


def test_a_changed_byte_of_content_is_noticed() -> None:
    data = packed(module_files(), zipfile.ZIP_STORED)
    assert fault_of(data.replace(b"A. Lawyer", b"B. Lawyer")) is Fault.DAMAGED


@generated
@given(st.data())
def test_no_damage_gives_any_other_error(data: st.DataObject) -> None:
    """Bytes changed, cut out or put in: either it is refused, or it is read within the limits."""
    whole = bytearray(packed(module_files()))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(whole)))
        removed = data.draw(st.integers(0, 8))
        whole[start : start + removed] = data.draw(st.binary(max_size=8))
    try:
        files = archive.read(bytes(whole))
    except BadArchive:
        return
    assert all(".." not in name.split("/") for name in files)
    assert sum(map(len, files.values())) <= archive.TOTAL_LIMIT


def test_names_in_messages_are_fit_to_be_shown() -> None:
    with pytest.raises(BadArchive) as caught:
        archive.read(with_entry("../\u202egpj.exe" + "x" * 200))
    assert caught.value.entry.isprintable()
    assert len(caught.value.entry) <= 80


def test_the_small_module_survives_the_way() -> None:
    document, findings = folder.read(archive.read(packed(module_files())))
    assert (document is not None, findings) == (True, [])
