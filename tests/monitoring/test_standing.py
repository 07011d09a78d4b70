"""How people stand: figures, lists and files against a plain count of a generated population."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from tests import way
from tests.cast import Cast
from tests.monitoring import population
from tests.monitoring.population import Made, Taken
from tests.monitoring.reading import table
from tests.monitoring.test_csv import read
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.core.database import db
from training.monitoring import kept_figures, people_queries, rules
from training.people.models import Posting

Visit = Callable[..., Visitor]
DAY = timedelta(days=1)
STATES = ("certified", "under-way", "idle")
REASONS = ("expiring", "lapsed", "stalled", "not-begun")
COLUMNS = ("", *STATES, "attention", *REASONS)
MODULES = ("", way.MODULE)
PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "coordinator": {
        "Aruna": ("Aruna", "Aruna Immigration", "Aruna North Gate", "Aruna Harbour"),
        "Aruna Harbour": ("Aruna Harbour",),
    },
    "foreign coordinator": {"Beria": ("Beria", "Beria Border Police", "Beria Airport")},
    "supervisor": {"Aruna North Gate": ("Aruna North Gate",)},
}
"""Units that some may look at, each with all below it."""


def generated(chance: random.Random, posts: Sequence[str], people: int) -> list[Made]:
    """Return people whose dates lie close to all of which the rules speak."""
    today, near = clock.today(), (0, 1, 28, 29, 30, 31, 59, 60, 61, 200)
    found = []
    for number in range(people):
        here, there = chance.sample(posts, 2)
        first = today - chance.choice((-1, *near)) * DAY
        postings: list[tuple[str, date, date | None]] = [(here, first, None)]
        if chance.random() < 0.3:
            postings.append((there, first - 50 * DAY, first))
        elif chance.random() < 0.2:
            postings = [(here, today - 80 * DAY, today + chance.choice((0, 1)) * DAY)]
        modules = chance.choices((way.MODULE, "gone"), k=chance.choice((0, 0, 1, 1, 2, 3)))
        taken = tuple(_taken(chance, module, today, near) for module in modules)
        found.append(Made(f"Made {number:03}", tuple(postings), taken))
    return found


def _taken(chance: random.Random, module: str, today: date, near: Sequence[int]) -> Taken:
    status, active = chance.choice(("open", "open", "completed")), today - chance.choice(near) * DAY
    if status == "open" and chance.random() < 0.9:
        return Taken(module, status, active)
    until = today + chance.choice((-200, -1, *near)) * DAY
    certificate = chance.choice(("valid", "valid", "valid", "revoked", "none"))
    return Taken(module, status, active, certificate, until)


def standing(person: Made, module: str, since: date) -> set[str]:
    """Say plainly how somebody stands: a state, and the reasons to look after them."""
    today = clock.today()
    taken = [one for one in person.taken if module in ("", one.module)]
    awarded = [one for one in taken if one.certificate in ("valid", "revoked")]
    last_days = [one.until - DAY for one in awarded if one.certificate == "valid" and one.until]
    found = set()
    if any(day >= today for day in last_days):
        found.add("certified")
        if max(last_days) < today + 60 * DAY:
            found.add("expiring")
    else:
        if awarded:
            found.add("lapsed")
        if any(one.status == "open" for one in taken):
            found.add("under-way")
            if all((today - one.active).days >= 30 for one in taken):
                found.add("stalled")
        else:
            found.add("idle")
        if not taken and (today - since).days >= 30:
            found.add("not-begun")
    return found | ({"attention"} if found & set(REASONS) else set())


def expected(people: Iterable[Made], units: set[str], module: str) -> dict[str, set[str]]:
    """Return the names of those posted at some units today, by status; "" is everybody."""
    found: dict[str, set[str]] = {status: set() for status in COLUMNS}
    for person in people:
        for unit, first, end in person.postings:
            if unit in units and first <= clock.today() and (end is None or clock.today() < end):
                for status in ("", *standing(person, module, first)):
                    found[status].add(person.name)
    return found


def people_of(app: Flask, cast: Cast) -> list[Made]:
    """Write a generated population and return it, with the cast, who have begun nothing."""
    posts = ("Aruna North Gate", "Aruna Harbour", "Aruna Immigration", "Beria Airport")
    made = generated(random.Random(7), [cast.units[name] for name in posts], 150)
    population.write(app, made)
    with app.app_context():
        rows = db.session.execute(select(Posting)).scalars()
        postings = {row.person_id: (row.unit_id, row.valid_from, row.valid_to) for row in rows}
    return made + [Made(one.name, (postings[one.id],)) for one in cast.people.values()]


def differences(
    visit: Visit, cast: Cast, people: list[Made], statuses: Iterable[str] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield where a figure, or a list or file of some statuses, shows others than a plain count
    finds."""
    for name, parts in PARTS.items():
        desk = visit(cast[name])
        for place, below in parts.items():
            for module in MODULES:
                asked = f"unit={cast.units[place]}&module={module}"
                names = expected(people, {cast.units[unit] for unit in below}, module)
                if figures(desk, asked) != {status: len(who) for status, who in names.items()}:
                    yield name, place, module, "figures"
                for status in statuses:
                    lines = read(desk.get(f"/desk/people.csv?{asked}&status={status}"))
                    if {line["Name"] for line in lines} != names[status]:
                        yield name, place, module, "file", status
                    if listed(desk, f"{asked}&status={status}") != names[status]:
                        yield name, place, module, "list", status


