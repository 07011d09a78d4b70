"""Backup and restore: what comes back, into which place, and what is refused."""

import errno
import io
import json
import os
import re
import shutil
import stat
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, event, insert, inspect, select, text
from sqlalchemy.orm import Session

from tests import way
from tests.cast import TESTER, Cast
from tests.conftest import ENGINES, make_settings
from tests.visitor import Visitor
from training.app import create_app
from training.authoring.models import Draft
from training.core import clock, migrating
from training.core.database import Base, db
from training.core.errors import OperatorError
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.operations import backup, backup_file, start
from training.operations.clock_work import Outcome, look
from training.people import services
from training.people.models import KeptForm, Person, Posting, ServiceNumber, Unit
from training.records.models import KeptText, Opening, Quarantined, Subject

Visit = Callable[..., Visitor]
Rows = dict[str, list[tuple[Any, ...]]]
SECRETS = {"session", "one_time_link", "kept_form"}
NAMES = (
    "နန်းခမ်းအေး",
    "عبدالرحمن بن\u200cصالح",
    "นางสาวศิริพร ใจดี",
    "Nguyễn Thị Ánh 🛂",
    "e\u0301 and é",
    'O\'Brien "Bo" \\ {}},{',
    "two\nlines\tand\r\u2028\u2029\x0b\x1f\x7f",
)
LARGEST = 2**63 - 1
about_files = pytest.mark.parametrize("engine", ["sqlite"])  # the database plays no part
FIRST = str(UUID(int=7 << 76))  # stands before its parents in the order of ids


@pytest.fixture
def make_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Return a function that makes an application on a database without tables."""
    made: list[Flask] = []

    def make(engine: str = "sqlite") -> Flask:
        instance = tmp_path / f"place-{len(made)}"
        url = f"sqlite:///{instance / 'waypost.db'}"
        if engine == "postgresql":
            url = _empty_postgresql(request.getfixturevalue("postgresql_server"), instance)
        made.append(create_app(make_settings(url, instance)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _empty_postgresql(server: str, instance: Path) -> str:
    name = f"e_{abs(hash(str(instance))) % 10**12}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="module")
def small_backup(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a database with the module, one person and a region."""
    place = tmp_path_factory.mktemp("small")
    shutil.copy(sqlite_template, place / "waypost.db")
    app = create_app(make_settings(f"sqlite:///{place / 'waypost.db'}", place))
    with app.app_context():
        with unit_of_work() as work:
            services.add_person(TESTER, work, name=NAMES[0], email="somebody@example.org")
        backup.create(place / "small.zip")
        db.engine.dispose()
    return place / "small.zip"


def run(app: Flask, *words: str | Path) -> Result:
    """Run a command."""
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def refused(result: Result, *parts: str) -> None:
    """A command has failed with one clear line and exit code 1."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for part in parts:
        assert part in result.stderr


def rows_of(app: Flask) -> Rows:
    """Return all rows of all tables but those that a backup leaves out."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in SECRETS
        }


def tables_in(app: Flask) -> list[str]:
    """Return the names of the tables that are there."""
    with app.app_context(), db.engine.connect() as connection:
        return inspect(connection).get_table_names()


