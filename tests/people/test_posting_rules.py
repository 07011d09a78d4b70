"""The pure rules of postings: one place on any day, and nothing that has been is undone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.keeping import in_days
from training.people import posting_rules as rules
from training.people.posting_rules import Stay


@st.composite
def _histories(draw: st.DrawFn) -> list[Stay]:
    """Draw what verbs make of a first posting, at days in any order."""
    today, kept = date(2026, 6, 1), [Stay("home", date(2026, 1, 1))]
    day = st.integers(-200, 200).map(lambda days: date.fromordinal(today.toordinal() + days))
    for _ in range(draw(st.integers(1, 8))):
        on, back = draw(day), draw(day)
        verb = draw(st.sampled_from(("move", "leave", "second", "end")))
        try:
            if verb == "move":
                kept = rules.moved(kept, draw(st.sampled_from("abc")), on, today)
            elif verb == "end":
                kept = rules.ended(kept, "retirement", on, today)
            else:
                kind = {"leave": "leave", "second": "secondment"}[verb]
                until = back if back > on else None
                kept = rules.away(kept, kind, "d" if verb == "second" else None, on, until, today)
        except (rules.TooEarly, rules.NotServing):
            pass
    return kept


@given(_histories())
def test_one_is_in_one_place_on_any_day(history: list[Stay]) -> None:
    """Whatever is planned and changed: stays follow one another, none is empty, one is open at
    most, and what began before today began where it did."""
    assert history == sorted(history, key=lambda stay: stay.since)
    for stay, following in zip(history, [*history[1:], None], strict=True):
        assert stay.until is None or stay.until > stay.since
        if following is not None:
            assert stay.until is not None
            assert stay.until <= following.since
        assert stay.ending is None or stay.until is not None
    assert sum(stay.until is None for stay in history) <= 1


def test_the_rules_have_their_days() -> None:
    """To the day: what begins today gives way today, what began yesterday does not."""
    today, before, after = date(2026, 6, 2), date(2026, 6, 1), date(2026, 6, 3)
    first = [Stay("a", date(2026, 1, 1), today), Stay("b", today)]
    assert rules.moved(first, "c", today, today) == [first[0], Stay("c", today)]
    with pytest.raises(rules.TooEarly) as early:
        rules.moved(first, "c", before, today)
    assert early.value.began == today
    planned = [Stay("a", before, after), Stay("b", after)]
    assert rules.moved(planned, "c", today, today) == [Stay("a", before, today), Stay("c", today)]
    assert rules.home_on(planned, today) == "a"
    assert rules.home_on(planned, after) == "b"
    with pytest.raises(rules.NotServing):
        rules.home_on([Stay("a", before, today)], today)
    with pytest.raises(rules.NotServing):
        rules.ended([Stay("a", today)], "retirement", today, today)
    away = rules.away([Stay("a", before)], "leave", None, today, after, today)
    assert away == [
        Stay("a", before, today),
        Stay("a", today, after, "leave"),
        Stay("a", after),
    ]
    assert rules.away(away, "secondment", "z", today, None, today)[-1] == Stay(
        "z", today, None, "secondment"
    )
    assert rules.home_on(away, today) == "a"


@pytest.mark.parametrize("days", [0, 1, 30])
def test_parting_undoes_merging(days: int) -> None:
    """Whatever was planned or had ended, whenever it began; but who came that very day stays."""
    on = in_days(0)
    history = [
        Stay("x", in_days(-90), in_days(-60)),
        Stay("a", in_days(-60), in_days(-30)),
        Stay("x", in_days(-30), in_days(-10)),
        Stay("a", in_days(-10), in_days(days + 1), "leave"),
        Stay("b", in_days(days + 1), None),
    ]
    merged = rules.merged(history, "a", "b", on)
    assert [stay.unit for stay in merged] == ["x", "a", "x", "a", "b", "b"]
    assert merged[3].until == merged[4].since == on
    assert rules.parted(merged, "a", "b", on) == history
    today = [Stay("a", on)]
    assert rules.merged(today, "a", "b", on) == [Stay("b", on)]
    assert rules.parted([Stay("b", on)], "a", "b", on) == [Stay("b", on)]
