"""What a request says of its host and its way here is believed only as far as our own proxies."""

import http.client
import logging
from collections.abc import Callable
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from config import Settings
from tests import server
from tests.apps import make_settings
from tests.cast import Cast, cast_in
from tests.live import LiveVisitor
from tests.visitor import Visitor
from training.app import create_app
from training.core.database import db
from training.people import throttling
from training.people.models import SignInCounter

MARK = "forged.example"
FORGED = {
    "Host": MARK,
    "X-Forwarded-Host": MARK,
    "X-Forwarded-Server": MARK,
    "X-Forwarded-For": MARK,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "6666",
    "X-Forwarded-Prefix": f"/{MARK}",
    "X-Script-Name": f"/{MARK}",
    "X-Original-URL": f"/{MARK}",
    "X-Rewrite-URL": f"/{MARK}",
    "X-Real-IP": MARK,
    "Forwarded": f"for={MARK};host={MARK};proto=https",
}
PATHS = ("/sign-in", "/learn", "/learn/", "/verify/", "/help/", "/nowhere", "/static/nowhere")


@pytest.fixture
def app_with(settings: Settings) -> Callable[..., Flask]:
    """Return a function that makes an application with other settings."""

    def app_with(**changes: object) -> Flask:
        return create_app(make_settings(settings.database_url, settings.instance, **changes))

    return app_with


def test_no_answer_and_no_log_repeats_what_is_forged(
    app_with: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a link nor a redirect nor a cookie, be the answer good or an error, and however many
    proxies stand before it."""
    caplog.set_level(logging.DEBUG)
    for hops, path in product((0, 1, 2), PATHS):
        answer = Visitor(app_with(trusted_proxies=hops)).get(path, headers=FORGED)
        said = f"{answer.headers}{answer.text}{caplog.text}"
        assert MARK not in said, path
        assert "6666" not in said, path
        assert "Secure" not in answer.headers.get("Set-Cookie", "")
        assert "Strict-Transport-Security" not in answer.headers


def test_an_answer_that_repeats_it_is_seen(app_with: Callable[..., Flask]) -> None:
    """A control: the router's own redirect names the host that was asked for."""
    app = app_with()
    ours = app.before_request_funcs[None]
    ours[:] = [function for function in ours if function.__name__ != "_lead_to_proper_address"]
    assert MARK in Visitor(app).get("/learn", headers=FORGED).headers["Location"]


SEEN: tuple[tuple[int, str | None, str], ...] = (
    (0, "203.0.113.9", "127.0.0.1"),
    (1, None, "127.0.0.1"),
    (1, "203.0.113.9", "203.0.113.9"),
    (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
    (2, "203.0.113.9", "127.0.0.1"),
    (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
    (2, "198.51.100.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
)


def test_failures_are_counted_where_the_outermost_of_our_proxies_saw_them_come_from(
    app_with: Callable[..., Flask],
) -> None:
    """What whoever asks has put before it counts for nothing."""
    for number, (hops, sent, counted) in enumerate(SEEN):
        app, account = app_with(trusted_proxies=hops), f"{number}@b"
        headers = {"X-Forwarded-For": sent} if sent else {}
        Visitor(app).post("/sign-in", {"identifier": account, "password": "x"}, headers=headers)
        with app.app_context():
            expected = throttling.attempt(f"email {account}", counted)
            found = set(db.session.scalars(select(SignInCounter.id)))
            db.session.remove()
            db.engine.dispose()
        assert {expected.account, expected.place} <= found, (hops, sent)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("waypost.example", 200),
        ("WayPost.Example:443", 200),
        ("127.0.0.1:8000", 400),
        ("evil.example", 400),
        ("waypost.example.evil.example", 400),
        ("evil.example/waypost.example", 400),
        ("waypost.example@evil.example", 400),
        ("waypost.example evil.example", 400),
        ("", 400),
    ],
)
def test_production_is_served_under_its_own_name_alone(
    tmp_path: Path, host: str, status: int
) -> None:
    """Whatever a proxy passes on; probes may ask by address."""
    app = create_app(
        make_settings(
            f"sqlite:///{tmp_path}/x.db",
            tmp_path,
            environment="production",
            public_url="https://waypost.example",
            trusted_proxies=1,
        )
    )
    for headers in ({"Host": host}, {"Host": "waypost.example", "X-Forwarded-Host": host}):
        if host or "X-Forwarded-Host" not in headers:
            answer = app.test_client().get("/verify/", headers=headers)
            assert answer.status_code == status
            if status == 400:
                assert not host or host not in answer.text
        assert app.test_client().get("/healthz", headers=headers).status_code == 200


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_the_serving_processes_believe_no_stranger_either(
    make_database: Callable[[str], str], tmp_path: Path, proxies: str
) -> None:
    """Over sockets: another forged address for each try buys no more tries; and nothing says by
    what exactly it is served."""
    url = make_database("sqlite")
    cast = cast_in(create_app(make_settings(url, tmp_path)))
    with server.running(tmp_path, url, WAYPOST_TRUSTED_PROXIES=proxies) as running:
        found = [_guess(running.url, cast, f"198.51.100.{n}", proxies) for n in range(6)]
        _, told = _ask(running.url, "/sign-in", dict(FORGED))
        lines = "".join(running.lines)
    assert found == [422] * 4 + [429] * 2
    assert told.get_all("Server") == ["Waypost"]
    assert MARK not in str(told)
    assert MARK not in lines
    assert "198.51.100" not in lines


def _guess(url: str, cast: Cast, address: str, proxies: str) -> int:
    visitor = LiveVisitor(url)
    token = visitor.get("/sign-in")[1].split('csrf_token" value="')[1].split('"')[0]
    seen = f"{address}, 203.0.113.9" if proxies == "1" else address
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    body = f"csrf_token={token}&identifier={cast['learner'].email}&password=wrong"
    headers = {"X-Forwarded-For": seen, "Forwarded": f"for={address}", "Cookie": cookies}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return _ask(url, "/sign-in", headers, body)[0]


def _ask(
    url: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.msg
