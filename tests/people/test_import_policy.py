"""The row filters of imports: which units one may name, whose imports one sees."""

import pytest
from flask import Flask

from tests.cast import TESTER, Cast
from tests.filters import holder, seen
from training.core.actors import Actor, Role
from training.core.work import unit_of_work
from training.people import import_services
from training.people.import_models import Import
from training.people.models import Unit
from training.people.policy import importable_units, own_imports

ARUNA = {"Aruna", "Aruna Immigration", "Aruna North Gate", "Aruna Harbour"}
GATE = {"Aruna North Gate"}


@pytest.mark.parametrize(
    ("role", "kind", "within", "names"),
    [
        (Role.COORDINATOR, "people", None, ARUNA),
        (Role.COORDINATOR, "people", "Aruna North Gate", GATE),
        (Role.COORDINATOR, "people", "Beria", set()),
        (Role.COORDINATOR, "units", None, set()),
        (Role.ADMINISTRATOR, "people", None, ARUNA),
        (Role.ADMINISTRATOR, "units", None, ARUNA),
        (Role.SUPERVISOR, "people", None, set()),
        (Role.TRAINER, "people", None, set()),
    ],
)
def test_an_import_reaches_as_far_as_its_role(
    app: Flask, cast: Cast, role: Role, kind: str, within: str | None, names: set[str]
) -> None:
    actor = holder((role, cast.units["Aruna"]))
    limit = cast.units[within] if within else None
    units = {cast.units[name] for name in names}
    assert seen(app, Unit.id, importable_units(actor, kind, limit)) == units


def test_a_command_s_import_reaches_as_far_as_it_says(app: Flask, cast: Cast) -> None:
    units = {cast.units[name] for name in ARUNA}
    assert seen(app, Unit.id, importable_units(TESTER, "units", cast.units["Aruna"])) == units


def test_one_sees_one_s_own_imports(app: Flask, cast: Cast) -> None:
    mine, other = holder((Role.COORDINATOR, cast.units["Aruna"])), TESTER

    def take(actor: Actor) -> str:
        with app.app_context(), unit_of_work() as work:
            return import_services.take(
                actor, work, kind="people", content=b"x", encoding=None, columns={}, rows=1
            )

    made = {actor: take(actor) for actor in (mine, other)}
    for actor, id in made.items():
        assert seen(app, Import.id, own_imports(actor)) == {id}
