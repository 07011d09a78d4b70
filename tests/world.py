"""A world in which every address of the table of routes names something."""

import io
import re
from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import select

from tests import modules, way
from tests.authoring import packing
from tests.cast import TESTER, Cast, cast_in, session_token
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.core.work import Work, unit_of_work
from training.people import (
    merge_services,
    posting_services,
    request_services,
    services,
    sessions,
    sign_in_services,
)
from training.people.import_models import Import
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


def imports(app: Flask, cast: Cast) -> dict[str, str]:
    """Let three people import a table: one is looked at, of one the encoding is to be chosen, one
    has been read only in part; returns their ids by how far they are."""
    name = cast["learner"].name
    table = f"Agency,Service number,Name\nAruna Immigration,0012,{name}\n"
    found = {}
    for state, who, content in (
        ("import", "administrator", table.encode()),
        ("choosing", "foreign coordinator", table.replace(name, "نور").encode("cp1256")),
        ("reading", "coordinator", table.encode()),
    ):
        sent = {"kind": "people", "file": (io.BytesIO(content), "people.csv")}
        with Visitor(app, cast[who]).post("/admin/import/", sent) as answer:
            found[state] = answer.location.rsplit("/", 1)[1]
    with app.app_context(), unit_of_work() as work:
        work.session.get_one(Import, found["reading"]).state = "reading"
    return found


def make_world(app: Flask) -> tuple[dict[str, str], Cast]:
    """Let the learner complete the module, leave a pre-test open and their name unchecked, and a
    trainer upload a draft."""
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
        person = _of(work, cast, "other learner")
        link = sign_in_services.make_link(TESTER, work, person=person, code="7K3MQ9TD")
        work.session.get_one(Person, cast["learner"].id).confirmed_at = None
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        empty = services.add_unit(TESTER, work, parent=agency, name="Aruna Hill", since=LONG_AGO)
        closed = services.add_unit(TESTER, work, parent=agency, name="Aruna Ferry", since=LONG_AGO)
        closed.valid_to = clock.today()
        merged = services.add_unit(TESTER, work, parent=agency, name="Aruna Bridge", since=LONG_AGO)
        merge_services.merge(TESTER, work, unit=merged.id, into=empty.id)
        number = services.give_number(
            TESTER, work, person=_of(work, cast, "learner"), agency=agency, number="00417"
        )
        holder = _of(work, cast, "national trainer")
        grant = services.grant(TESTER, work, person=holder, role=Role.TRANSLATOR, unit=agency)
        transfer = posting_services.release(
            TESTER,
            work,
            person=cast["other learner"].id,
            unit=cast.units["Beria Border Police"],
            on=clock.today(),
        )
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
    cast.units |= {unit.name: unit.id for unit in (empty, closed, merged)}
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
        "other": cast["other learner"].email,
        "unit": cast.units["Aruna North Gate"],
        "agency": agency.id,
        "elsewhere": cast.units["Beria Border Police"],
        "region": cast.units["region"],
        "empty": empty.id,
        "closed": closed.id,
        "merged": merged.id,
        "asked": asked,
        "draft": draft,
        "number": number.id,
        "holder": holder.id,
        "grant": grant.id,
        "transfer": transfer.id,
        "link": link,
        "session": sessions.token_id(session_token(app, cast["learner"].id)),
        **imports(app, cast),
    }
    return names, cast


def _of(work: Work, cast: Cast, name: str) -> Person:
    return work.session.get_one(Person, cast[name].id)
