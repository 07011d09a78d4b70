"""A form that is refused: the message stands with its field, in the page's language, and what was
typed is still there."""

import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Domain

from tests.cast import PASSWORD, TESTER
from tests.routes import filled
from tests.visitor import Visitor
from tests.world import World
from training.core.work import unit_of_work
from training.people import sign_in_services

SIGN_IN = {"identifier": "learner@example.org", "password": "typed and secret"}
NEW = {"password": "a first long phrase", "again": "a first long phrase"}
FIRST = {"name": "Nour Haddad", "email": "nour@example.org", **NEW}
CHANGE = {"current": PASSWORD, **NEW}
PUBLISH = {"note": "What is new in it", "follows": "1"}
CHECKED = {"language": "en", "name": "Nour Haddad", "latin_name": ""}
WELCOME = "/account/welcome"
LINK, ADMIN, ACCOUNT = "/sign-in/link/{link}", "/sign-in/link/{first}", "/account/password"
DRAFT = "/studio/drafts/{draft}/publication"

# Who, the form's address, what is typed, and the field that won't do.
Form = tuple[str, str, dict[str, str], str]
FORMS: list[Form] = [
    ("", "/sign-in", {**SIGN_IN, "identifier": ""}, "identifier"),
    ("", "/sign-in", {**SIGN_IN, "identifier": "  "}, "identifier"),
    ("", "/sign-in", {**SIGN_IN, "password": ""}, "password"),
    ("", LINK, {**NEW, "password": "qw12"}, "password"),
    ("", LINK, {**NEW, "password": "x y" * 100}, "password"),
    ("", LINK, {**NEW, "password": "abab" * 5}, "password"),
    ("", LINK, {**NEW, "again": "something else"}, "again"),
    ("", LINK, {"password": NEW["password"]}, "again"),
    ("", ADMIN, {**FIRST, "name": " "}, "name"),
    ("", ADMIN, {**FIRST, "email": ""}, "email"),
    ("", ADMIN, {**FIRST, "email": "nobody"}, "email"),
    ("", ADMIN, {**FIRST, "email": "x" * 250 + "@example.org"}, "email"),
    ("", ADMIN, {**FIRST, "password": ""}, "password"),
    ("learner", ACCOUNT, {**CHANGE, "current": ""}, "current"),
    ("learner", ACCOUNT, {**CHANGE, "current": "not mine at all"}, "current"),
    ("learner", ACCOUNT, {**CHANGE, "password": "qw12"}, "password"),
    ("learner", ACCOUNT, {**CHANGE, "again": "something else"}, "again"),
    ("learner", WELCOME, {**CHECKED, "name": " "}, "name"),
    ("learner", WELCOME, {**CHECKED, "latin_name": "नूर"}, "latin_name"),
    ("learner", WELCOME, {**CHECKED, "language": "none"}, "language"),
    ("", LINK, {"password": "passwordpassword", "again": "passwordpassword"}, "password"),
    ("trainer", "/studio/", {}, "file"),
    ("trainer", "/studio/", {"file": "no archive"}, "file"),
    ("coordinator", "/admin/import/", {"kind": "people"}, "file"),
    ("coordinator", "/admin/import/", {"kind": "people", "file": "Name"}, "file"),
    ("coordinator", "/admin/import/", {"kind": "units", "file": "State"}, "kind"),
    ("foreign coordinator", "/admin/import/{choosing}/encoding", {}, "encoding"),
    ("foreign coordinator", "/admin/import/{choosing}/encoding", {"encoding": "x"}, "encoding"),
    ("trainer", DRAFT, {**PUBLISH, "note": ""}, "note"),
    ("trainer", DRAFT, {**PUBLISH, "note": "ab"}, "note"),
    ("trainer", DRAFT, {**PUBLISH, "note": "x" * 501}, "note"),
    (
        "learner",
        "/learn/{module}/quizzes/pre-test/attempts/{attempt}/responses",
        {"item": "{question}"},
        "response",
    ),
    ("", "/sign-in", {**SIGN_IN, "identifier": "x" * 255}, "identifier"),
    ("", ADMIN, {**FIRST, "name": "x" * 201}, "name"),
]
SECRET = {"password", "again", "current"}
KEPT = {"identifier", "name", "latin_name", "email", "note"}


