"""Importing units: States, agencies and posts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cast import TESTER, Cast, Somebody
from tests.monitoring import population
from tests.people.tables import confirm, csv_table, done, faults, look_at, upload
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.core.work import unit_of_work
from training.people import services
from training.people.models import Grant, Unit

Visit = Callable[..., Visitor]
TODAY = clock.today()
TOMORROW = TODAY + timedelta(days=1)
UNIT_HEADS = "State,Agency,Post,Code,From,First day without it"
POLICE = "Beria,Beria Border Police"


@pytest.fixture
def administrator(visit: Visit, cast: Cast) -> Visitor:
    """Whoever administers the whole tree."""
    return visit(cast["administrator"])


def units(*rows: str) -> bytes:
    """Return a table of units."""
    return csv_table(*rows, heads=UNIT_HEADS)


def tree(app: Flask) -> list[tuple[Any, ...]]:
    """Return all units as kind, place, name, code, from, until."""
    with app.app_context(), unit_of_work() as work:
        columns = (Unit.kind, Unit.parent_id, Unit.name, Unit.code, Unit.valid_from, Unit.valid_to)
        return [tuple(row) for row in work.session.execute(select(*columns).order_by(Unit.id))]


def named(app: Flask, name: str) -> Unit:
    """Return the unit of a name."""
    with app.app_context(), unit_of_work() as work:
        return work.session.scalars(select(Unit).where(Unit.name == name)).one()


def test_a_tree_is_added_from_the_top_down(app: Flask, administrator: Visitor, cast: Cast) -> None:
    """Names that are there already, in any case, and codes lead the way; again, nothing changes."""
    content = units(
        "Dorsan,,,dr,2020-01-01,",
        "DR,Dorsan Police,,,,",
        "Dorsan,dorsan police,Bridge,,,",
        "ARUNA,Aruna Immigration,Airport,,2021-05-01,",
        "Aruna,,,AX,,",
        "Beria,,,,,",
    )
    before = tree(app)
    looked = upload(administrator, content, "units")
    assert looked.counts == {"Additions": 4, "Changes": 1, "No change": 1}
    assert tree(app) == before
    confirm(administrator, looked)
    state, police = named(app, "Dorsan"), named(app, "Dorsan Police")
    bridge, airport = named(app, "Bridge"), named(app, "Airport")
    assert (state.kind, state.code, state.valid_from) == ("state", "DR", date(2020, 1, 1))
    assert state.parent_id == cast.units["region"]
    assert (police.kind, police.parent_id, police.valid_from) == ("agency", state.id, TODAY)
    assert (bridge.kind, bridge.parent_id) == ("post", police.id)
    assert airport.parent_id == cast.units["Aruna Immigration"]
    assert named(app, "Aruna").code == "AX"
    assert upload(administrator, content, "units").counts == {"No change": 6}


def test_units_end_from_below(app: Flask, administrator: Visitor, cast: Cast) -> None:
    """Once nobody is posted there; roles on them end with them."""
    with app.app_context(), unit_of_work() as work:
        police = work.session.get_one(Unit, cast.units["Beria Border Police"])
        old = date(2020, 1, 1)
        pier = services.add_unit(TESTER, work, parent=police, name="Pier", since=old)
    population.grant(app, cast["supervisor"], Role.SUPERVISOR, pier.id)
    rows = (f"{POLICE},Pier,,,{TOMORROW}", f"{POLICE},Beria Airport,,,{TOMORROW}")
    looked = upload(administrator, units(*rows, f"{POLICE},,,,{TOMORROW}"), "units")
    assert faults(looked.rows) == [
        (3, "People are posted at “Beria Airport” on that day or later"),
        (4, "People are posted at “Beria Border Police” on that day or later"),
    ]
    assert done(administrator, units(rows[0]), "units") == {"Changes": 1}
    assert named(app, "Pier").valid_to == TOMORROW
    with app.app_context(), unit_of_work() as work:
        [held] = work.session.scalars(select(Grant).where(Grant.unit_id == pier.id))
        assert held.valid_to == TOMORROW
    assert upload(administrator, units(rows[0]), "units").counts == {"No change": 1}
    page = administrator.get("/admin/audit?action=unit.closed").text
    assert "Pier" in page


def test_a_unit_stands_until_what_is_below_it_ends(
    app: Flask, administrator: Visitor, cast: Cast
) -> None:
    """In the same table, in rows above."""
    done(administrator, units("Dorsan,,,,2020-01-01,", "Dorsan,Police,,,2020-01-01,"), "units")
    rows = [f"Dorsan,,,,,{TOMORROW}", f"Dorsan,Police,,,,{TOMORROW}"]
    looked = upload(administrator, units(*rows), "units")
    assert faults(looked.rows) == [(2, "Units stand below “Dorsan” on that day or later")]
    assert done(administrator, units(*reversed(rows)), "units") == {"Changes": 2}


UNIT_FAULTS = {
    ",Police,,,,": "“State or territory” is empty",
    "Aruna,,Gate,,,": "“Agency” is empty",
    "Dorsan,Police,,,,": "There is no “Dorsan” yet",
    "Aruna,Police,Gate,,,": "There is no “Police” yet",
    "Dorsan,,,D,,": "The code of a State or territory is that of ISO 3166",
    f"Dorsan,,,,,{TOMORROW}": "A unit that is not there yet can’t end",
    "Aruna,,,,,2020-01-01": "“First day without it” lies before the beginning",
    "Aruna,,,,tomorrow,": "“From” is no day",
}


def test_every_bad_row_is_named(app: Flask, administrator: Visitor) -> None:
    before = tree(app)
    looked = upload(administrator, units(*UNIT_FAULTS, "Elsia,,,,,", "Elsia,,,,,"), "units")
    assert looked.counts == {"Can’t be read": len(UNIT_FAULTS) + 1, "Additions": 1}
    for row, said in zip(looked.rows, UNIT_FAULTS.values(), strict=False):
        assert said in row
    assert "says something of the same already" in looked.rows[-1]
    assert tree(app) == before


def test_a_state_s_administrator_keeps_to_their_state(app: Flask, visit: Visit, cast: Cast) -> None:
    """What is elsewhere is told apart from what is nowhere neither there nor here."""
    person: Somebody = population.add(app, "Beria Administrator", cast.units["Beria Border Police"])
    population.grant(app, person, Role.ADMINISTRATOR, cast.units["Beria"])
    visitor = visit(person)
    rows = ("Beria,Customs,,,,", "Aruna,Customs,,,,", "Nowhere,Customs,,,,", "Dorsan,,,,,")
    looked = upload(visitor, units(*rows), "units")
    assert faults(looked.rows) == [
        (3, "There is no “Aruna” yet"),
        (4, "There is no “Nowhere” yet"),
        (5, "There is no “Dorsan” in your part of the tree"),
    ]
    assert done(visitor, units(rows[0]), "units") == {"Additions": 1}
    assert named(app, "Customs").parent_id == cast.units["Beria"]


def test_what_has_changed_since_is_looked_at_anew(
    app: Flask, administrator: Visitor, cast: Cast
) -> None:
    """Another code, somebody posted where a unit is to end, a unit of the same name."""

    def post_somebody() -> None:
        population.add(app, "Late Arrival", named(app, "Pier").id)

    def add_same() -> None:
        with app.app_context(), unit_of_work() as work:
            region = work.session.get_one(Unit, cast.units["region"])
            services.add_unit(TESTER, work, parent=region, name="Elsia")

    def end_parent() -> None:
        with app.app_context(), unit_of_work() as work:
            work.session.get_one(Unit, cast.units["Beria Border Police"]).valid_to = TOMORROW

    def recode() -> None:
        with app.app_context(), unit_of_work() as work:
            work.session.get_one(Unit, cast.units["Aruna"]).code = "AR"

    done(administrator, units(f"{POLICE},Pier,,2020-01-01,"), "units")
    for row, change in (
        ("Aruna,,,AX,,", recode),
        (f"{POLICE},Pier,,,{TOMORROW}", post_somebody),
        ("Elsia,,,,,", add_same),
        (f"{POLICE},Quay,,,", end_parent),
    ):
        looked = upload(administrator, units(row), "units")
        assert looked.look, looked.rows
        change()
        before = tree(app)
        with administrator.post(f"{looked.path}/confirmation", {"look": "1"}) as answer:
            assert answer.status_code == 303
        again = look_at(administrator, looked.path)
        assert "People or units have changed since" in again.text, row
        assert tree(app) == before
