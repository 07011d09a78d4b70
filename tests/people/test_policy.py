"""The row filters of people and units: what is in force, how far a grant reaches, one's own row."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.cast import TESTER, Cast
from tests.filters import add_row, holder, seen
from training.core import clock
from training.core.actors import Ability, Role
from training.core.work import unit_of_work
from training.people.models import AccountRequest, Person, Posting, Unit
from training.people.policy import (
    administered_units,
    decidable_requests,
    decided_units,
    in_force,
    overseen_units,
    own_person,
)

FIRST, AFTER = date(2026, 11, 2), date(2026, 11, 4)
DAY = timedelta(days=1)
ARUNA = {"Aruna", "Aruna Immigration", "Aruna North Gate", "Aruna Harbour"}
BERIA = {"Beria", "Beria Border Police", "Beria Airport"}


@pytest.mark.parametrize("end", [AFTER, None])
def test_a_row_is_in_force_from_its_first_day(app: Flask, cast: Cast, end: date | None) -> None:
    """Until the day before its end, or for good."""
    own = Posting.person_id == cast["learner"].id
    with app.app_context(), unit_of_work() as work:
        dates = {"valid_from": FIRST, "valid_to": end}
        work.connection.execute(update(Posting).where(own).values(dates))
    days = (FIRST - DAY, FIRST, AFTER - DAY, AFTER, AFTER + DAY)
    found = [bool(seen(app, Posting.id, own & in_force(Posting, day))) for day in days]
    assert found == [False, True, True, end is None, end is None]


def test_a_unit_is_overseen_from_that_of_the_grant_down(app: Flask, cast: Cast) -> None:
    """By whoever has a role there, or above, that lets them do what is asked for."""
    gate, agency, beria = (
        cast.units[name] for name in ("Aruna North Gate", "Aruna Immigration", "Beria")
    )
    supervisor, coordinator, trainer = Role.SUPERVISOR, Role.COORDINATOR, Role.TRAINER
    progress, results, author = Ability.SEE_PROGRESS, Ability.SEE_RESULTS, Ability.AUTHOR
    everywhere = {"region"} | ARUNA | BERIA
    for actor, ability, names in (
        (holder((supervisor, gate)), progress, {"Aruna North Gate"}),
        (holder((coordinator, agency)), progress, ARUNA - {"Aruna"}),
        (holder((coordinator, beria), (supervisor, gate)), progress, BERIA | {"Aruna North Gate"}),
        (holder((coordinator, beria), (supervisor, gate)), results, BERIA),
        (holder((coordinator, cast.units["region"])), results, everywhere),
        (holder((trainer, agency)), author, ARUNA - {"Aruna"}),
        (holder((trainer, agency)), progress, set()),
        (holder((trainer, agency)), results, set()),
        (holder(), progress, set()),
        (TESTER, progress, everywhere),
        (TESTER, results, everywhere),
    ):
        units = {cast.units[name] for name in names}
        assert seen(app, Unit.id, overseen_units(actor, ability)) == units, (actor, ability)


def test_one_may_change_ones_own_row(app: Flask, cast: Cast) -> None:
    """And nobody else's, whatever one's roles; commands may change any."""
    learner = cast["learner"].id
    administrator = holder((Role.ADMINISTRATOR, cast.units["region"]), id=learner)
    assert seen(app, Person.id, own_person(administrator)) == {learner}
    assert seen(app, Person.id, own_person(TESTER)) == {one.id for one in cast.people.values()}


def test_only_administrators_administer(app: Flask, cast: Cast) -> None:
    """From the unit of their grant down."""
    region, beria = cast.units["region"], cast.units["Beria"]
    own = {beria, cast.units["Beria Border Police"], cast.units["Beria Airport"]}
    assert seen(app, Unit.id, administered_units(holder((Role.ADMINISTRATOR, beria)))) == own
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert seen(app, Unit.id, administered_units(holder((role, region)))) == set(), role


def test_requests_are_decided_by_who_coordinates_or_administers_the_agency(
    app: Flask, cast: Cast
) -> None:
    """From the unit of their grant down; a grant on a post reaches no agency, and neither a
    supervisor nor anybody else decides."""
    agencies = {name: cast.units[name] for name in ("Aruna Immigration", "Beria Border Police")}
    for agency in agencies.values():
        add_row(app, AccountRequest, agency_id=agency, asked_at=clock.moment(0))
    aruna, both = {agencies["Aruna Immigration"]}, set(agencies.values())
    region, gate = cast.units["region"], cast.units["Aruna North Gate"]
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        for actor, found in (
            (holder((role, region)), both),
            (holder((role, cast.units["Aruna"])), aruna),
            (holder((role, agencies["Aruna Immigration"])), aruna),
            (holder((role, gate)), set()),
        ):
            assert seen(app, AccountRequest.agency_id, decidable_requests(actor)) == found, actor
    assert seen(app, Unit.id, decided_units(holder((Role.COORDINATOR, gate)))) == {gate}
    for role in set(Role) - {Role.COORDINATOR, Role.ADMINISTRATOR}:
        actor = holder((role, region))
        assert seen(app, AccountRequest.agency_id, decidable_requests(actor)) == set(), role
        assert seen(app, Unit.id, decided_units(actor)) == set(), role
    assert seen(app, AccountRequest.agency_id, decidable_requests(TESTER)) == both
