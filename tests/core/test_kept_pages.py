"""Pages that are made once for all of their readers."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, g
from jinja2 import DictLoader, UndefinedError
from markupsafe import escape
from sqlalchemy import update

from tests import way
from tests.cast import Cast, Somebody
from tests.visitor import Visitor
from training.core import kept_pages
from training.core.actors import Held, PersonActor, Role
from training.core.work import unit_of_work
from training.people.models import Person

Visit = Callable[..., Visitor]
LESSON = f"{way.HOME}/lessons/act-means-purpose"
NAMES = ("\"><b>'&", "محمد رضا", "{{ 7 * 7 }}", "O'Neill & <script>alert(1)</script>")
READER = PersonActor("a", "A Reader", "en", (), "a session", "a token", notice_accepted=True)


def rename(app: Flask, person: Somebody, name: str) -> None:
    """Give somebody another name."""
    with app.app_context(), unit_of_work() as work:
        work.session.execute(update(Person).where(Person.id == person.id).values(name=name))


def test_each_reader_gets_the_page_that_would_be_made_for_them_alone(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever read it before, whatever their names and roles, and done or not."""
    people = ("learner", "other learner", "foreign learner", "supervisor")
    for person, name in zip(people, NAMES, strict=True):
        rename(app, cast[person], name)
    readers = [visit(cast[person]) for person in (*people, "trainer", "coordinator")]
    for reader in readers:
        way.enrol(reader)
    readers[1].post(LESSON)
    tokens = [reader.token() for reader in readers]
    monkeypatch.setattr(kept_pages, "_kept", {})
    kept = [reader.get(LESSON).text for reader in readers]
    alone = []
    for reader in readers:
        monkeypatch.setattr(kept_pages, "_kept", {})
        alone.append(reader.get(LESSON).text)
    assert kept == alone
    for reader, text in zip(readers, kept, strict=True):
        assert [token for token in tokens if token in text] == [reader.token()]
    assert [text.count(escape(name)) for text, name in zip(kept, NAMES, strict=False)] == [2] * 4


def page(app: Flask, template: str, reader: PersonActor) -> str:
    """Return a page of a template for a reader."""
    app.jinja_env.loader = DictLoader({"page.html": template})
    with app.test_request_context("/learn/"):
        g.actor = reader
        return kept_pages.render("page.html", template)


def test_a_template_can_use_nothing_else_of_its_reader(app: Flask) -> None:
    """Else it would show to all what is one person's."""
    for name in ("id", "grants", "session", "language"):
        with pytest.raises((UndefinedError, AttributeError)):
            page(app, f"{{{{ actor.{name} }}}}", READER)


def test_links_are_those_of_the_reader(app: Flask) -> None:
    """A page made for an administrator is not the one that a learner gets."""
    template = "{% for link in navigation %}{{ link.label }} {% endfor %}"
    administrator = replace(READER, grants=(Held(Role.ADMINISTRATOR, "a unit"),))
    assert len(page(app, template, administrator)) > len(page(app, template, READER))
