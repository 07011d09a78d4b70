"""The first minutes: after the privacy notice one checks what is known of one, once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from tests import way
from tests.cast import Cast
from tests.monitoring.reading import table
from tests.visitor import Visitor
from training.core.database import db
from training.core.work import unit_of_work
from training.people.models import Person

Visit = Callable[..., Visitor]
WELCOME = "/account/welcome"
RIGHT = {"language": "en", "name": "नूर हद्दाद", "latin_name": "Nūr Ḥaddād-O’Brien ʻIolana"}


@pytest.fixture
def newcomer(app: Flask, visit: Visit, cast: Cast) -> Visitor:
    """The learner, at the first sign-in."""
    with app.app_context(), unit_of_work() as work:
        new = update(Person).where(Person.id == cast["learner"].id)
        work.session.execute(new.values(notice_accepted_at=None, confirmed_at=None))
    visitor = visit()
    visitor.sign_in(cast["learner"])
    return visitor


def kept(app: Flask, cast: Cast) -> Person:
    """Return what is kept of the learner."""
    with app.app_context():
        person = db.session().get_one(Person, cast["learner"].id)
        db.session.remove()
        return person


def test_it_comes_after_the_notice_and_leads_on(
    app: Flask, visit: Visit, cast: Cast, newcomer: Visitor
) -> None:
    """Names, language and post are there; what is changed is what certificates bear, and what the
    person is found by."""
    asked = newcomer.get("/certificates/").headers["Location"]
    assert asked == "/account/privacy?next=/certificates/"
    sent = newcomer.post("/account/privacy", {"next": "/certificates/"})
    assert sent.location == f"{WELCOME}?next=/certificates/"
    page = newcomer.get(sent.location).text
    assert f'value="{cast["learner"].name}"' in page
    assert "Aruna North Gate" in page
    assert "tell your supervisor or your coordinator" in page
    assert 'href="/certificates/"' in page
    assert newcomer.post(WELCOME, {**RIGHT, "next": "/certificates/"}).location == "/certificates/"
    person = kept(app, cast)
    assert (person.name, person.latin_name) == (RIGHT["name"], RIGHT["latin_name"])
    assert "nur haddad" in person.folded
    assert person.confirmed_at is not None
    code = way.complete(newcomer)
    verified = visit().get(f"/verify/{code}").text
    assert RIGHT["name"] in verified
    assert RIGHT["latin_name"] in verified


def test_it_is_asked_once(app: Flask, cast: Cast, newcomer: Visitor) -> None:
    """Afterwards others answer for a name, and the account says who."""
    newcomer.post("/account/privacy")
    assert newcomer.post(WELCOME, RIGHT).location == "/"
    assert newcomer.get(WELCOME).location == "/account/"
    again = newcomer.post(WELCOME, {**RIGHT, "name": "Somebody Else"})
    assert again.status_code == 409
    assert "tell your coordinator or an administrator" in again.text
    assert kept(app, cast).name == RIGHT["name"]
    assert "only they can change it" in newcomer.get("/account/").text
    assert newcomer.post("/account/privacy", {"next": "/learn/"}).location == "/learn/"


def test_it_can_be_left_for_later(newcomer: Visitor) -> None:
    """It stands in nobody's way: what has a deadline goes on, and the account leads back to it."""
    newcomer.post("/account/privacy")
    way.enrol(newcomer)
    way.take(newcomer)
    account = newcomer.get("/account/").text
    assert f'href="{WELCOME}?next=/account/"' in account
    assert newcomer.post(WELCOME, {**RIGHT, "next": "/account/"}).location == "/account/"
    assert WELCOME not in newcomer.get("/account/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Enter your name."),
        ({"name": "\u200b"}, "Enter your name."),
        ({"name": "n" * 201}, "Use 200 characters at most."),
        ({"latin_name": "नूर"}, "Write this name in Latin letters"),
        ({"latin_name": "Nоur"}, "Write this name in Latin letters"),  # with a Cyrillic o
        ({"latin_name": "n" * 201}, "Use 200 characters at most."),
        ({"language": "xx"}, "Choose a language."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, cast: Cast, newcomer: Visitor, typed: dict[str, str], said: str
) -> None:
    newcomer.post("/account/privacy")
    page = newcomer.post(WELCOME, {**RIGHT, **typed, "next": "/certificates/"})
    assert page.status_code == 422
    assert said in page.text
    assert 'value="/certificates/"' in page.text
    for name in ("name", "latin_name"):
        assert f'value="{({**RIGHT, **typed})[name].strip()}"' in page.text
    assert kept(app, cast).confirmed_at is None


def test_a_language_that_the_pages_lack_is_kept(app: Flask, cast: Cast, newcomer: Visitor) -> None:
    """Until they have it."""
    with app.app_context(), unit_of_work() as work:
        work.session.get_one(Person, cast["learner"].id).language = "fa-AF"
    newcomer.post("/account/privacy")
    assert '<option selected value="fa-AF">' in newcomer.get(WELCOME).text
    assert newcomer.post(WELCOME, {**RIGHT, "language": "fa-AF"}).status_code == 303
    assert kept(app, cast).language == "fa-AF"


def test_nothing_leads_elsewhere(newcomer: Visitor) -> None:
    """Whatever the address says."""
    newcomer.post("/account/privacy")
    evil = "https://evil.example/"
    assert evil not in newcomer.get(f"{WELCOME}?next={evil}").text
    assert newcomer.post(WELCOME, {**RIGHT, "next": evil}).location == "/"


def test_it_is_written_down_without_names(visit: Visit, cast: Cast, newcomer: Visitor) -> None:
    """That it was done, and what was changed."""
    newcomer.post("/account/privacy")
    newcomer.post(WELCOME, RIGHT)
    page = visit(cast["administrator"]).get("/admin/audit?action=person.confirmed").text
    [row] = table(page, "entries")[1:]
    assert row[2] == "Checked their own name"
    assert "latin_name" in row[5]
    assert "Nūr" not in row[5]
