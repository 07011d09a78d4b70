"""What an attempt refuses: foreign questions, answers that are none, and what comes too late."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import way
from tests.cast import Cast
from tests.visitor import Visitor
from training.core.actors import System
from training.core.database import db
from training.core.work import unit_of_work
from training.records import services as records
from training.records import texts
from training.records.envelope import Draft
from training.records.models import RecordRow

Visit = Callable[..., Visitor]


@pytest.fixture
def official(visit: Visit, cast: Cast) -> Visitor:
    """Somebody who has begun the module."""
    visitor = visit(cast["learner"])
    way.enrol(visitor)
    return visitor


def question(visitor: Visitor) -> str:
    """Return the item on the page of the final."""
    found = re.search(r'name="item" value="([^"]+)"', visitor.get(way.FINAL).text)
    assert found
    return found[1]


def responses(app: Flask) -> int:
    """Count the responses in the log."""
    with app.app_context():
        statement = select(func.count()).where(RecordRow.kind == "response.given")
        return db.session.scalar(statement) or 0


def test_only_what_was_drawn_and_offered_is_taken(app: Flask, official: Visitor) -> None:
    """Another item, another option, two where one is asked, the same twice: nothing is stored."""
    attempt = way.start(official)
    drawn = question(official)
    document = way.document(official)
    drawn_ids = set(re.findall(r"\?item=([\w-]+)", official.get(way.FINAL).text))
    other = next(i.id for i in document.items if i.use == "exam" and i.id not in drawn_ids)
    right = way.right(document.item(drawn))[0]
    for item, response in (
        (other, way.right(document.item(other))),
        ("no-such-item", ["a"]),
        (drawn, ["no-such-option"]),
        (drawn, [right, right]),
    ):
        sent = official.post(f"{attempt}/responses", {"item": item, "response": response})
        assert sent.status_code == 404
    assert responses(app) == 0


def test_no_answer_at_all_is_said_beside_the_question(app: Flask, official: Visitor) -> None:
    """The page stays at the question."""
    attempt = way.start(official)
    item = question(official)
    page = official.post(f"{attempt}/responses", {"item": item})
    assert page.status_code == 422
    assert "Choose an answer" in page.text
    assert f'value="{item}"' in page.text
    assert responses(app) == 0


def test_the_same_answer_twice_is_one_record_and_another_is_a_new_one(
    app: Flask, official: Visitor
) -> None:
    """Also when the page's record id comes again with another choice, as after going back."""
    attempt = way.start(official)
    item = question(official)
    choices = way.document(official).item(item)
    record = "01900000-0000-7000-8000-000000000001"
    first, second = way.right(choices), way.wrong(choices)
    for response, count in ((first, 1), (first, 1), (second, 2), (second, 2), (first, 3)):
        sent = official.post(
            f"{attempt}/responses", {"item": item, "response": response, "record": record}
        )
        assert sent.status_code == 303
        assert responses(app) == count


def test_an_answer_after_the_end_is_refused_and_changes_nothing(
    app: Flask, official: Visitor
) -> None:
    """A second tab finds that the attempt has ended."""
    attempt = way.start(official)
    item = question(official)
    official.post(f"{attempt}/submission")
    choice = way.right(way.document(official).item(item))
    late = official.post(f"{attempt}/responses", {"item": item, "response": choice})
    assert late.status_code == 409
    assert responses(app) == 0
    assert official.post(f"{attempt}/submission").status_code == 303


def test_a_passed_final_is_not_taken_again(official: Visitor) -> None:
    """There is nothing more to win."""
    way.take(official)
    assert official.post(f"{way.FINAL}/attempts").status_code == 409
    assert official.post(f"{way.HOME}/quizzes/no-such-quiz/attempts").status_code == 404


def test_a_voided_attempt_counts_for_nothing_and_gives_its_place_back(
    app: Flask, official: Visitor, cast: Cast
) -> None:
    """It takes no more submissions, and three attempts are left as before."""
    attempt = way.start(official)
    identifier = attempt.rsplit("/", 1)[1]
    with app.app_context(), unit_of_work() as work:
        held = records.lock(work, cast["learner"].id)
        row = work.session.scalars(select(RecordRow).where(RecordRow.part == identifier)).one()
        reason = texts.keep(work, cast["learner"].id, "power cut")
        draft = Draft(
            kind="attempt.voided",
            about=row.about,
            part=identifier,
            version=row.version,
            payload={"reason": reason},
        )
        records.append(System("test"), held, draft)
    assert official.post(f"{attempt}/submission").status_code == 409
    assert "was voided" in official.get(way.FINAL).text
    for _ in range(3):
        way.take(official, choose=way.wrong)
    assert official.post(f"{way.FINAL}/attempts").status_code == 409
