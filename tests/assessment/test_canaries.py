"""No right answer, explanation or feedback leaves the server before it is due."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests import modules, way
from tests.cast import Cast
from tests.visitor import Visitor
from training.assessment import queries
from training.content import items
from training.content.schema import Document

Visit = Callable[..., Visitor]
PRE_TEST = f"{way.HOME}/quizzes/pre-test"
# What pages draw around an answer once its verdict is due.
VERDICTS = ("choice--right", "choice--wrong", "choice--missed")


@pytest.fixture
def marked(app: Flask) -> Document:
    """The module with a canary in every feedback and explanation, published."""
    document = modules.with_canaries(modules.published(app))
    modules.publish(app, document)
    return document


def silent(text: str) -> None:
    """Fail where a page gives away what is not due."""
    assert modules.CANARY not in text
    assert not any(verdict in text for verdict in VERDICTS)


def pages_before_an_answer(visitor: Visitor, document: Document) -> Iterator[str]:
    """Yield every page that a learner reaches without having answered anything."""
    yield visitor.get("/learn/").text
    yield visitor.get(f"{way.HOME}/").text
    for lesson in document.lessons:
        yield visitor.get(f"{way.HOME}/lessons/{lesson.id}").text
    for quiz in document.quizzes:
        address = f"{way.HOME}/quizzes/{quiz.id}"
        yield visitor.get(address).text
        way.start(visitor, address)
        page = visitor.get(address)
        yield page.text
        for item in set(re.findall(r"\?item=([\w-]+)", page.text)):
            yield visitor.get(f"{address}?item={item}").text
        yield visitor.get(f"{address}?item=overview").text


def test_nothing_is_given_away_before_an_answer(
    visit: Visit, cast: Cast, marked: Document, caplog: pytest.LogCaptureFixture
) -> None:
    """Not on any page of the module, its lessons and quizzes, and in no line of the log."""
    caplog.set_level("DEBUG")
    official = visit(cast["learner"])
    way.enrol(official)
    for page in pages_before_an_answer(official, marked):
        silent(page)
    silent(caplog.text)


def test_a_check_gives_away_only_what_was_answered(
    visit: Visit, cast: Cast, marked: Document
) -> None:
    """The feedback of one question says nothing of the other."""
    official = visit(cast["learner"])
    way.enrol(official)
    quiz = f"{way.HOME}/quizzes/check-{marked.lessons[0].id}"
    attempt = way.start(official, quiz)
    page = official.get(quiz).text
    first, second = dict.fromkeys(re.findall(r"\?item=([\w-]+)", page))
    sent = official.post(
        f"{attempt}/responses", {"item": first, "response": way.wrong(marked.item(first))}
    )
    feedback = official.get(sent.headers["Location"]).text
    assert f"{modules.CANARY}-explanation-{first}" in feedback
    assert f"-{second}" not in "".join(re.findall(rf"{modules.CANARY}\S+", feedback))
    silent(official.get(f"{quiz}?item={second}").text)


def test_an_answer_in_a_check_stands_once_its_feedback_is_shown(
    visit: Visit, cast: Cast, marked: Document
) -> None:
    """Who has seen why can't go back and choose again."""
    official = visit(cast["learner"])
    way.enrol(official)
    quiz = f"{way.HOME}/quizzes/check-{marked.lessons[0].id}"
    attempt = way.start(official, quiz)
    [item] = re.findall(r'name="item" value="([^"]+)"', official.get(quiz).text)
    choose = marked.item(item)
    official.post(f"{attempt}/responses", {"item": item, "response": way.wrong(choose)})
    again = official.post(f"{attempt}/responses", {"item": item, "response": way.right(choose)})
    assert again.status_code == 409


def test_a_failed_final_gives_nothing_away_while_attempts_are_left(
    visit: Visit, cast: Cast, marked: Document
) -> None:
    """Results by outcome and lessons to reread, no right answers; all of them after the last."""
    official = visit(cast["learner"])
    way.enrol(official)
    for _ in range(2):
        way.take(official, choose=way.wrong)
        result = official.get(way.FINAL).text
        assert "0 of 12" in result
        silent(result)
    way.take(official, choose=way.wrong)
    assert official.get(way.FINAL).text.count(f"{modules.CANARY}-explanation") == 12


def test_a_passed_final_shows_the_right_answers(visit: Visit, cast: Cast, marked: Document) -> None:
    """Then they are due."""
    official = visit(cast["learner"])
    way.enrol(official)
    way.take(official)
    assert official.get(way.FINAL).text.count(f"{modules.CANARY}-explanation") == 12


def test_a_pre_test_never_shows_right_answers(visit: Visit, cast: Cast, marked: Document) -> None:
    """Its questions come again in the checks."""
    official = visit(cast["learner"])
    way.enrol(official)
    way.take(official, PRE_TEST, way.wrong)
    silent(official.get(PRE_TEST).text)


def test_what_is_shown_of_an_item_does_not_depend_on_its_key(app: Flask) -> None:
    """Two items that differ only in their key look the same until the key is due."""
    with app.test_request_context():
        for item in modules.published(app).items:
            options = items.option_ids(item)
            changed: dict[str, object]
            if item.type == "single-choice":
                changed = {"key": next(o for o in options if o != item.key)}
            elif item.type == "multiple-choice":
                changed = {"key": tuple(options[:1] + options[-1:])}
            else:
                changed = {"key": not item.key}
            other = item.model_copy(update=changed)
            for given in (None, options[:1]):
                hidden = queries.show_item(item, options, given, due=False)
                assert hidden == queries.show_item(other, options, given, due=False)
            assert queries.show_item(item, options, options[:1], due=True) != queries.show_item(
                other, options, options[:1], due=True
            )
