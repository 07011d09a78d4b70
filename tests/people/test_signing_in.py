"""Getting in and out: password, one-time link, privacy notice, idle limit, what was typed kept."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests import way
from tests.cast import PASSWORD, TESTER, Cast
from tests.visitor import Visitor
from training.assessment.models import Attempt
from training.core.actors import Role
from training.core.database import db
from training.core.work import unit_of_work
from training.people import queries, services
from training.people.models import Grant, Person, SignInSession, Unit

Visit = Callable[..., Visitor]


def leave_idle(app: Flask, minutes: int = 31) -> None:
    """Let every session stand unused for so long."""
    with app.app_context(), unit_of_work() as work:
        for session in work.session.scalars(select(SignInSession)):
            session.seen_at -= timedelta(minutes=minutes)


def test_sign_in_by_email_in_any_case(visit: Visit, cast: Cast) -> None:
    """An address is compared without regard to case and spaces around it."""
    visitor = visit()
    sent = visitor.post("/sign-in", {"identifier": " Learner@Example.ORG ", "password": PASSWORD})
    assert sent.status_code == 303
    assert visitor.get("/learn/").status_code == 200


def test_sign_in_by_agency_and_number_in_any_digits(app: Flask, visit: Visit, cast: Cast) -> None:
    """A service number is compared in its folded form, within its agency only."""
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["learner"].id)
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        services.give_number(TESTER, work, person=person, agency=agency, number="AB-1234")
    typed = {"identifier": "ab ۱۲۳۴", "password": PASSWORD}
    right = {**typed, "agency": cast.units["Aruna Immigration"]}
    wrong = {**typed, "agency": cast.units["Beria Border Police"]}
    assert visit().post("/sign-in", wrong).status_code == 422
    assert visit().post("/sign-in", typed).status_code == 422
    assert visit().post("/sign-in", right).status_code == 303


def test_a_password_is_never_shown_again(visit: Visit, cast: Cast) -> None:
    """What was typed is kept but for the password."""
    page = visit().post(
        "/sign-in", {"identifier": "learner@example.org", "password": "s3cret-typed"}
    )
    assert "learner@example.org" in page.text
    assert "s3cret-typed" not in page.text


def test_signing_in_leads_to_where_one_was_going_but_never_elsewhere(
    visit: Visit, cast: Cast
) -> None:
    """Only addresses of this site are followed."""
    typed = {"identifier": cast["learner"].email, "password": PASSWORD}
    asked = visit().get("/certificates/?a=1").headers["Location"]
    assert visit().post(asked, typed).headers["Location"] == "/certificates/?a=1"
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        sent = visit().post(f"/sign-in?next={address}", typed)
        assert sent.headers["Location"] == "/"


def test_signing_out_ends_the_session_on_the_server(visit: Visit, cast: Cast) -> None:
    """The cookie of a session that was signed out opens nothing, even if it was copied."""
    visitor, thief = visit(cast["learner"]), visit()
    cookie = visitor.client.get_cookie("waypost_session")
    assert cookie is not None
    thief.client.set_cookie("waypost_session", cookie.value)
    assert thief.get("/learn/").status_code == 200
    sent = visitor.post("/sign-out")
    assert "storage" in sent.headers["Clear-Site-Data"]
    assert thief.get("/learn/").status_code == 302


@pytest.mark.parametrize("minutes", [31, 60 * 12 + 1])
def test_a_session_ends_when_idle(app: Flask, visit: Visit, cast: Cast, minutes: int) -> None:
    """After the idle limit one signs in again."""
    visitor = visit(cast["learner"])
    assert visitor.get("/learn/").status_code == 200
    leave_idle(app, minutes)
    assert visitor.get("/learn/").headers["Location"].startswith("/sign-in")


def test_a_session_in_use_ends_after_twelve_hours(app: Flask, visit: Visit, cast: Cast) -> None:
    """Use does not prolong it for ever."""
    visitor = visit(cast["learner"])
    with app.app_context(), unit_of_work() as work:
        [session] = work.session.scalars(select(SignInSession))
        session.began_at -= timedelta(hours=12, minutes=1)
    assert visitor.get("/learn/").status_code == 302


def test_an_answer_sent_after_the_end_of_the_session_is_kept(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """It goes through the sign-in and is sent with one button."""
    visitor = visit(cast["learner"])
    way.enrol(visitor)
    attempt = way.start(visitor)
    page = visitor.get(way.FINAL)
    item = re.search(r'name="item" value="([^"]+)"', page.text)
    option = re.search(r'name="response" value="([^"]+)"', page.text)
    assert item
    assert option
    leave_idle(app)
    sent = visitor.post(f"{attempt}/responses", {"item": item[1], "response": option[1]})
    assert sent.headers["Location"] == "/sign-in"
    visitor._token = ""
    kept = visitor.sign_in(cast["learner"])
    assert kept.headers["Location"] == "/sign-in/kept"
    page = visitor.get("/sign-in/kept")
    assert f'value="{option[1]}"' in page.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    action = re.search(r'action="(/learn[^"]+)"', page.text)
    assert action
    assert visitor.post(action[1], {**fields, "csrf_token": visitor.token()}).status_code == 303
    with app.app_context():
        [state] = db.session.scalars(select(Attempt))
        assert state.given == {item[1]: [option[1]]}


def test_nobody_else_sees_what_was_kept(app: Flask, visit: Visit, cast: Cast) -> None:
    """On a shared PC somebody else signs in: it is not shown and not sent."""
    visitor = visit(cast["learner"])
    way.enrol(visitor)
    attempt = way.start(visitor)
    leave_idle(app)
    visitor.post(f"{attempt}/responses", {"item": "typed-by-the-first"})
    visitor._token = ""
    visitor.sign_in(cast["other learner"])
    page = visitor.get("/sign-in/kept", follow_redirects=True)
    assert "typed-by-the-first" not in page.text


def test_a_forged_form_after_the_end_of_the_session_is_not_kept(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Without the old session's token nothing is kept."""
    visitor = visit(cast["learner"])
    visitor.token()
    leave_idle(app)
    visitor.client.post(f"{way.FINAL}/attempts", data={"csrf_token": "x", "text": "forged"})
    visitor._token = ""
    assert visitor.sign_in(cast["learner"]).headers["Location"] == "/"


