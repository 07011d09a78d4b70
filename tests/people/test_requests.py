"""Asking for an account, and deciding over who asks."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.cast import TESTER, Cast
from tests.filters import holder
from tests.live import at_once
from tests.monitoring import population
from tests.monitoring.reading import table
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.core.audit import AuditEntry
from training.core.database import db
from training.core.errors import NotFound
from training.core.work import unit_of_work
from training.people import jobs, queries, request_services, services
from training.people.models import AccountRequest, Person, Unit

Visit = Callable[..., Visitor]
ASK, DESK = "/sign-in/request", "/desk/requests"
HERE, THERE = "192.0.2.1", "198.51.100.1"
NOUR = {
    "name": "نور حداد",
    "latin_name": "Nour Haddad",
    "post": "The northern gate",
    "number": "N-77",
    "email": "nour@example.org",
    "language": "en",
}


@pytest.fixture
def ask(visit: Visit, cast: Cast) -> Callable[..., TestResponse]:
    """Return a function that asks for an account with an agency, from an address."""

    def ask(agency: str = "Aruna Immigration", address: str = HERE, **changes: str) -> TestResponse:
        typed = {**NOUR, "agency": cast.units.get(agency, agency), **changes}
        return visit().post(ASK, typed, environ_overrides={"REMOTE_ADDR": address})

    return ask


Ask = Callable[..., TestResponse]


def kept(app: Flask) -> list[AccountRequest]:
    """Return what is asked for, the oldest first."""
    with app.app_context():
        found = list(db.session.scalars(select(AccountRequest).order_by(AccountRequest.asked_at)))
        db.session.remove()
    return found


def waiting(visitor: Visitor, which: str = "undecided") -> list[list[str]]:
    """Return the rows of a table of the list: name, agency, post."""
    page = visitor.get(DESK)
    assert page.status_code == 200
    if f'id="{which}"' not in page.text:
        return []
    return [row[:3] for row in table(page.text, which)[1:]]


def page_of(visitor: Visitor, asked: str) -> str:
    """Return the page of a request."""
    page = visitor.get(f"{DESK}/{asked}")
    assert page.status_code == 200
    return page.text


def alike(visitor: Visitor, asked: str) -> dict[str, str]:
    """Return who may be the same: name, and in what."""
    page = page_of(visitor, asked)
    rows = table(page, "matches")[1:] if 'id="matches"' in page else []
    return {row[0]: row[3] for row in rows}


def decide(visitor: Visitor, asked: str, how: str, **fields: str) -> str:
    """Send a form of a request's page; return "done", or the page with the fault."""
    answer = visitor.post(f"{DESK}/{asked}/{how}", fields)
    if answer.status_code == 303:
        assert answer.location == DESK
        return "done"
    return f"{answer.status_code} {answer.text}"


def noted(app: Flask) -> list[tuple[str, str | None, str | None]]:
    """Return what the audit log says of requests: what, where, of which."""
    with app.app_context():
        entries = list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.at)))
        db.session.remove()
    return [
        (entry.action, entry.unit, json.loads(entry.details).get("request"))
        for entry in entries
        if entry.action.startswith("request")
    ]


