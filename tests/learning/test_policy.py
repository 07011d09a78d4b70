"""The row filter of enrolments: each learner's own."""

from flask import Flask
from sqlalchemy import select, text

from tests.cast import TESTER, Cast
from tests.filters import add_row, holder, seen
from training.core.actors import Role
from training.core.database import db
from training.learning.models import Enrolment
from training.learning.policy import OWN, own_enrolments


def test_one_sees_ones_own_enrolments(app: Flask, cast: Cast) -> None:
    """Whatever one's roles, and nobody else's; Waypost itself works on all."""
    learner, other = (
        add_row(app, Enrolment, subject=cast[name].id) for name in ("learner", "other learner")
    )
    roles = [(role, cast.units["region"]) for role in Role]
    assert seen(app, Enrolment.id, own_enrolments(holder(*roles, id=cast["learner"].id))) == {
        learner
    }
    assert seen(app, Enrolment.id, own_enrolments(holder(*roles))) == set()
    assert seen(app, Enrolment.id, own_enrolments(TESTER)) == {learner, other}
    in_words = text(OWN).bindparams(actor=cast["learner"].id)
    with app.app_context():
        found = set(db.session.scalars(select(Enrolment.id).where(in_words)))
    assert found == {learner}
