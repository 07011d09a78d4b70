"""The first page: the one thing to do next, and why; what is due; what one has."""

import re
from collections.abc import Callable

import time_machine

from tests import way
from tests.cast import Cast
from tests.visitor import Visitor

Visit = Callable[..., Visitor]


def main_of(visitor: Visitor) -> str:
    """Return the first page's words without the navigation."""
    page = visitor.get("/learn/")
    assert page.status_code == 200
    return page.text.split("<main", 1)[1].split("</main>", 1)[0]


def go_on(visitor: Visitor) -> str:
    """Return where the one filled button leads."""
    found: list[str] = re.findall(r'<a class="button" href="([^"]+)"', main_of(visitor))
    assert len(found) == 1, found
    return found[0]


def test_somebody_new_sees_one_module_suggested_and_why(visit: Visit, cast: Cast) -> None:
    """Once, as the thing to do, and not again in a list below."""
    page = main_of(visit(cast["learner"]))
    assert page.count("Trafficking or smuggling?") == 1
    assert "You have not taken it yet." in page
    assert go_on(visit(cast["learner"])) == f"{way.HOME}/"


def test_it_leads_to_the_first_lesson_not_done_and_then_to_the_final(
    visit: Visit, cast: Cast
) -> None:
    """With the lesson, its place and the minutes left."""
    official = visit(cast["learner"])
    way.enrol(official)
    lessons = way.document(official).lessons
    official.post(f"{way.HOME}/lessons/{lessons[0].id}")
    page = main_of(official)
    assert lessons[1].title in page
    assert "Lesson 2 of 6" in page
    assert f"{sum(lesson.minutes for lesson in lessons[1:])} minutes left" in page
    assert go_on(official) == f"{way.HOME}/lessons/{lessons[1].id}"
    way.do_lessons(official)
    assert go_on(official) == way.FINAL


def test_nobody_is_sent_to_a_final_without_attempts(visit: Visit, cast: Cast) -> None:
    """The page says so instead; an attempt that is still open is one to go on with."""
    official = visit(cast["learner"])
    way.enrol(official)
    way.do_lessons(official)
    for _ in range(2):
        way.take(official, choose=way.wrong)
    attempt = way.start(official)
    assert go_on(official) == way.FINAL
    way.answer_all(official, attempt, choose=way.wrong)
    official.post(f"{attempt}/submission")
    page = main_of(official)
    assert "You have no attempt left at a final." in page
    assert "taken every module" not in page
    assert way.FINAL not in page


def test_whoever_has_taken_all_sees_the_certificate(visit: Visit, cast: Cast) -> None:
    """And nothing that is due."""
    official = visit(cast["learner"])
    way.complete(official)
    page = main_of(official)
    assert "You have taken every module that is here" in page
    assert "Your certificates" in page
    assert "Due" not in page


def test_a_certificate_that_runs_out_soon_is_due(visit: Visit, cast: Cast) -> None:
    """From 60 days before its end, to its end; then the page says that it has run out."""
    with time_machine.travel("2026-03-10T08:00:00Z", tick=False):
        way.complete(visit(cast["learner"]))
    for day, due in [("2027-12-01", False), ("2028-01-11", True), ("2028-03-09", True)]:
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            assert ("Take the module again before then." in main_of(visit(cast["learner"]))) is due
    with time_machine.travel("2028-03-10T12:00:00Z", tick=False):
        page = main_of(visit(cast["learner"]))
        assert "Take the module again" not in page
        assert "it has run out" in page
