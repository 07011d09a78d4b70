"""What changed between the page that was read and the form that was sent."""

import pytest
from flask import Flask

from tests.cast import TESTER, Cast
from tests.filters import seen
from training.core.database import db
from training.core.errors import Refused
from training.core.work import unit_of_work
from training.people import queries, services, throttling
from training.people.models import Credential, Person, SignInSession


def test_a_link_that_two_followed_at_once_works_once(app: Flask, cast: Cast) -> None:
    """Both saw the form; the first password stands, and only that one is signed in."""
    learner = cast["learner"].id
    with app.app_context():
        with unit_of_work() as work:
            person = work.session.get_one(Person, learner)
            link = services.make_link(TESTER, work, person=person)
        with unit_of_work() as work:
            services.use_link(TESTER, work, token=link, secret="first")
        with pytest.raises(Refused, match="has been used"), unit_of_work() as work:
            services.use_link(TESTER, work, token=link, secret="second")
    assert seen(app, Credential.secret, Credential.person_id == learner) == {"first"}
    assert len(seen(app, SignInSession.id, SignInSession.person_id == learner)) == 1


def test_a_password_that_was_just_changed_opens_nothing(app: Flask, cast: Cast) -> None:
    """Comparing takes a while; whoever changed it meanwhile meant to end such sessions."""
    learner = cast["learner"]
    with app.app_context():
        known = queries.known(db.session(), learner.email, None)
        db.session.close()
        attempt = throttling.attempt(f"email {learner.email}", "192.0.2.7")
        with unit_of_work() as work:
            person = work.session.get_one(Person, learner.id)
            services.set_password(TESTER, work, person=person, secret="another")
        with pytest.raises(Refused, match="changed just now"), unit_of_work() as work:
            services.sign_in(TESTER, work, attempt=attempt, known=known, fits=True)
    assert seen(app, SignInSession.id, SignInSession.person_id == learner.id) == set()