def figures(desk: Visitor, asked: str) -> dict[str, int]:
    """Return the figures of all that is looked at, by status: the sums of the units' lines."""
    rows = table(desk.get(f"/desk/?{asked}").text, "units")[1:]
    sums = [sum(map(int, column)) for column in zip(*(row[1:] for row in rows), strict=True)]
    return dict(zip(COLUMNS, sums, strict=True))


def listed(desk: Visitor, asked: str) -> set[str]:
    """Return the names on all pages of a list."""
    found: set[str] = set()
    for number in range(1, 20):
        page = desk.get(f"/desk/people?{asked}&page={number}").text
        if '<table id="people"' in page:
            found |= {row[0] for row in table(page, "people")[1:]}
        if 'rel="next"' not in page:
            break
    return found


@pytest.mark.parametrize("many", [False, True])
def test_every_figure_list_and_file_is_as_a_plain_count(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    """For everybody who oversees some, with a module and without, however the list is read."""
    people = people_of(app, cast)
    if many:
        monkeypatch.setattr(people_queries, "MANY", 1)
        monkeypatch.setattr(kept_figures, "MANY", 1)
    names = expected(people, {cast.units[unit] for unit in PARTS["coordinator"]["Aruna"]}, "")
    assert min(len(who) for who in names.values()) >= 3
    assert list(differences(visit, cast, people, COLUMNS)) == []


@pytest.mark.parametrize(
    ("rule", "other"),
    [
        ("EXPIRING_DAYS", 59),
        ("EXPIRING_DAYS", 61),
        ("STALLED_DAYS", 29),
        ("STALLED_DAYS", 31),
        ("NOT_BEGUN_DAYS", 29),
        ("NOT_BEGUN_DAYS", 31),
        ("certified", lambda person, today: person.until >= today.isoformat()),
        ("_lacking", lambda person, today: person.until != ""),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_control_a_rule_that_is_another_is_found(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch, rule: str, other: object
) -> None:
    """By a day, or by what it looks at."""
    people = people_of(app, cast)
    monkeypatch.setattr(rules, rule, other)
    assert next(differences(visit, cast, people), None)


def test_each_figure_leads_to_the_people_behind_it(app: Flask, visit: Visit, cast: Cast) -> None:
    """Those of the tiles, of what is to be done, and of the units."""
    people_of(app, cast)
    desk = visit(cast["coordinator"])
    for asked in ("", f"unit={cast.units['Aruna Immigration']}", f"module={way.MODULE}"):
        page = unescape(desk.get(f"/desk/?{asked}").text)
        tiles = re.findall(r"<strong><bdi>(\d+)</bdi></strong>\s*<a href=\"([^\"]+)", page)
        cells = [(n, at) for at, n in re.findall(r'<a href="(/desk/people[^"]*)">(\d+)</a>', page)]
        due = re.findall(r'<li>\s*<a href="(/desk/people[^"]*)">[^<]*?(\d+) p[^<]*</a>', page)
        assert (len(tiles), len(due)) == (4, 4)
        assert len(cells) >= 9
        for number, address in tiles + cells + [(number, at) for at, number in due]:
            assert len(listed(desk, address.partition("?")[2])) == int(number), address


def test_whoever_needs_attention_has_the_reason_beside_them(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """In a word or two; nobody else has one."""
    today = clock.today()
    gate = ((cast.units["Aruna North Gate"], today - 90 * DAY, None),)
    soon, gone = today + 20 * DAY, today - 20 * DAY
    people = {
        "Soon": (Taken("gone", "completed", today, "valid", soon), "Expires within 60 days"),
        "Late": (Taken("gone", "completed", today, "valid", gone), "Expired or revoked"),
        "Slow": (Taken("gone", "open", today - 40 * DAY), "Idle for 30 days"),
        "Well": (Taken("gone", "open", today), ""),
    }
    population.write(app, [Made(name, gate, (taken,)) for name, (taken, _) in people.items()])
    population.write(app, [Made("Never", gate)])
    page = visit(cast["supervisor"]).get("/desk/people").text
    said = {row[0]: row[1] for row in table(page, "people")}
    for name, (_, reason) in people.items():
        assert reason in said[name]
        assert bool(reason) == ("days" in said[name] or "revoked" in said[name])
    assert "Not begun for 30 days" in said["Never"]
    assert 'data-label="Status"' in page
    assert "Score" not in page


def test_a_status_opens_nobody_else(app: Flask, visit: Visit, cast: Cast) -> None:
    """No filter leads out of one's part, into another's unit, or past the end of a grant."""
    foreign, stranger = visit(cast["foreign coordinator"]), cast["other learner"]
    population.grant(app, stranger, Role.COORDINATOR, cast.units["Beria"])
    population.end_grants(app, stranger)
    aruna = [cast.units[name] for name in ("Aruna", "Aruna North Gate", "region")]
    for route in ("/desk/people", "/desk/people.csv"):
        for status in COLUMNS:
            asked = f"{route}?status={status}"
            assert [foreign.get(f"{asked}&unit={unit}").status_code for unit in aruna] == [404] * 3
            assert visit(stranger).get(asked).status_code == 404
            assert cast["learner"].id not in foreign.get(asked).text


def test_a_status_that_there_is_not_is_not_found(visit: Visit, cast: Cast) -> None:
    """On the page and in the file."""
    desk = visit(cast["coordinator"])
    for status in ("CERTIFIED", "certified ", "completed", "0", "%", "' OR 1=1 --"):
        for route in ("/desk/people", "/desk/people.csv"):
            assert desk.get(route, query_string={"status": status}).status_code == 404


def test_no_status_makes_a_name_a_formula(app: Flask, visit: Visit, cast: Cast) -> None:
    """The file is as safe under a filter as without."""
    gate = ((cast.units["Aruna North Gate"], clock.today(), None),)
    population.write(app, [Made('=HYPERLINK("http://x")', gate)])
    lines = read(visit(cast["supervisor"]).get("/desk/people.csv?status=idle"))
    assert '\'=HYPERLINK("http://x")' in {line["Name"] for line in lines}
