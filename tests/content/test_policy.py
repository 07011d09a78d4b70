"""The row filters of modules: which are offered, and who may change which."""

from flask import Flask

from tests import way
from tests.cast import TESTER, Cast
from tests.filters import add_row, holder, seen
from training.content.models import ModuleRow
from training.content.policy import editable_modules, offered_modules
from training.core import clock
from training.core.actors import Role


def add_module(app: Flask, cast: Cast, id: str, owner: str) -> str:
    """Add a module without a version."""
    now = clock.moment(clock.now())
    return add_row(app, ModuleRow, id=id, owner_id=cast.units[owner], added_at=now) and id


def test_only_what_is_published_is_offered(app: Flask, cast: Cast) -> None:
    """To everybody."""
    add_module(app, cast, "begun", "Aruna")
    for actor in (holder(), TESTER):
        assert seen(app, ModuleRow.id, offered_modules(actor)) == {way.MODULE}


def test_a_trainer_may_change_what_the_unit_of_the_grant_or_one_below_owns(
    app: Flask, cast: Cast
) -> None:
    """The module of the tests is the region's. No other role may; commands may change any."""
    for id, owner in (("national", "Aruna"), ("agency", "Aruna Immigration"), ("b", "Beria")):
        add_module(app, cast, id, owner)
    aruna, agency = cast.units["Aruna"], cast.units["Aruna Immigration"]
    every = {way.MODULE, "national", "agency", "b"}
    others = [(role, cast.units["region"]) for role in Role if role is not Role.TRAINER]
    for actor, modules in (
        (holder((Role.TRAINER, cast.units["region"])), every),
        (holder((Role.TRAINER, aruna)), {"national", "agency"}),
        (holder((Role.TRAINER, agency)), {"agency"}),
        (holder((Role.TRAINER, agency), (Role.TRAINER, cast.units["Beria"])), {"agency", "b"}),
        (holder((Role.TRAINER, cast.units["Aruna Harbour"])), set()),
        (holder(*others), set()),
        (holder(), set()),
        (TESTER, every),
    ):
        assert seen(app, ModuleRow.id, editable_modules(actor)) == modules, actor
