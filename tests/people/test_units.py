"""The tree of units as administrators keep it."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from tests.cast import Cast, Somebody
from tests.live import at_once
from tests.monitoring import population
from tests.monitoring.reading import table
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Held, PersonActor, Role
from training.core.errors import Refused
from training.core.work import unit_of_work
from training.people import unit_services
from training.people.members import MEMBERS
from training.people.models import Grant

Visit = Callable[..., Visitor]
TODAY, TOMORROW = clock.today(), clock.today() + timedelta(days=1)


def page_of(visitor: Visitor, unit: str) -> str:
    """Return the page of a unit."""
    page = visitor.get(f"/admin/units/{unit}")
    assert page.status_code == 200
    return page.text


def below(visitor: Visitor, unit: str) -> list[str]:
    """Return the names of the units directly below one, as its page shows them."""
    page = page_of(visitor, unit)
    return [row[0] for row in table(page, "units")[1:]] if 'id="units"' in page else []


def unit_named(visitor: Visitor, parent: str, name: str) -> str:
    """Return the id of a unit below another, by its name."""
    page = page_of(visitor, parent)
    [found] = re.findall(rf'/admin/units/([\w-]+)"><bdi>{re.escape(name)}</bdi>', page)
    return str(found)


def send(visitor: Visitor, unit: str, what: str, **fields: object) -> str:
    """Send a form of a unit's page and return where it led: "done", or the page with the fault."""
    prefix = {"units": "new", "name": "name", "place": "place", "end": "end"}.get(what, "")
    data = {f"{prefix}-{name}": str(value) for name, value in fields.items()}
    answer = visitor.post(f"/admin/units/{unit}/{what}", data)
    assert answer.status_code in (303, 404, 409, 422), answer.status_code
    return "done" if answer.status_code == 303 else f"{answer.status_code} {answer.text}"


@pytest.fixture
def state_administrator(app: Flask, cast: Cast) -> Somebody:
    """Whoever administers Beria, and nothing else."""
    person = population.add(app, "Beria Administrator", cast.units["Beria Border Police"])
    population.grant(app, person, Role.ADMINISTRATOR, cast.units["Beria"])
    return person


def test_one_comes_to_the_top_of_ones_part(
    app: Flask, visit: Visit, cast: Cast, state_administrator: Somebody
) -> None:
    """To all of them where there are several; what stands below another is none."""
    whole = visit(cast["administrator"]).get("/admin/units/")
    assert whole.location == f"/admin/units/{cast.units['region']}"
    administrator = visit(state_administrator)
    assert administrator.get("/admin/units/").location == f"/admin/units/{cast.units['Beria']}"
    population.grant(app, state_administrator, Role.ADMINISTRATOR, cast.units["Aruna Harbour"])
    population.grant(app, state_administrator, Role.ADMINISTRATOR, cast.units["Beria Airport"])
    both = table(visit(state_administrator).get("/admin/units/").text, "units")
    assert [row[0] for row in both[1:]] == ["Aruna Harbour", "Beria"]


def test_a_tree_is_built_from_the_top_down(visit: Visit, cast: Cast) -> None:
    """A State with its code, an agency, a post; nothing below that."""
    administrator = visit(cast["administrator"])
    parent = cast.units["region"]
    for name, code in (("Dorsan", "dr"), ("Dorsan Customs", ""), ("Dorsan Bridge", "")):
        assert send(administrator, parent, "units", name=name, code=code, since=TODAY) == "done"
        parent = unit_named(administrator, parent, name)
    page = page_of(administrator, parent)
    assert "Post" in page
    assert "new-name" not in page
    assert "Dorsan Customs" in page
    said = send(administrator, parent, "units", name="Deeper", code="", since=TODAY)
    assert "There is nothing below a post." in said
    rows = table(page_of(administrator, cast.units["region"]), "units")
    assert ["Dorsan", "DR", "0", "1"] in [row[:4] for row in rows]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "since": TODAY}, "Enter a name."),
        ({"name": "\u200b", "since": TODAY}, "Enter a name."),
        ({"name": "n" * 201, "since": TODAY}, "Use 200 characters at most."),
        ({"name": "Aruna", "since": TODAY}, "There is a unit of this name here already."),
        ({"name": "Dorsan", "code": "D", "since": TODAY}, "Enter the code of ISO 3166"),
        ({"name": "Dorsan", "since": ""}, "Enter the day from which it is there."),
        ({"name": "Dorsan", "since": "tomorrow"}, "Enter a day as year, month and day"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    visit: Visit, cast: Cast, fields: dict[str, object], said: str
) -> None:
    administrator, region = visit(cast["administrator"]), cast.units["region"]
    before = below(administrator, region)
    page = send(administrator, region, "units", **fields)
    assert said in page
    assert 'aria-invalid="true"' in page
    for typed in filter(None, fields.values()):
        assert f'value="{typed}"' in page
    assert below(administrator, region) == before


