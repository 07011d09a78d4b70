"""Finding people: by any of their names in either script, by service number, within one's part."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.cast import Cast, Somebody
from tests.monitoring import population
from tests.people.keeping import TODAY, in_days, names, send
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core.actors import Role
from training.people.rules import fold_names

Visit = Callable[..., Visitor]


def add(visitor: Visitor, unit: str, **fields: object) -> str:
    """Add somebody by the form; returns their id, or status and page."""
    answer = visitor.post(f"/people/new?unit={unit}", {"since": TODAY, **fields})
    if answer.status_code == 303:
        return answer.location.rsplit("/", 1)[1]
    return f"{answer.status_code} {answer.text}"


@pytest.mark.parametrize(
    "query", ["کریم", "كريم", "karim", "KARIM al", "Kárim", "۰۴۱۷", "0417", "rim"]
)
def test_somebody_is_found_as_one_would_type_them(visit: Visit, cast: Cast, query: str) -> None:
    """In either script, without accents, with letters of another keyboard, by a whole number."""
    coordinator = visit(cast["coordinator"])
    gate = cast.units["Aruna North Gate"]
    add(coordinator, gate, name="كريم العلي", latin_name="Karim Al-Ali", number="04-17")
    assert names(coordinator, f"?q={query}") == ["كريم العلي Karim Al-Ali"]


@pytest.mark.parametrize("query", ["%", "_", "417", "zzz", "karim nobody"])
def test_what_fits_nobody_finds_nobody(visit: Visit, cast: Cast, query: str) -> None:
    """Signs that databases give a meaning are letters like any other."""
    coordinator = visit(cast["coordinator"])
    add(coordinator, cast.units["Aruna North Gate"], name="Karim", number="04-17")
    assert names(coordinator, f"?q={query}") == []


def test_each_finds_their_own_part(visit: Visit, cast: Cast) -> None:
    """A post, a State, everybody; a trainer has no such page."""
    aruna = ["Administrator", "Coordinator", "Learner", "National Trainer", "Other Learner"]
    aruna = [f"{name} Person" for name in [*aruna, "Supervisor", "Trainer"]]
    beria = ["Foreign Coordinator Person", "Foreign Learner Person"]
    assert names(visit(cast["supervisor"])) == ["Learner Person", "Supervisor Person"]
    assert names(visit(cast["coordinator"])) == aruna
    assert names(visit(cast["foreign coordinator"])) == beria
    assert names(visit(cast["administrator"])) == sorted(aruna + beria)
    assert names(visit(cast["foreign coordinator"]), "?q=learner") == ["Foreign Learner Person"]
    here = f"?unit={cast.units['Aruna North Gate']}"
    assert names(visit(cast["coordinator"]), here) == ["Learner Person", "Supervisor Person"]
    assert visit(cast["foreign coordinator"]).get(f"/people/{here}").status_code == 404


def test_those_who_were_never_posted_are_the_regions(app: Flask, visit: Visit, cast: Cast) -> None:
    """Otherwise nobody would find them."""
    person = population.add(app, "Nobody Yet", None)
    assert "Nobody Yet" in names(visit(cast["administrator"]))
    assert visit(cast["coordinator"]).get(f"/people/{person.id}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "\u200b"}, "Enter a name."),
        ({"name": "n" * 201}, "Use 200 characters at most."),
        ({"name": "Nur", "email": "nur"}, "This is not an e-mail address."),
        ({"name": "Nur", "email": "Learner@example.org"}, "This address can’t be used."),
        ({"name": "Nur", "email": "foreign.learner@example.org"}, "This address can’t be used."),
        ({"name": "Nur", "since": "0026-01-01"}, "Check the year"),
        ({"name": "Nur", "since": ""}, "Enter the day."),
        ({"name": "Nur", "number": "9" * 61}, "Use 60 characters."),
    ],
)
def test_what_is_wrong_with_somebody_new_is_said(
    visit: Visit, cast: Cast, fields: dict[str, str], said: str
) -> None:
    """Next to its field, with what was typed kept; nobody is added."""
    coordinator = visit(cast["coordinator"])
    before = names(coordinator)
    page = add(coordinator, cast.units["Aruna North Gate"], **fields)
    assert page.startswith("422")
    assert said in page
    assert names(coordinator) == before


def test_nobody_is_added_elsewhere(visit: Visit, cast: Cast) -> None:
    """To a unit that is not one's own, or to the region itself."""
    coordinator = visit(cast["coordinator"])
    for unit in (cast.units["Beria Airport"], cast.units["region"], "x"):
        assert add(coordinator, unit, name="Nur").startswith("404")


