"""The audit log: who saw, exported and changed what, what was refused, and who may read it."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests import way
from tests.cast import TESTER, Cast
from tests.monitoring import population
from tests.monitoring.reading import table
from tests.operations.backups import run
from tests.visitor import Visitor
from training.core import audit, clock
from training.core.actors import Role
from training.core.database import db
from training.core.work import unit_of_work
from training.operations import audit_queries, backup_file
from training.people import services
from training.people.models import Person

Visit = Callable[..., Visitor]
COORDINATOR, LEARNER = "Coordinator Person", "Learner Person"


def entries(page: str) -> list[list[str]]:
    """Return who did what about whom and where, the newest first."""
    return [row[1:5] for row in table(page, "entries")[1:]]


def log(visitor: Visitor, asked: str = "") -> list[list[str]]:
    """Return the same of the page that somebody asks for."""
    page = visitor.get(f"/admin/audit?{asked}")
    assert page.status_code == 200
    return entries(page.text) if "<table" in page.text else []


def see(visitor: Visitor, path: str) -> int:
    """Open a page to its end, as a browser does; returns its status."""
    page = visitor.get(path)
    page.close()
    return page.status_code


def test_who_looks_at_people_is_written_down(visit: Visit, cast: Cast) -> None:
    """A list, its file, one person: with whose they are, and where."""
    desk, person = visit(cast["coordinator"]), cast["learner"].id
    for path in ("/desk/people", "/desk/people.csv?status=idle", f"/desk/people/{person}"):
        assert see(desk, path) == 200
    assert log(visit(cast["administrator"]))[:3] == [
        [COORDINATOR, "Looked at a person’s training", LEARNER, "Aruna North Gate"],
        [COORDINATOR, "Downloaded a list of people", "", "Aruna"],
        [COORDINATOR, "Looked at a list of people", "", "Aruna"],
    ]


def test_what_cannot_be_written_down_is_not_shown(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*asked: object, **details: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the database is away"))

    monkeypatch.setattr(audit, "note", away)
    desk = visit(cast["coordinator"])
    for path in ("/desk/people", "/desk/people.csv", f"/desk/people/{cast['learner'].id}"):
        page = desk.get(path)
        assert page.status_code == 503
        assert LEARNER not in page.text


def test_who_signs_in_and_out_is_written_down(app: Flask, visit: Visit, cast: Cast) -> None:
    """By password or link, out here or elsewhere; and whose password did not fit, but of an account
    that nobody has nothing."""
    learner = cast["learner"]
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["other learner"].id)
        link = services.make_link(TESTER, work, person=person)
    visitor = visit()
    visitor.sign_in(learner, "a wrong password")
    visitor.post("/sign-in", {"identifier": "nobody@example.org", "password": "a wrong password"})
    visitor.sign_in(learner)
    visitor.post("/account/sessions/end-others")
    visitor.post("/sign-out")
    new = {"password": "a first long phrase", "again": "a first long phrase"}
    visit().post(f"/sign-in/link/{link}", new)
    done = [row[1:] for row in log(visit(cast["administrator"])) if row[2].endswith("rner Person")]
    assert done[:6] == [
        ["Signed in", "Other Learner Person", "Aruna Harbour"],
        ["Set a password", "Other Learner Person", "Aruna Harbour"],
        ["Signed out", "Learner Person", "Aruna North Gate"],
        ["Signed out another browser", "Learner Person", "Aruna North Gate"],
        ["Signed in", "Learner Person", "Aruna North Gate"],
        ["Could not sign in: the password did not fit", "Learner Person", "Aruna North Gate"],
    ]
    with app.app_context():
        found = db.session.execute(text("SELECT about FROM audit WHERE action = 'sign-in.refused'"))
        assert [row.about for row in found] == [learner.id]


def test_what_is_refused_is_written_down(visit: Visit, cast: Cast) -> None:
    """A page for others, and somebody of another State: for whoever administers the one that
    asked. Who is not signed in is nobody, and a slip of the fingers is no refusal."""
    foreign, learner = visit(cast["foreign coordinator"]), visit(cast["learner"])
    assert see(foreign, f"/desk/people/{cast['learner'].id}") == 404
    assert see(learner, "/admin/") == 404
    assert see(learner, "/no/such/page") == 404
    assert see(visit(), "/admin/") == 302
    administrator = visit(cast["administrator"])
    assert log(administrator, "action=refused") == [
        [LEARNER, "Was refused", "", "Aruna North Gate"],
        ["Foreign Coordinator Person", "Was refused", "", "Beria Border Police"],
    ]
    page = administrator.get("/admin/audit?action=refused").text
    assert f"person: {cast['learner'].id}" in page


def test_what_is_changed_is_written_down(app: Flask, visit: Visit, cast: Cast) -> None:
    """Units, people, roles, links, passwords and modules."""
    unit = cast.units["Aruna North Gate"]
    newcomer = population.add(app, "Newcomer", unit)
    population.grant(app, newcomer, Role.SUPERVISOR, unit)
    population.publish_second(app)
    done = {(row[1], row[2]) for row in log(visit(cast["administrator"]))}
    assert done >= {
        ("Added a unit", "Aruna North Gate"),
        ("Added a person", "Newcomer"),
        ("Granted a role", "Newcomer"),
        ("Published a module", population.SECOND),
    }


def test_each_administrator_reads_of_their_own_units_alone(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Not even that there is more, nor by asking for a person of another State."""
    theirs = population.add(app, "Beria Administrator", cast.units["Beria Airport"])
    population.grant(app, theirs, Role.ADMINISTRATOR, cast.units["Beria"])
    desk = visit(cast["coordinator"])
    see(desk, "/desk/people")
    see(desk, f"/desk/people/{cast['learner'].id}")
    reader = visit(theirs)
    everything = reader.get("/admin/audit").text
    places = {row[3] for row in entries(everything)}
    assert places
    assert all(place.startswith("Beria") for place in places)
    assert "Aruna" not in everything
    assert f">{COORDINATOR}<" not in everything
    for person in (cast["learner"].id, cast["coordinator"].id):
        assert log(reader, f"person={person}") == []
    population.end_grants(app, theirs)
    assert reader.get("/admin/audit").status_code == 404


