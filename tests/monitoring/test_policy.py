"""The row filters of the desk, whatever their callers ask for."""

from flask import Flask
from sqlalchemy import select

from tests.cast import Cast
from training.core.actors import Held, PersonActor, Role, System
from training.core.database import db
from training.monitoring.policy import overseen_postings, scored_units
from training.people.models import Posting, Unit


def overseer(role: Role, unit: str) -> PersonActor:
    """Return somebody who holds a role on a unit."""
    return PersonActor("x", "X", "en", (Held(role, unit),), "session", "csrf", True)


def test_units_asked_for_beyond_ones_part_give_nobody(app: Flask, cast: Cast) -> None:
    """A fault above shows nobody whom one may not see."""
    everywhere = tuple(cast.units.values())
    actor = overseer(Role.COORDINATOR, cast.units["Beria"])
    with app.app_context():
        found = set(
            db.session.scalars(
                select(Posting.person_id).where(overseen_postings(actor, everywhere))
            )
        )
        everybody = set(
            db.session.scalars(
                select(Posting.person_id).where(overseen_postings(System("test"), everywhere))
            )
        )
    assert found == {cast["foreign learner"].id, cast["foreign coordinator"].id}
    assert everybody == {person.id for person in cast.people.values()}


def test_only_coordinators_see_scores(app: Flask, cast: Cast) -> None:
    """From the unit of their grant down."""
    gate, agency = cast.units["Aruna North Gate"], cast.units["Aruna Immigration"]
    with app.app_context():
        for actor, seen in (
            (overseer(Role.SUPERVISOR, agency), set()),
            (overseer(Role.COORDINATOR, gate), {gate}),
            (overseer(Role.COORDINATOR, agency), {agency, gate, cast.units["Aruna Harbour"]}),
        ):
            assert set(db.session.scalars(select(Unit.id).where(scored_units(actor)))) == seen
