"""More trainers than the cast has."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.cast import TESTER, Cast, Somebody
from training.core.actors import Role
from training.core.work import unit_of_work
from training.people import services
from training.people.models import Person, Unit

MakeTrainer = Callable[..., Somebody]


@pytest.fixture
def make_trainer(app: Flask, cast: Cast) -> MakeTrainer:
    """Return a function that makes somebody of the cast a trainer on units, by their names."""

    def make(name: str, *units: str) -> Somebody:
        with app.app_context(), unit_of_work() as work:
            person = work.session.get_one(Person, cast[name].id)
            for unit in units:
                where = work.session.get_one(Unit, cast.units[unit])
                services.grant(TESTER, work, person=person, role=Role.TRAINER, unit=where)
        return cast[name]

    return make
