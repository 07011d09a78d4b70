"""Things of several people at several places, for every kind of id that an address names; and who
may meet with which, said by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from tests import way
from tests.cast import TESTER, Cast, Somebody
from tests.filters import add_row
from tests.visitor import Visitor
from tests.world import LONG_AGO, World
from training.authoring.models import Draft
from training.certificates.rules import code_of
from training.content.models import ModuleRow
from training.core import clock
from training.core.actors import Role
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.people import services
from training.people.import_models import Import
from training.people.models import (
    AccountRequest,
    Grant,
    ServiceNumber,
    SignInSession,
    Transfer,
    Unit,
)

ABOVE = {
    "region": "",
    "Aruna": "region",
    "Aruna Immigration": "Aruna",
    "Aruna North Gate": "Aruna Immigration",
    "Aruna Harbour": "Aruna Immigration",
    "Beria": "region",
    "Beria Border Police": "Beria",
    "Beria Airport": "Beria Border Police",
}
ROLES = {
    "": ("", ""),
    "learner": ("", ""),
    "other learner": ("", ""),
    "supervisor": ("supervisor", "Aruna North Gate"),
    "trainer": ("trainer", "region"),
    "national trainer": ("trainer", "Aruna"),
    "coordinator": ("coordinator", "Aruna"),
    "foreign coordinator": ("coordinator", "Beria"),
    "administrator": ("administrator", "region"),
    "foreign administrator": ("administrator", "Beria"),
}
"""Who asks: their role, and the unit from which it reaches down."""
POSTS = {
    "learner": "Aruna North Gate",
    "supervisor": "Aruna North Gate",
    "other learner": "Aruna Harbour",
    "foreign learner": "Beria Airport",
    "coordinator": "Aruna Immigration",
    "foreign coordinator": "Beria Border Police",
}
"""Whose things are asked for, and where they serve."""
OPEN = {"lesson", "item", "link", "question", "response"}
"""What names a part of something else, or lets in whoever knows it."""
_OWN = ("session", "import", "choosing", "reading")
_UNITS = ("unit", "agency", "region", "empty", "closed", "merged", "elsewhere")


@dataclass(frozen=True)
class Things:
    """What an address may name of one person: ids by kind, and the units where each belongs. What
    belongs to no unit is the person's alone."""

    owner: str
    names: dict[str, str]
    places: dict[str, tuple[str, ...]]

    def concern(self, asker: str, roles: set[str], kinds: tuple[str, ...]) -> bool:
        """Tell whether somebody may meet with these things at a route that is there for some roles:
        with what is their own, or belongs to a unit within reach of their role."""
        return all(
            ROLES[asker][0] in roles and any(reaches(asker, place) for place in self.places[kind])
            if self.places[kind]
            else asker == self.owner
            for kind in kinds
        )


def reaches(asker: str, place: str) -> bool:
    """Tell whether a unit is that of somebody's role, or lies below it."""
    while place:
        if ROLES[asker][1] == place:
            return True
        place = ABOVE[place]
    return False


def made_up(kind: str) -> str:
    """Return an id of a kind that nothing bears."""
    if kind == "module":
        return "no-such-module"
    return code_of(uuid7()) if kind == "code" else uuid7()


def add_foreign_administrator(app: Flask, cast: Cast) -> None:
    """Add somebody who administers a State."""
    with app.app_context(), unit_of_work() as work:
        beria = work.session.get_one(Unit, cast.units["Beria"])
        person = services.add_person(TESTER, work, name="Beria Administrator", unit=beria)
        person.notice_accepted_at = person.added_at
        services.grant(TESTER, work, person=person, role=Role.ADMINISTRATOR, unit=beria)
        cast.people["foreign administrator"] = Somebody(person.id, person.name, "")


def add_things(app: Flask, world: World) -> list[Things]:
    """Let people have things of every kind, and return them, with those that the world has."""
    own = {"attempt": (), "code": (), **_places("Aruna North Gate", "Beria Border Police")}
    kept = ("person", "number", "grant", "holder", "attempt", "code", "unit", "agency")
    there = {kind: world.names[kind] for kind in kept}
    return [Things("learner", there, own), *_added(app, world.cast)]


def _places(post: str, to: str) -> dict[str, tuple[str, ...]]:
    of_people = dict.fromkeys(("person", "holder", "number", "grant"), (post,))
    return {**of_people, **dict.fromkeys(_UNITS, (post,)), "transfer": (post, to)}


def _added(app: Flask, cast: Cast) -> Iterator[Things]:
    now = clock.moment(clock.now())
    for owner, post in POSTS.items():
        id, to = cast[owner].id, "Beria" if owner.startswith("foreign") else "Aruna"
        at, agency = cast.units[post], cast.units[ABOVE[post]]
        names = {"person": id, "holder": id, **dict.fromkeys(_UNITS, at), "agency": agency}
        if at != agency and ABOVE[post] in ("Aruna", "Beria"):
            del names["elsewhere"]  # an agency: to any of them somebody may be released
        number = {"agency_id": agency, "number": owner, "folded": owner, "valid_from": LONG_AGO}
        names["number"] = add_row(app, ServiceNumber, person_id=id, **number)
        role = {"role": "translator", "unit_id": at, "valid_from": LONG_AGO}
        names["grant"] = add_row(app, Grant, person_id=id, **role)
        asked = {"unit_id": cast.units[to], "starts_on": clock.today(), "asked_at": now}
        if owner != "other learner":  # whom the world has released already
            names["transfer"] = add_row(app, Transfer, person_id=id, **asked)
        places = {**_places(post, to), "agency": (ABOVE[post],)}
        if owner not in ("learner", "coordinator", "foreign coordinator"):
            learner = Visitor(app, cast[owner])
            names["code"] = way.complete(learner)
            names["attempt"] = way.start(learner, f"{way.HOME}/quizzes/pre-test").split("/")[-1]
            places |= {"code": (), "attempt": ()}
        opened = {"person_id": id, "csrf": owner, "began_at": now, "seen_at": now}
        names["session"] = add_row(app, SignInSession, **opened)
        sent = {"by": f"person:{id}", "kind": "people", "worked_at": now}
        for kind, state in (("import", "read"), ("choosing", "choosing"), ("reading", "reading")):
            names[kind] = add_row(app, Import, state=state, **sent)
        names["asked"] = add_row(app, AccountRequest, agency_id=agency, asked_at=now)
        places |= {**dict.fromkeys(_OWN, ()), "asked": (ABOVE[post],)}
        module = f"of-{owner.replace(' ', '-')}"
        names["module"] = add_row(app, ModuleRow, id=module, owner_id=at, added_at=now) and module
        draft = {"module_id": module, "owner_id": id, "uploaded_at": now}
        names["draft"] = add_row(app, Draft, **draft)
        yield Things(owner, names, {**places, "module": (post,), "draft": (post,)})
