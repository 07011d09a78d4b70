"""What can be wrong with the files of a module as such, and how a folder on disk is read."""

import os
from pathlib import Path

import pytest

from tests.content.module_folder import module_files, told
from training.content import folder

MODULE = "module.yaml"
QUIZZES = "quizzes.yaml"
LOOKING = "lessons/10-looking.md"
LOOK = "items/look.yaml"
ACT = "items/act.yaml"


def test_a_sound_folder_has_no_findings() -> None:
    assert told(module_files()) == []


KEEP = "Keep only `module.yaml`, `quizzes.yaml`, `lessons/` and `items/`."
LESSON_NAME = "no lesson is named like this. Name it as in `lessons/10-short-id.md`."
ITEMS_NAME = "no file of items is named like this. Name it as in `items/short-id.yaml`."


@pytest.mark.parametrize(
    ("file", "content", "finding"),
    [
        ("README.md", b"", f"README.md:1:1: a module holds no such file. {KEEP}"),
        ("../module.yaml", b"", f"../module.yaml:1:1: a module holds no such file. {KEEP}"),
        ("a\nb:1:1: x", b"", f"a\\nb:1:1: x:1:1: a module holds no such file. {KEEP}"),
        ("lessons/1-a.md", b"", f"lessons/1-a.md:1:1: {LESSON_NAME}"),
        ("lessons/00-a.md", b"", f"lessons/00-a.md:1:1: {LESSON_NAME}"),
        ("lessons/30-a.txt", b"", f"lessons/30-a.txt:1:1: {LESSON_NAME}"),
        ("lessons/more/30-a.md", b"", f"lessons/more/30-a.md:1:1: {LESSON_NAME}"),
        ("items/Look.yaml", b"", f"items/Look.yaml:1:1: {ITEMS_NAME}"),
        ("items/more.yml", b"", f"items/more.yml:1:1: {ITEMS_NAME}"),
        (QUIZZES, b"\xff", f"{QUIZZES}:1:1: the file is not UTF-8. Save it as UTF-8."),
        (
            QUIZZES,
            "quizzes:\n  - id: \u0e01".encode() + b"\xe9",
            f"{QUIZZES}:2:10: the file is not UTF-8. Save it as UTF-8.",
        ),
        (QUIZZES, b"", f"{QUIZZES}:1:1: there is nothing here. Fill it in."),
        (
            QUIZZES,
            b"x" * (2**19 + 1),
            f"{QUIZZES}:1:1: the file has more than 524288 bytes. Divide it.",
        ),
        ("items/x.yaml", b"items: []", "items/x.yaml:1:8: there is nothing in it. Fill it in."),
        (
            "lessons/30-x.md",
            b"---\nid: x\ntitle: X\nminutes: 1\noutcomes: []\nsources: []\n---\n\n",
            "lessons/30-x.md:8:1: there is nothing in it. Fill it in.",
        ),
        (
            "lessons/30-x.md",
            b"---\nid: x\ntitle: X\nminutes: 1\noutcomes: []\nsources: []\n---",
            "lessons/30-x.md:7:1: there is nothing in it. Fill it in.",
        ),
        (
            "lessons/30-x.md",
            b"---\n---\n",
            "lessons/30-x.md:2:1: there is nothing here. Fill it in.",
        ),
        (
            "lessons/20-x.md",
            b"---\nid: x\ntitle: X\nminutes: 1\noutcomes: []\nsources: []\n---\n{#a}\nA.\n",
            "lessons/20-x.md:1:1: another lesson has the number 20 too. "
            "Give each lesson a number of its own.",
        ),
    ],
)
def test_what_can_be_wrong_with_a_file(file: str, content: bytes, finding: str) -> None:
    assert told({**module_files(), file: content}) == [finding]


def test_what_is_missing_is_told() -> None:
    assert told({}) == [
        "lessons:1:1: there is no lesson. Add one, named as in `10-short-id.md`.",
        "module.yaml:1:1: the file is missing. Add it.",
        "quizzes.yaml:1:1: the file is missing. Add it.",
    ]


def test_too_much_is_not_read() -> None:
    assert told({f"lessons/{number}.md": b"" for number in range(401)}) == [
        ".:1:1: there are more than 400 files. Divide the module."
    ]
    assert told({f"{number}.md": b"x" * 2**19 for number in range(3)}) == [
        ".:1:1: the files have more than 1048576 bytes together. Divide the module."
    ]


def test_a_bank_has_its_bounds() -> None:
    item = module_files()[ACT].decode().removeprefix("items:\n").split("  - id: call")[0]
    items = "items:\n" + "".join(item.replace("accuse", f"i{n}") for n in range(334))
    banks = {f"items/b{n}.yaml": items.encode() for n in range(3)}

    assert told({**module_files(), **banks}) == [
        ".:1:1: there are more than 1000 entries. Take some out."
    ]


def test_all_is_told_at_once_and_in_order() -> None:
    files = module_files()
    files[MODULE] = files[MODULE].replace(b"minutes: 15", b"minutes: no\nattempt: 3")
    files[LOOK] = files[LOOK].replace(b"use: exam", b"use: test")
    files[LOOKING] = files[LOOKING].replace(b"{#order}\n", b"")
    files["x"] = b""

    assert [finding.split(": ")[0] for finding in told(files)] == [
        "items/look.yaml:24:10",
        "lessons/10-looking.md:13:1",
        "module.yaml:6:10",
        "module.yaml:7:1",
        "x:1:1",
    ]


def write_module(path: Path) -> Path:
    for file, content in module_files().items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(content)
    return path


def test_a_folder_on_disk_is_read_as_its_files_are(tmp_path: Path) -> None:
    path = write_module(tmp_path)

    assert folder.read_path(path) == folder.read(module_files())
    assert folder.files_in(path) == module_files()


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    path = write_module(tmp_path / "module")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "30-secret.md").write_text("secret")
    (path / "lessons" / "30-secret.md").symlink_to(outside / "30-secret.md")
    (path / "more").symlink_to(outside)
    os.mkfifo(path / "pipe")

    document, findings = folder.read_path(path)

    assert document is None
    assert [str(finding) for finding in findings] == [
        f"{name}:1:1: this is a link or a device, not a file. Put the file itself here."
        for name in ("lessons/30-secret.md", "more", "pipe")
    ]
    assert folder.files_in(path) == module_files()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        folder.read_path(tmp_path / "nowhere")
