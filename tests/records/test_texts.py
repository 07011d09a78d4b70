"""Identity beside the log: the log knows nobody by name, and a name can be taken away."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests import way
from tests.cast import TESTER, Cast
from tests.records.log import Log
from tests.visitor import Visitor
from training.core.database import db
from training.core.work import unit_of_work
from training.people.models import Person
from training.records import texts
from training.records.models import KeptText

Visit = Callable[..., Visitor]
NAME, LATIN = "Ayşe Nûr Demirtaş", "Ayse Nur Demirtas"


@pytest.fixture
def code(app: Flask, visit: Visit, cast: Cast, log: Log) -> str:
    """Let the learner, whose name is in two scripts, complete; return the certificate's code."""
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["learner"].id)
        person.name, person.latin_name = NAME, LATIN
    return way.complete(visit(cast["learner"]))


def kept(app: Flask) -> dict[str, KeptText]:
    """Return all texts beside the log by their body."""
    with app.app_context():
        return {one.body or "": one for one in db.session.scalars(select(KeptText))}


def blank(app: Flask, *names: KeptText) -> None:
    """Take texts away."""
    with app.app_context(), unit_of_work() as work:
        for name in names:
            texts.blank(TESTER, work, text=name.id, reason="asked for")


def test_no_name_is_in_the_log(app: Flask, cast: Cast, log: Log, code: str) -> None:
    """Not as it is written, not as JSON escapes it, in no column; nor in any state row. What names
    a text is its id and a salted hash, which fits it."""
    with app.app_context():
        rows = [
            str(value)
            for table in ("record", "attempt", "enrolment", "certificate")
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
            for value in row
        ]
    assert len(rows) > 100
    for name in (NAME, LATIN, "Demirta", json.dumps(NAME)[1:-1], cast["learner"].email):
        assert not any(name in value for value in rows)
    [issued] = [r for r in log.records(cast["learner"].id) if r.kind == "certificate.issued"]
    named = json.loads(issued.payload)["texts"]
    assert named.keys() == {"name", "latin_name"}
    for key, body in (("name", NAME), ("latin_name", LATIN)):
        beside = kept(app)[body]
        salted = hashlib.sha256(f"{beside.salt}\0{body}".encode()).hexdigest()
        assert named[key] == {"text": beside.id, "hash": salted}


def test_a_certificate_outlives_its_name(
    app: Flask, visit: Visit, cast: Cast, log: Log, code: str
) -> None:
    """Blanked, for a reason, the name is gone from the page; all else stands."""
    before = visit().get(f"/verify/{code}").text
    assert NAME in before
    assert LATIN in before
    stood = log.states("certificate"), log.kinds(cast["learner"].id)
    blank(app, *kept(app).values())
    page = visit().get(f"/verify/{code}")
    assert page.status_code == 200
    assert "The name has been removed." in page.text
    assert "Demirta" not in page.text
    assert "Valid" in page.text
    assert (log.states("certificate"), log.kinds(cast["learner"].id)) == stood
    assert log.rebuild(check=True) == []
    assert log.rebuild() == []
    assert code in visit(cast["learner"]).get("/certificates/").text


def test_what_was_blanked_leaves_a_mark(app: Flask, log: Log, code: str) -> None:
    """Who, when and why; a second time changes nothing of it. The salt goes too: with it, whoever
    guesses the name could see in the log that they are right."""
    one, other = kept(app)[NAME], kept(app)[LATIN]
    blank(app, one)
    with app.app_context():
        first: Any = db.session.get_one(KeptText, one.id)
        assert (first.blanked_by, first.reason) == ("system:test", "asked for")
        assert (first.body, first.salt) == (None, "")
        assert first.blanked_at >= first.kept_at
        assert texts.bodies(db.session(), [one.id, other.id]) == {one.id: None, other.id: LATIN}
    with app.app_context(), unit_of_work() as work:
        texts.blank(TESTER, work, text=one.id, reason="another reason")
    with app.app_context():
        again = db.session.get_one(KeptText, one.id)
        assert (again.blanked_at, again.reason) == (first.blanked_at, "asked for")
