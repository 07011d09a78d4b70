"""One's whole record: that it is whole, one's own, and gives nothing away before it is due."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests import modules, way
from tests.cast import PASSWORD, TESTER, Cast
from tests.monitoring.reading import table
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core import clock
from training.core.work import unit_of_work
from training.operations import record_queries
from training.people import services
from training.people.models import Person, Posting, Unit
from training.records import texts
from training.records.registry import registry

Visit = Callable[..., Visitor]
CHECKED = f"{way.HOME}/quizzes/pre-test"
# What each kind of record holds, typed by hand: whoever adds a kind or a field says here that it
# gives no right answer away while attempts are left.
HOLDS: dict[str, set[str]] = {
    "enrolment.opened": {"module"},
    "lesson.done": {"lesson"},
    "attempt.started": {"module", "quiz", "kind", "drawn", "deadline"},
    "response.given": {"item", "response"},
    "attempt.submitted": set(),
    "attempt.expired": {"deadline"},
    "attempt.voided": {"reason"},
    "attempt.items_corrected": {"correction", "void"},
    "attempt.graded": {
        "basis",
        "rule",
        "quiz",
        "kind",
        "points",
        "maximum",
        "passed",
        "outcomes",
        "submitted_at",
    },
    "completion.reached": {"basis", "completed_at", "points", "maximum"},
    "completion.withdrawn": {"reason"},
    "certificate.issued": {"basis", "code", "completed_on", "expires_on", "texts"},
    "certificate.revoked": {"reason"},
}


def record_of(visitor: Visitor) -> dict[str, Any]:
    """Return somebody's record as its file has it."""
    answer = visitor.get("/account/record.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=waypost-record.json"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def lines_of(visitor: Visitor, page: int = 1) -> list[list[str]]:
    """Return the learning records that a page of it shows, the oldest first."""
    found = visitor.get(f"/account/record?page={page}")
    assert found.status_code == 200
    return table(found.text, "records")[:0:-1]


def test_the_record_is_whole(app: Flask, visit: Visit, cast: Cast) -> None:
    """One's data, postings with dates and kind, numbers, roles, sessions, and all that was done,
    with its time; nothing by which one signs in."""
    supervisor = cast["supervisor"]
    before = clock.today() - timedelta(days=90)
    with app.app_context(), unit_of_work() as work:
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        person = work.session.get_one(Person, supervisor.id)
        person.latin_name = "Supervisor in Latin"
        services.give_number(TESTER, work, person=person, agency=agency, number="AB-12")
        leave = Posting(
            person_id=person.id,
            unit_id=cast.units["Aruna Harbour"],
            valid_from=before,
            valid_to=before + timedelta(days=30),
            kind="leave",
        )
        work.session.add(leave)
    visitor = visit()
    visitor.sign_in(supervisor, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"})
    code = way.complete(visitor)
    found = record_of(visitor)
    assert found["person"]["name"] == supervisor.name
    assert found["person"]["latin_name"] == "Supervisor in Latin"
    assert found["person"]["email"] == supervisor.email
    assert [(one["unit"], one["kind"], one["valid_to"]) for one in found["postings"]] == [
        ("Aruna Harbour", "leave", (before + timedelta(days=30)).isoformat()),
        ("Aruna North Gate", "service", None),
    ]
    assert [(one["agency"], one["number"]) for one in found["service_numbers"]] == [
        ("Aruna Immigration", "AB-12")
    ]
    assert [(one["unit"], one["role"]) for one in found["roles"]] == [
        ("Aruna North Gate", "supervisor")
    ]
    assert [one["agent"] for one in found["sessions"]] == ["Mozilla/5.0 (X11; Linux x86_64)"]
    assert {one["body"] for one in found["texts"]} == {supervisor.name, "Supervisor in Latin"}
    kinds = [one["kind"] for one in found["records"]]
    assert kinds[0] == "enrolment.opened"
    assert kinds[-1] == "certificate.issued"
    assert kinds.count("response.given") == 12
    assert found["records"][-1]["data"]["code"] == code
    assert all(one["received_at"].endswith("+00:00") for one in found["records"])
    page = visitor.get("/account/record").text
    for told in (supervisor.email, "AB-12", "On leave", "Aruna Harbour", "Supervisor", "Linux"):
        assert told in page
    file = visitor.get("/account/record.json").text
    for secret in ("argon2", visitor.token(), PASSWORD):
        assert secret not in file


def test_it_says_in_words_what_was_done(visit: Visit, cast: Cast) -> None:
    """When, what, and about which module, lesson and quiz; the newest first, in pages."""
    visitor = visit(cast["learner"])
    code = way.complete(visitor)
    lines = lines_of(visitor)
    said = [line[1:] for line in lines]
    title = way.document(visitor).module.title
    assert said[0] == ["Began the module", title]
    assert said[1][0] == "Marked a lesson as done"
    assert said[1][1] == f"{title} · {way.document(visitor).lessons[0].title}"
    assert "Answered a question · Question 12" in [what for what, _ in said]
    assert "The quiz was graded · 12 of 12" in [what for what, _ in said]
    assert said[-1][0] == f"The certificate was issued {code}"


def test_a_long_record_is_read_in_pages(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line once, at the same cost."""
    visitor = visit(cast["learner"])
    way.complete(visitor)
    whole = lines_of(visitor)
    monkeypatch.setattr(record_queries, "PAGE", 8)
    pages = []
    for number in (3, 2, 1):
        with count_queries(app) as statements:
            pages += lines_of(visitor, number)
        assert len(statements) <= 10
    assert pages[-16:] == whole[-16:]
    assert visitor.get("/account/record?page=99").status_code == 200


def test_nobody_reads_the_record_of_somebody_else(visit: Visit, cast: Cast) -> None:
    """Of two people each finds their own alone."""
    code = way.complete(visit(cast["learner"]))
    other = visit(cast["coordinator"])
    way.enrol(other)
    found = record_of(other)
    assert [one["kind"] for one in found["records"]] == ["enrolment.opened"]
    assert found["texts"] == []
    both = other.get("/account/record").text + json.dumps(found)
    for theirs in (cast["learner"].id, cast["learner"].name, cast["learner"].email, code):
        assert theirs not in both


def test_it_gives_nothing_away_before_it_is_due(app: Flask, visit: Visit, cast: Cast) -> None:
    """A pre-test taken, a check half answered, a final failed with attempts left and another under
    way: no feedback, no verdict, not even the words of a question."""
    document = modules.with_canaries(modules.published(app))
    modules.publish(app, document)
    visitor = visit(cast["learner"])
    way.enrol(visitor)
    way.take(visitor, CHECKED, choose=way.wrong)
    check = f"{way.HOME}/quizzes/check-{document.lessons[0].id}"
    way.start(visitor, check)
    way.take(visitor, choose=way.wrong)
    way.start(visitor)
    whole = visitor.get("/account/record").text + visitor.get("/account/record.json").text
    assert modules.CANARY not in whole
    for item in document.items:
        assert item.prompt not in whole
    for one in record_of(visitor)["records"]:
        assert set(one["data"]) <= HOLDS[one["kind"]], one["kind"]
    final = [one for one in record_of(visitor)["records"] if one["kind"] == "attempt.graded"][-1]
    assert final["data"]["points"] == 0


def test_what_a_record_may_hold_has_been_looked_at(app: Flask) -> None:
    """A new kind, or a new field of one, is in the table above, and there are words for it."""
    with app.app_context():
        kinds = registry().kinds.values()
        held = {kind.name: {*kind.fields, *kind.optional} for kind in kinds}
        assert held == HOLDS
        assert set(record_queries.kind_names()) == set(HOLDS)


def test_a_text_that_was_blanked_is_gone_from_it(app: Flask, visit: Visit, cast: Cast) -> None:
    """The mark stays, with the reason."""
    visitor = visit(cast["learner"])
    way.complete(visitor)
    [kept] = record_of(visitor)["texts"]
    with app.app_context(), unit_of_work() as work:
        texts.blank(TESTER, work, text=kept["id"], reason="a test")
    [found] = record_of(visitor)["texts"]
    assert (found["body"], found["reason"]) == (None, "a test")


def test_the_download_is_written_down(visit: Visit, cast: Cast) -> None:
    """To read one's own page is nobody's business."""
    visitor = visit(cast["learner"])
    visitor.get("/account/record")
    record_of(visitor)
    page = visit(cast["administrator"]).get(f"/admin/audit?person={cast['learner'].id}").text
    done = [row[2] for row in table(page, "entries")[1:]]
    assert done.count("Downloaded their own record") == 1
