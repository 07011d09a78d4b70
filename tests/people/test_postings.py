"""Where people serve, as those who look after them keep it: nothing that has been is undone."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import time_machine
from flask import Flask

from tests.cast import Cast
from tests.monitoring import population
from tests.people.keeping import in_days, posted_long_ago, roles, send, stays
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role

Visit = Callable[..., Visitor]
GATE, HARBOUR = "Aruna Immigration: Aruna North Gate", "Aruna Immigration: Aruna Harbour"
AIRPORT = "Beria Border Police: Beria Airport"


def waiting(visitor: Visitor) -> set[str]:
    """Return the ids of the transfers that the page of somebody shows."""
    return set(re.findall(r"/people/transfers/([\w-]{36})", visitor.get("/people/transfers/").text))


@pytest.fixture(autouse=True)
def _long_ago(app: Flask, cast: Cast) -> None:
    posted_long_ago(app, cast)


def test_a_transfer_keeps_where_they_were(visit: Visit, cast: Cast) -> None:
    """Whoever is above both places does it at once; the old posting ends, a new one begins."""
    coordinator, learner = visit(cast["coordinator"]), cast["learner"].id
    assert send(coordinator, learner, "transfer", cast.units["Aruna Harbour"], on=in_days(0)) == (
        "done"
    )
    assert stays(coordinator, learner) == [[HARBOUR, "Serving"], [GATE, "Serving"]]
    supervisor = visit(cast["supervisor"])
    assert supervisor.get(f"/people/{learner}").status_code == 404


def test_what_is_planned_is_carried_out_by_its_day(visit: Visit, cast: Cast) -> None:
    """Until then the old unit sees them, from then on the new one; a later plan takes its place."""
    coordinator, learner = visit(cast["coordinator"]), cast["learner"].id
    harbour = cast.units["Aruna Harbour"]
    assert send(coordinator, learner, "transfer", harbour, on=in_days(10)) == "done"
    assert visit(cast["supervisor"]).get(f"/people/{learner}").status_code == 200
    with time_machine.travel(clock.moment(clock.now()) + 12 * (in_days(1) - in_days(0))):
        assert visit(cast["supervisor"]).get(f"/people/{learner}").status_code == 404
    assert send(coordinator, learner, "leave", on=in_days(5), back=in_days(20)) == "done"
    assert stays(coordinator, learner) == [
        [GATE, "Serving"],
        [GATE, "On leave"],
        [GATE, "Serving"],
    ]


def test_secondment_and_return(visit: Visit, cast: Cast) -> None:
    """They are with the other unit until the day on which they are back, or are brought back."""
    coordinator, learner = visit(cast["coordinator"]), cast["learner"].id
    harbour = cast.units["Aruna Harbour"]
    sent = send(coordinator, learner, "secondment", harbour, on=in_days(0), back=in_days(9))
    assert sent == "done"
    assert stays(coordinator, learner)[:2] == [[GATE, "Serving"], [HARBOUR, "On secondment"]]
    assert send(coordinator, learner, "return", on=in_days(3)) == "done"
    assert stays(coordinator, learner) == [
        [GATE, "Serving"],
        [HARBOUR, "On secondment"],
        [GATE, "Serving"],
    ]


def test_whoever_retires_is_still_found_and_can_come_back(visit: Visit, cast: Cast) -> None:
    """By those who looked after them last; their roles end, their account is theirs."""
    coordinator, person = visit(cast["coordinator"]), cast["supervisor"].id
    assert roles(coordinator, person) == [["Supervisor", "Aruna North Gate"]]
    assert send(coordinator, person, "ending", ending="retirement", on=in_days(0)) == "done"
    page = coordinator.get(f"/people/{person}").text
    assert "Retired" in page
    assert roles(coordinator, person) == []
    own = visit(cast["supervisor"])
    assert own.get("/learn/").status_code == 200
    assert own.get("/people/").status_code == 404
    assert send(coordinator, person, "return", on=in_days(1)).startswith("422")
    gate = cast.units["Aruna North Gate"]
    assert send(coordinator, person, "transfer", gate, on=in_days(1)) == "done"


def test_roles_end_but_where_the_new_place_belongs(app: Flask, visit: Visit, cast: Cast) -> None:
    """A supervisor's of the old post ends; one of the agency of both stays."""
    administrator, person = visit(cast["administrator"]), cast["supervisor"]
    population.grant(app, person, Role.TRANSLATOR, cast.units["Aruna Immigration"])
    harbour = cast.units["Aruna Harbour"]
    assert send(administrator, person.id, "transfer", harbour, on=in_days(0)) == "done"
    assert roles(administrator, person.id) == [["Translator", "Aruna Immigration"]]


def test_nobody_ends_a_role_from_below(app: Flask, visit: Visit, cast: Cast) -> None:
    """A coordinator can't move away, or retire, who holds a role that is not theirs to end."""
    coordinator, person = visit(cast["coordinator"]), cast["learner"]
    population.grant(app, person, Role.TRAINER, cast.units["Aruna North Gate"])
    said = send(coordinator, person.id, "transfer", cast.units["Aruna Harbour"], on=in_days(0))
    assert "They hold a role on Aruna North Gate that would end." in said
    retired = send(coordinator, person.id, "ending", ending="retirement", on=in_days(0))
    assert retired.startswith("422")
    assert stays(coordinator, person.id) == [[GATE, "Serving"]]


def test_what_has_been_is_not_undone(visit: Visit, cast: Cast) -> None:
    """What would begin before something that has begun is refused, next to the field, and nothing
    changes."""
    coordinator, learner = visit(cast["coordinator"]), cast["learner"].id
    assert send(coordinator, learner, "leave", on=in_days(-9), back=in_days(-5)) == "done"
    before = stays(coordinator, learner)
    said = send(coordinator, learner, "leave", on=in_days(-20), back="")
    assert "They have been where they are since" in said
    assert f'value="{in_days(-20)}"' in said
    assert stays(coordinator, learner) == before