def test_names_are_changed_with_what_they_are_found_by(visit: Visit, cast: Cast) -> None:
    coordinator, learner = visit(cast["coordinator"]), cast["learner"].id
    changed = send(coordinator, learner, "names", name="Zahra", latin_name="", email="")
    assert changed == "done"
    assert names(coordinator, "?q=zahra") == ["Zahra"]
    assert names(coordinator, "?q=learner+person") == ["Other Learner Person"]


def test_a_page_of_people_takes_the_same_statements_for_few_and_many(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Ten at most."""
    coordinator = visit(cast["coordinator"])
    counts = []
    for _ in range(2):
        with count_queries(app) as counted:
            names(coordinator, "?q=person")
        counts.append(len(counted))
        for number in range(30):
            population.add(app, f"Person {number}", cast.units["Aruna Harbour"])
    assert counts[0] == counts[1] <= 10
    with count_queries(app) as counted:
        coordinator.get(f"/people/{cast['learner'].id}")
    assert len(counted) <= 10


def test_a_role_lets_nobody_take_the_place_of_those_above(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Neither names, address nor a slip of somebody with a role that one could not have given."""
    coordinator, learner = visit(cast["coordinator"]), cast["learner"]
    population.grant(app, learner, Role.TRAINER, cast.units["Aruna"])
    page = coordinator.get(f"/people/{learner.id}").text
    assert "/names" not in page
    assert "/people/slips" not in page
    for path in (f"/people/{learner.id}/names", "/people/slips"):
        fields = {"name": "X", "email": "x@example.org", "person": learner.id}
        assert coordinator.post(path, fields).status_code == 404
    assert send(coordinator, learner.id, "leave", on=in_days(1)) == "done"


def test_roles_are_granted_by_whoever_may(visit: Visit, cast: Cast) -> None:
    """A coordinator makes supervisors within their State; an administrator anybody anything."""
    coordinator, learner = visit(cast["coordinator"]), cast["learner"].id
    gate, beria = cast.units["Aruna North Gate"], cast.units["Beria"]
    assert send(coordinator, learner, "role", gate, role="supervisor", since=TODAY) == "done"
    assert "Learner Person" in names(visit(cast["learner"]))
    for role, unit in (("trainer", gate), ("administrator", gate), ("supervisor", beria)):
        assert send(coordinator, learner, "role", unit, role=role, since=TODAY).startswith("404")
    administrator = visit(cast["administrator"])
    until = {"since": TODAY, "until": in_days(-1)}
    assert send(administrator, learner, "role", gate, role="trainer", **until).startswith("422")
    assert send(administrator, learner, "role", beria, role="coordinator", since=in_days(1)) == (
        "done"
    )
    assert visit(cast["learner"]).get(f"/people/{cast['foreign learner'].id}").status_code == 404


def test_who_asks_for_it_is_erased(visit: Visit, cast: Cast) -> None:
    """By an administrator, not by a coordinator, and not by a slip of the hand; then nobody finds
    them, and their old session is over."""
    administrator, learner = visit(cast["administrator"]), cast["learner"].id
    own = visit(cast["learner"])
    assert send(visit(cast["coordinator"]), learner, "erasure", agreed="yes").startswith("404")
    assert "Erase nobody who has not asked" in send(administrator, learner, "erasure", agreed="")
    assert send(administrator, learner, "erasure", agreed="yes") == "done"
    assert names(administrator, "?q=learner") == ["Foreign Learner Person", "Other Learner Person"]
    assert administrator.get(f"/people/{learner}").status_code == 404
    assert own.get("/account/").status_code == 302
    assert visit().sign_in(cast["learner"]).status_code == 422


def test_the_region_keeps_an_administrator(app: Flask, visit: Visit, cast: Cast) -> None:
    """The last one can't be ended; one of two can."""
    administrator, other = visit(cast["administrator"]), cast["trainer"]

    def end(person: Somebody) -> int:
        page = administrator.get(f"/people/{person.id}").text
        [grant] = [part[:36] for part in page.split("/roles/")[1:] if part[36:40] == "/end"][-1:]
        return administrator.post(f"/people/{person.id}/roles/{grant}/end").status_code

    assert end(cast["administrator"]) == 409
    population.grant(app, other, Role.ADMINISTRATOR, cast.units["region"])
    assert end(cast["administrator"]) == 303
    assert administrator.get("/people/").status_code == 404


def test_names_are_folded_alike() -> None:
    """Letters, digits, accents, marks of no width, spaces."""
    assert fold_names("José  Ñandú", None) == " jose nandu "
    assert fold_names("ك\u200cي ى", "١٢") == fold_names("کی ی", "12") == " کی ی 12 "
    assert fold_names("ฐิติ น้ำ") == fold_names("ฐิติ นำ")
    assert fold_names("") == "  "
