"""Files that were cut off, altered, or are something else."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.operations.backups import refused, rewrite, run, tables_in


def _one_row_changed(files: dict[str, bytes]) -> None:
    name = "tables/person.jsonl"
    files[name] = files[name].replace(b"somebody@", b"anybody_@")


def _one_row_less(files: dict[str, bytes]) -> None:
    files["tables/person.jsonl"] = b""


def _a_table_less(files: dict[str, bytes]) -> None:
    del files["tables/posting.jsonl"]


def _another_format(files: dict[str, bytes]) -> None:
    files["manifest.json"] = files["manifest.json"].replace(b'"format": 1', b'"format": 2')


def _unknown_revision(files: dict[str, bytes]) -> None:
    revision = json.loads(files["manifest.json"])["revision"].encode()
    files["manifest.json"] = files["manifest.json"].replace(b'"%s"' % revision, b'"9999"')


def _no_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_one_row_changed, "the table person is not as it was written"),
        (_one_row_less, "the table person is not as it was written"),
        (_a_table_less, "damaged"),
        (_another_format, "format 2"),
        (_unknown_revision, "9999"),
        (_no_manifest, "no backup of Waypost"),
    ],
)
def test_an_altered_file_is_refused(
    make_place: Callable[..., Flask],
    small_backup: Path,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    said: str,
) -> None:
    """It is noticed before anything is done: the database has no tables afterwards."""
    path, place = tmp_path / "altered.zip", make_place()
    shutil.copy(small_backup, path)
    rewrite(path, change)
    refused(run(place, "backup", "restore", path), said)
    assert tables_in(place) == []


def test_packing_the_same_content_anew_alters_nothing(
    make_place: Callable[..., Flask], small_backup: Path, tmp_path: Path
) -> None:
    """What is compared is what the file holds: the refusals above are not of the repacking."""
    path, place = tmp_path / "repacked.zip", make_place()
    shutil.copy(small_backup, path)
    rewrite(path, lambda files: None)
    assert run(place, "backup", "restore", path).exit_code == 0


def test_a_truncated_or_foreign_file_is_refused(
    make_place: Callable[..., Flask], small_backup: Path, tmp_path: Path
) -> None:
    """Wherever it was cut off, and whatever else it is, or where there is none."""
    place, path, whole = make_place(), tmp_path / "cut.zip", small_backup.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        path.write_bytes(whole[:length])
        refused(run(place, "backup", "restore", path), "damaged")
    middle = len(whole) // 3
    path.write_bytes(whole[:middle] + b"\xff\x00\xff\x00" + whole[middle + 4 :])
    refused(run(place, "backup", "restore", path), "damaged")
    path.write_text("a letter")
    refused(run(place, "backup", "restore", path), "no backup of Waypost")
    refused(run(place, "backup", "restore", tmp_path), "no backup of Waypost")
    refused(run(place, "backup", "restore", tmp_path / "none.zip"), "there is no file")
    assert tables_in(place) == []
