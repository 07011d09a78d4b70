"""One's part of the tree, and the pages of a list."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.core import clock
from training.monitoring import rules
from training.monitoring.rules import (
    Facts,
    Figures,
    Part,
    Place,
    quicker_by_unit,
    total,
)

TODAY = date(2026, 11, 28)
MONTH_AGO = clock.microseconds(datetime(2026, 10, 30, tzinfo=UTC))
"""The first moment of the thirty days that end today."""
BEGUN: dict[str, Any] = {"begun": 1, "open": 1, "active": MONTH_AGO}
AWARDED: dict[str, Any] = {"begun": 1, "awarded": 1}


def person(**known: Any) -> Facts:
    """Somebody who came yesterday and has not begun, but for what is known of them."""
    fresh: dict[str, Any] = {"until": "", "awarded": 0, "begun": 0, "open": 0, "active": 0}
    return Facts(**{**fresh, "since": TODAY - timedelta(days=1), **known})


@pytest.mark.parametrize(
    ("known", "statuses"),
    [
        ({}, ["idle"]),
        ({"since": date(2026, 10, 30)}, ["idle"]),
        ({"since": date(2026, 10, 29)}, ["idle", "not-begun"]),
        ({**BEGUN, "since": date(2020, 1, 1)}, ["under-way"]),
        ({**BEGUN, "active": MONTH_AGO - 1}, ["under-way", "stalled"]),
        ({"begun": 1, "active": 0}, ["idle"]),
        ({**AWARDED, "until": "2026-11-28"}, ["idle", "lapsed"]),
        ({**AWARDED, "until": ""}, ["idle", "lapsed"]),
        ({**AWARDED, **BEGUN, "until": "2026-11-28"}, ["under-way", "lapsed"]),
        ({**AWARDED, **BEGUN, "active": 0}, ["under-way", "lapsed", "stalled"]),
        ({**AWARDED, "until": "2026-11-29"}, ["certified", "expiring"]),
        ({**AWARDED, "until": "2027-01-27"}, ["certified", "expiring"]),
        ({**AWARDED, "until": "2027-01-28"}, ["certified"]),
        ({**AWARDED, **BEGUN, "active": 0, "until": "2028-01-01"}, ["certified"]),
    ],
)
def test_how_somebody_stands_and_why_they_need_attention(
    known: dict[str, Any], statuses: list[str]
) -> None:
    """In one of three states, and for as many reasons as there are, on the very days."""
    facts = person(**known)
    reasons = tuple(status for status in statuses if status not in rules.STATES)
    assert rules.reasons(facts, TODAY) == reasons
    wanted = {*statuses, *(["attention"] if reasons else [])}
    assert {name for name, rule in rules.STATUSES.items() if rule(facts, TODAY)} == wanted


def test_the_days_that_a_reason_speaks_of() -> None:
    assert rules.DAYS == {"expiring": 60, "stalled": 30, "not-begun": 30}
    assert [*rules.STATUSES][:4] == ["certified", "under-way", "idle", "attention"]


def test_a_figure_is_asked_for_by_its_name() -> None:
    figures = Figures(9, Counter({"idle": 3}))
    assert (figures["people"], figures["idle"], figures["lapsed"]) == (9, 3, 0)


def place(id: str, parent: str | None) -> Place:
    return Place(id, id.upper(), parent, current=True, scored=True)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """Trees whose tops have parents outside, as a coordinator of a State sees them."""
    count = draw(st.integers(1, 12))
    parents = [draw(st.sampled_from(["outside", *map(str, range(n))])) for n in range(count)]
    order = draw(st.permutations(range(count)))
    return Part(place(str(number), parents[number]) for number in order)


@settings(max_examples=100, deadline=None)
@given(parts())
def test_the_tops_with_all_below_are_the_whole_part_once(part: Part) -> None:
    """Figures by unit add up to those of the whole."""
    found = [id for top in part.tops for id in part.below(top.id)]
    assert sorted(found) == sorted(one.id for one in part)


@settings(max_examples=100, deadline=None)
@given(parts())
def test_a_way_begins_at_a_top_and_goes_down_step_by_step(part: Part) -> None:
    """Breadcrumbs never lead above one's part."""
    for one in part:
        assert part[one.id] is one
        way = part.path(one.id)
        assert way[0] in part.tops
        assert way[-1] is one
        for above, below in pairwise(way):
            assert below in part.children(above.id)


def test_the_region_has_nothing_above_it() -> None:
    """Whatever else is called by whatever name."""
    part = Part([place("x", None), place("region", None), place("a", "region")])
    assert [one.id for one in part.tops] == ["x", "region"]
    assert part.below("x") == ("x",)
    assert [one.id for one in part.path("a")] == ["region", "a"]


def test_units_without_people_count_nothing() -> None:
    """Only units where people are posted have figures."""
    figures = {
        "a": Figures(3, Counter(certified=2, stalled=1)),
        "b": Figures(5, Counter(certified=1, stalled=0)),
        "elsewhere": Figures(9, Counter(certified=9, lapsed=9)),
    }
    assert total(figures, ("a", "b", "empty")) == Figures(8, Counter(certified=3, stalled=1))


def test_few_are_sought_where_they_are_and_many_along_the_names() -> None:
    """A page of names that is soon full is not sought otherwise; nobody is sought nowhere."""
    figures = {
        "a": Figures(1000, Counter(lapsed=3)),
        "b": Figures(1000, Counter(lapsed=0, certified=900)),
        "c": Figures(1000, Counter(certified=900)),
    }
    assert quicker_by_unit(figures, "lapsed", 50) == ("a",)
    assert quicker_by_unit(figures, "stalled", 50) == ()
    assert quicker_by_unit(figures, "certified", 50) is None
    assert quicker_by_unit(figures, "certified", 5000) == ("b", "c")
