"""The language of the pages: chosen on any of them, kept for the visit or with the person."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask
from sqlalchemy import select

from config import Settings
from tests import pseudo, way
from tests.apps import close
from tests.cast import Cast
from tests.visitor import Visitor
from training.app import create_app
from training.core import calendars, clock, kept_pages
from training.core.database import db
from training.core.work import unit_of_work
from training.people.models import Person

Visit = Callable[..., Visitor]
LESSON = f"{way.HOME}/lessons/act-means-purpose"


@pytest.fixture
def app(settings: Settings, catalogues: Path) -> Iterator[Flask]:
    """The application in the languages of the tests."""
    with pseudo.spoken_from(catalogues):
        app = create_app(settings)
    yield app
    close(app)


def language_of(visitor: Visitor, path: str = "/help/", accepts: str = "") -> str:
    """Return the language in which a visitor gets a page."""
    page = visitor.get(path, headers={"Accept-Language": accepts} if accepts else {})
    found = re.search(r'<html lang="([^"]+)" dir="(\w+)"', page.text)
    assert found, page.text
    assert (found[2] == "rtl") == (found[1] in pseudo.FROM_RIGHT)
    return found[1]


def choose(visitor: Visitor, language: str, page: str = "") -> tuple[int, str]:
    """Choose a language on a page; return the answer's status and where it leads."""
    came = {"Referer": f"http://localhost{page}"} if page else {}
    answer = visitor.post("/language", {"language": language}, headers=came)
    return answer.status_code, answer.headers.get("Location", "")


def kept(app: Flask, person: str) -> str | None:
    """Return the language that is kept with a person."""
    with app.app_context():
        return db.session().scalar(select(Person.language).where(Person.id == person))


@pytest.mark.parametrize("language", ["eo", "ar", "tet", "prs"])
def test_a_visitors_choice_lasts_for_the_visit(visit: Visit, language: str) -> None:
    """Whatever the browser asks for; another browser is not concerned."""
    visitor = visit()
    assert language_of(visitor) == "en"
    assert choose(visitor, language) == (303, "/")
    assert language_of(visitor, accepts="en") == language
    assert language_of(visitor, "/sign-in") == language
    assert language_of(visit()) == "en"


def test_who_is_signed_in_keeps_their_own(app: Flask, visit: Visit, cast: Cast) -> None:
    """In every browser, and before what was chosen on the visit."""
    learner = cast["learner"]
    visitor = visit(learner)
    assert choose(visitor, "prs") == (303, "/")
    assert kept(app, learner.id) == "prs"
    assert kept(app, cast["other learner"].id) == "en"
    other = visit()
    choose(other, "eo")
    other._token = ""
    other.sign_in(learner)
    assert language_of(other, accepts="ar") == "prs"


@pytest.mark.parametrize("language", ["", "xx", "English", "EN", "en\n", "../ar", "eo ar"])
def test_an_unknown_language_is_refused(
    app: Flask, visit: Visit, cast: Cast, language: str
) -> None:
    """And nothing changes."""
    visitor, learner = visit(), visit(cast["learner"])
    choose(visitor, "eo")
    choose(learner, "ar")
    assert choose(visitor, language)[0] == choose(learner, language)[0] == 422
    assert (language_of(visitor), kept(app, cast["learner"].id)) == ("eo", "ar")


@pytest.mark.parametrize(
    ("page", "onward"),
    [
        ("/help/", "/help/"),
        ("/sign-in?next=/learn/%3Fa=b", "/sign-in?next=/learn/%3Fa=b"),
        ("/sign-out", "/"),  # it takes a form and shows nothing
        ("/nowhere", "/"),
        ("//evil.example/help/", "/"),
        ("", "/"),
    ],
)
def test_one_gets_back_to_the_page(visit: Visit, page: str, onward: str) -> None:
    """Where it can be opened."""
    assert choose(visit(), "eo", page) == (303, onward)


def test_the_notice_can_be_read_in_ones_language(app: Flask, visit: Visit, cast: Cast) -> None:
    """Before it is accepted."""
    with app.app_context(), unit_of_work() as work:
        work.session.get_one(Person, cast["learner"].id).notice_accepted_at = None
    visitor = visit(cast["learner"])
    token = re.search(r'csrf_token" value="([^"]+)', visitor.get("/account/privacy").text)
    assert token
    visitor._token = token[1]
    assert choose(visitor, "ar", "/account/privacy") == (303, "/account/privacy")
    assert language_of(visitor, "/account/privacy") == "ar"


def test_each_language_has_its_own_name(visit: Visit, cast: Cast) -> None:
    """With its language and direction, so that it is read aloud and laid out rightly."""
    visitor = visit(cast["learner"])
    choose(visitor, "ar")
    page = visitor.get("/account/").text
    found = re.findall(
        r'<button type="submit" name="language" value="([^"]+)" lang="([^"]+)" dir="(\w+)" '
        r'(aria-current="true")?>([^<]+)</button>',
        page,
    )
    buttons = list(dict.fromkeys(found))  # the menu may stand there twice
    assert [(tag, direction, name) for tag, _, direction, _, name in buttons] == [
        ("en", "ltr", "English"),
        ("ar", "rtl", "العربية"),
        ("eo", "ltr", "Esperanto"),
        ("prs", "rtl", "دری"),
        ("tet", "ltr", "Tetun"),
    ]
    assert all(tag == lang for tag, lang, *_ in buttons)
    assert [tag for tag, _, _, current, _ in buttons if current] == ["ar"]


def test_a_certificates_dates_are_those_of_the_language(visit: Visit, cast: Cast) -> None:
    """In Dari with the Solar Hijri one; the file for the printer keeps to the Gregorian one."""
    learner = visit(cast["learner"])
    code = way.complete(learner)
    choose(learner, "prs")
    today = calendars.beside(clock.today(), Locale("fa", "AF"))
    assert today
    for path in ("/certificates/", f"/verify/{code}"):
        assert today in learner.get(path).text
    assert learner.get(f"/certificates/{code}.pdf").status_code == 200


def test_a_kept_page_is_each_readers_own_language(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever read it before, in whatever language."""
    monkeypatch.setattr(kept_pages, "_kept", {})
    readers = {"en": visit(cast["learner"]), "prs": visit(cast["other learner"])}
    for language, reader in readers.items():
        way.enrol(reader)
        choose(reader, language)
    for _ in range(2):
        for language, reader in readers.items():
            assert language_of(reader, LESSON) == language
    choose(readers["en"], "tet")
    assert language_of(readers["en"], LESSON) == "tet"
