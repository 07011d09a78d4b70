"""The row filters of the desk, whatever their callers ask for."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from tests.cast import TESTER, Cast
from tests.filters import holder, seen
from training.core import clock
from training.core.actors import Role
from training.core.work import unit_of_work
from training.monitoring.policy import overseen_postings, scored_units
from training.people.models import Posting, Unit


def test_places_asked_for_beyond_ones_part_give_nobody(app: Flask, cast: Cast) -> None:
    """A fault above shows nobody whom one may not see; of one's part, only what was asked for."""
    region, airport = cast.units["region"], cast.units["Beria Airport"]
    coordinator = holder((Role.COORDINATOR, cast.units["Beria"]))
    own = {cast["foreign learner"].id, cast["foreign coordinator"].id}
    everybody = {person.id for person in cast.people.values()}
    for actor, place, people in (
        (coordinator, region, own),
        (coordinator, None, own),
        (coordinator, airport, {cast["foreign learner"].id}),
        (coordinator, cast.units["Aruna"], set()),
        (coordinator, "no unit", set()),
        (holder((Role.TRAINER, region)), region, set()),
        (holder((Role.TRAINER, region)), None, set()),
        (TESTER, region, everybody),
        (TESTER, None, everybody),
    ):
        assert seen(app, Posting.person_id, overseen_postings(actor, place)) == people, actor


def test_only_who_is_posted_today_is_there(app: Flask, cast: Cast) -> None:
    """Not who has left since, or comes tomorrow."""
    today, day = clock.today(), timedelta(days=1)
    with app.app_context(), unit_of_work() as work:
        for name, first, end in (
            ("learner", today - day, today),
            ("other learner", today + day, None),
            ("foreign learner", today, today + day),
        ):
            own = update(Posting).where(Posting.person_id == cast[name].id)
            work.connection.execute(own.values(valid_from=first, valid_to=end))
    found = seen(app, Posting.person_id, overseen_postings(TESTER, None))
    gone = {cast["learner"].id, cast["other learner"].id}
    assert found == {person.id for person in cast.people.values()} - gone


def test_only_coordinators_see_scores(app: Flask, cast: Cast) -> None:
    """From the unit of their grant down."""
    gate, agency = cast.units["Aruna North Gate"], cast.units["Aruna Immigration"]
    for actor, units in (
        (holder((Role.SUPERVISOR, agency)), set()),
        (holder((Role.COORDINATOR, gate)), {gate}),
        (holder((Role.COORDINATOR, agency)), {agency, gate, cast.units["Aruna Harbour"]}),
    ):
        assert seen(app, Unit.id, scored_units(actor)) == units