def test_what_belongs_to_no_unit_is_for_whoever_administers_the_region(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    theirs = population.add(app, "Beria Administrator", cast.units["Beria Airport"])
    population.grant(app, theirs, Role.ADMINISTRATOR, cast.units["Beria"])
    population.add(app, "Posted Nowhere", "")
    asked = "action=person.added"
    assert "Posted Nowhere" in {row[2] for row in log(visit(cast["administrator"]), asked)}
    assert "Posted Nowhere" not in {row[2] for row in log(visit(theirs), asked)}


def test_one_looks_for_an_action_a_person_and_days(visit: Visit, cast: Cast) -> None:
    """The last day is one of them; what is no day is said beside its field and kept."""
    see(visit(cast["coordinator"]), f"/desk/people/{cast['learner'].id}")
    see(visit(cast["supervisor"]), "/desk/people")
    administrator = visit(cast["administrator"])
    assert {row[0] for row in log(administrator, f"person={cast['supervisor'].id}")} >= {
        "Supervisor Person"
    }
    assert LEARNER in {row[2] for row in log(administrator, f"person={cast['learner'].id}")}
    assert {row[1] for row in log(administrator, "action=people.listed")} == {
        "Looked at a list of people"
    }
    today = clock.today()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    assert log(administrator, f"since={today}&until={today}")
    assert not log(administrator, f"since={tomorrow}")
    assert not log(administrator, f"until={yesterday}")
    refused = administrator.get("/admin/audit?since=31.12.2026").text
    assert "Enter a day as year, month and day" in refused
    assert "31.12.2026" in refused
    assert "<table" not in refused
    assert administrator.get("/admin/audit?action=other").status_code == 404


def test_a_long_log_is_read_page_by_page(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each entry once, whatever is added meanwhile."""
    administrator, desk = visit(cast["administrator"]), visit(cast["coordinator"])
    whole = log(administrator)
    monkeypatch.setattr(audit_queries, "PAGE", 7)
    read, address = [], "/admin/audit"
    while address:
        page = administrator.get(address).text
        read += entries(page)
        see(desk, "/desk/people")
        _, found, rest = page.partition('rel="next" href="')
        address = rest.partition('"')[0].replace("&amp;", "&") if found else ""
    assert read == whole


def test_it_holds_no_name_address_or_number(app: Flask, visit: Visit, cast: Cast) -> None:
    """Whoever blanks somebody's identity blanks it here too."""
    way.complete(visit(cast["learner"]))
    see(visit(cast["coordinator"]), f"/desk/people/{cast['learner'].id}")
    with app.app_context():
        rows = [tuple(row) for row in db.session.execute(text("SELECT * FROM audit"))]
        people = db.session.execute(text("SELECT name, latin_name, email FROM person")).all()
        numbers = db.session.execute(text("SELECT number FROM service_number")).all()
    written = json.dumps(rows, default=str)
    assert len(rows) > len(people)
    for told in {one for row in (*people, *numbers) for one in row if one}:
        assert told not in written


def test_its_digest_is_in_every_backup(app: Flask) -> None:
    """What is added changes it."""
    digests = []
    for name in ("one.zip", "two.zip"):
        path = app.config["SETTINGS"].instance / name
        assert run(app, "backup", "create", str(path)).exit_code == 0
        with backup_file.opened(path) as reader:
            digests.append(reader.manifest.tables["audit"])
        with app.app_context(), unit_of_work() as work:
            audit.note(TESTER, work, "unit.added")
    assert digests[1].rows == digests[0].rows + 1
    assert digests[1].sha256 != digests[0].sha256