def test_a_request_comes_to_whoever_oversees_the_agency(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """To its coordinators and administrators, from the sign-in page on; to nobody elsewhere."""
    visitor = visit()
    assert f'href="{ASK}"' in visitor.get("/sign-in").text
    typed = {**NOUR, "agency": cast.units["Aruna Immigration"]}
    sent = visitor.post(ASK, typed)
    assert (sent.status_code, sent.location) == (303, "/sign-in")
    assert "Your request is kept." in visitor.get("/sign-in").text
    row = ["نور حداد Nour Haddad", "Aruna: Aruna Immigration", "The northern gate"]
    assert waiting(visit(cast["coordinator"])) == [row]
    assert waiting(visit(cast["administrator"])) == [row]
    assert waiting(visit(cast["foreign coordinator"])) == []
    assert "1 person asks for an account" in visit(cast["coordinator"]).get("/desk/").text
    assert "an account" not in visit(cast["foreign coordinator"]).get("/desk/").text
    [asked] = kept(app)
    page = page_of(visit(cast["coordinator"]), asked.id)
    for said in NOUR.values():
        assert said in page
    agency = cast.units["Aruna Immigration"]
    assert noted(app) == [
        ("request.made", agency, asked.id),
        ("requests.listed", None, None),
        ("requests.listed", None, None),
        ("request.seen", agency, asked.id),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": "\u200b"}, "Enter your name."),
        ({"name": "n" * 201}, "Use 200 characters at most."),
        ({"latin_name": "n" * 201}, "Use 200 characters at most."),
        ({"agency": ""}, "Choose your agency."),
        ({"agency": "no agency"}, "Choose your agency."),
        ({"agency": "Aruna North Gate"}, "Choose your agency."),
        ({"post": " "}, "Enter the post or office at which you serve."),
        ({"post": "p" * 201}, "Use 200 characters at most."),
        ({"number": "", "email": ""}, "Enter your service number or your e-mail address"),
        ({"number": "nour@example.org"}, "Enter a service number of letters and digits"),
        ({"number": "-"}, "Enter a service number of letters and digits"),
        ({"number": "7" * 61}, "Enter a service number of letters and digits"),
        ({"email": "nobody"}, "This is not an e-mail address."),
        ({"language": "xx"}, "Choose a language."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, ask: Ask, changes: dict[str, str], said: str
) -> None:
    page = ask(**changes)
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    for name in {"name", "latin_name", "post", "number", "email"} - set(changes):
        assert f'value="{NOUR[name]}"' in page.text
    assert kept(app) == []


def test_what_may_be_left_out_is_nothing(app: Flask, ask: Ask) -> None:
    """Not an empty text, by which two would be the same."""
    assert ask(latin_name="", number=" ").status_code == 303
    assert ask(email="").status_code == 303
    first, second = kept(app)
    assert (first.latin_name, first.number, first.email) == (None, None, "nour@example.org")
    assert (second.number, second.email) == ("N-77", None)


def test_nobody_learns_whether_there_is_such_a_person(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """Of a known number, a known address and unknown ones: the same words, headers and
    statements; nor whether somebody has asked before."""
    with app.app_context(), unit_of_work() as work:
        learner = work.session.get_one(Person, cast["learner"].id)
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        services.give_number(TESTER, work, person=learner, agency=agency, number="AB-1")
    found: list[dict[str, Any]] = []
    for changes in (
        {"number": "AB-1", "email": "learner@example.org", "name": cast["learner"].name},
        {"number": "AB-2", "email": "nobody1@example.org", "name": "Nobody At All"},
        {"number": "AB-2", "email": "nobody1@example.org", "name": "Nobody At All"},
    ):
        visitor = visit()
        visitor.token()
        typed = {**NOUR, "agency": cast.units["Aruna Immigration"], **changes}
        with count_queries(app) as statements:
            answer = visitor.post(ASK, typed)
        headers = {k: v for k, v in answer.headers.items() if k != "Set-Cookie"}
        then = re.sub(r'value="[^"]*"', "", visitor.get("/sign-in").text)
        seen = [answer.status_code, headers, answer.text, then, statements]
        found.append({"seen": seen})
    assert found[0] == found[1] == found[2]
    assert len(kept(app)) == 3


def test_one_place_can_t_fill_the_list_and_no_other_waits_for_it(app: Flask, ask: Ask) -> None:
    """Twenty within the hour, enough for a post on its first day; what was typed stays."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        for _ in range(20):
            assert ask().status_code == 303
        refused = ask()
        assert refused.status_code == 422
        assert "Many have asked from here within the hour." in refused.text
        assert 'value="Nour Haddad"' in refused.text
        assert ask(address=THERE).status_code == 303
        now.shift(timedelta(hours=1))
        assert ask().status_code == 303
    assert len(kept(app)) == 22
    assert {len(asked.place) for asked in kept(app)} == {64}
    assert HERE not in repr([asked.place for asked in kept(app)])


def test_one_agency_is_not_flooded(
    app: Flask, cast: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is declined no longer counts; other agencies are asked on."""
    monkeypatch.setattr(request_services, "WAITING_FOR_AGENCY", 3)
    assert [ask().status_code for _ in range(4)] == [303] * 3 + [422]
    assert "Too many requests wait for this agency." in ask().text
    assert ask("Beria Border Police").status_code == 303
    with app.app_context(), unit_of_work() as work:
        request_services.decline(TESTER, work, request=kept(app)[0].id, reason="x")
    assert [ask().status_code for _ in range(2)] == [303, 422]


def test_who_may_be_the_same_is_shown_beside_a_request(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """By number, by address, by two words of a name in whichever script and order, or its only
    one; not by one word of several; nobody of another part, nor who has left."""
    gate, airport = cast.units["Aruna North Gate"], cast.units["Beria Airport"]
    for name, unit, facts in (
        ("Haddad Nour Ali", gate, {}),
        ("نور الدين حداد", gate, {}),
        ("Nour Saleh", gate, {}),
        ("Of The Address", gate, {"email": "nour@example.org"}),
        ("Nour Haddad", airport, {}),
        ("Nour Haddad Gone", gate, {}),
    ):
        person = population.add(app, name, unit, **facts)
        if name.endswith("Gone"):
            population.move(app, person, airport)
    holder_ = population.add(app, "Of The Number", cast.units["Aruna Harbour"])
    with app.app_context(), unit_of_work() as work:
        person_ = work.session.get_one(Person, holder_.id)
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        services.give_number(TESTER, work, person=person_, agency=agency, number="n 77")
    ask()
    ask(name="Saleh", latin_name="", number="", email="else@example.org")
    ask(name="100% _", latin_name="", number="", email="else@example.org")
    first, single, odd = kept(app)
    coordinator = visit(cast["coordinator"])
    assert alike(coordinator, first.id) == {
        "Of The Number": "Same number",
        "Of The Address": "Same e-mail",
        "Haddad Nour Ali": "Similar name",
        "نور الدين حداد": "Similar name",
    }
    assert alike(coordinator, single.id) == {"Nour Saleh": "Similar name"}
    assert alike(coordinator, odd.id) == {}
    assert "Nour Haddad Gone" in alike(visit(cast["administrator"]), first.id)


def test_an_approved_request_becomes_a_person(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """Posted where the coordinator says, with the number; the request is gone."""
    ask()
    [asked] = kept(app)
    coordinator, gate = visit(cast["coordinator"]), cast.units["Aruna North Gate"]
    page = page_of(coordinator, asked.id)
    for place in ("Aruna North Gate", "Aruna Harbour", "Aruna Immigration"):
        assert f"{place}</option>" in page
    assert "Beria" not in page
    assert decide(coordinator, asked.id, "approval", unit=gate) == "done"
    assert "The account is made." in coordinator.get(DESK).text
    assert kept(app) == []
    assert coordinator.get(f"{DESK}/{asked.id}").status_code == 404
    with app.app_context():
        person = queries.holder(db.session(), cast.units["Aruna Immigration"], "n77")
        assert person is not None
        assert (person.name, person.latin_name, person.language) == (
            NOUR["name"],
            NOUR["latin_name"],
            "en",
        )
        assert person.email == "nour@example.org"
        assert queries.posted_at(db.session(), person.id, clock.today()) == gate
        assert not queries.secret(db.session(), person.id)
    assert ("request.approved", gate, asked.id) in noted(app)
    assert NOUR["name"] in coordinator.get("/desk/people").text


@pytest.mark.parametrize("taken", ["email", "number"])
def test_what_somebody_has_is_not_given_again(
    app: Flask, visit: Visit, cast: Cast, ask: Ask, taken: str
) -> None:
    """The coordinator is told what to do; nothing is made, the request stays."""
    other = population.add(app, "Somebody Else", cast.units["Aruna Harbour"])
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, other.id)
        if taken == "email":
            person.email = "nour@example.org"
        else:
            agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
            services.give_number(TESTER, work, person=person, agency=agency, number="N77")
    ask()
    [asked] = kept(app)
    coordinator, gate = visit(cast["coordinator"]), cast.units["Aruna North Gate"]
    said = decide(coordinator, asked.id, "approval", unit=gate)
    assert said.startswith("422")
    assert "decline the request and help them into the account that they have" in said
    assert len(kept(app)) == 1
    assert NOUR["name"] not in coordinator.get("/desk/people").text


def test_nobody_is_posted_beyond_the_agency_that_was_asked(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """Nor by a service that is asked past the form, nor at a post that has closed."""
    ask()
    [asked] = kept(app)
    administrator = visit(cast["administrator"])
    for unit in ("", cast.units["Beria Airport"], cast.units["Aruna"], "no unit"):
        said = decide(administrator, asked.id, "approval", unit=unit)
        assert "Choose the post at which they serve." in said
    actor = holder((Role.COORDINATOR, cast.units["Aruna"]))
    closed = cast.units["Aruna Harbour"]
    with app.app_context():
        with unit_of_work() as work:
            work.session.get_one(Unit, closed).valid_to = clock.today()
        for unit in (cast.units["Beria Airport"], closed):
            with pytest.raises(NotFound), unit_of_work() as work:
                request_services.approve(actor, work, request=asked.id, unit=unit)
    assert len(kept(app)) == 1


def test_whoever_may_not_decide_finds_nothing(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    ask()
    [asked] = kept(app)
    gate = cast.units["Aruna North Gate"]
    for who in ("foreign coordinator", "supervisor", "learner"):
        visitor = visit(cast[who])
        assert visitor.get(f"{DESK}/{asked.id}").status_code == 404
        assert decide(visitor, asked.id, "approval", unit=gate).startswith("404")
        assert decide(visitor, asked.id, "decline", reason="Not ours").startswith("404")
    foreign = holder((Role.COORDINATOR, cast.units["Beria"]))
    with app.app_context(), pytest.raises(NotFound), unit_of_work() as work:
        request_services.approve(foreign, work, request=asked.id, unit=gate)
    with app.app_context(), pytest.raises(NotFound), unit_of_work() as work:
        request_services.decline(foreign, work, request=asked.id, reason="x")
    assert [one.declined_at for one in kept(app)] == [None]


def test_a_declined_request_stays_for_a_while_with_its_reason(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """It waits no longer; who thinks better of it approves it after all."""
    ask()
    [asked] = kept(app)
    coordinator = visit(cast["coordinator"])
    assert "Enter a reason" in decide(coordinator, asked.id, "decline", reason=" ")
    assert decide(coordinator, asked.id, "decline", reason="Not known here") == "done"
    assert waiting(coordinator) == []
    assert len(waiting(coordinator, "declined")) == 1
    assert "Not known here" in coordinator.get(DESK).text
    assert "asks for an account" not in coordinator.get("/desk/").text
    assert "Not known here" in page_of(coordinator, asked.id)
    again = decide(coordinator, asked.id, "decline", reason="Really not")
    assert "This request has been declined already." in again
    gate = cast.units["Aruna North Gate"]
    assert decide(coordinator, asked.id, "approval", unit=gate) == "done"
    assert kept(app) == []
    decided = [what for what, *_ in noted(app) if what in ("request.declined", "request.approved")]
    assert decided == ["request.declined", "request.approved"]


def test_no_request_is_kept_for_ever(app: Flask, cast: Cast, ask: Ask) -> None:
    """A declined one for thirty days, one that nobody decides for ninety; the clock asks first."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        ask(name="Declined")
        ask(name="Undecided")
        [declined] = [asked for asked in kept(app) if asked.name == "Declined"]
        with app.app_context(), unit_of_work() as work:
            request_services.decline(TESTER, work, request=declined.id, reason="x")

        def left_after(days: timedelta) -> tuple[bool, list[str]]:
            now.shift(days)
            due = jobs.requests_erased(app) is None
            jobs.erase_requests(app)
            return due, sorted(asked.name for asked in kept(app))

        assert left_after(timedelta(days=30)) == (False, ["Declined", "Undecided"])
        assert left_after(timedelta(seconds=1)) == (True, ["Undecided"])
        assert left_after(timedelta(days=60, seconds=-1)) == (False, ["Undecided"])
        assert left_after(timedelta(seconds=1)) == (True, [])
        assert left_after(timedelta(days=900)) == (False, [])
    assert [what for what, *_ in noted(app)].count("requests.erased") == 2


def test_two_who_approve_at_once_make_one_account(app: Flask, cast: Cast, ask: Ask) -> None:
    ask(email="")
    [asked] = kept(app)
    gate = cast.units["Aruna North Gate"]
    actor = holder((Role.COORDINATOR, cast.units["Aruna"]), id=cast["coordinator"].id)
    made: list[str] = []

    def approve() -> None:
        with app.app_context():
            try:
                with unit_of_work() as work:
                    person = request_services.approve(actor, work, request=asked.id, unit=gate)
                made.append(person.id)
            except NotFound:
                made.append("")

    at_once([partial(approve) for _ in range(4)])
    assert len(made) == 4
    assert len([id for id in made if id]) == 1


def test_pages_cost_the_same_for_few_and_many(
    app: Flask, visit: Visit, cast: Cast, ask: Ask
) -> None:
    """However many ask, and however many are alike."""
    ask()
    [asked] = kept(app)
    coordinator = visit(cast["coordinator"])

    def costs() -> list[int]:
        found = []
        for path in (DESK, f"{DESK}/{asked.id}"):
            with count_queries(app) as statements:
                assert coordinator.get(path).status_code == 200
            found.append(len(statements))
        return found

    few = costs()
    assert max(few) <= 10
    for number in range(60):
        population.add(app, f"Nour Haddad {number}", cast.units["Aruna Harbour"])
        ask(address=f"203.0.113.{number}")
    assert costs() == few
    page = coordinator.get(DESK).text
    assert "61 requests wait." in page
    assert len(waiting(coordinator)) == 50
    assert len(alike(coordinator, asked.id)) == 50
