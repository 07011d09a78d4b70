"""Nothing changes but by a form of one's own session: no other token, no other site, no other
method; and reading changes nothing at all."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.architecture.sending import Watch
from tests.counts import tries
from tests.routes import ROWS, WHO, filled
from tests.visitor import Visitor
from tests.world import World
from training.core import csrf
from training.people import passwords

FORMS = [
    (
        path,
        next(
            who for who, answer in zip(WHO, answers, strict=True) if who and answer in "303 409 422"
        ),
    )
    for method, path, *answers in ROWS
    if method == "POST"
] + [("/sign-in", ""), ("/sign-in/link/{link}", ""), ("/sign-out", ""), ("/language", "")]
METHODS = ("TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "POST", "GET")
_KEEPERS = {"coordinator", "foreign coordinator", "administrator"}
ROLES = {
    "/admin/import": _KEEPERS,
    "/admin/": {"administrator"},
    "/people/new": _KEEPERS,
    "/people/transfers": _KEEPERS,
    "/people/{person}/numbers": _KEEPERS,
    "/people/{holder}": _KEEPERS,
    "/people/": _KEEPERS | {"supervisor"},
    "/desk/requests": _KEEPERS,
    "/desk/": {"supervisor", "coordinator", "foreign coordinator"},
    "/studio/": {"trainer", "national trainer"},
}


@pytest.fixture
def watch(copied: Flask, visitors: dict[str, Visitor]) -> Iterator[Watch]:
    """Tells what has changed since everybody is there."""
    watch = Watch(copied.config["SETTINGS"].database_url)
    yield watch
    watch.close()


@pytest.fixture
def visitors(copied: Flask, world: World) -> dict[str, Visitor]:
    """A browser of everybody, each with the token of its session."""
    found = {who: Visitor(copied, world.cast[who] if who else None) for who in WHO}
    for visitor in found.values():
        visitor.token()
    return found


def forged(visitor: Visitor, others: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield requests that a page of another site, or of another session, could send."""
    own = visitor.token()
    for name, token in (("none", ""), ("garbage", "x" * 43), ("another's", others)):
        sent = {"csrf_token": token} if token else {}
        yield f"{name}, form", {"data": sent}
        yield f"{name}, JSON", {"json": sent}
        yield f"{name}, multipart", {"data": sent, "content_type": "multipart/form-data"}
        yield f"{name}, text", {"data": f"csrf_token={token}", "content_type": "text/plain"}
        yield f"{name}, header", {"headers": {"X-CSRF-Token": token}}
    yield "its own, JSON", {"json": {"csrf_token": own}}
    yield "its own, in the address", {"query_string": {"csrf_token": own}}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
    ):
        yield f"its own, {headers}", {"data": {"csrf_token": own}, "headers": headers}


def let_through(
    visitors: dict[str, Visitor], world: World, forms: list[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Send every form in every forged way; returns those that were not refused."""
    wrong = {}
    for path, who in forms:
        visitor, other = (
            visitors[who],
            visitors["learner" if who in ("", "supervisor") else "supervisor"],
        )
        for name, request in forged(visitor, other.token()):
            answer = visitor.client.post(filled(path, world.names), **request)
            if answer.status_code != 403:
                wrong[path, name] = answer.status_code
    return wrong


def test_no_forged_form_gets_through(
    world: World, visitors: dict[str, Visitor], watch: Watch
) -> None:
    """Whatever its body is; nothing is changed."""
    assert let_through(visitors, world, FORMS) == {}
    assert watch.changed() == set()


@pytest.mark.parametrize("check", ["fits", "_from_elsewhere"])
def test_a_check_that_is_left_out_is_seen(
    world: World, visitors: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    """A control: without the token, or without asking where a form comes from."""
    monkeypatch.setattr(csrf, check, lambda *_: check == "fits")
    assert len(let_through(visitors, world, FORMS[2:5])) >= 3


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.a.proxy.example"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},
    ],
)
def test_ones_own_form_gets_through(visitors: dict[str, Visitor], headers: dict[str, str]) -> None:
    """Whatever a browser says of it, by field or by header."""
    visitor = visitors["learner"]
    sent = visitor.client.post("/account/privacy", data={}, headers=headers)
    assert sent.status_code == 403
    own = {"csrf_token": visitor.token()}
    sent = visitor.client.post("/account/privacy", data=own, headers=headers)
    assert sent.status_code == 303
    headers = {**headers, "X-CSRF-Token": visitor.token()}
    assert visitor.client.post("/account/privacy", headers=headers).status_code == 303


def reading(visitors: dict[str, Visitor], world: World) -> Iterator[tuple[str, Visitor]]:
    """Yield every page with somebody of each kind who asks for it."""
    for method, path, *answers in ROWS:
        if method == "GET":
            for who in {status: who for who, status in zip(WHO, answers, strict=True)}.values():
                yield filled(path, world.names), visitors[who]


def test_reading_changes_nothing(
    world: World, visitors: dict[str, Visitor], watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By GET and by HEAD, which is told the same without the body; words that are drawn by chance
    are as long each time."""
    monkeypatch.setattr(passwords, "passphrase", lambda: "some words")
    for path, visitor in reading(visitors, world):
        page, told = visitor.get(path), visitor.client.head(path)
        assert facts(told) == facts(page), path
        assert told.data == b""
    assert watch.changed() == set()


def facts(answer: TestResponse) -> dict[str, Any]:
    """Return what GET and HEAD must agree on: all but what is new each time."""
    found = dict(answer.headers)
    for name in ("Date", "ETag", "Set-Cookie"):
        found.pop(name, None)
    return {"status": answer.status_code, **found}


def test_a_page_that_changes_something_is_seen(
    copied: Flask, visitors: dict[str, Visitor], watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: a view that ends the session when it is read."""
    monkeypatch.setitem(
        copied.view_functions, "operations.help_", copied.view_functions["people.sign_out"]
    )
    visitors["learner"].get("/help/")
    assert watch.changed() == {"session"}


def test_no_address_takes_another_method(
    world: World, visitors: dict[str, Visitor], watch: Watch
) -> None:
    """And to whoever may not see it, it is not there for any method."""
    paths = sorted({path for _, path, *_ in ROWS})
    adapter = visitors[""].app.url_map.bind("localhost")
    taken = {
        (method, path)
        for path in paths
        for method in adapter.allowed_methods(filled(path, world.names))
    }
    untaken = sorted(set(product(METHODS, paths)) - taken)
    wrong = {}
    for method, path in random.Random(5).sample(untaken, tries(60, len(untaken))):
        roles = next((who for prefix, who in ROLES.items() if path.startswith(prefix)), None)
        for who in ("", "learner", "supervisor", "trainer", "administrator"):
            hidden = bool(who and roles and who not in roles)
            answer = visitors[who].client.open(filled(path, world.names), method=method)
            if answer.status_code != (404 if hidden else 405):
                wrong[method, path, who] = answer.status_code
    assert wrong == {}
    assert watch.changed() == set()
