"""The row filters of certificates: each holder's own, and the one that bears a code."""

from flask import Flask

from tests.cast import TESTER, Cast
from tests.filters import add_row, holder, seen
from training.certificates.models import Certificate
from training.certificates.policy import certificate_with, own_certificates
from training.core.actors import Role


def test_one_sees_ones_own_certificates(app: Flask, cast: Cast) -> None:
    """Whatever one's roles, and nobody else's, unless one has its code."""
    learner, other = (
        add_row(app, Certificate, subject=cast[name].id, code=code)
        for name, code in (("learner", "A"), ("other learner", "B"))
    )
    roles = [(role, cast.units["region"]) for role in Role]
    own = own_certificates(holder(*roles, id=cast["learner"].id))
    assert seen(app, Certificate.id, own) == {learner}
    assert seen(app, Certificate.id, own_certificates(holder(*roles))) == set()
    assert seen(app, Certificate.id, own_certificates(TESTER)) == {learner, other}
    assert seen(app, Certificate.id, certificate_with("B")) == {other}
    assert seen(app, Certificate.id, certificate_with("")) == set()
