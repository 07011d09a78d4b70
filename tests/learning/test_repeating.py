"""What is sent twice, or is not there: enrolling and marking lessons done."""

from collections.abc import Callable

from flask import Flask

from tests import way
from tests.cast import TESTER, Cast
from tests.filters import seen
from tests.visitor import Visitor
from training.learning.models import Enrolment
from training.learning.policy import own_enrolments
from training.records.models import RecordRow

Visit = Callable[..., Visitor]


def test_enrolling_twice_is_one_enrolment(app: Flask, visit: Visit, cast: Cast) -> None:
    """Until it is completed; then one may begin again."""
    learner = visit(cast["learner"])
    way.enrol(learner)
    way.enrol(learner)
    assert len(seen(app, Enrolment.id, own_enrolments(TESTER))) == 1
    way.do_lessons(learner)
    way.take(learner)
    way.enrol(learner)
    assert len(seen(app, Enrolment.id, own_enrolments(TESTER))) == 2


def test_a_lesson_done_twice_is_one_record(app: Flask, visit: Visit, cast: Cast) -> None:
    """And one that is not in the module can't be done."""
    learner = visit(cast["learner"])
    way.enrol(learner)
    lesson = way.document(learner).lessons[0].id
    for _ in range(2):
        assert learner.post(f"{way.HOME}/lessons/{lesson}").status_code == 303
    assert learner.post(f"{way.HOME}/lessons/another").status_code == 404
    done = seen(app, RecordRow.id, RecordRow.kind == "lesson.done")
    assert len(done) == 1
