"""A world in which every address of the table of routes names something."""

import re
from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import select

from tests import modules, way
from tests.authoring import packing
from tests.cast import TESTER, Cast, cast_in
from tests.visitor import Visitor
from training.core import clock
from training.core.work import unit_of_work
from training.people import request_services, services
from training.people.models import AccountRequest, Person, Unit

LONG_AGO = date(2020, 1, 1)
ASKED = {
    "name": "Learner Nord Person",
    "post": "The northern gate",
    "number": "L-1",
    "email": "new@example.org",
}
"""Whoever asks for an account there."""


@dataclass(frozen=True)
class World:
    """A database in which every address of the table names something, and what it names."""

    database: str
    names: dict[str, str]
    cast: Cast

    @property
    def engine(self) -> str:
        """The database's make."""
        return self.database.partition(":")[0]


def make_world(app: Flask) -> tuple[dict[str, str], Cast]:
    """Let the learner complete the module, leave a pre-test open, and a trainer upload a draft."""
    cast = cast_in(app)
    learner = Visitor(app, cast["learner"])
    code = way.complete(learner)
    attempt = way.start(learner, f"{way.HOME}/quizzes/pre-test").rsplit("/", 1)[1]
    page = learner.get(f"{way.HOME}/quizzes/pre-test").text
    [question] = re.findall(r'name="item" value="([^"]+)"', page)
    document = modules.published(app)
    changed = modules.with_title(document, "Another title")
    trainer = Visitor(app, cast["trainer"])
    draft = packing.keep(trainer, packing.zipped(changed)).rstrip("/").rsplit("/", 1)[1]
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["other learner"].id)
        link = services.make_link(TESTER, work, person=person)
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        empty = services.add_unit(TESTER, work, parent=agency, name="Aruna Hill", since=LONG_AGO)
        closed = services.add_unit(TESTER, work, parent=agency, name="Aruna Ferry", since=LONG_AGO)
        closed.valid_to = clock.today()
        request_services.ask(
            TESTER,
            work,
            place="here",
            agency=agency.id,
            latin_name=None,
            language="en",
            **ASKED,
        )
        asked = work.session.scalars(select(AccountRequest.id)).one()
    cast.units |= {unit.name: unit.id for unit in (empty, closed)}
    names = {
        "module": way.MODULE,
        "lesson": document.lessons[0].id,
        "item": next(item.id for item in document.items if item.use == "exam"),
        "question": question,
        "response": way.right(document.item(question))[0],
        "attempt": attempt,
        "code": code,
        "person": cast["learner"].id,
        "email": cast["learner"].email,
        "unit": cast.units["Aruna North Gate"],
        "agency": agency.id,
        "elsewhere": cast.units["Beria Border Police"],
        "region": cast.units["region"],
        "empty": empty.id,
        "closed": closed.id,
        "asked": asked,
        "draft": draft,
        "link": link,
    }
    return names, cast
