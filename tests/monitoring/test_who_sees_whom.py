"""Whom the desk shows to whom: the people posted today in one's part of the tree, nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import way
from tests.cast import Cast
from tests.monitoring import population
from tests.visitor import Visitor
from training.core.actors import Role
from training.core.ids import uuid7

Visit = Callable[..., Visitor]
ROUTES = ("/desk/", "/desk/people", "/desk/people.csv")
ARUNA = ("Aruna", "Aruna Immigration", "Aruna North Gate", "Aruna Harbour")
OWN = ("Foreign Learner Person", "Foreign Coordinator Person")


@pytest.mark.parametrize("name", ["learner", "trainer", "administrator"])
def test_the_desk_is_not_there_for_others(visit: Visit, cast: Cast, name: str) -> None:
    """Who oversees nobody finds no desk, and no link to it."""
    somebody = visit(cast[name])
    for route in (*ROUTES, f"/desk/people/{cast[name].id}"):
        assert somebody.get(route).status_code == 404
    assert "/desk/" not in somebody.get("/learn/").text


def test_overseers_find_a_link_to_the_desk(visit: Visit, cast: Cast) -> None:
    """It stands among the links of every page."""
    for name in ("coordinator", "supervisor"):
        assert 'href="/desk/"' in visit(cast[name]).get("/learn/").text


def test_whoever_is_signed_out_is_asked_to_sign_in(visit: Visit, cast: Cast) -> None:
    """Nothing of the desk is public."""
    for route in ROUTES:
        answer = visit().get(route)
        assert answer.status_code == 302
        assert "/sign-in" in answer.location


def test_the_other_states_coordinator_sees_no_row_count_or_name(visit: Visit, cast: Cast) -> None:
    """Through no route, and by no guessed id."""
    code = population.one_completed_one_begun(visit, cast)
    foreign = visit(cast["foreign coordinator"])
    hidden = [person.name for person in cast.people.values() if person.name not in OWN]
    hidden += [*ARUNA, *(cast.units[name] for name in ARUNA), code]
    for route in ROUTES:
        for module in ("", way.MODULE):
            page = foreign.get(f"{route}?module={module}").text
            for name in OWN:  # others' names are parts of theirs
                page = page.replace(name, "")
            assert not [text for text in hidden if text in page], route
        for unit in (*(cast.units[name] for name in ARUNA), cast.units["region"]):
            for module in ("", way.MODULE):
                answer = foreign.get(f"{route}?unit={unit}&module={module}")
                assert answer.status_code == 404
    assert "<bdi>2</bdi>" in foreign.get("/desk/").text  # on strength: their own two
    for person in cast.people.values():
        expected = 200 if person.name in OWN else 404
        assert foreign.get(f"/desk/people/{person.id}").status_code == expected


@pytest.mark.parametrize("name", ["coordinator", "foreign coordinator", "supervisor"])
def test_what_is_not_there_is_not_found(visit: Visit, cast: Cast, name: str) -> None:
    """A guessed id and one that is not one's own give the same answer."""
    somebody = visit(cast[name])
    for guess in (uuid7(), "x", "' OR 1=1 --", "%"):
        for route in ROUTES:
            assert somebody.get(route, query_string={"unit": guess}).status_code == 404
            assert somebody.get(route, query_string={"module": guess}).status_code == 404
        for route in ROUTES[1:]:
            assert somebody.get(route, query_string={"status": guess}).status_code == 404
        assert somebody.get(f"/desk/people/{guess}").status_code == 404


def test_a_supervisor_sees_their_post_alone(visit: Visit, cast: Cast) -> None:
    """The agency above and the post beside are not theirs."""
    supervisor = visit(cast["supervisor"])
    page = supervisor.get("/desk/people").text
    assert cast["learner"].name in page
    assert cast["coordinator"].name not in page
    for name in ("Aruna", "Aruna Immigration", "Aruna Harbour"):
        assert supervisor.get(f"/desk/?unit={cast.units[name]}").status_code == 404
    assert supervisor.get(f"/desk/people/{cast['coordinator'].id}").status_code == 404


def test_whoever_is_moved_today_is_seen_by_the_new_unit_only(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """With all that they have done before."""
    way.complete(visit(cast["learner"]))
    population.move(app, cast["learner"], cast.units["Beria Airport"])
    for name, seen in (
        ("coordinator", False),
        ("supervisor", False),
        ("foreign coordinator", True),
    ):
        desk = visit(cast[name])
        assert (cast["learner"].id in desk.get("/desk/people").text) == seen
        assert ("\nLearner Person," in desk.get("/desk/people.csv").text) == seen
        status = desk.get(f"/desk/people/{cast['learner'].id}").status_code
        assert status == (200 if seen else 404)
    figures = visit(cast["foreign coordinator"]).get("/desk/").text
    assert figures.count("<bdi>1</bdi>") == 1  # the certificate went along


def test_a_grant_that_has_ended_opens_nothing(app: Flask, visit: Visit, cast: Cast) -> None:
    """A role is held from a date until another."""
    stranger = population.add(app, "Stranger", cast.units["Beria Airport"])
    population.grant(app, stranger, Role.COORDINATOR, cast.units["Aruna"])
    assert visit(stranger).get("/desk/").status_code == 200
    population.end_grants(app, stranger)
    assert visit(stranger).get("/desk/").status_code == 404
