"""How long an answer takes tells nobody who has an account, or which link once was one.

What is measured is the processor's time of this process: of the clock on the wall, most would be
what else the machine does. The hash is the greater part of an answer, and is made here.
"""

import time
from collections.abc import Callable, Iterator
from math import sqrt
from random import Random

import pytest
from flask import Flask

from tests.cast import TESTER
from tests.counts import tries
from tests.visitor import Visitor
from training.core.work import unit_of_work
from training.people import passwords, queries, services, sign_in_services

PAIRS = tries(30, 1_000)
TRIES = 4
"""How often an account is tried from one place before anybody must wait."""
_MANY = 5
Times = list[tuple[bool, float]]
"""Whether there is such an account or link, and how long the answer took."""


def limit(count: int) -> float:
    """Return which share of right guesses is none yet: 0.55, or for few tries what chance reaches
    once in three million times, so that no busy machine makes the sample fail."""
    return max(0.55, 0.5 + _MANY * 0.5 / sqrt(count))


def guessed_right(times: Times) -> float:
    """Return how often the best threshold of one half of the times tells those of the other."""
    half = len(times) // 2
    learnt, tried = times[:half], times[half:]

    def right(seen: Times, threshold: float, longer: bool) -> float:
        return sum((took > threshold) == (known == longer) for known, took in seen) / len(seen)

    both = ((took, longer) for _, took in learnt for longer in (True, False))
    return right(tried, *max(both, key=lambda rule: right(learnt, *rule)))


def told_apart(times: Times) -> float:
    """Return how probably one of each is in an order that can be foretold: the area under the
    curve, by the ranks (Mann and Whitney); 0.5 is none."""
    ranked = sorted(times, key=lambda one: one[1])
    known = [rank for rank, (there, _) in enumerate(ranked, start=1) if there]
    least = len(known) * (len(known) + 1) / 2
    area = (sum(known) - least) / (len(known) * (len(times) - len(known)))
    return max(area, 1 - area)


def demand_alike(times: Times) -> None:
    """Fail where times can be told apart."""
    assert guessed_right(times) <= limit(len(times) // 2)
    assert told_apart(times) <= limit(len(times) // 2)


def measured(ask: Callable[[str], int], known: list[str], unknown: list[str]) -> Times:
    """Ask for one that is there and one that is not, pair after pair in an order of chance; one
    pair before it does not count. Returns how long each answer took."""
    chance, times = Random(3), Times()
    for pair in zip(known, unknown, strict=True):
        both = list(zip((True, False), pair, strict=True))
        chance.shuffle(both)
        for there, name in both:
            began = time.process_time()
            status = ask(name)
            times.append((there, time.process_time() - began))
            assert status in (409, 422)
    return times[2:]


@pytest.fixture
def accounts(app: Flask) -> tuple[list[str], list[str]]:
    """As many addresses of accounts as of none, all of one length, in order of no kind."""
    number = -(-PAIRS // TRIES) + 1
    known, unknown = ([f"{kind}{one:04}@example.org" for one in range(number)] for kind in "ab")
    with app.app_context():
        secret = passwords.make("a long enough password")
        with unit_of_work() as work:
            root = queries.root(work.session)
            for email in known:
                one = services.add_person(TESTER, work, name="Nur", email=email, unit=root)
                sign_in_services.set_password(TESTER, work, person=one, secret=secret)
    whole = [[one for one in kind for _ in range(TRIES)][: PAIRS + 1] for kind in (known, unknown)]
    return whole[0], whole[1]


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], int]:
    """Return what tries to sign in with a wrong password."""
    visitor = Visitor(app)
    visitor.token()
    typed = {"password": "another password"}
    return lambda email: visitor.post("/sign-in", {"identifier": email, **typed}).status_code


def test_signing_in_takes_as_long_for_whom_nobody_knows(
    accounts: tuple[list[str], list[str]], sign_in: Callable[[str], int]
) -> None:
    demand_alike(measured(sign_in, *accounts))


def test_control_without_the_stand_in_hash_it_does_not(
    accounts: tuple[list[str], list[str]],
    sign_in: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is compared where nobody is known."""
    fits = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda typed, hash: bool(hash) and fits(typed, hash))
    with pytest.raises(AssertionError):
        demand_alike(measured(sign_in, *accounts))


def links(app: Flask) -> Iterator[str]:
    """Yield tokens of links that are used up."""
    with app.app_context():
        with unit_of_work() as work:
            person = services.add_person(TESTER, work, name="Nur")
        for _ in range(PAIRS + 1):
            with unit_of_work() as work:
                token = sign_in_services.make_link(TESTER, work, person=person)
            with unit_of_work() as work:
                sign_in_services.use_link(TESTER, work, token=token, secret="$")
            yield token


def test_a_link_takes_as_long_whether_it_was_one_or_not(app: Flask) -> None:
    """Used up, or never made."""
    used, visitor = list(links(app)), Visitor(app)
    chance = Random(4)
    never = ["".join(chance.sample(token, len(token))) for token in used]
    demand_alike(
        measured(lambda token: visitor.get(f"/sign-in/link/{token}").status_code, used, never)
    )


def test_the_tools_tell_what_differs_and_nothing_else() -> None:
    """What lies three times as far apart as it varies; not what is alike."""
    chance = Random(5)
    alike = [(bool(one % 2), chance.gauss(45, 3)) for one in range(2 * PAIRS)]
    apart = [(known, took + 9 * known) for known, took in alike]
    demand_alike(alike)
    with pytest.raises(AssertionError):
        demand_alike(apart)
