"""Slips: the way in without e-mail."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.cast import Cast
from tests.people.keeping import names, send
from tests.visitor import Visitor
from training.core import clock
from training.people import passwords

Visit = Callable[..., Visitor]
NEW = "quiet rivers bend slowly"


def slip(visitor: Visitor, *people: str) -> list[str]:
    """Print slips and return their codes."""
    page = visitor.post("/people/slips", {"person": list(people)})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return re.findall(r'slip__code"[^>]*>([^<]+)<', page.text)


def use(visitor: Visitor, identifier: str, code: str, **fields: str) -> int:
    """Set a password with a code."""
    data = {"identifier": identifier, "code": code, "password": NEW, "again": NEW, **fields}
    answer = visitor.post("/sign-in/slip", data)
    visitor._token = ""
    return answer.status_code


@pytest.mark.parametrize("who", ["supervisor", "coordinator", "administrator"])
def test_a_slip_lets_somebody_in_once(visit: Visit, cast: Cast, who: str) -> None:
    """By e-mail, or by agency and number, whatever the keyboard makes of the code."""
    learner, agency = cast["learner"], cast.units["Aruna Immigration"]
    send(visit(cast["coordinator"]), learner.id, "number", number="A-77")
    [code] = slip(visit(cast[who]), learner.id)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    visitor = visit()
    assert use(visitor, "a 77", typed, agency=agency) == 303
    assert visitor.get("/account/").status_code == 200
    assert use(visit(), learner.email, code) == 422
    assert visit().sign_in(learner, NEW).status_code == 303


def test_a_new_slip_voids_the_one_before(visit: Visit, cast: Cast) -> None:
    supervisor, learner = visit(cast["supervisor"]), cast["learner"]
    [first], [second] = slip(supervisor, learner.id), slip(supervisor, learner.id)
    assert use(visit(), learner.email, first) == 422
    assert use(visit(), learner.email, second) == 303


def test_a_slip_lasts_seven_days(visit: Visit, cast: Cast) -> None:
    [code] = slip(visit(cast["supervisor"]), cast["learner"].id)
    now = clock.moment(clock.now())
    with time_machine.travel(now + timedelta(days=7, minutes=1)):
        assert use(visit(), cast["learner"].email, code) == 422
    with time_machine.travel(now + timedelta(days=6, hours=23)):
        assert use(visit(), cast["learner"].email, code) == 303


def test_a_code_is_its_owners(visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another's address it does not fit, and the answer is that of an unknown one."""
    monkeypatch.setattr(passwords, "passphrase", lambda: "words drawn by chance")
    [code] = slip(visit(cast["supervisor"]), cast["learner"].id)
    data = {"code": code, "password": NEW, "again": NEW}
    pages = [
        visit().post("/sign-in/slip", {"identifier": address, **data}).text
        for address in (cast["other learner"].email, "nobody@example.org")
    ]
    said = [re.sub(r'value="[^"]*"', "", page) for page in pages]
    assert said[0] == said[1]
    assert "This code does not fit" in said[0]


def test_guesses_at_codes_are_counted_with_those_at_the_password(visit: Visit, cast: Cast) -> None:
    """After five of one account from one place it must wait, also for the right code."""
    [code] = slip(visit(cast["supervisor"]), cast["learner"].id)
    answers = [use(visit(), cast["learner"].email, f"0000-000{n}") for n in range(5)]
    assert answers == [422] * 4 + [429]
    assert use(visit(), cast["learner"].email, code) == 429
    assert visit().sign_in(cast["learner"]).status_code == 429


@pytest.mark.parametrize("who", ["other learner", "foreign learner", "supervisor", "coordinator"])
def test_nobody_hands_out_what_is_not_theirs(visit: Visit, cast: Cast, who: str) -> None:
    """A supervisor neither for another post, another State, themselves, nor those above; of
    several nothing is made where one is not theirs."""
    supervisor = visit(cast["supervisor"])
    people = [cast[who].id, cast["learner"].id]
    assert supervisor.post("/people/slips", {"person": people}).status_code == 404
    page = supervisor.get(f"/people/{cast['learner'].id}").text
    assert "A slip is out" not in page


def test_slips_of_a_post_are_printed_together(app: Flask, visit: Visit, cast: Cast) -> None:
    """The list of those who can't sign in yet has a tick for each; the codes differ."""
    coordinator, gate = visit(cast["coordinator"]), cast.units["Aruna North Gate"]
    for name in ("Ana", "Bo"):
        coordinator.post(
            f"/people/new?unit={gate}",
            {"name": name, "number": name, "since": clock.today()},
        )
    page = coordinator.get("/people/?who=waiting").text
    people = re.findall(r'type="checkbox" name="person" value="([^"]+)"', page)
    assert len(people) == 2
    first, second = slip(coordinator, *people)
    assert first != second
    assert use(visit(), "ana", first, agency=cast.units["Aruna Immigration"]) == 303
    assert len(names(coordinator, "?who=waiting")) == 1


def test_a_qr_code_stands_where_there_is_an_address(app: Flask, visit: Visit, cast: Cast) -> None:
    """Without one no address is printed."""
    supervisor, learner = visit(cast["supervisor"]), cast["learner"].id
    without = supervisor.post("/people/slips", {"person": learner}).text
    assert 'class="qr"' not in without
    app.config["PUBLIC_URL"] = "https://waypost.example"
    page = supervisor.post("/people/slips", {"person": learner}).text
    assert 'class="qr"' in page
    [link] = re.findall(r"https://waypost\.example(/sign-in/link/[\w-]+)", page)
    app.config["PUBLIC_URL"] = ""
    assert visit().get(link).status_code == 200