def test_another_state_must_accept(visit: Visit, cast: Cast) -> None:
    """Released people stay where they are until the others say at which unit; nobody else is
    shown that they wait."""
    coordinator, foreign = visit(cast["coordinator"]), visit(cast["foreign coordinator"])
    learner, police = cast["learner"].id, cast.units["Beria Border Police"]
    airport = cast.units["Beria Airport"]
    assert send(coordinator, learner, "transfer", airport, on=in_days(0)).startswith("404")
    assert send(coordinator, learner, "release", police, on=in_days(2)) == "done"
    assert send(coordinator, learner, "release", police, on=in_days(2)).startswith("422")
    assert foreign.get(f"/people/{learner}").status_code == 404
    assert cast["learner"].name in foreign.get("/people/transfers/").text
    [transfer] = waiting(foreign)
    assert coordinator.get(f"/people/transfers/{transfer}").status_code == 404
    address = f"/people/transfers/{transfer}?unit={airport}"
    early = foreign.post(address, {"on": in_days(1)})
    assert "They are released from" in early.text
    elsewhere = f"/people/transfers/{transfer}?unit={cast.units['Aruna Harbour']}"
    assert foreign.post(elsewhere, {"on": in_days(2)}).status_code == 404
    assert foreign.post(address, {"on": in_days(2), "number": "B 77"}).status_code == 303
    assert stays(coordinator, learner)[0] == [AIRPORT, "Serving"]
    assert foreign.post(address, {"on": in_days(2)}).status_code == 404
    with time_machine.travel(clock.moment(clock.now()) + 3 * (in_days(1) - in_days(0))):
        assert visit(cast["coordinator"]).get(f"/people/{learner}").status_code == 404
        assert visit(cast["foreign coordinator"]).get(f"/people/{learner}").status_code == 200


def test_roles_end_when_others_accept(visit: Visit, cast: Cast) -> None:
    """Who releases somebody answers for their roles there; the others need no say in them."""
    coordinator, foreign = visit(cast["coordinator"]), visit(cast["foreign coordinator"])
    supervisor, airport = cast["supervisor"].id, cast.units["Beria Airport"]
    assert send(coordinator, supervisor, "release", cast.units["Beria"], on=in_days(0)) == "done"
    assert roles(coordinator, supervisor) == [["Supervisor", "Aruna North Gate"]]
    [transfer] = waiting(foreign)
    taken = foreign.post(f"/people/transfers/{transfer}?unit={airport}", {"on": in_days(0)})
    assert taken.status_code == 303
    assert roles(foreign, supervisor) == []
    assert visit(cast["supervisor"]).get("/people/").status_code == 404


def test_a_release_is_declined_or_taken_back(visit: Visit, cast: Cast) -> None:
    """Either way they stay, and can be released anew."""
    coordinator, foreign = visit(cast["coordinator"]), visit(cast["foreign coordinator"])
    learner, beria = cast["learner"].id, cast.units["Beria"]
    for visitor, what in ((foreign, "refusal"), (coordinator, "withdrawal")):
        assert send(coordinator, learner, "release", beria, on=in_days(0)) == "done"
        [transfer] = waiting(visitor)
        assert visitor.post(f"/people/transfers/{transfer}/{what}").status_code == 303
        assert foreign.post(f"/people/transfers/{transfer}/refusal").status_code in (303, 409)
    assert stays(coordinator, learner) == [[GATE, "Serving"]]


def test_several_are_posted_elsewhere_together(app: Flask, visit: Visit, cast: Cast) -> None:
    """All of them or nobody, and what is refused says of whom."""
    coordinator, harbour = visit(cast["coordinator"]), cast.units["Aruna Harbour"]
    population.grant(app, cast["supervisor"], Role.TRAINER, cast.units["Aruna North Gate"])
    both = {"person": [cast["learner"].id, cast["supervisor"].id]}
    chosen = coordinator.post("/people/transfers/chosen", both)
    page = coordinator.get(chosen.location).text
    [address] = re.findall(rf'href="(\?[^"]*unit={harbour})"', page)
    address = f"/people/transfers/many{unescape(address)}"
    said = coordinator.post(address, {"on": in_days(0)})
    assert "Supervisor Person: They hold a role on Aruna North Gate" in said.text
    assert stays(coordinator, cast["learner"].id) == [[GATE, "Serving"]]
    assert visit(cast["administrator"]).post(address, {"on": in_days(0)}).status_code == 303
    for who in ("learner", "supervisor"):
        assert stays(coordinator, cast[who].id)[0] == [HARBOUR, "Serving"]
    foreign = address.replace(cast["learner"].id, cast["foreign learner"].id)
    assert coordinator.get(foreign).status_code == 404
    assert coordinator.post(foreign, {"on": in_days(0)}).status_code == 404


def test_a_number_is_one_persons_at_a_time(visit: Visit, cast: Cast) -> None:
    """Refused while somebody who serves there has it; free once they do not."""
    coordinator = visit(cast["coordinator"])
    learner, other = cast["learner"].id, cast["other learner"].id
    assert send(coordinator, learner, "number", number="A-77") == "done"
    taken = send(coordinator, other, "number", number="a 77")
    assert "Somebody else at this agency has this number." in taken
    assert send(coordinator, learner, "number", number="A-78") == "done"
    assert send(coordinator, other, "number", number="A77") == "done"
    assert send(coordinator, other, "ending", ending="departure", on=in_days(0)) == "done"
    assert send(coordinator, learner, "number", number="A-77") == "done"
