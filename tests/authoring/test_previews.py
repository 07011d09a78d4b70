"""A trainer looks at drafts and versions as learners see them, and leaves no trace."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import modules, way
from tests.authoring.packing import keep, small
from tests.cast import Cast
from tests.visitor import Visitor
from training.content import items
from training.content.schema import Document
from training.core.database import db
from training.learning.models import Enrolment
from training.records.models import RecordRow

Visit = Callable[..., Visitor]
VERSION = f"/studio/{way.MODULE}/versions/1/"


@pytest.fixture
def marked(app: Flask) -> Document:
    """The module as version 2, with a canary in every feedback and explanation."""
    document = modules.with_canaries(modules.published(app))
    modules.publish(app, document)
    return document


def article(page: str) -> str:
    found = re.search(r"<article.*</article>", page, re.DOTALL)
    assert found, page
    return found[0]


def links(page: str, below: str) -> set[str]:
    """Return the links of a page that lead below an address."""
    return set(re.findall(rf'href="({re.escape(below)}[^"]+)"', page))


def test_a_lesson_is_shown_as_learners_see_it(app: Flask, visit: Visit, cast: Cast) -> None:
    learner, trainer = visit(cast["learner"]), visit(cast["trainer"])
    way.enrol(learner)
    for lesson in modules.published(app).lessons:
        seen = learner.get(f"{way.HOME}/lessons/{lesson.id}").text
        assert article(trainer.get(f"{VERSION}lessons/{lesson.id}").text) == article(seen)


def test_every_page_of_a_draft_is_reached_and_leaves_no_record(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    trainer = visit(cast["trainer"])
    draft = keep(trainer, small())
    seen: set[str] = set()
    ahead = {draft}
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = trainer.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, address
        assert 'method="post"' not in answer.text.split("<main", 1)[1] or address == draft
        ahead |= links(answer.text, draft) - seen
    assert {f"{draft}lessons/looking", f"{draft}lessons/acting"} <= seen
    for quiz, item in (
        ("pre-test", "first-look"),
        ("check-looking", "first-look"),
        ("final", "cover-shows"),
        ("final", "call"),
    ):
        assert f"{draft}quizzes/{quiz}/items/{item}" in seen
    with app.app_context():
        for model in (RecordRow, Enrolment):
            assert db.session().scalar(select(func.count()).select_from(model)) == 0


def test_every_item_is_seen_with_and_without_its_feedback(
    visit: Visit, cast: Cast, marked: Document
) -> None:
    trainer = visit(cast["trainer"])
    version = f"/studio/{way.MODULE}/versions/2/"
    met = set()
    for quiz in marked.quizzes:
        bank = links(
            trainer.get(f"{version}quizzes/{quiz.id}").text, f"{version}quizzes/{quiz.id}/"
        )
        for address in bank:
            item = marked.item(address.rsplit("/", 1)[1])
            assert item.use == quiz.use
            if item.id in met:
                continue
            met.add(item.id)
            assert modules.CANARY not in trainer.get(address).text
            right = trainer.get(address, query_string={"response": way.right(item)}).text
            assert f"{modules.CANARY}-explanation-{item.id}" in right
            assert "That is right." in right
            wrong = way.wrong(item)
            page = trainer.get(address, query_string={"response": wrong}).text
            for feedback in items.feedback_for(item, wrong):
                assert feedback in page
    assert met == {item.id for item in marked.items}


def test_an_answer_that_is_none_shows_nothing(visit: Visit, cast: Cast, marked: Document) -> None:
    item = next(one for one in marked.items if one.type == "single-choice" and one.use == "exam")
    address = f"/studio/{way.MODULE}/versions/2/quizzes/final/items/{item.id}"
    trainer = visit(cast["trainer"])
    for response in (["none-such"], items.option_ids(item)[:2], [""]):
        answer = trainer.get(address, query_string={"response": response})
        assert answer.status_code == 200
        assert modules.CANARY not in answer.text


def test_what_is_not_there_is_not_found(visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    nobodys = "01890000-0000-7000-8000-000000000000"
    for address in (
        "no-such-module/",
        f"{way.MODULE}/versions/2/",
        f"{way.MODULE}/versions/0/",
        f"{way.MODULE}/versions/{10**30}/",
        f"{way.MODULE}/versions/{10**30}.zip",
        f"{way.MODULE}/versions/2.zip",
        f"{way.MODULE}/versions/1/lessons/none",
        f"{way.MODULE}/versions/1/quizzes/none",
        f"{way.MODULE}/versions/1/quizzes/final/items/none",
        f"drafts/{nobodys}/",
        f"drafts/{nobodys}/lessons/looking",
        "drafts/x/",
    ):
        assert trainer.get(f"/studio/{address}").status_code == 404, address


def test_a_practice_item_is_not_in_the_bank_of_a_final(
    visit: Visit, cast: Cast, marked: Document
) -> None:
    item = next(one for one in marked.items if one.use == "practice")
    address = f"{VERSION}quizzes/final/items/{item.id}"
    assert visit(cast["trainer"]).get(address).status_code == 404
