"""One's own account: where one is signed in, and what ends where."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.cast import Cast
from tests.monitoring.reading import table
from tests.statements import count_queries
from tests.visitor import Visitor
from training.people import account_queries
from training.people.sessions import COOKIE, token_id

Visit = Callable[..., Visitor]
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/87.0.4280.141 Mobile Safari/537.36"
)
UNKNOWN = "A browser that does not say what it is"


def sign_in(visit: Visit, cast: Cast, agent: str, name: str = "learner") -> Visitor:
    """Sign in by the form with a browser that says what it is."""
    visitor = visit()
    sent = visitor.sign_in(cast[name], headers={"User-Agent": agent})
    assert sent.status_code == 303
    return visitor


def browsers(visitor: Visitor) -> list[str]:
    """Return the browsers that the account page lists."""
    page = visitor.get("/account/")
    assert page.status_code == 200
    return [row[0].removesuffix(" Sign it out") for row in table(page.text, "sessions")[1:]]


def session_of(visitor: Visitor) -> str:
    """Return the id of a browser's session."""
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    return token_id(cookie.value)


def copy_of(visitor: Visitor) -> Visitor:
    """Return another browser with the cookie of this one."""
    copy = Visitor(visitor.app)
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    copy.client.set_cookie(COOKIE, cookie.value)
    return copy


def is_signed_in(visitor: Visitor) -> bool:
    """Tell whether the pages know who that is."""
    return visitor.get("/learn/").status_code == 200


def test_one_sees_where_one_is_signed_in(visit: Visit, cast: Cast) -> None:
    """In plain words, this browser marked, the latest used first; nothing of anybody else's."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        sign_in(visit, cast, WINDOWS)
        sign_in(visit, cast, "Beria", name="foreign learner")
        now.shift(timedelta(minutes=2))
        sign_in(visit, cast, "x" * 300)
        now.shift(timedelta(minutes=2))
        phone = sign_in(visit, cast, PHONE)
        found = browsers(phone)
    assert found == ["Chrome Mobile on Android This one", UNKNOWN, "Firefox on Windows"]


def test_what_is_over_is_not_listed(visit: Visit, cast: Cast) -> None:
    """By time or by hand, to the minute as the pages have it."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        idle, left = sign_in(visit, cast, WINDOWS), sign_in(visit, cast, WINDOWS)
        left.post("/sign-out")
        now.shift(timedelta(minutes=30))
        assert len(browsers(sign_in(visit, cast, PHONE))) == 2
        now.shift(timedelta(seconds=1))
        assert browsers(sign_in(visit, cast, PHONE)).count("Firefox on Windows") == 0
        assert not is_signed_in(idle)


def test_one_signs_out_another_browser(visit: Visit, cast: Cast) -> None:
    """That one alone, and its copied cookie with it; again changes nothing."""
    here, there = sign_in(visit, cast, WINDOWS), sign_in(visit, cast, PHONE)
    third, thief = sign_in(visit, cast, "third"), copy_of(there)
    end = f"/account/sessions/{session_of(there)}/end"
    for _ in range(2):
        assert here.post(end).status_code == 303
        assert "That browser is signed out." in here.get("/account/").text
    assert [is_signed_in(one) for one in (here, there, thief, third)] == [True, False, False, True]
    assert "Chrome Mobile on Android" not in browsers(here)


def test_one_signs_out_everywhere_else(visit: Visit, cast: Cast) -> None:
    """Not whoever else is signed in."""
    here, there = sign_in(visit, cast, WINDOWS), sign_in(visit, cast, PHONE)
    other, thief = sign_in(visit, cast, PHONE, "other learner"), copy_of(there)
    assert "Sign out everywhere else" in here.get("/account/").text
    assert here.post("/account/sessions/end-others").status_code == 303
    assert [is_signed_in(one) for one in (here, there, thief, other)] == [True, False, False, True]
    assert browsers(here) == ["Firefox on Windows This one"]
    page = here.get("/account/").text
    assert "Sign out everywhere else" not in page
    assert "/end" not in page


@pytest.mark.parametrize("session", ["theirs", "none", "f" * 64])
def test_nobody_ends_the_session_of_somebody_else(visit: Visit, cast: Cast, session: str) -> None:
    """Nor learns whether there is one."""
    theirs = visit(cast["other learner"])
    named = session_of(theirs) if session == "theirs" else session
    assert visit(cast["learner"]).post(f"/account/sessions/{named}/end").status_code == 404
    assert is_signed_in(theirs)


def test_one_may_end_the_session_that_asks(visit: Visit, cast: Cast) -> None:
    """It is one's own like the others."""
    here = visit(cast["learner"])
    assert here.post(f"/account/sessions/{session_of(here)}/end").status_code == 303
    assert not is_signed_in(here)


def test_the_page_costs_the_same_for_many_browsers(app: Flask, visit: Visit, cast: Cast) -> None:
    here = visit(cast["learner"])
    counts = []
    for _ in range(2):
        with count_queries(app) as statements:
            assert here.get("/account/").status_code == 200
        counts.append(len(statements))
        for _ in range(12):
            visit(cast["learner"])
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        (WINDOWS, ("Firefox", "Windows")),
        (WINDOWS.replace("Firefox/115.0", ""), (None, "Windows")),
        ("curl/8.5.0", ("curl", None)),
        ("", (None, None)),
        (None, (None, None)),
        ("(" * 200, (None, None)),
    ],
)
def test_a_browser_is_named_as_far_as_it_says(
    agent: str | None, names: tuple[str | None, str | None]
) -> None:
    assert account_queries.named(agent) == names
