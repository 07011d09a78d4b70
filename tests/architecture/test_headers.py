"""The headers of every answer, typed by hand: a new route without a row fails."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.apps import make_settings
from tests.cast import Cast
from tests.routes import ROWS, WHO, filled
from tests.visitor import Visitor
from tests.world import World
from training.app import create_app
from training.core import headers
from training.core.errors import Refused
from training.core.permissions import public
from training.core.turns import Busy

SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": None,
}
KEPT = "private, no-cache"  # and asked for again: an unchanged page costs no body
GONE = "no-store"  # nothing of it stays in a shared PC's browser
CACHING = {
    "learning.home": KEPT,
    "learning.module": KEPT,
    "learning.enrol": KEPT,
    "learning.continue_": KEPT,
    "learning.lesson": KEPT,
    "learning.mark_done": KEPT,
    "quizzes.quiz": KEPT,
    "quizzes.start": KEPT,
    "quizzes.respond": KEPT,
    "quizzes.submit": KEPT,
    "people.sign_in_page": GONE,
    "people.sign_in": GONE,
    "people.kept_form": GONE,
    "people.link_page": GONE,
    "people.use_link": GONE,
    "people.sign_out": GONE,
    "people.choose_language": GONE,
    "account.privacy": GONE,
    "account.account": GONE,
    "account.password": GONE,
    "account.welcome": GONE,
    "account.confirm": GONE,
    "record.record": GONE,
    "record.record_json": GONE,
    "account.end_session": GONE,
    "account.end_other_sessions": GONE,
    "account.change_password": GONE,
    "certificates.own": GONE,
    "certificates.printed": GONE,
    "certificates.verify_form": GONE,
    "certificates.verify": GONE,
    "monitoring.overview": GONE,
    "monitoring.people": GONE,
    "monitoring.people_csv": GONE,
    "monitoring.person": GONE,
    "studio.studio": GONE,
    "studio.upload": GONE,
    "studio.module": GONE,
    "studio.download": GONE,
    "studio.draft": GONE,
    "studio.publish": GONE,
    "studio.discard": GONE,
    "previews.version": GONE,
    "previews.lesson": GONE,
    "previews.quiz": GONE,
    "previews.item": GONE,
    "operations.first": GONE,
    "operations.help_": GONE,
    "design.design": GONE,
    "operations.healthz": GONE,
    "operations.readyz": GONE,
    "operations.admin": GONE,
    "operations.audit": GONE,
    "notices.forgotten_page": GONE,
    "notices.forgotten": GONE,
    "notices.test_mail": GONE,
    "requests.ask_page": GONE,
    "requests.ask": GONE,
    "requests.requests": GONE,
    "requests.one": GONE,
    "requests.approve": GONE,
    "requests.decline": GONE,
    "units.tops": GONE,
    "units.unit": GONE,
    "units.add": GONE,
    "units.add_members": GONE,
    "units.rename": GONE,
    "units.move": GONE,
    "units.close": GONE,
    "units.reopen": GONE,
    "units.merging": GONE,
    "units.merge": GONE,
    "units.part": GONE,
    "persons.people": GONE,
    "persons.person": GONE,
    "persons.add_page": GONE,
    "persons.add": GONE,
    "persons.verb_page": GONE,
    "persons.do_verb": GONE,
    "persons.end_number": GONE,
    "persons.end_role": GONE,
    "transfers.waiting": GONE,
    "transfers.choose_many": GONE,
    "transfers.many": GONE,
    "transfers.move_many": GONE,
    "transfers.acceptance": GONE,
    "transfers.accept": GONE,
    "transfers.decline": GONE,
    "transfers.withdraw": GONE,
    "roles.roles": GONE,
    "slips.hand_out": GONE,
    "slips.slip_page": GONE,
    "slips.use_slip": GONE,
    "imports.start": GONE,
    "imports.upload": GONE,
    "imports.empty_table": GONE,
    "imports.show": GONE,
    "imports.choose_encoding": GONE,
    "imports.take_up": GONE,
    "imports.confirm": GONE,
    "imports.discard": GONE,
}


def faults(answer: TestResponse, caching: str | None) -> list[str]:
    """Return what is wrong with the headers of an answer."""
    found = [
        f"{name}: {answer.headers.getlist(name)}"
        for name, value in SAFE.items()
        if answer.headers.getlist(name) != ([value] if value else [])
    ]
    if caching and answer.headers.getlist("Cache-Control") != [caching]:
        found.append(f"Cache-Control: {answer.headers.getlist('Cache-Control')}")
    if caching and "Cookie" not in answer.headers.get("Vary", ""):
        found.append(f"Vary: {answer.headers.get('Vary')}")
    page = answer.request.method in ("GET", "HEAD") and answer.status_code == 200
    if caching and ("ETag" in answer.headers) != (page and caching == KEPT):
        found.append(f"ETag: {answer.headers.get('ETag')}")
    if {"Server", "X-Powered-By"} & set(answer.headers.keys()):
        found.append("it says by what it is served")
    return found


def endpoint(app: Flask, method: str, path: str) -> str:
    """Return where an address leads."""
    found, _ = app.url_map.bind("localhost").match(path, method)
    return str(found)


def test_every_route_has_a_row(copied: Flask) -> None:
    """And every row a route."""
    assert set(CACHING) == set(copied.view_functions)


def test_every_route_answers_with_safe_headers(copied: Flask, world: World) -> None:
    """To everybody who gets another answer: the page, a redirect, "not found", a refused form.
    What changes something comes last, lest the others no longer find it."""
    wrong = {}
    for method, path, *answers in sorted(ROWS, key=lambda row: row[0]):
        address = filled(path, world.names)
        caching = CACHING[endpoint(copied, method, address)]
        for who in {status: who for who, status in zip(WHO, answers, strict=True)}.values():
            visitor = Visitor(copied, world.cast[who] if who else None)
            methods = [method, "HEAD"] if method == "GET" else [method]
            for asked in methods:
                send = visitor.post if asked == "POST" else visitor.get
                answer = send(address) if asked != "HEAD" else visitor.client.head(address)
                if found := faults(answer, caching):
                    wrong[asked, path, who] = found
    assert wrong == {}


def fail_with(error: Exception | None) -> Callable[..., str]:
    """Return a view that fails."""

    @public
    def view(**values: str) -> str:
        raise error or AssertionError

    return view


ERRORS: tuple[tuple[int, str, str, str, dict[str, Any]], ...] = (
    (400, "GET", "/verify/?code=a%00b", GONE, {}),
    (403, "POST", "/sign-in", GONE, {"data": {"csrf_token": "another"}}),
    (404, "GET", "/nowhere", KEPT, {}),
    (404, "POST", "/nowhere", KEPT, {}),
    (404, "GET", "/admin/", GONE, {}),
    (405, "DELETE", "/learn/", KEPT, {}),
    (409, "GET", "/help/", GONE, {"fails": Refused("Not now.")}),
    (413, "POST", "/sign-in", GONE, {"data": {"identifier": "a" * 300_000}}),
    (422, "POST", "/account/password", GONE, {}),
    (500, "GET", "/help/", GONE, {"fails": ZeroDivisionError()}),
    (503, "GET", "/help/", GONE, {"fails": Busy()}),
    (302, "GET", "/", GONE, {}),
    (308, "GET", "/learn", KEPT, {}),
)


def test_errors_have_them_too(app: Flask, cast: Cast) -> None:
    """Wherever they come from."""
    visitor = Visitor(app, cast["learner"])
    usual = {"csrf_token": visitor.token()}
    wrong = {}
    for status, method, path, caching, told in ERRORS:
        app.view_functions["operations.help_"] = fail_with(told.get("fails"))
        answer = visitor.client.open(path, method=method, data=told.get("data", usual))
        if answer.status_code != status or (found := faults(answer, caching)):
            wrong[status, method, path] = [answer.status_code, found]
    assert wrong == {}


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., Flask]:
    """Return a function that makes an application on an empty database."""

    def bare(**changes: str) -> Flask:
        return create_app(make_settings(f"sqlite:///{tmp_path}/x.db", tmp_path, **changes))

    return bare


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "css/waypost.css", 200),
        ("GET", "images/logo.svg", 200),
        ("HEAD", "js/waypost.js", 200),
        ("POST", "js/waypost.js", 405),
        ("GET", "nothing.css", 404),
    ],
)
def test_static_files_have_them_and_are_kept_for_good(
    bare: Callable[..., Flask], method: str, path: str, status: int
) -> None:
    """Their address changes with their content; whoever may read them, no other site does."""
    app = bare()
    address = app.jinja_env.globals["static_url"](path)  # type: ignore[operator]
    answer = app.test_client().open(address, method=method)
    assert answer.status_code == status
    assert faults(answer, None) == []
    if status == 200:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("environment", ["local", "production"])
@pytest.mark.parametrize("path", ["/verify/", "/nowhere", "/static/x"])
def test_only_where_the_address_is_https_browsers_are_told_to_keep_to_it(
    bare: Callable[..., Flask], path: str, environment: str
) -> None:
    """For a year; the rows above have shown that it is not said elsewhere."""
    app = bare(environment=environment, public_url="https://waypost.example")
    answer = app.test_client().get(path, headers={"Host": "waypost.example"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_unchanged_page_costs_no_body(app: Flask, cast: Cast) -> None:
    """Compressed or not; a changed one does."""
    visitor = Visitor(app, cast["learner"])
    for encoding in ("identity", "gzip", "br"):
        accepts = {"Accept-Encoding": encoding}
        first = visitor.get("/learn/", headers=accepts)
        again = visitor.get("/learn/", headers={**accepts, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Security-Policy" in again.headers
    other = Visitor(app, cast["other learner"])
    stale = other.get("/learn/", headers={"If-None-Match": first.headers["ETag"]})
    assert stale.status_code == 200


def test_a_header_that_is_missing_is_seen(bare: Callable[..., Flask]) -> None:
    """A control: each header left out, or set twice, is a fault."""
    answer = bare().test_client().get("/nowhere")
    assert faults(answer, KEPT) == []
    for name in (*headers.FIXED, "Cache-Control", "Vary"):
        kept = answer.headers.pop(name)
        assert faults(answer, KEPT) != [], name
        answer.headers.extend([(name, kept), (name, kept)])
        if name != "Vary":
            assert faults(answer, KEPT) != [], name
        answer.headers[name] = kept
