"""Archives that are out for trouble are refused, at little cost, and leave nothing behind."""

import io
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.authoring.hostile_archives import HOSTILE
from tests.authoring.packing import small
from tests.authoring.raw_zip import Raw, build
from tests.cast import Cast
from tests.content.module_folder import module_files
from tests.counts import tries
from tests.visitor import Visitor
from training.authoring import archive
from training.authoring.archive import BadArchive, Fault
from training.authoring.models import Draft
from training.core.database import db

Visit = Callable[..., Visitor]
ROOT = Path(__file__).parents[2]

SECONDS = 2.0
MEMORY = 512


def fault_of(data: bytes) -> Fault | None:
    """Return why an archive is refused; None for one that is read."""
    try:
        archive.read(data)
    except BadArchive as bad:
        return bad.fault
    return None


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_out_for_trouble_is_refused(name: str) -> None:
    data, fault = HOSTILE[name]
    assert fault_of(data) is fault


def test_a_bomb_goes_off_where_nothing_bounds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is the bounds that refuse it."""
    for bound in ("RATIO", "FILE_LIMIT", "TOTAL_LIMIT"):
        monkeypatch.setattr(archive, bound, 2**40)
    for name in ("a bomb", "many small ones", "all just within"):
        assert fault_of(HOSTILE[name][0]) is None


def test_a_sound_archive_made_byte_by_byte_is_read() -> None:
    """With a long comment too: nobody reads it."""
    files = module_files()
    sound = [Raw(name.encode(), content) for name, content in files.items()]
    assert archive.read(build(*sound)) == files
    assert archive.read(build(*sound, comment=b"c" * 65_535)) == files


READ_ALL = """
import time
from tests import peak
from tests.authoring.hostile_archives import HOSTILE
from tests.authoring.test_hostile_archives import fault_of
longest = 0.0
for data, fault in HOSTILE.values():
    began = time.process_time()
    assert fault_of(data) is fault
    longest = max(longest, time.process_time() - began)
print(longest, peak.peak_memory())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by getrusage")
def test_to_refuse_one_costs_little_time_and_memory() -> None:
    command = [sys.executable, "-c", READ_ALL]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    longest, memory = map(float, done.stdout.split())
    assert longest < SECONDS
    assert memory < MEMORY


def test_no_damage_to_an_archive_gives_more_than_was_packed() -> None:
    """Bytes changed anywhere, most of all in what the archive says of itself: it is refused, or
    what comes out is what went in, perhaps under other names."""
    random_ = random.Random(3)
    files = module_files()
    whole = build(*(Raw(name.encode(), content) for name, content in files.items()))
    directory = whole.index(b"PK\x01\x02")
    read = 0
    for _ in range(tries(1_500, 60_000)):
        damaged = bytearray(whole)
        for _ in range(random_.randint(1, 4)):
            place = random_.choice(
                [random_.randrange(len(whole)), random_.randrange(directory, len(whole))]
            )
            damaged[place] = random_.choice([0, 1, 0x7F, 0x80, 0xFF, random_.randrange(256)])
        try:
            found = archive.read(bytes(damaged))
        except BadArchive:
            continue
        read += 1
        assert set(found.values()) <= set(files.values())
    assert read > 20


SHOWN = {
    "a bomb": "repeats itself so much",
    "overlapping": "This .zip file is damaged",
    "S_IFLNK": "module.yaml is a link or a device",
    "name b'../a'": "../a is no path inside a folder",
    "b'a.md' beside b'A.md'": "A.md is there twice",
    "encrypted 1": "module.yaml is encrypted",
    "too many entries, only in the directory": "more than 400 entries",
    "html": "This is not a .zip file",
    "nested": "module.yaml is an archive itself",
}


def test_the_page_says_why_and_nothing_is_changed(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trainer = visit(cast["trainer"])
    trainer.token()
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    for name, words in SHOWN.items():
        upload = io.BytesIO(HOSTILE[name][0]), f"{name}.zip"
        sent = trainer.post("/studio/", {"file": upload})
        assert (sent.status_code, words in sent.text) == (422, True), name
    large = build(Raw(content=random.Random(1).randbytes(1_000_000)), behind=b"x")
    assert trainer.post("/studio/", {"file": (io.BytesIO(large), "a.zip")}).status_code == 422
    after = sorted(path.name for path in tmp_path.rglob("*"))
    assert [name for name in after if name not in before] in ([], ["readers.turn.0"])
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Draft)) == 0


def test_the_name_of_what_is_sent_does_not_matter(visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    for name in ("../../module.zip", "<script>.zip", "a\u202egpj.exe", "x" * 5_000, "module.tar"):
        sent = trainer.post("/studio/", {"file": (io.BytesIO(small()), name)})
        assert sent.status_code == 303, name
        assert "script" not in sent.text.lower()
        assert trainer.post(f"{sent.location}discard").status_code == 303
