"""Two units become one, and are parted again."""

from collections.abc import Callable

import time_machine
from flask import Flask

from tests.cast import Cast
from tests.monitoring import population
from tests.people.keeping import in_days, names, posted_long_ago, roles, send, stays
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role

Visit = Callable[..., Visitor]
A_DAY = in_days(1) - in_days(0)


def merge(visitor: Visitor, unit: str, into: str) -> int:
    """Merge a unit into another."""
    return visitor.post(f"/admin/units/{unit}/merging?unit={into}").status_code


def test_posts_become_one_and_are_parted_again(app: Flask, visit: Visit, cast: Cast) -> None:
    """Everybody goes over, with what is planned; where they were is kept; who has gone elsewhere
    since stays there when they are parted."""
    posted_long_ago(app, cast)
    administrator, learner = visit(cast["administrator"]), cast["learner"].id
    gate, harbour = cast.units["Aruna North Gate"], cast.units["Aruna Harbour"]
    assert send(administrator, learner, "leave", on=in_days(-3), back=in_days(3)) == "done"
    assert merge(administrator, gate, harbour) == 303
    assert stays(administrator, learner) == [
        ["Aruna Immigration: Aruna Harbour", "Serving"],
        ["Aruna Immigration: Aruna Harbour", "On leave"],
        ["Aruna Immigration: Aruna North Gate", "On leave"],
        ["Aruna Immigration: Aruna North Gate", "Serving"],
    ]
    assert roles(administrator, cast["supervisor"].id) == []
    assert names(administrator, f"?unit={gate}") == []
    assert "It is a part of Aruna Harbour now." in administrator.get(f"/admin/units/{gate}").text
    moved = cast["supervisor"].id
    assert send(administrator, moved, "ending", ending="departure", on=in_days(1)) == "done"
    assert administrator.post(f"/admin/units/{gate}/parting").status_code == 303
    assert stays(administrator, learner)[1:] == [
        ["Aruna Immigration: Aruna North Gate", "On leave"],
        ["Aruna Immigration: Aruna North Gate", "Serving"],
    ]
    assert names(administrator, f"?unit={gate}") == ["Learner Person", "Supervisor Person"]
    assert administrator.post(f"/admin/units/{gate}/parting").status_code == 409


def test_agencies_become_one(app: Flask, visit: Visit, cast: Cast) -> None:
    """Their posts and service numbers go over; two people with one number are named first."""
    posted_long_ago(app, cast)
    administrator, learner = visit(cast["administrator"]), cast["learner"].id
    foreign = cast["foreign learner"].id
    immigration, police = cast.units["Aruna Immigration"], cast.units["Beria Border Police"]
    assert send(administrator, learner, "number", number="A-77") == "done"
    assert send(administrator, foreign, "number", number="a77") == "done"
    said = administrator.post(f"/admin/units/{immigration}/merging?unit={police}")
    assert said.status_code == 409
    assert "A-77" in said.text
    assert send(administrator, foreign, "number", number="B-1") == "done"
    assert merge(administrator, immigration, police) == 303
    assert "Learner Person" in names(administrator, f"?unit={police}")
    signed_in = {"agency": police, "identifier": "a77", "password": "a long enough password"}
    assert visit().post("/sign-in", signed_in).status_code == 303
    assert administrator.post(f"/admin/units/{immigration}/parting").status_code == 303
    assert "Learner Person" not in names(administrator, f"?unit={police}")
    assert visit().post("/sign-in", signed_in).status_code == 422
    home = {**signed_in, "agency": immigration}
    assert visit().post("/sign-in", home).status_code == 303


def test_a_unit_is_merged_with_its_like_alone(app: Flask, visit: Visit, cast: Cast) -> None:
    """Not with itself, another kind, one that has ended, nor one that is not the actor's."""
    person = population.add(app, "Aruna Administrator", cast.units["Aruna Immigration"])
    population.grant(app, person, Role.ADMINISTRATOR, cast.units["Aruna"])
    visitor, gate = visit(person), cast.units["Aruna North Gate"]
    for into in (gate, cast.units["Aruna Immigration"]):
        assert merge(visitor, gate, into) == 409
    for unit, into in ((gate, "Beria Airport"), ("Beria Airport", gate)):
        pair = [cast.units.get(one, one) for one in (unit, into)]
        assert merge(visitor, *pair) == 404
    assert "Beria" not in visitor.get(f"/admin/units/{gate}/merging").text


def test_facts_stay_with_their_day(app: Flask, visit: Visit, cast: Cast) -> None:
    """A unit that was merged is not there from the next day on, and was there before."""
    administrator, gate = visit(cast["administrator"]), cast.units["Aruna North Gate"]
    assert merge(administrator, gate, cast.units["Aruna Harbour"]) == 303
    with time_machine.travel(clock.moment(clock.now()) + A_DAY):
        page = visit(cast["administrator"]).get("/people/new?q=North").text
        assert "Aruna North Gate" not in page
