"""A backup: what is in its file, of which moment, and when there is none."""

import errno
import io
import json
import os
import re
import stat
import threading
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.orm import Session

from tests.cast import TESTER, Cast
from tests.conftest import ENGINES
from tests.operations.backups import (
    LARGEST,
    NAMES,
    SECRETS,
    fill_every_table,
    manifest_of,
    refused,
    run,
)
from training.core import clock, migrating
from training.core.database import Base, db
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.operations import backup, backup_file
from training.people import services
from training.people.models import Person, Posting, Unit
from training.records.models import KeptText, Subject

about_files = pytest.mark.parametrize("engine", ["sqlite"])  # the database plays no part


def test_both_databases_write_the_same_bytes(
    app: Flask, cast: Cast, make_place: Callable[..., Flask], tmp_path: Path
) -> None:
    """A backup of what was restored has the digests of the first one, on either database."""
    fill_every_table(app, cast)
    first = tmp_path / "first.zip"
    assert run(app, "backup", "create", first).exit_code == 0
    for target in ENGINES:
        place, again = make_place(target), tmp_path / f"{target}.zip"
        assert run(place, "backup", "restore", first).exit_code == 0
        assert run(place, "backup", "create", again).exit_code == 0
        assert manifest_of(again)["tables"] == manifest_of(first)["tables"]


def test_the_file_is_a_manifest_and_lines_of_json(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """It can be read without Waypost, by its owner alone, and holds no open session or link."""
    fill_every_table(app, cast)
    path = tmp_path / "backup.zip"
    assert run(app, "backup", "create", path).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [left.name for left in tmp_path.glob("*.part")] == []
    manifest = manifest_of(path)
    assert manifest["format"] == 1
    assert manifest["media"] == []
    assert manifest["revision"] == migrating.newest()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", manifest["made_at"])
    assert set(manifest["tables"]) == set(Base.metadata.tables) - SECRETS
    with ZipFile(path) as archive:
        assert len(archive.namelist()) == len(manifest["tables"]) + 1
        people = [json.loads(line) for line in archive.open("tables/person.jsonl")]
        openings = [json.loads(line) for line in archive.open("tables/opening.jsonl")]
    assert set(NAMES) <= {person["name"] for person in people}
    assert list(people[0]) == sorted(Base.metadata.tables["person"].columns.keys())
    assert people == sorted(people, key=lambda person: str(person["id"]))
    assert openings == sorted(openings, key=lambda row: (row["holder"], row["thing"]))
    assert manifest["tables"]["person"]["rows"] == len(people)


def test_lines_are_what_json_makes_of_rows() -> None:
    """Byte for byte, and for exactly those values that come back as they were."""
    values = [*NAMES, "", "%s %", 0, -1, LARGEST, True, False, None]
    rows = [(value, number) for number, value in enumerate(values)]
    written = backup_file.lines(["a", "b%"], [*rows, (date(2026, 2, 3), 1)])
    expected = [{"a": a, "b%": b} for a, b in [*rows, ("2026-02-03", 1)]]
    plain = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in expected]
    assert written.decode().split("\n") == [*plain, ""]
    assert backup_file.lines(["a"], []) == b""
    for unknown in (1.5, b"x", datetime(2026, 2, 3), Decimal(1)):
        with pytest.raises(TypeError, match="a backup knows no"):
            backup_file.lines(["a"], [(unknown,)])