def test_a_unit_gets_another_name(visit: Visit, cast: Cast) -> None:
    """Everywhere at once; a State another code too, a post none."""
    administrator = visit(cast["administrator"])
    assert send(administrator, cast.units["Aruna"], "name", name="Arunia", code="AX") == "done"
    gate = cast.units["Aruna North Gate"]
    assert send(administrator, gate, "name", name="Old Gate", code="AX") == "done"
    assert "Arunia" in visit(cast["coordinator"]).get("/desk/").text
    assert "AX" in page_of(administrator, cast.units["Aruna"])
    assert "AX" not in page_of(administrator, gate)
    harbour = send(administrator, gate, "name", name="Aruna Harbour")
    assert "There is a unit of this name here already." in harbour
    assert send(administrator, gate, "name", name="Old Gate") == "done"


def test_whoever_oversees_the_new_place_sees_its_people(visit: Visit, cast: Cast) -> None:
    """And whoever oversees the old one no longer does; what was done there stays with them."""
    administrator, gate = visit(cast["administrator"]), cast.units["Aruna North Gate"]
    police = cast.units["Beria Border Police"]
    assert send(administrator, gate, "place", parent=police) == "done"
    learner = f"/desk/people/{cast['learner'].id}"
    assert visit(cast["foreign coordinator"]).get(learner).status_code == 200
    assert visit(cast["coordinator"]).get(learner).status_code == 404
    assert visit(cast["supervisor"]).get(learner).status_code == 200
    assert "Aruna North Gate" in below(administrator, police)
    assert "Aruna North Gate" not in below(administrator, cast.units["Aruna Immigration"])


def test_a_unit_goes_only_where_its_kind_belongs(visit: Visit, cast: Cast) -> None:
    administrator, gate = visit(cast["administrator"]), cast.units["Aruna North Gate"]
    assert "Choose a place." in send(administrator, gate, "place", parent="")
    for wrong in ("Aruna", "Beria Airport", "region"):
        said = send(administrator, gate, "place", parent=cast.units[wrong])
        assert "does not belong there" in said
    assert send(administrator, gate, "place", parent="no-such-unit").startswith("404")
    assert send(administrator, cast.units["region"], "place", parent=gate).startswith("404")


def test_a_unit_ends_once_nobody_is_left(app: Flask, visit: Visit, cast: Cast) -> None:
    """Nor a unit below it. Roles on it end with it; it can be opened again, without them."""
    administrator = visit(cast["administrator"])
    agency, harbour = cast.units["Aruna Immigration"], cast.units["Aruna Harbour"]
    assert "1 person is posted here then." in send(administrator, harbour, "end", on=TOMORROW)
    officer = population.add(app, "Harbour Officer", agency)
    population.grant(app, officer, Role.SUPERVISOR, harbour)
    population.move(app, cast["other learner"], agency)
    assert "ends after the day on which it began" in send(administrator, harbour, "end", on=TODAY)
    assert send(administrator, harbour, "end", on=TOMORROW) == "done"
    assert "The first day without this unit" in page_of(administrator, harbour)
    with app.app_context(), unit_of_work() as work:
        [held] = work.session.query(Grant).filter_by(person_id=officer.id)
        assert held.valid_to == TOMORROW
    assert send(administrator, harbour, "reopening") == "done"
    assert "The first day without this unit" not in page_of(administrator, harbour)
    assert send(administrator, harbour, "reopening").startswith("409")
    assert "posted here then" in send(administrator, agency, "end", on=TOMORROW)
    assert "stands below it then" in send(administrator, cast.units["Aruna"], "end", on=TOMORROW)
    assert "it can&#39;t end" in send(administrator, cast.units["region"], "end", on=TOMORROW)


