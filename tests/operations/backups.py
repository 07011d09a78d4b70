"""Backups as the tests of them make, look into and change them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from click.testing import Result
from flask import Flask
from sqlalchemy import inspect, select

from tests.cast import TESTER, Cast
from training.authoring.models import Draft
from training.core import clock
from training.core.database import Base, db
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.operations import backup_file
from training.people import import_services, services, sign_in_services
from training.people.models import AccountRequest, KeptForm, ServiceNumber, Transfer, Unit
from training.records.models import KeptText, Opening, Quarantined, Subject

Rows = dict[str, list[tuple[Any, ...]]]
SECRETS = {
    *("session", "one_time_link", "kept_form", "sign_in_counter"),
    *("import", "import_file", "import_row"),
}
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
FIRST = str(UUID(int=7 << 76))  # stands before its parents in the order of ids


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
        sign_in_services.make_link(TESTER, work, person=people[0])
        import_services.take(
            TESTER, work, kind="people", content=b"\xff", encoding=None, columns={}, rows=1
        )
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
                AccountRequest(
                    agency_id=agency,
                    name=NAMES[0],
                    post=NAMES[1],
                    language="en",
                    place="0" * 64,
                    asked_at=moment,
                ),
                Transfer(
                    person_id=people[0].id,
                    unit_id=agency,
                    starts_on=clock.today(),
                    asked_at=moment,
                ),
            ]
        )


def adapt(files: dict[str, bytes], table: str, content: bytes) -> None:
    """Change a table's rows and their digest, as somebody would who knows the format."""
    tally = backup_file.Tally()
    tally.add(content.count(b"\n"), content)
    manifest = json.loads(files["manifest.json"])
    manifest["tables"][table]["sha256"] = tally.content().sha256
    files["manifest.json"] = json.dumps(manifest).encode()
    files[f"tables/{table}.jsonl"] = content


def named(folder: Path, kind: str, age: timedelta) -> Path:
    """Put a file that bears the name of a backup of that age into a folder."""
    folder.mkdir(exist_ok=True)
    time = clock.moment(clock.now()) - age
    path = folder / f"{kind}-{time:%Y%m%dT%H%M%SZ}.zip"
    path.touch()
    return path