def test_a_form_without_its_token_is_refused(visit: Visit, cast: Cast) -> None:
    """Also with the token of somebody else's session."""
    visitor, other = visit(cast["learner"]), visit(cast["other learner"])
    for token in ("", "wrong", other.token()):
        sent = visitor.client.post(f"{way.HOME}/enrolment", data={"csrf_token": token})
        assert sent.status_code == 403
    assert "Continue" not in visitor.get(f"{way.HOME}/").text


def test_the_privacy_notice_comes_first_and_once(app: Flask, visit: Visit, cast: Cast) -> None:
    """Nothing else opens before it was read."""
    with app.app_context(), unit_of_work() as work:
        work.session.execute(update(Person).values(notice_accepted_at=None))
    visitor = visit(cast["learner"])
    for path in ("/learn/", f"{way.HOME}/", "/certificates/"):
        assert visitor.get(path).headers["Location"].startswith("/account/privacy")
    token = re.search(r'csrf_token" value="([^"]+)', visitor.get("/account/privacy").text)
    assert token
    visitor._token = token[1]
    sent = visitor.post("/account/privacy", {"next": "/learn/"})
    assert sent.headers["Location"] == "/learn/"
    assert visitor.get("/learn/").status_code == 200


def link_for(app: Flask, person: str | None) -> str:
    """Make a one-time link as the command does."""
    with app.app_context(), unit_of_work() as work:
        somebody = work.session.get_one(Person, person) if person else None
        return f"/sign-in/link/{services.make_link(TESTER, work, person=somebody)}"