def test_nothing_is_added_to_what_ends(app: Flask, visit: Visit, cast: Cast) -> None:
    administrator = visit(cast["administrator"])
    since = TODAY - timedelta(days=9)
    assert send(administrator, cast.units["Aruna"], "units", name="Customs", since=since) == "done"
    customs = unit_named(administrator, cast.units["Aruna"], "Customs")
    assert send(administrator, customs, "end", on=TODAY) == "done"
    assert "Not in force" in page_of(administrator, cast.units["Aruna"])
    assert "ends or has ended" in send(administrator, customs, "units", name="Pier", since=TODAY)
    gate = cast.units["Aruna North Gate"]
    assert "ends or has ended" in send(administrator, gate, "place", parent=customs)
    assert customs not in page_of(administrator, gate)
    assert send(administrator, cast.units["Aruna"], "units", name="Customs", since=TODAY) == "done"
    said = send(administrator, customs, "reopening")
    assert "There is a unit of this name here already." in said


def test_a_state_s_administrator_keeps_to_their_state(
    visit: Visit, cast: Cast, state_administrator: Somebody
) -> None:
    """Nothing of another State is there for them, nor what stands above; none can be moved in."""
    administrator = visit(state_administrator)
    own, agency = cast.units["Beria"], cast.units["Beria Border Police"]
    assert send(administrator, own, "units", name="Beria Customs", since=TODAY) == "done"
    page = page_of(administrator, own)
    assert "place-parent" not in page
    assert cast.units["region"] not in page
    assert "Aruna" not in page_of(administrator, cast.units["Beria Airport"])
    assert send(administrator, own, "place", parent=cast.units["region"]).startswith("404")
    airport = cast.units["Beria Airport"]
    foreign = cast.units["Aruna Immigration"]
    assert send(administrator, airport, "place", parent=foreign).startswith("404")
    for name in ("region", "Aruna", "Aruna Immigration", "Aruna North Gate"):
        unit = cast.units[name]
        assert administrator.get(f"/admin/units/{unit}").status_code == 404
        for what, fields in (
            ("units", {"name": "Mine", "since": TODAY}),
            ("name", {"name": "Mine"}),
            ("place", {"parent": agency}),
            ("end", {"on": TOMORROW}),
            ("reopening", {}),
            ("members", {}),
        ):
            assert send(administrator, unit, what, **fields).startswith("404"), (name, what)
    assert "Mine" not in page_of(visit(cast["administrator"]), cast.units["region"])


def test_the_members_are_added_once(visit: Visit, cast: Cast) -> None:
    """One that was renamed, and one that was there under its name, are there already."""
    administrator, region = visit(cast["administrator"]), cast.units["region"]
    assert send(administrator, region, "units", name="Nepal", since=TODAY) == "done"
    assert send(administrator, region, "members") == "done"
    assert "44 units are added." in page_of(administrator, region)
    bhutan = unit_named(administrator, region, "Bhutan")
    assert send(administrator, bhutan, "name", name="Druk Yul", code="BT") == "done"
    assert send(administrator, region, "members") == "done"
    assert "0 units are added." in page_of(administrator, region)
    names = below(administrator, region)
    assert len(names) == len({*names}) == 2 + len(MEMBERS)
    assert "Druk Yul" in names
    assert "Bhutan" not in names
    said = send(administrator, cast.units["Aruna"], "members")
    assert said.startswith("409")


def test_two_at_the_same_moment_make_one_unit(app: Flask, cast: Cast) -> None:
    """The second is told, and nothing of it is left."""
    person = cast["administrator"]
    actor = PersonActor(
        id=person.id,
        name=person.name,
        language="en",
        grants=(Held(Role.ADMINISTRATOR, cast.units["region"]),),
        session="",
        csrf="",
        notice_accepted=True,
    )

    def add() -> str:
        try:
            with app.test_request_context(), unit_of_work() as work:
                unit_services.add(
                    actor, work, parent=cast.units["region"], name="Dorsan", code=None, since=TODAY
                )
        except Refused:
            return "refused"
        return "added"

    assert sorted(at_once([partial(add) for _ in range(4)])) == ["added", *["refused"] * 3]


def test_pages_take_as_many_statements_for_many_units(app: Flask, visit: Visit, cast: Cast) -> None:
    administrator, region = visit(cast["administrator"]), cast.units["region"]
    page_of(administrator, region)
    with count_queries(app) as few:
        page_of(administrator, region)
    assert send(administrator, region, "members") == "done"
    page_of(administrator, region)
    with count_queries(app) as many:
        page_of(administrator, region)
    assert len(many) == len(few) <= 10
