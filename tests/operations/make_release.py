"""Write down what a release's database holds, for the tests that upgrade from it.

Before a release that changes the schema goes out, run
`python -m tests.operations.make_release tests/operations/<name>.jsonl` with that release's code and
add the file to `releases.KEPT`. A file once written is never made anew: what was out there stays.
"""

import json
import sys
import tempfile
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from config import ROOT
from tests import way
from tests.apps import opened
from tests.authoring import packing
from tests.cast import TESTER, Cast, cast_in
from tests.visitor import Visitor
from training.content.cli import load_folder
from training.core import clock, migrating
from training.core.database import db
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.operations import backup_rows
from training.people import services as people
from training.people import sign_in_services as sign_in
from training.people.models import Person, Unit
from training.records import services, texts
from training.records.envelope import Draft, Record
from training.records.models import KeptText

NAMES = {  # in the person's script, and in Latin letters
    "learner": ("Ayşe Nûr Demirtaş", "Ayse Nur Demirtas"),
    "other learner": ("نن‌خم عبدالرحمن", "Abdurrahman Nankham"),
    "foreign learner": ("နန်းခမ်းအေး", None),
}


def live(app: Flask) -> dict[str, str]:
    """Let people do what leaves rows in every table; return what tests ask for by name."""
    with app.app_context():
        migrating.migrate()
        load_folder(ROOT / "modules" / way.MODULE)
    cast = cast_in(app)
    _name_people(app, cast)
    code = way.complete(Visitor(app, cast["learner"]))
    blanked = way.complete(Visitor(app, cast["foreign learner"]))
    _blank_names(app, cast["foreign learner"].id)
    attempt = _be_under_way(app, cast)
    _set_aside(app, cast["supervisor"].id)
    packing.keep(Visitor(app, cast["trainer"]), packing.small())
    _end_a_session_in_mid_form(app, cast)
    return {
        "certificate": code,
        "blanked certificate": blanked,
        "attempt": attempt,
        **{name: person.id for name, person in cast.people.items()},
    }


def _name_people(app: Flask, cast: Cast) -> None:
    with app.app_context(), unit_of_work() as work:
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        for number, (who, (name, latin)) in enumerate(NAMES.items()):
            person = work.session.get_one(Person, cast[who].id)
            person.name, person.latin_name = name, latin
            people.give_number(TESTER, work, person=person, agency=agency, number=f"A-{number}७")
        sign_in.make_link(TESTER, work, person=work.session.get_one(Person, cast["supervisor"].id))
        sign_in.make_link(TESTER, work, person=None)


def _blank_names(app: Flask, person: str) -> None:
    with app.app_context(), unit_of_work() as work:
        for kept in work.session.query(KeptText).filter_by(subject=person).all():
            texts.blank(TESTER, work, text=kept.id, reason="asked for")


def _be_under_way(app: Flask, cast: Cast) -> str:
    """A final voided, a pre-test taken, all lessons done, and a final open after two answers."""
    official = Visitor(app, cast["other learner"])
    way.enrol(official)
    way.take(official, f"{way.HOME}/quizzes/pre-test", way.wrong)
    cut = way.start(official).rsplit("/", 1)[1]
    with app.app_context(), unit_of_work() as work:
        held = services.lock(work, cast["other learner"].id)
        enrolment = work.connection.execute(
            text("SELECT enrolment FROM attempt WHERE id = :id"), {"id": cut}
        ).scalar_one()
        reason = texts.keep(work, held.subject, "The power went off.")
        services.append(TESTER, held, Draft("attempt.voided", enrolment, {"reason": reason}, cut))
    way.do_lessons(official)
    attempt = way.start(official)
    remaining = iter([way.right, way.wrong])

    def twice(item: object) -> list[str]:
        return next(remaining)(item)  # type: ignore[arg-type]

    try:
        way.answer_all(official, attempt, choose=twice)
    except StopIteration:
        return attempt
    raise AssertionError("the final has ended before it was left open")


def _set_aside(app: Flask, person: str) -> None:
    """A device of a later release sends what this one doesn't know."""
    record = Record(
        id=uuid7(),
        kind="lesson.sung",
        schema=1,
        subject=person,
        about=uuid7(),
        part=None,
        actor=f"person:{person}",
        device="a phone",
        session="",
        lamport=3,
        occurred_at=clock.now(),
        clock_offset=0,
        corrects=None,
        version="",
        adaptation="",
        translation="",
        payload='{"lesson":"smuggling"}',
    )
    with app.app_context(), unit_of_work() as work:
        held = services.lock(work, person)
        assert services.receive(held, [record]) == [services.Outcome.QUARANTINED]


def _end_a_session_in_mid_form(app: Flask, cast: Cast) -> None:
    official = Visitor(app, cast["learner"])
    assert official.get("/learn/").status_code == 200
    with app.app_context(), unit_of_work() as work:
        sign_in.keep_form(
            TESTER,
            work,
            person=cast["learner"].id,
            path=f"{way.HOME}/enrolment",
            fields=[("item", "x"), ("response", "y")],
        )


def write(app: Flask, path: Path, names: dict[str, str]) -> None:
    """Write all rows: a line on the release, then the lines of each table, parents first."""
    with app.app_context(), db.engine.connect() as connection:
        head = {"revision": migrating.current(connection), "made_at": clock.now(), "names": names}
        with path.open("w", encoding="utf-8") as file:
            file.write(json.dumps(head) + "\n")
            for table in backup_rows.all_tables(connection):
                written = b"".join(lines for _, lines in backup_rows.pieces(connection, table))
                rows = [json.loads(line) for line in written.splitlines()]
                assert rows, f"nothing is in {table.name}"
                for row in sorted(rows, key=_units_above_first):
                    file.write(json.dumps([table.name, row], ensure_ascii=False) + "\n")


def _units_above_first(row: dict[str, object]) -> int:
    return ("region", "state", "agency", "post", None).index(
        row["kind"] if "parent_id" in row else None
    )


def main() -> None:
    """Make a database in a folder that is then removed, and write it to the path given."""
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(f"sqlite:///{folder}/waypost.db", Path(folder)) as app,
    ):
        write(app, Path(sys.argv[1]), live(app))


if __name__ == "__main__":
    main()
