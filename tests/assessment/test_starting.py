"""Starting an attempt: one is under way at a time."""

from collections.abc import Callable

from flask import Flask

from tests import way
from tests.cast import TESTER, Cast
from tests.filters import seen
from tests.visitor import Visitor
from training.assessment.models import Attempt
from training.assessment.policy import own_attempts


def test_whoever_starts_again_goes_on(
    app: Flask, visit: Callable[..., Visitor], cast: Cast
) -> None:
    """A second tab, or a page sent twice, uses up no attempt; what was answered stays."""
    learner = visit(cast["learner"])
    way.enrol(learner)
    first = way.start(learner)
    assert way.start(learner) == first
    way.answer_all(learner, first)
    assert learner.post(f"{way.FINAL}/attempts").status_code == 303
    assert learner.post(f"{first}/submission").status_code == 303
    assert seen(app, Attempt.status, own_attempts(TESTER)) == {"graded"}
    assert len(seen(app, Attempt.id, own_attempts(TESTER))) == 1
