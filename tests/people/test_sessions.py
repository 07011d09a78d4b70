"""Sessions and their cookies: whose they are, how long they last, and what is worth nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete

from config import Settings
from tests.apps import make_settings
from tests.cast import PASSWORD, TESTER, Cast, session_token
from tests.visitor import Visitor
from training.app import create_app
from training.core.work import unit_of_work
from training.people import sign_in_services
from training.people.models import Person, SignInSession
from training.people.sessions import COOKIE

Visit = Callable[..., Visitor]
NEW = {"password": "another long phrase", "again": "another long phrase"}
HTTPS = {"base_url": "https://waypost.example"}


def is_signed_in(visitor: Visitor) -> bool:
    """Tell whether the pages know who that is."""
    page = visitor.get("/learn/")
    page.close()  # what is done after an answer, is done then
    assert page.status_code in (200, 302)
    return page.status_code == 200


def thief_of(visitor: Visitor) -> Visitor:
    """Return another browser with a copy of the session's cookie."""
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    thief = Visitor(visitor.app)
    thief.client.set_cookie(COOKIE, cookie.value)
    return thief


def test_two_cookies_are_set_and_say_as_little_as_can_be(visit: Visit, cast: Cast) -> None:
    """For this host, all of it, until the browser closes; scripts don't see them."""
    visitor = visit()
    answers = [visitor.get("/sign-in"), visitor.sign_in(cast["learner"])]
    answers += [visitor.get(path) for path in ("/learn/", "/account/", "/help/", "/nowhere")]
    answers += [visitor.post("/account/password", {}), visitor.post("/sign-out")]
    for set_cookie in [cookie for answer in answers for cookie in set_cookies(answer)]:
        name, *says = set_cookie.split("; ")
        assert name.split("=")[0] in ("waypost_session", "waypost_visit")
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(says)
        expiry = [part for part in says if part.startswith(("Expires", "Max-Age"))]
        assert bool(expiry) == (name in ("waypost_session=", "waypost_visit=")), set_cookie
        assert not any(part.startswith("Domain") for part in says)


def set_cookies(answer: object) -> list[str]:
    """Return the cookies that an answer sets."""
    return list(answer.headers.getlist("Set-Cookie"))  # type: ignore[attr-defined]


def test_over_https_no_neighbour_can_plant_them(settings: Settings, cast: Cast) -> None:
    """They are Secure and bear the prefix that browsers guard; so when they are taken away."""
    app = create_app(
        make_settings(
            settings.database_url, settings.instance, public_url="https://waypost.example"
        )
    )
    visitor = Visitor(app)
    page = visitor.get("/sign-in", **HTTPS)
    token = page.text.split('csrf_token" value="')[1].split('"')[0]
    typed = {"csrf_token": token, "identifier": cast["learner"].email, "password": PASSWORD}
    entered = visitor.client.post("/sign-in", data=typed, **HTTPS)
    assert entered.status_code == 303
    home = visitor.get("/learn/", **HTTPS)
    assert home.status_code == 200
    token = home.text.split('csrf_token" value="')[1].split('"')[0]
    left = visitor.client.post("/sign-out", data={"csrf_token": token}, **HTTPS)
    found = [cookie for answer in (page, entered, left) for cookie in set_cookies(answer)]
    assert {cookie.split("=")[0] for cookie in found} == {
        "__Host-waypost_session",
        "__Host-waypost_visit",
    }
    assert all({"Secure", "Path=/"} <= set(cookie.split("; ")) for cookie in found)
    plain = visitor.get("/learn/", **HTTPS, headers={"Cookie": f"{COOKIE}=x"})
    assert plain.status_code == 302


def test_what_was_planted_before_is_not_used_after(app: Flask, visit: Visit, cast: Cast) -> None:
    """Neither a session of the attacker's own nor their token of forms."""
    planted = session_token(app, cast["other learner"].id)
    victim, attacker = visit(), visit()
    victim.client.set_cookie(COOKIE, planted)
    attacker.client.set_cookie(COOKIE, planted)
    before = attacker.token()
    assert victim.token() == before
    assert victim.sign_in(cast["learner"]).status_code == 303
    assert "Learner Person" in victim.get("/account/").text
    assert victim.token() != before
    assert not is_signed_in(attacker)
    assert victim.client.post("/sign-out", data={"csrf_token": before}).status_code == 403


def test_a_visitor_s_token_is_not_kept_over_the_sign_in(visit: Visit, cast: Cast) -> None:
    """Planted or not."""
    victim, attacker = visit(), visit()
    before = attacker.token()
    visiting = attacker.client.get_cookie("waypost_visit")
    assert visiting is not None
    victim.client.set_cookie("waypost_visit", visiting.value)
    assert victim.token() == before
    victim.sign_in(cast["learner"])
    assert victim.token() != before