def test_a_link_sets_a_password_once(app: Flask, visit: Visit, cast: Cast) -> None:
    """It signs in, ends other sessions, and is then used up; a newer one voids it."""
    first, link = link_for(app, cast["learner"].id), link_for(app, cast["learner"].id)
    before = visit(cast["learner"])
    assert before.get("/learn/").status_code == 200
    assert visit().get(first).status_code == 409
    new = {"password": "another long phrase", "again": "another long phrase"}
    visitor = visit()
    assert visitor.post(link, {**new, "again": "different phrase"}).status_code == 422
    assert visitor.post(link, new).status_code == 303
    assert visitor.get("/learn/").status_code == 200
    assert before.get("/learn/").status_code == 302
    assert visit().post(link, new).status_code == 409
    assert visit().sign_in(cast["learner"]).status_code == 422
    assert visit().sign_in(cast["learner"], "another long phrase").status_code == 303


@pytest.mark.parametrize(
    "password", ["short", "fourteen chars", "ababababababababab", "ab c" * 33, "iloveyouiloveyou"]
)
def test_a_poor_password_is_refused_with_a_reason(
    app: Flask, visit: Visit, cast: Cast, password: str
) -> None:
    """The page says what is wrong, and the link stays good."""
    link = link_for(app, cast["learner"].id)
    page = visit().post(link, {"password": password, "again": password})
    assert page.status_code == 422
    assert "This password" in page.text
    assert visit().get(link).status_code == 200


def test_the_first_administrator_is_made_by_a_link_and_only_one(app: Flask, visit: Visit) -> None:
    """On an empty installation; two links at once make one administrator."""
    link = link_for(app, None)
    who = {"name": "Ada Admin", "email": "ada@example.org"}
    new = {"password": "a phrase for running it", "again": "a phrase for running it"}
    visitor = visit()
    refused = visitor.post(link, {**new, "name": "Ada Admin", "email": "no address"})
    assert refused.status_code == 422
    assert "no address" in refused.text
    assert visitor.post(link, {**new, **who}).status_code == 303
    second = link_for(app, None)
    assert visit().post(second, {**new, **who, "email": "b@example.org"}).status_code == 409
    with app.app_context():
        grants = db.session.scalars(select(Grant).where(Grant.role == Role.ADMINISTRATOR)).all()
        assert [grant.unit_id for grant in grants] == [queries.root(db.session()).id]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "\u200b\u2060\u00ad"), ("email", "\ufdfa" * 16 + "@example.org")],
)
def test_a_first_administrator_has_a_name_and_an_address_that_can_be_kept(
    app: Flask, visit: Visit, field: str, value: str
) -> None:
    """Signs without width name nobody, and one sign may become eighteen as it is kept."""
    link = link_for(app, None)
    form = {"name": "Ada Admin", "email": "ada@example.org", field: value}
    new = {"password": "a phrase for running it", "again": "a phrase for running it"}
    assert visit().post(link, {**new, **form}).status_code == 422
    assert visit().get(link).status_code == 200


def test_changing_the_password_ends_the_other_sessions(visit: Visit, cast: Cast) -> None:
    """This browser stays signed in, every other does not; the present password is asked."""
    here, elsewhere = visit(cast["learner"]), visit(cast["learner"])
    new = {"password": "another long phrase", "again": "another long phrase"}
    assert here.post("/account/password", {"current": "wrong", **new}).status_code == 422
    assert elsewhere.get("/learn/").status_code == 200
    assert here.post("/account/password", {"current": PASSWORD, **new}).status_code == 303
    assert here.get("/learn/").status_code == 200
    assert elsewhere.get("/learn/").status_code == 302


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_no_database_can_hold_is_turned_away(visit: Visit, cast: Cast, text: str) -> None:
    """NUL and lone surrogates get a clear refusal, not an error."""
    raw = text.encode("utf-8", "surrogatepass")
    body = b"identifier=" + b"".join(b"%%%02X" % byte for byte in raw) + b"&password=x"
    visitor = visit()
    body += b"&csrf_token=" + visitor.token().encode()
    sent = visitor.client.post(
        "/sign-in", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert sent.status_code in (400, 422)
