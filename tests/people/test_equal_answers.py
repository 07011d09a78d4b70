"""Whoever tries to sign in learns nothing of who has an account: not by the answer, not by what it
costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from argon2.exceptions import VerifyMismatchError
from flask import Flask

from tests.cast import TESTER, Cast
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core.work import unit_of_work
from training.people import passwords, services
from training.people.models import Person, Unit

Visit = Callable[..., Visitor]


@dataclass
class Comparisons:
    """Stands for argon2: counts what is compared, and nothing fits."""

    made: int = 0

    def verify(self, secret: str, password: str) -> bool:
        """Compare, in no time."""
        assert secret.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        self.made += 1
        raise VerifyMismatchError


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> Comparisons:
    """What is compared during this test."""
    comparisons = Comparisons()
    monkeypatch.setattr(passwords, "_hasher", comparisons)
    return comparisons


@pytest.fixture
def accounts(app: Flask, cast: Cast) -> dict[str, dict[str, str]]:
    """What is typed for accounts of all kinds: as long as each other, within e-mail and number."""
    with app.app_context(), unit_of_work() as work:
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        learner = work.session.get_one(Person, cast["learner"].id)
        services.give_number(TESTER, work, person=learner, agency=agency, number="AB-1234")
        services.add_person(TESTER, work, name="New", email="newbody@example.org")
    here, there = cast.units["Aruna Immigration"], cast.units["Beria Border Police"]
    return {
        "known": {"identifier": "learner@example.org"},
        "unknown": {"identifier": "nobody1@example.org"},
        "without a password yet": {"identifier": "newbody@example.org"},
        "known number": {"identifier": "AB-1234", "agency": here},
        "unknown number": {"identifier": "AB-4321", "agency": here},
        "number of another agency": {"identifier": "AB-1234", "agency": there},
        "number of no agency": {"identifier": "AB-1234"},
        "number of an agency that is none": {"identifier": "AB-1234", "agency": "x"},
    }


def answer(
    app: Flask, visitor: Visitor, comparisons: Comparisons, typed: dict[str, str]
) -> dict[str, Any]:
    """Try once; returns all that can be seen and measured, but for what was typed."""
    before = comparisons.made
    with count_queries(app) as statements:
        page = visitor.post("/sign-in", {**typed, "password": "wrong password"})
    text = page.text.replace(typed["identifier"], "?").replace("<option selected ", "<option ")
    headers = dict(page.headers)
    headers.pop("Content-Length")  # of what was typed; the text without it is compared
    return {
        "status": page.status_code,
        "headers": headers,
        "text": text,
        "statements": statements,
        "comparisons": comparisons.made - before,
    }


def test_known_and_unknown_accounts_can_t_be_told_apart(
    app: Flask, visit: Visit, accounts: dict[str, dict[str, str]], comparisons: Comparisons
) -> None:
    """From the first failure over the wait to the one after it: the same words and headers, the
    same statements, one comparison each, also where there is nothing to compare with."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        visitor = visit()
        visitor.token()
        for turn in range(7):
            found = {
                name: answer(app, visitor, comparisons, typed) for name, typed in accounts.items()
            }
            kinds: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
            for name, seen in found.items():
                kinds["number" in name].append(seen)
            for first, *others in kinds.values():
                for other in others:
                    assert other == first
            assert {seen["status"] for seen in found.values()} == {429 if turn > 3 else 422}
            compared = {seen["comparisons"] for seen in found.values()}
            assert compared == {0 if turn == 5 else 1}
            if turn == 5:
                now.shift(61)


def test_without_the_stand_in_hash_they_could_be(
    app: Flask,
    visit: Visit,
    accounts: dict[str, dict[str, str]],
    comparisons: Comparisons,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A control: nothing is compared where nobody is known."""
    fits = passwords.fits
    monkeypatch.setattr(
        passwords, "fits", lambda typed, secret: bool(secret) and fits(typed, secret)
    )
    visitor = visit()
    known = answer(app, visitor, comparisons, accounts["known"])
    unknown = answer(app, visitor, comparisons, accounts["unknown"])
    assert known["text"] == unknown["text"]
    assert (known["comparisons"], unknown["comparisons"]) == (1, 0)