def test_whoever_signs_in_where_somebody_else_is_ends_their_session(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """By password or by link: on a shared PC the first must not come back."""
    for enter in ("password", "link"):
        browser = visit(cast["other learner"])
        first = thief_of(browser)
        if enter == "password":
            browser.sign_in(cast["learner"])
        else:
            with app.app_context(), unit_of_work() as work:
                person = work.session.get_one(Person, cast["learner"].id)
                link = sign_in_services.make_link(TESTER, work, person=person)
            browser.post(f"/sign-in/link/{link}", NEW)
        assert not is_signed_in(first)


@pytest.mark.parametrize("end", ["sign-out", "password", "link", "command", "removed"])
def test_a_copied_cookie_is_worth_nothing_after_the_end(
    app: Flask, visit: Visit, cast: Cast, end: str
) -> None:
    """However it ended."""
    owner, elsewhere = visit(cast["learner"]), visit(cast["learner"])
    thief = thief_of(elsewhere)
    assert is_signed_in(thief)
    if end == "sign-out":
        elsewhere.post("/sign-out")
    elif end == "password":
        owner.post("/account/password", {"current": PASSWORD, **NEW})
    else:
        with app.app_context(), unit_of_work() as work:
            person = work.session.get_one(Person, cast["learner"].id)
            if end == "removed":
                work.session.execute(delete(SignInSession))
            elif end == "command":
                sign_in_services.set_password(TESTER, work, person=person, secret="x")
            link = sign_in_services.make_link(TESTER, work, person=person)
        if end == "link":
            visit().post(f"/sign-in/link/{link}", NEW)
    assert not is_signed_in(thief)
    assert is_signed_in(owner) == (end in ("sign-out", "password"))


def test_a_session_lasts_half_an_hour_without_use_and_twelve_hours_with(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """To the minute."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        idle, busy = visit(cast["learner"]), visit(cast["learner"])
        now.shift(timedelta(minutes=30))
        assert is_signed_in(idle)
        assert is_signed_in(busy)
        now.shift(timedelta(minutes=29))
        assert is_signed_in(busy)
        now.shift(timedelta(minutes=1, seconds=1))
        assert not is_signed_in(idle)
        for _ in range(22):
            assert is_signed_in(busy)
            now.shift(timedelta(minutes=29, seconds=55))
        assert is_signed_in(busy)
        now.shift(timedelta(minutes=5))
        assert not is_signed_in(busy)


SPOILED: tuple[Callable[[str], str], ...] = (
    lambda value: value[:-1],
    lambda value: value[:8],
    lambda value: value + "x",
    lambda value: value.swapcase(),
    lambda value: "x" * 60_000,
    lambda value: "\xff\xfe\x80",
    lambda value: '"\\000\\377"',
    lambda value: "null",
    lambda value: "../../etc/passwd",
    lambda value: "' OR 1=1 --",
    lambda value: ".eJw.x.y",
    lambda value: "",
)


@pytest.mark.parametrize("cookie", [COOKIE, "waypost_visit"])
def test_a_cookie_that_is_not_ours_opens_nothing_and_breaks_nothing(
    visit: Visit, cast: Cast, cookie: str
) -> None:
    """Cut off, changed, huge, garbage: whoever sends it is a stranger like any other."""
    visitor = visit(cast["learner"]) if cookie == COOKIE else visit()
    visitor.token()
    ours = visitor.client.get_cookie(cookie)
    assert ours is not None
    sent = {"csrf_token": visitor.token(), "identifier": "x", "password": "x"}
    for spoil in SPOILED:
        headers = {"Cookie": f"{cookie}={spoil(ours.value)}"}
        stranger = visit()
        assert stranger.get("/learn/", headers=headers).status_code == 302
        assert stranger.get("/sign-in", headers=headers).status_code == 200
        assert stranger.client.post("/sign-in", data=sent, headers=headers).status_code == 403


def test_a_browser_signs_out_alone(visit: Visit, cast: Cast) -> None:
    """Another browser of the same person stays, and this one forgets all it had stored."""
    one, two = visit(cast["learner"]), visit(cast["learner"])
    sent = one.post("/sign-out")
    assert sent.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert one.client.get_cookie(COOKIE) is None
    assert not is_signed_in(one)
    assert is_signed_in(two)


def test_a_session_that_never_ends_is_seen(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: with signing out taken out of the server, the copied cookie still opens."""
    monkeypatch.setattr("training.people.sessions._end", lambda work, which: None)
    visitor = visit(cast["learner"])
    thief = thief_of(visitor)
    visitor.post("/sign-out")
    assert is_signed_in(thief)