def manifest_of(path: Path) -> dict[str, Any]:
    """Return the manifest in a backup."""
    with ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
        return found


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change what a backup holds; it stays a sound zip."""
    with ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def fill_every_table(app: Flask, cast: Cast) -> None:
    """Put rows with all that is difficult into the tables that a history does not reach."""
    moment = clock.moment(clock.now())
    agency = cast.units["Aruna Immigration"]
    with app.app_context(), unit_of_work() as work:
        add = work.session.add_all
        people = [
            services.add_person(TESTER, work, name=name, latin_name=name[::-1]) for name in NAMES
        ]
        add(Subject(id=person.id, seq=LARGEST, lamport=LARGEST) for person in people)
        work.session.flush()
        add(
            KeptText(id=uuid7(), subject=person.id, salt="5a", body=body, kept_at=moment)
            for person, body in zip(people, (None, *NAMES), strict=False)
        )
        number = {"number": "੧੨੩", "folded": "123", "valid_from": clock.today()}
        services.make_link(TESTER, work, person=people[0])
        add(
            [
                Unit(id=FIRST, kind="post", parent_id=agency, name="A", valid_from=clock.today()),
                ServiceNumber(agency_id=agency, person_id=people[0].id, **number),
                Opening(holder=uuid7(), thing="quiz:final", number=1, opened=uuid7()),
                Opening(holder=uuid7(), thing="quiz:fin", number=2, allowed=3, opened=uuid7()),
                Quarantined(
                    record=uuid7(),
                    subject=uuid7(),
                    reason="unknown kind",
                    body='{"a":"\\u0000 {}"}',
                    hash="0" * 64,
                    received_at=moment,
                ),
                Draft(
                    module_id="new-module",
                    owner_id=cast["trainer"].id,
                    title=NAMES[1],
                    document="{}",
                    digest="0" * 64,
                    uploaded_at=moment,
                ),
                KeptForm(id="1", person_id=people[0].id, path="/", fields="[]", kept_at=moment),
            ]
        )


@pytest.mark.parametrize("target", ENGINES)
def test_every_row_of_every_table_comes_back(
    app: Flask,
    cast: Cast,
    visit: Visit,
    make_place: Callable[..., Flask],
    target: str,
    tmp_path: Path,
) -> None:
    """Whatever the database, backup and restore lose and change nothing, and learners go on."""
    way.complete(visit(cast["learner"]))
    other = visit(cast["other learner"])
    way.enrol(other)
    way.do_lessons(other)
    attempt = way.start(other)
    fill_every_table(app, cast)
    before = rows_of(app)
    assert not [name for name, rows in before.items() if not rows], "a table was left empty"

    path = tmp_path / "all.zip"
    made = run(app, "backup", "create", path)
    assert (made.exit_code, made.stderr) == (0, "")
    total = sum(map(len, before.values()))
    assert made.stdout == f"{path}: {total} rows, {path.stat().st_size} bytes\n"
    place = make_place(target)
    restored = run(place, "backup", "restore", path)
    assert (restored.exit_code, restored.stderr) == (0, "")

    assert rows_of(place) == before
    with place.app_context(), db.engine.connect() as connection:
        for name in SECRETS:
            assert not connection.execute(text(f"SELECT * FROM {name}")).all()
    checked = run(place, "records", "rebuild", "--check")
    assert (checked.exit_code, checked.stdout) == (0, "0 differences\n")
    back = Visitor(place, cast["other learner"])
    way.answer_all(back, attempt)
    assert back.post(f"{attempt}/submission").status_code == 303
    assert "Your certificate" in back.get(f"{way.HOME}/").text
    assert Visitor(place).sign_in(cast["learner"]).status_code == 303


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


def test_a_place_that_holds_something_is_left_as_it_is(
    app: Flask, cast: Cast, small_backup: Path
) -> None:
    """Nobody's data is written over."""
    before = rows_of(app)
    refused(run(app, "backup", "restore", small_backup), "not empty")
    assert rows_of(app) == before


def test_a_place_with_modules_alone_is_not_empty(app: Flask, small_backup: Path) -> None:
    """A server that has been started once holds versions that can't be taken away."""
    refused(run(app, "backup", "restore", small_backup), "not empty")


def test_tables_of_something_else_are_left_alone(
    make_place: Callable[..., Flask], small_backup: Path
) -> None:
    """A database that another program uses is not empty."""
    place = make_place()
    with place.app_context(), unit_of_work() as work:
        work.connection.execute(text("CREATE TABLE thing (id INTEGER)"))
    refused(run(place, "backup", "restore", small_backup), "not empty")
    assert tables_in(place) == ["thing"]


@pytest.mark.parametrize("target", ENGINES)
def test_a_freshly_migrated_place_is_empty(
    make_place: Callable[..., Flask], small_backup: Path, target: str
) -> None:
    """The region that the migrations made gives way to the backup's."""
    place = make_place(target)
    with place.app_context():
        migrating.migrate()
    assert run(place, "backup", "restore", small_backup).exit_code == 0
    regions = [row for row in rows_of(place)["unit"] if row[1] == "region"]
    with ZipFile(small_backup) as archive:
        assert json.loads(archive.read("tables/unit.jsonl"))["id"] == regions[0][0]
    assert len(regions) == 1


@pytest.mark.parametrize("target", ENGINES)
def test_the_log_stays_append_only(
    make_place: Callable[..., Flask], small_backup: Path, target: str
) -> None:
    """After a restore the triggers refuse what they refused before."""
    place = make_place(target)
    assert run(place, "backup", "restore", small_backup).exit_code == 0
    with place.app_context(), pytest.raises(Exception, match="append-only"), unit_of_work() as work:
        work.connection.execute(text("DELETE FROM version"))


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


