"""What the desk shows: figures by unit, people line by line, one person."""

import re
import time
from collections.abc import Callable
from html import unescape
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests import modules, way
from tests.cast import Cast
from tests.monitoring import population
from tests.monitoring.population import SECOND
from tests.monitoring.reading import table
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.monitoring import kept_figures, queries

Visit = Callable[..., Visitor]
TITLE = "Trafficking or smuggling?"
PAGES = (
    "/desk/",
    "/desk/people",
    f"/desk/people?module={way.MODULE}",
    "/desk/people?status=attention",
    "/desk/people.csv?status=under-way",
    "/desk/people.csv",
)


def tiles(page: str) -> list[int]:
    """Return the figures that stand first: on strength, certified, under way, needing attention."""
    return [int(figure) for figure in re.findall(r'tile">\s*<strong><bdi>(\d+)', page)]


def test_figures_come_first_and_by_the_units_below(visit: Visit, cast: Cast) -> None:
    """The units add up to the whole, those posted at the unit itself among them."""
    population.one_completed_one_begun(visit, cast)
    desk = visit(cast["coordinator"])
    state = desk.get("/desk/").text
    assert tiles(state) == [7, 1, 1, 0]
    assert table(state, "units")[1:] == [["Aruna Immigration", *"711500000"]]
    agency = desk.get(f"/desk/?unit={cast.units['Aruna Immigration']}").text
    assert table(agency, "units")[1:] == [
        ["Aruna Harbour", *"101000000"],
        ["Aruna North Gate", *"210100000"],
        ["Aruna Immigration itself", *"400400000"],
    ]


def test_units_come_in_the_order_asked_for(visit: Visit, cast: Cast) -> None:
    """By name, or those first that have most; the head of a column leads there and says so."""
    population.one_completed_one_begun(visit, cast)
    desk = visit(cast["coordinator"])
    agency = f"/desk/?unit={cast.units['Aruna Immigration']}"

    def units(sort: str) -> list[str]:
        return [row[0] for row in table(desk.get(agency + sort).text, "units")[1:]]

    harbour, gate, itself = "Aruna Harbour", "Aruna North Gate", "Aruna Immigration itself"
    assert units("") == units("&sort=") == [harbour, gate, itself]
    assert units("&sort=people") == [itself, gate, harbour]
    assert units("&sort=certified") == [gate, harbour, itself]
    assert units("&sort=under-way") == [harbour, gate, itself]
    page = desk.get(f"{agency}&sort=certified").text
    [sorted_by] = re.findall(r'aria-sort="(\w+)">\s*<a href="([^"]+)"', page)
    assert sorted_by[0] == "descending"
    assert desk.get(unescape(sorted_by[1])).text == page
    assert desk.get(f"{agency}&sort=name").status_code == 404


