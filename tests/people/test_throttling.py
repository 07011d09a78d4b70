"""Guessing passwords is slow, and nobody is locked out by a stranger or by a neighbour."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from tests.cast import PASSWORD, Cast
from tests.live import at_once
from tests.visitor import Visitor
from training.core.database import db
from training.core.work import unit_of_work
from training.people import passwords, throttling
from training.people.models import SignInCounter

Visit = Callable[..., Visitor]
Try = Callable[..., TestResponse]
LEARNER = "learner@example.org"
NOBODY = "nobody@example.org"
HERE, THERE = "192.0.2.1", "198.51.100.1"


@pytest.fixture
def guess(visit: Visit, cast: Cast) -> Try:
    """Return a function that tries a password for an account from an address."""

    def guess(
        identifier: str = LEARNER, password: str = "wrong", address: str = HERE, **more: str
    ) -> TestResponse:
        typed = {"identifier": identifier, "password": password, **more}
        return visit().post("/sign-in", typed, environ_overrides={"REMOTE_ADDR": address})

    return guess


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What passwords are compared from now on; comparing costs nothing."""
    compared: list[str] = []

    def fits(password: str, secret: str | None) -> bool:
        compared.append(password)
        return secret is not None and password == PASSWORD

    monkeypatch.setattr(passwords, "fits", fits)
    return compared


def statuses(answers: list[TestResponse]) -> list[int]:
    """Return the statuses of answers."""
    return [answer.status_code for answer in answers]


def counters(app: Flask) -> list[SignInCounter]:
    """Return what is counted."""
    with app.app_context():
        found = list(db.session.scalars(select(SignInCounter)))
        db.session.remove()
    return found


@pytest.mark.parametrize("identifier", [LEARNER, NOBODY])
def test_the_fifth_failure_says_how_long_to_wait(
    guess: Try, hashed: list[str], identifier: str
) -> None:
    """In the page and for machines; what was typed is kept, but for the password; then the right
    password is refused without being looked at. Of an unknown account it is the same."""
    with time_machine.travel(1_800_000_000, tick=False):
        assert statuses([guess(identifier) for _ in range(4)]) == [422] * 4
        fifth = guess(identifier)
        again = guess(identifier, PASSWORD)
    assert statuses([fifth, again]) == [429, 429]
    assert len(hashed) == 5
    for page in (fifth, again):
        assert page.headers["Retry-After"] == "60"
        assert "Wait 1 minute, then try again." in page.text
        assert f'value="{identifier}"' in page.text
        assert PASSWORD not in page.text


def test_after_the_wait_the_right_password_lets_in_and_all_begins_anew(
    guess: Try, hashed: list[str]
) -> None:
    """And a wrong one waits twice as long."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        for _ in range(5):
            guess()
        for minutes in (1, 2, 4, 8, 15, 15):
            now.shift(timedelta(minutes=minutes, seconds=-1))
            assert guess(password=PASSWORD).status_code == 429
            now.shift(timedelta(seconds=1))
            assert guess().status_code == 429
        now.shift(timedelta(minutes=15))
        assert guess(password=PASSWORD).status_code == 303
        assert statuses([guess() for _ in range(5)]) == [422] * 4 + [429]


def test_a_failure_is_forgotten_after_an_hour(guess: Try, hashed: list[str], app: Flask) -> None:
    """Nothing of it stays; where one has signed in stays known for ninety days."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        assert statuses([guess() for _ in range(4)]) == [422] * 4
        guess(password=PASSWORD, address=THERE)
        now.shift(timedelta(hours=1, seconds=1))
        assert statuses([guess() for _ in range(4)]) == [422] * 4
        now.shift(timedelta(hours=1, seconds=1))
        guess("somebody.else@example.org")
        assert len(counters(app)) == 3
        now.shift(timedelta(days=90))
        guess("somebody.else@example.org")
        assert len(counters(app)) == 2


def test_a_post_behind_one_address_is_never_locked_out(
    guess: Try, hashed: list[str], cast: Cast
) -> None:
    """However often a colleague fails, everybody else at the post signs in."""
    for _ in range(12):
        guess()
    assert guess(password=PASSWORD).status_code == 429
    for name in ("other learner", "supervisor", "trainer"):
        assert guess(cast[name].email, PASSWORD).status_code == 303