def _adapt(files: dict[str, bytes], table: str, content: bytes) -> None:
    """Change a table's rows and their digest, as somebody would who knows the format."""
    tally = backup_file.Tally()
    tally.add(content.count(b"\n"), content)
    manifest = json.loads(files["manifest.json"])
    manifest["tables"][table]["sha256"] = tally.content().sha256
    files["manifest.json"] = json.dumps(manifest).encode()
    files[f"tables/{table}.jsonl"] = content


@pytest.mark.parametrize("target", ENGINES)
def test_rows_that_do_not_fit_leave_the_place_empty(
    make_place: Callable[..., Flask], small_backup: Path, tmp_path: Path, target: str
) -> None:
    """A restore that fails half way has done nothing, and the next one succeeds."""
    path, place = tmp_path / "altered.zip", make_place(target)
    for old, new, said in (
        (rb'"owner_id":"[^"]+"', b'"owner_id":"nobody"', "can't be restored"),
        (rb'"owner_id":"[^"]+"', b'"owner_id":null', "can't be restored"),
        (rb',"owner_id":"[^"]+"', b"", "can't be restored"),
        (rb"\{", b"[{", "can't be restored"),
        (rb'"owner_id"', b'"owner_of"', "module did not arrive"),
    ):

        def misfit(files: dict[str, bytes], old: bytes = old, new: bytes = new) -> None:
            row = files["tables/module.jsonl"]
            _adapt(files, "module", re.sub(old, new, row, count=1))

        shutil.copy(small_backup, path)
        rewrite(path, misfit)
        refused(run(place, "backup", "restore", path), said)
        assert not any(rows for name, rows in rows_of(place).items() if name != "unit")
    assert run(place, "backup", "restore", small_backup).exit_code == 0


def test_what_the_database_changes_on_arrival_is_noticed(
    make_place: Callable[..., Flask], small_backup: Path
) -> None:
    """The rows are read back from the database and compared before the restore is called good."""
    place = make_place()
    with place.app_context():
        migrating.migrate()
        with unit_of_work() as work:
            work.connection.execute(
                text(
                    "CREATE TRIGGER meddle AFTER INSERT ON person "
                    "BEGIN UPDATE person SET language = 'xx' WHERE id = new.id; END"
                )
            )
    refused(run(place, "backup", "restore", small_backup), "person did not arrive")
    assert rows_of(place)["person"] == []


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


def _named(folder: Path, kind: str, age: timedelta) -> Path:
    """Put a file that bears the name of a backup of that age into a folder."""
    folder.mkdir(exist_ok=True)
    time = clock.moment(clock.now()) - age
    path = folder / f"{kind}-{time:%Y%m%dT%H%M%SZ}.zip"
    path.touch()
    return path


def test_one_is_made_a_day(app: Flask, cast: Cast) -> None:
    """The first look makes one, the next finds it; a day later another is due."""
    place = backup.folder(app)
    assert backup.last_made(place) is None
    due = backup.due(app)
    assert look(due) is Outcome.DONE
    assert look(due) is Outcome.NOT_DUE
    (made,) = place.iterdir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert manifest_of(made)["tables"]["person"]["rows"] == len(cast.people)
    made.unlink()
    _named(place, "waypost", timedelta(hours=25))
    assert look(due) is Outcome.DONE


@about_files
def test_backups_are_kept_for_two_weeks(app: Flask) -> None:
    """Making one removes those older than that, and nothing else that lies there."""
    place = backup.folder(app)
    old = [_named(place, "waypost", timedelta(days=days)) for days in (15, 20, 400)]
    kept = [_named(place, "waypost", timedelta(days=days)) for days in (1, 2, 13)]
    kept.append(_named(place, "before-upgrade", timedelta(days=90)))
    kept.append(place / "waypost-of-last-year.zip")
    kept[-1].touch()
    stray = place / ".abc.part"
    stray.touch()
    os.utime(stray, (0, 0))
    backup.make_daily(app)
    assert not any(path.exists() for path in (*old, stray))
    assert all(path.exists() for path in kept)
    assert len(list(place.iterdir())) == len(kept) + 1


@about_files
def test_the_newest_three_are_kept_however_old(app: Flask) -> None:
    """A server that was off for a month does not lose what it has."""
    place = backup.folder(app)
    days = [_named(place, "waypost", timedelta(days=days)) for days in (30, 31, 32, 33)]
    backup.make_daily(app)
    assert [path.exists() for path in days] == [True, True, False, False]