def test_figures_of_many_are_counted_once_a_minute_and_say_so(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For everybody who looks at the same part, and for nobody else; nobody waits for it but those
    who find none, or old ones."""
    monkeypatch.setattr(kept_figures, "MANY", 3)
    desk, foreign = visit(cast["coordinator"]), visit(cast["foreign coordinator"])
    assert tiles(desk.get("/desk/").text) == [7, 0, 0, 0]
    assert tiles(foreign.get("/desk/").text) == [2, 0, 0, 0]
    population.one_completed_one_begun(visit, cast)
    page = desk.get("/desk/").text
    assert tiles(page) == [7, 0, 0, 0]
    assert "counted once a minute" in page
    assert "counted once a minute" not in foreign.get("/desk/").text
    part = f"/desk/?unit={cast.units['Aruna Harbour']}"
    assert tiles(desk.get(part).text) == [1, 0, 1, 0]
    assert tiles(desk.get(f"/desk/?module={way.MODULE}").text) == [7, 1, 1, 0]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + kept_figures.SECONDS)
    before_it_is_counted_anew = desk.get("/desk/")
    assert tiles(before_it_is_counted_anew.text) == [7, 0, 0, 0]
    before_it_is_counted_anew.close()
    assert tiles(desk.get("/desk/").text) == [7, 1, 1, 0]
    way.enrol(visit(cast["supervisor"]))
    assert tiles(desk.get("/desk/").text) == [7, 1, 1, 0]
    old = now + kept_figures.SECONDS + kept_figures.AT_MOST_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: old)
    assert tiles(desk.get("/desk/").text) == [7, 1, 2, 0]


def test_kept_figures_stand_while_they_can_t_be_counted_anew(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged in a line, and tried again at the next look."""
    monkeypatch.setattr(kept_figures, "MANY", 3)
    monkeypatch.setattr(kept_figures, "SECONDS", 0)
    desk = visit(cast["coordinator"])
    assert tiles(desk.get("/desk/").text) == [7, 0, 0, 0]
    population.one_completed_one_begun(visit, cast)

    def away(*asked: object) -> NoReturn:
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    with monkeypatch.context() as patch:
        patch.setattr(queries, "_figures", away)
        page = desk.get("/desk/")
        assert tiles(page.text) == [7, 0, 0, 0]
        page.close()
    assert "figures were not counted anew: the database is away" in caplog.text
    desk.get("/desk/").close()
    assert tiles(desk.get("/desk/").text) == [7, 1, 1, 0]


def test_figures_can_be_those_of_one_module(app: Flask, visit: Visit, cast: Cast) -> None:
    """Who has begun another module has not begun this one."""
    population.publish_second(app)
    population.one_completed_one_begun(visit, cast)
    visit(cast["other learner"]).post(f"/learn/{SECOND}/enrolment")
    desk = visit(cast["coordinator"])
    assert tiles(desk.get(f"/desk/?module={SECOND}").text) == [7, 0, 1, 0]
    assert tiles(desk.get(f"/desk/?module={way.MODULE}").text) == [7, 1, 1, 0]
    assert tiles(desk.get("/desk/").text) == [7, 1, 1, 0]


def test_whoever_begins_again_counts_once_and_stays_certified(visit: Visit, cast: Cast) -> None:
    """A renewal takes no certificate away; each taking has its line."""
    learner = visit(cast["learner"])
    way.complete(learner)
    way.enrol(learner)
    desk = visit(cast["coordinator"])
    assert tiles(desk.get("/desk/").text) == [7, 1, 0, 0]
    lines = table(desk.get(f"/desk/people?module={way.MODULE}").text, "people")
    assert [line[1] for line in lines if line[0] == "Learner Person"] == ["Completed", "Under way"]


def test_one_goes_down_the_tree_and_never_above_ones_part(visit: Visit, cast: Cast) -> None:
    """Each unit leads to those below it; the way back ends at the top of one's part."""
    page = visit(cast["coordinator"]).get(f"/desk/?unit={cast.units['Aruna North Gate']}").text
    crumbs = re.search(r'<nav class="breadcrumbs".*?</nav>', page, re.DOTALL)
    assert crumbs
    assert re.findall(r"unit=([\w-]+)", crumbs[0]) == [
        cast.units["Aruna"],
        cast.units["Aruna Immigration"],
    ]
    assert cast.units["region"] not in page
    top = visit(cast["coordinator"]).get("/desk/").text
    assert "breadcrumbs" not in top
    assert f"unit={cast.units['Aruna Immigration']}" in top


def test_several_grants_are_shown_side_by_side(app: Flask, visit: Visit, cast: Cast) -> None:
    """A grant below another is no part of its own."""
    coordinator = cast["coordinator"]
    population.grant(app, coordinator, Role.SUPERVISOR, cast.units["Beria Airport"])
    population.grant(app, coordinator, Role.COORDINATOR, cast.units["Aruna Harbour"])
    page = visit(coordinator).get("/desk/").text
    assert [row[:2] for row in table(page, "units")[1:]] == [["Aruna", "7"], ["Beria Airport", "1"]]
    assert tiles(page)[0] == 8


def test_people_stand_by_name_with_what_they_have_taken(visit: Visit, cast: Cast) -> None:
    """Whoever has begun nothing has a line too."""
    code = population.one_completed_one_begun(visit, cast)
    page = visit(cast["coordinator"]).get("/desk/people")
    head, *lines = table(page.text, "people")
    assert head[3] == "Score"
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    learner = next(line for line in lines if line[0] == "Learner Person")
    total = sum(draw.count for draw in way.document(visit()).quiz("final").draws)
    today = clock.today()
    day = f"{today.day} {today:%B} {today.year}"
    assert learner[1:4] == ["Completed", TITLE, f"{total} of {total}"]
    assert learner[4].startswith("Valid")
    assert learner[5:] == [day, "Aruna North Gate"]
    assert f'href="/verify/{code}"' in page.text
    begun = next(line for line in lines if line[0] == "Other Learner Person")
    assert begun[1:] == ["Under way", TITLE, "", "", day, "Aruna Harbour"]
    idle = next(line for line in lines if line[0] == "Supervisor Person")
    assert idle[1:] == ["Not begun", "", "", "", "", "Aruna North Gate"]
    assert page.headers["Cache-Control"] == "no-store"


def test_lists_come_in_pages_of_fifty(app: Flask, visit: Visit, cast: Cast) -> None:
    """Every line is on one page, and an address beyond the last leads to the last."""
    population.populate(app, unit=cast.units["Aruna Harbour"], people=60, modules=[way.MODULE])
    desk, lines = visit(cast["coordinator"]), []
    for number in (1, 2):
        page = desk.get(f"/desk/people?page={number}").text
        lines += table(page, "people")[1:]
        assert f"Page {number} of 2" in page
    assert len(lines) == 67
    assert lines == sorted(lines, key=lambda line: line[0])
    for asked in ("3", "99999999999999999999", "2"):
        assert table(desk.get(f"/desk/people?page={asked}").text, "people")[1:] == lines[50:]
    for asked in ("0", "-1", "x", ""):
        assert table(desk.get(f"/desk/people?page={asked}").text, "people")[1:] == lines[:50]


@pytest.mark.parametrize("many", [0, 10**9])
def test_long_lists_are_read_otherwise_and_are_the_same(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """How a page is read changes nothing in it."""
    monkeypatch.setattr("training.monitoring.people_queries.MANY", many)
    modules = [way.MODULE, "gone"]
    population.populate(app, unit=cast.units["Aruna Harbour"], people=30, modules=modules)
    desk, lines = visit(cast["coordinator"]), []
    for number in (1, 2):
        page = desk.get(f"/desk/people?page={number}").text
        lines += table(page, "people")[1:]
        assert ('rel="next"' in page) is (number == 1)
    beyond = desk.get("/desk/people?page=3")
    assert beyond.status_code == (200 if many else 404)
    staff = ["Administrator", "Coordinator", "Learner", "National Trainer"]
    assert [[line[0], line[2]] for line in lines] == [
        *([f"{name} Person", ""] for name in staff),
        *([f"Official {n:05d}", title] for n in range(30) for title in ("gone", TITLE)),
        *([f"{name} Person", ""] for name in ("Other Learner", "Supervisor", "Trainer")),
    ]


def test_a_persons_page_shows_results_but_never_responses(visit: Visit, cast: Cast) -> None:
    """A coordinator sees results by outcome of the best final."""
    learner = visit(cast["learner"])
    way.enrol(learner)
    way.do_lessons(learner)
    way.take(learner, choose=way.wrong)
    way.take(learner)
    page = unescape(visit(cast["coordinator"]).get(f"/desk/people/{cast['learner'].id}").text)
    document = way.document(learner)
    assert table(page, "modules")[1][:2] == [TITLE, "Completed"]
    for draw in document.quiz("final").draws:
        assert document.outcome(draw.outcome).text in page
        assert f"{draw.count} of {draw.count}" in page
    assert "0 of" not in page
    for item in document.items:
        assert item.prompt not in page
        assert item.explanation not in page


def test_a_supervisor_sees_status_and_certificate_but_no_score(visit: Visit, cast: Cast) -> None:
    """What a supervisor need not know is not in any answer."""
    code = population.one_completed_one_begun(visit, cast)
    desk = visit(cast["supervisor"])
    total = sum(draw.count for draw in way.document(desk).quiz("final").draws)
    for path in ("/desk/people", f"/desk/people/{cast['learner'].id}"):
        page = desk.get(path).text
        assert "Completed" in page
        assert f"/verify/{code}" in page
        assert "Score" not in page
        assert f"of {total}" not in page
        for outcome in way.document(desk).module.outcomes:
            assert outcome.text not in unescape(page)


def test_whoever_supervises_here_and_coordinates_there_sees_scores_there(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Scores go by the grant that reaches the person, not by the person's best grant."""
    way.complete(visit(cast["learner"]))
    way.complete(visit(cast["foreign learner"]))
    population.grant(app, cast["supervisor"], Role.COORDINATOR, cast.units["Beria"])
    desk = visit(cast["supervisor"])
    scores = {row[0]: row[3] for row in table(desk.get("/desk/people").text, "people")}
    assert scores["Learner Person"] == ""
    assert " of " in scores["Foreign Learner Person"]
    assert " of " not in table(desk.get(f"/desk/people/{cast['learner'].id}").text, "modules")[1]


def test_an_empty_desk_says_what_belongs_there(app: Flask, visit: Visit, cast: Cast) -> None:
    """Whoever comes first learns the first step."""
    desk = visit(cast["coordinator"])
    assert "All is well" in desk.get("/desk/").text
    assert "Nothing begun yet" in desk.get(f"/desk/people/{cast['learner'].id}").text
    population.move(app, cast["supervisor"], cast.units["Beria Airport"])
    population.move(app, cast["learner"], cast.units["Beria Airport"])
    for path in ("/desk/", "/desk/people"):
        assert "Nobody is posted here yet" in visit(cast["supervisor"]).get(path).text


def test_a_page_costs_as_many_statements_for_many_as_for_few(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Ten at most, whatever is in the tables."""
    harbour = cast.units["Aruna Harbour"]
    desk = visit(cast["coordinator"])
    population.populate(app, unit=harbour, people=5, modules=[way.MODULE, "other"])

    def costs() -> list[int]:
        found = []
        for path in (*PAGES, f"/desk/people/{cast['other learner'].id}"):
            with count_queries(app) as sent:
                assert desk.get(path).status_code == 200
            found.append(len(sent))
        return found

    few = costs()
    population.populate(
        app, unit=harbour, people=1000, modules=[way.MODULE, *(f"m{n}" for n in range(9))]
    )
    assert costs() == few
    assert max(few) <= 10


def test_a_title_of_a_module_stands_in_the_filter(app: Flask, visit: Visit, cast: Cast) -> None:
    """The newest title is shown, also for who began an older version."""
    way.enrol(visit(cast["learner"]))
    modules.publish(app, modules.with_title(modules.published(app), "A newer title"))
    page = visit(cast["coordinator"]).get("/desk/people").text
    assert "A newer title" in [row[2] for row in table(page, "people")]
    assert TITLE not in page