def test_an_attack_from_afar_does_not_stop_whoever_signed_in_here_before(
    app: Flask, guess: Try, hashed: list[str]
) -> None:
    """From many addresses thirty failures close an account to strangers, not to its post."""
    assert guess(password=PASSWORD).status_code == 303
    with app.app_context(), unit_of_work() as work:
        for n in range(28):
            attempt = throttling.attempt(f"email {LEARNER}", f"203.0.113.{n}")
            throttling.count_failure(work, attempt)
    found = [guess(address=f"203.0.113.{n}").status_code for n in (201, 202, 203)]
    assert found == [422, 429, 429]
    stopped = guess(password=PASSWORD, address=THERE)
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 3500
    assert guess(password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "dressed",
    [
        {"identifier": " LEARNER@example.org"},
        {"identifier": "learner@EXAMPLE.ORG", "agency": "another"},
        {"address": "::ffff:192.0.2.1"},
    ],
)
def test_an_account_or_a_place_written_otherwise_is_still_the_same(
    guess: Try, hashed: list[str], dressed: dict[str, str]
) -> None:
    """Spelling buys no more tries."""
    for _ in range(5):
        guess()
    assert guess(**{"password": PASSWORD, **dressed}).status_code == 429


def test_what_is_counted_names_nobody(guess: Try, hashed: list[str], app: Flask) -> None:
    """Only keyed hashes lie there: with another key they are other ones."""
    guess()
    guess(NOBODY)
    found = counters(app)
    assert len(found) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", counter.id) for counter in found)
    with app.app_context():
        mine = throttling.attempt("email " + LEARNER, HERE)
        app.config["SECRET_KEY"] = "another key, another key, another key"
        assert {mine.account, mine.place} <= {counter.id for counter in found}
        assert throttling.attempt("email " + LEARNER, HERE) != mine


def test_simultaneous_failures_all_count(app: Flask, cast: Cast, hashed: list[str]) -> None:
    """None is lost between two processes that read the same number."""
    at_once([partial(_fail, app) for _ in range(8)])
    assert [counter.failures for counter in counters(app)] == [8, 8]


def _fail(app: Flask) -> None:
    visitor = Visitor(app)
    sent = visitor.post("/sign-in", {"identifier": LEARNER, "password": "wrong"})
    assert sent.status_code in (422, 429)


def test_of_many_simultaneous_guesses_only_the_first_few_are_worth_something(
    app: Flask, guess: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was let past the first look is looked at again before a session is opened."""

    def fits(password: str, secret: str | None) -> bool:
        monkeypatch.setattr(passwords, "fits", lambda password, secret: False)
        for _ in range(5):  # meanwhile
            guess()
        return True

    monkeypatch.setattr(passwords, "fits", fits)
    assert guess(password=PASSWORD).status_code == 429


def test_the_present_password_is_not_guessed_either(
    visit: Visit, cast: Cast, hashed: list[str]
) -> None:
    """At a browser that was left open."""
    visitor = visit(cast["learner"])
    new = {"password": "another long phrase", "again": "another long phrase"}
    sent = [visitor.post("/account/password", {"current": "wrong", **new}) for _ in range(5)]
    assert statuses(sent) == [422] * 5
    refused = visitor.post("/account/password", {"current": PASSWORD, **new})
    assert "Wait 1 minute" in refused.text
    assert len(hashed) == 5
    assert visit().sign_in(cast["learner"]).status_code == 303


def test_without_counting_these_tests_would_fail(
    guess: Try, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: with the counter taken out, nobody waits."""
    monkeypatch.setattr(throttling, "count_failure", lambda work, attempt: timedelta(0))
    assert statuses([guess() for _ in range(7)]) == [422] * 7


def test_a_failure_that_is_lost_would_be_seen(
    app: Flask, cast: Cast, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control for the simultaneous ones: with a statement that forgets what stood there."""
    forgetful = str(throttling._COUNT_FAILURE).replace("sign_in_counter.failures + 1", "1")
    monkeypatch.setattr(throttling, "_COUNT_FAILURE", text(forgetful))
    at_once([partial(_fail, app) for _ in range(4)])
    assert [counter.failures for counter in counters(app)] == [1, 1]