@about_files
def test_a_failed_backup_removes_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old ones go only when there is a new one."""
    place = backup.folder(app)
    old = [_named(place, "waypost", timedelta(days=days)) for days in (30, 31, 32, 33, 34)]

    def fail(path: Path) -> None:
        raise OperatorError("the disk is full")

    monkeypatch.setattr(backup, "create", fail)
    assert look(backup.due(app)) is Outcome.FAILED
    assert all(path.exists() for path in old)


@about_files
@pytest.mark.parametrize(
    ("ages", "said", "warned"),
    [
        ([], "There is no backup yet", True),
        ([49, 100], "more than two days old", True),
        ([1, 49], "The newest backup was made on", False),
    ],
)
def test_the_administrator_sees_how_old_the_newest_is(
    app: Flask, cast: Cast, visit: Visit, ages: list[int], said: str, warned: bool
) -> None:
    """With a warning where there is none, or none of the last two days."""
    for hours in ages:
        _named(backup.folder(app), "waypost", timedelta(hours=hours))
    page = visit(cast["administrator"]).get("/admin/").text
    assert said in page
    assert ("notice--warning" in page) is warned
    assert str(backup.folder(app)) in page


@pytest.fixture
def later_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that lets a release begin whose database has one more migration."""
    today = migrating.DIRECTORY
    revision = migrating.newest()

    def begin(does: str = "") -> None:
        later = tmp_path / "migrations"
        shutil.copytree(today, later, dirs_exist_ok=True)
        column = 'sa.Column("nickname", sa.Text(), nullable=False, server_default="none")'
        (later / "versions" / "later.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = 'later'\ndown_revision = '{revision}'\n"
            "def upgrade():\n"
            "    with op.batch_alter_table('person') as batch:\n"
            f"        batch.add_column({column})\n"
            f"    {does}\n"
        )
        monkeypatch.setattr(migrating, "DIRECTORY", later)

    return begin


def nicknames(app: Flask) -> set[str]:
    """Return what the later release's migration has put into its column."""
    with app.app_context(), db.engine.connect() as connection:
        return set(connection.execute(text("SELECT nickname FROM person")).scalars())


def test_an_upgrade_backs_up_first(
    app: Flask,
    cast: Cast,
    later_release: Callable[..., None],
    make_place: Callable[..., Flask],
    engine: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The start says so; the way back is the old release on an empty place."""
    before, old = rows_of(app), migrating.DIRECTORY
    with app.app_context():
        start.prepare(app)
        assert not backup.folder(app).exists()
        later_release()
        capsys.readouterr()
        start.prepare(app)
        (made,) = backup.folder(app).glob("before-upgrade-*.zip")
        assert str(made) in capsys.readouterr().out.splitlines()[0]
        start.prepare(app)
        assert list(backup.folder(app).iterdir()) == [made]
    assert nicknames(app) == {"none"}

    onward = make_place(engine)
    assert run(onward, "backup", "restore", made).exit_code == 0
    assert nicknames(onward) == {"none"}
    assert rows_of(onward) == before
    newer = made.with_name("newer.zip")
    assert run(onward, "backup", "create", newer).exit_code == 0
    early = make_place()
    with early.app_context():
        migrating.migrate()
    refused(run(early, "backup", "restore", made), "without tables")

    monkeypatch.setattr(migrating, "DIRECTORY", old)
    back = make_place(engine)
    assert run(back, "backup", "restore", made).exit_code == 0
    assert rows_of(back) == before
    refused(run(make_place(), "backup", "restore", newer), "does not know")


def test_a_failed_upgrade_has_its_backup(
    app: Flask, cast: Cast, later_release: Callable[..., None]
) -> None:
    """However often it is tried, three of them at most stay, and the rows are as they were."""
    before = rows_of(app)
    for days in (1, 2, 3, 40):
        _named(backup.folder(app), "before-upgrade", timedelta(days=days))
    later_release("raise ValueError('a fault')")
    with app.app_context(), pytest.raises(ValueError, match="a fault"):
        start.prepare(app)
    found = sorted(backup.folder(app).glob("before-upgrade-*.zip"))
    assert len(found) == 3
    assert manifest_of(found[-1])["tables"]["person"]["rows"] == len(before["person"])
    assert rows_of(app) == before


def test_without_persons_there_is_nothing_to_save(
    make_place: Callable[..., Flask], engine: str, later_release: Callable[..., None]
) -> None:
    """A first start, and an upgrade before anybody was added, make no backup."""
    place = make_place(engine)
    with place.app_context():
        start.prepare(place)
        later_release()
        start.prepare(place)
    assert not backup.folder(place).exists()