@pytest.fixture
def _marked_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another language: every sentence that goes through our gettext stands in ⟦ ⟧."""

    class Marked:
        def ugettext(self, text: str) -> str:
            return f"⟦{text}⟧"

        def ungettext(self, one: str, many: str, number: int) -> str:
            return f"⟦{one if number == 1 else many}⟧"

    monkeypatch.setattr(Domain, "get_translations", lambda self: Marked())


def names_of(app: Flask, world: World) -> dict[str, str]:
    """Return what addresses name, with a link that makes the first administrator."""
    with app.app_context(), unit_of_work() as work:
        return {**world.names, "first": sign_in_services.make_link(TESTER, work, person=None)}


def messages(page: str, field: str) -> list[str]:
    """Return the messages that a browser reads out with a field."""
    [control] = re.findall(
        rf'<(?:input|textarea|select|fieldset)\b[^>]*(?:id="{field}"|{field}-error)[^>]*>', page
    )
    described = re.search('aria-describedby="([^"]*)"', control)
    assert described, control
    assert f"{field}-error" in described[1].split(), control
    [said] = re.findall(rf'id="{field}-error">(.*?)</(?:div|p)>', page, re.DOTALL)
    texts = re.findall("<span>(.*?)</span>", said, re.DOTALL) or [said]
    return [html.unescape(text.strip()) for text in texts]


def is_typed(page: str, text: str) -> bool:
    """Tell whether a text stands in a field of a page."""
    shown = re.findall(r'value="([^"]*)"|<textarea[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    return text in {html.unescape("".join(one)).strip() for one in shown}


def faults(app: Flask, world: World, names: dict[str, str], form: Form) -> Iterator[str]:
    """Send a form and yield what is wrong with the page that comes back."""
    who, path, typed, field = form
    sent: dict[str, Any] = {name: filled(value, names) for name, value in typed.items()}
    if "file" in sent:
        sent["file"] = (io.BytesIO(sent["file"].encode()), "module.zip")
    visitor = Visitor(app, world.cast[who] if who else None)
    page = visitor.post(filled(path, names), sent)
    if page.status_code != 422:
        yield f"answered {page.status}"
    said = messages(page.text, field)
    if not said or not all(re.fullmatch("⟦[A-Z].*[.]⟧", message) for message in said):
        yield f"says {said}"
    for name, value in sent.items():
        if name in SECRET and value and value in page.text:
            yield f"shows the {name} again"
        if name in KEPT and not is_typed(page.text, value.strip()):
            yield f"lost the {name}"


@pytest.mark.usefixtures("_marked_words")
def test_a_refused_form_says_how_to_mend_it(copied: Flask, world: World) -> None:
    """Whoever sends it reads beside the field what to do, and need not type the rest again."""
    names = names_of(copied, world)
    for form in FORMS:
        assert list(faults(copied, world, names, form)) == [], form


@pytest.mark.parametrize("follows", [{}, {"follows": "many"}, {"follows": "-1"}])
def test_a_version_that_follows_none_is_refused(
    copied: Flask, world: World, follows: dict[str, str]
) -> None:
    """Nobody can mend a hidden field: the page says that the newest version is another one."""
    path = DRAFT.format_map(names_of(copied, world))
    sent = Visitor(copied, world.cast["trainer"]).post(path, {"note": PUBLISH["note"], **follows})
    assert sent.status_code == 409


def test_the_words_of_the_library_are_seen(copied: Flask, world: World) -> None:
    """The control: without the marks nothing is taken for ours."""
    assert list(faults(copied, world, world.names, FORMS[0]))


def test_a_code_that_is_none_is_refused_beside_its_field(copied: Flask) -> None:
    """Mistyped, and well typed but unknown; both stay in the field."""
    for code, path in (("0000-x", "/verify/?code=0000-x"), ("1" * 16, f"/verify/{'1' * 16}")):
        page = Visitor(copied).get(path).text
        assert messages(page, "code")
        assert is_typed(page, code)