def test_a_backup_is_of_one_moment(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """Somebody who is added while it is written is in it with all their rows or with none."""

    def meanwhile(_: Connection, __: object, statement: str, *___: object) -> None:
        if "FROM posting" in statement and not threads:
            threads.append(threading.Thread(target=add_somebody))
            threads[0].start()
            threads[0].join()

    def add_somebody() -> None:
        with app.app_context(), unit_of_work() as work:
            post = work.session.get(Unit, cast.units["Aruna Harbour"])
            services.add_person(TESTER, work, name="Late", unit=post)

    threads: list[threading.Thread] = []
    path = tmp_path / "backup.zip"
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", meanwhile)
        backup.create(path)
        event.remove(db.engine, "before_cursor_execute", meanwhile)
        assert threads
        with Session(db.engine) as session:
            late = session.scalars(select(Person.id).where(Person.name == "Late")).one()
            assert session.scalars(select(Posting).where(Posting.person_id == late)).one()
    with ZipFile(path) as archive:
        assert late.encode() not in archive.read("tables/person.jsonl")
        assert late.encode() not in archive.read("tables/posting.jsonl")


class _FullDisk(io.FileIO):
    """A file on a disk with room for so many bytes."""

    room: int

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


@about_files
@pytest.mark.parametrize("missing", [1, 30, 3000, 10**9, None])
def test_a_full_disk_is_said_and_leaves_nothing(
    app: Flask,
    small_backup: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    missing: int | None,
) -> None:
    """Wherever it runs full: one line, and no part of a file. With room enough it succeeds."""
    backups = tmp_path / "backups"
    backups.mkdir()
    assert run(app, "backup", "create", backups).exit_code == 0
    (whole,) = backups.iterdir()
    size = whole.stat().st_size
    whole.unlink()

    def open_zip(path: Path, mode: str = "r", *options: Any, **named: Any) -> ZipFile:
        if mode == "r":
            return ZipFile(path)
        file = _FullDisk(path, "w+b")
        file.room = size + 100 if missing is None else size - missing
        return ZipFile(file, "w", *options, **named)

    monkeypatch.setattr(backup_file, "ZipFile", open_zip)
    result = run(app, "backup", "create", backups)
    if missing is None:
        assert result.exit_code == 0
        return
    refused(result, "could not be written", "No space left")
    assert list(backups.iterdir()) == []


@about_files
def test_a_backup_that_reads_back_wrong_is_not_called_good(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the disk has changed is noticed while there is still something to back up."""
    write = backup_file.write

    def write_wrongly(path: Path, *facts: Any, **named: Any) -> None:
        write(path, *facts, **named)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    monkeypatch.setattr(backup_file, "write", write_wrongly)
    backups = tmp_path / "backups"
    backups.mkdir()
    refused(run(app, "backup", "create", backups), "damaged")
    assert list(backups.iterdir()) == []


@about_files
def test_create_refuses_what_it_can_not_do(
    app: Flask, make_place: Callable[..., Flask], tmp_path: Path
) -> None:
    """It writes over no file, makes no folder that was named, and backs up no empty database."""
    there = tmp_path / "there.zip"
    there.write_text("mine")
    refused(run(app, "backup", "create", there), "there already")
    assert there.read_text() == "mine"
    refused(run(app, "backup", "create", tmp_path / "no" / "where.zip"), "No such file")
    refused(run(make_place(), "backup", "create", tmp_path / "empty.zip"), "nothing to back up")
    assert not list(tmp_path.glob(".*.part"))


def test_memory_does_not_grow_with_the_rows(
    app: Flask, cast: Cast, make_place: Callable[..., Flask], engine: str, tmp_path: Path
) -> None:
    """Twelve megabytes of rows pass through less than half of that."""
    with app.app_context(), unit_of_work() as work:
        person = cast["learner"].id
        work.session.add(Subject(id=person))
        work.session.flush()
        body, moment = "x" * 4096, clock.moment(clock.now())
        kept = [
            {"id": uuid7(), "subject": person, "salt": "", "body": body, "kept_at": moment}
            for _ in range(3000)
        ]
        work.connection.execute(insert(KeptText), kept)
    path, place = tmp_path / "large.zip", make_place(engine)
    with place.app_context():
        migrating.migrate()
    for some, words in ((app, "create"), (place, "restore")):
        tracemalloc.start()
        try:
            assert run(some, "backup", words, path).exit_code == 0
            assert tracemalloc.get_traced_memory()[1] < 6_000_000
        finally:
            tracemalloc.stop()
