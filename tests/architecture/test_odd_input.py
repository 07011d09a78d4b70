"""What is odd but sound is kept and shown as it was typed."""

import html
import re
import unicodedata
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select, update

from tests.authoring import packing
from tests.cast import PASSWORD, TESTER, Cast, Somebody
from tests.people.test_commands import run
from tests.visitor import Visitor
from training.core import clock
from training.core.database import db
from training.core.work import unit_of_work
from training.people import sign_in_services
from training.people.models import Person, SignInSession

ODD = [
    "🛂👮🏽‍♀️ 𐎧𠜎",
    "ນາງ ສຸກສະຫວັນ",
    "علی\u200cرضا",
    "abc\u202egpj.exe",
    "A" + "\u0301" * 30,
    "\"><script>alert(1)</script> & <b> ' onfocus='x",
    "{{ 7 * 7 }} {% raw %} %(name)s %s {0.__class__}",
    "' OR '1'='1' --",
    "Robert'); DROP TABLE person;--",
    "٣٤ ² １２",
    "null",
    "0",
    "x" * 200,
    "🛂" * 200,
]


def shown(page: str) -> str:
    """Return the words of a page as they are read."""
    return html.unescape(re.sub("<[^>]*>", "", page))


def kept(text: str) -> str:
    """Return a line as it is kept: composed, without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def test_names_are_kept_as_they_were_given(app: Flask, cast: Cast) -> None:
    """By the command, in both scripts; the account page shows them."""
    for number, name in enumerate(ODD):
        who = ["--name", f" {name} ", "--latin-name", name, "--email", f"odd-{number}@example.org"]
        code, printed = run(app, "people", "add", *who, "--unit", "Aruna")
        assert code == 0, printed
    with app.app_context():
        people = db.session.scalars(select(Person).where(Person.email.like("odd-%"))).all()
        assert sorted(person.name for person in people) == sorted(map(kept, ODD))
        assert all(person.name == person.latin_name for person in people)
    for person in people:
        visitor = Visitor(app, Somebody(person.id, person.name, person.email or ""))
        visitor.post("/account/privacy")
        page = visitor.get("/account/").text
        assert shown(page).count(person.name) >= 2
        assert "<script>alert" not in page


def test_the_first_administrator_is_kept_as_typed(app: Flask) -> None:
    """The form that makes one takes any script."""
    with app.app_context(), unit_of_work() as work:
        link = sign_in_services.make_link(TESTER, work, person=None)
    name = f" {ODD[0]} {ODD[5]} "
    typed = {"name": name, "email": "First@Example.org", "password": PASSWORD, "again": PASSWORD}
    visitor = Visitor(app)
    assert visitor.post(f"/sign-in/link/{link}", typed).status_code == 303
    visitor._token = ""
    visitor.post("/account/privacy")
    assert kept(name) in shown(visitor.get("/account/").text)


def test_notes_on_versions_are_kept_as_typed(app: Flask, cast: Cast) -> None:
    """The module's page in the studio shows them."""
    trainer = Visitor(app, cast["trainer"])
    for number, note in enumerate(ODD):
        draft = packing.keep(trainer, packing.small(f"Title {number}"))
        assert packing.publish(trainer, draft, f"Note: {note}").status_code == 303, note
    page = trainer.get(f"/studio/{packing.SMALL}/").text
    assert [note for note in ODD if kept(note) not in shown(page)] == []
    assert "<script>alert" not in page


def test_a_form_kept_through_the_sign_in_comes_back_as_typed(app: Flask, cast: Cast) -> None:
    """Names and values of its fields, whatever they hold, repeated ones too."""
    visitor = Visitor(app, cast["learner"])
    token = visitor.token()
    with app.app_context(), unit_of_work() as work:
        work.connection.execute(update(SignInSession).values(ended_at=clock.moment(work.now())))
    fields = [("response", text) for text in ODD] + [(text, "x") for text in ODD]
    sent = visitor.client.post(
        "/learn/x/lessons/y",
        data=urlencode([("csrf_token", token), *fields]),
        content_type="application/x-www-form-urlencoded",
    )
    assert sent.status_code == 303
    visitor._token = ""
    visitor.sign_in(cast["learner"])
    page = visitor.get("/sign-in/kept").text
    hidden = re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    found = [(html.unescape(name), html.unescape(value)) for name, value in hidden]
    assert [field for field in found if field[0] != "csrf_token"] == fields
