"""The row filter of attempts: each learner's own."""

from flask import Flask

from tests.cast import TESTER, Cast
from tests.filters import add_row, holder, seen
from training.assessment.models import Attempt
from training.assessment.policy import own_attempts
from training.core.actors import Role


def test_one_sees_ones_own_attempts(app: Flask, cast: Cast) -> None:
    """Whatever one's roles, and nobody else's; Waypost itself works on all."""
    learner, other = (
        add_row(app, Attempt, subject=cast[name].id) for name in ("learner", "other learner")
    )
    roles = [(role, cast.units["region"]) for role in Role]
    assert seen(app, Attempt.id, own_attempts(holder(*roles, id=cast["learner"].id))) == {learner}
    assert seen(app, Attempt.id, own_attempts(holder(*roles))) == set()
    assert seen(app, Attempt.id, own_attempts(TESTER)) == {learner, other}
