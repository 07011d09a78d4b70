"""What the learner's pages weigh: how much comes over the wire, and in how many requests."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser

from benchmarks import pages, report, servers
from benchmarks.browser import Answer, Visit, visit
from tests.journeys.site import Site
from tests.routes import filled


@dataclass(frozen=True)
class Limits:
    """What a page may cost at the first visit and at the next; what the next answer's status is.
    Of those that are never the same, sign-in stays in no browser, and a question carries the id of
    the record that answering makes."""

    path: str
    requests: int = 5
    bytes: int = 45_000
    repeat_bytes: int = 8_000
    repeat_status: int = 304


PAGES = {
    "sign-in": Limits("/sign-in", repeat_status=200),
    "home": Limits("/learn/"),
    "module": Limits("/learn/{module}/"),
    "lesson": Limits("/learn/{module}/lessons/{lesson}"),
    "quiz question": Limits(
        "/learn/{module}/quizzes/pre-test", requests=6, bytes=60_000, repeat_status=200
    ),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where or by how much."""

    kind: str
    detail: object


def faults(site: Site, browser: Browser, page: str) -> list[Fault]:
    """Visit a page twice and return what is wrong with what came."""
    limits = PAGES[page]
    with site.context(browser, "en", "" if page == "sign-in" else "learner") as context:
        first, repeat = (visit(context, filled(limits.path, site.names)) for _ in range(2))
    return [
        *_elsewhere(first, site.url),
        *_not_kept(first),
        *_too_much("first", first, limits.requests, limits.bytes),
        *_too_much("repeat", repeat, 1, limits.repeat_bytes),
        *_answered(repeat, limits.repeat_status),
    ]


def _elsewhere(made: Visit, own: str) -> list[Fault]:
    return [Fault("elsewhere", url) for url in made.asked if not url.startswith(f"{own}/")]


def _not_kept(made: Visit) -> list[Fault]:
    """Static files are compressed, and never asked for again."""
    found = []
    for answer in filter(_is_static, made.answers):
        if "immutable" not in answer.headers.get("cache-control", ""):
            found.append(Fault("not for good", answer.url))
        if answer.headers.get("content-encoding") not in ("br", "gzip"):
            found.append(Fault("not compressed", answer.url))
    return found


def _too_much(kind: str, made: Visit, requests: int, size: int) -> list[Fault]:
    found = []
    if len(made.answers) > requests:
        found.append(Fault(f"{kind}: requests", [answer.url for answer in made.answers]))
    if made.bytes > size:
        found.append(Fault(f"{kind}: bytes", made.bytes))
    return found


def _answered(made: Visit, status: int) -> list[Fault]:
    statuses = [answer.status for answer in made.answers if not _is_static(answer)]
    return [] if statuses == [status] else [Fault("repeat: status", statuses)]


def _is_static(answer: Answer) -> bool:
    return "/static/" in answer.url


@pytest.mark.parametrize("page", PAGES)
def test_a_page_weighs_little(site: Site, browser: Browser, page: str) -> None:
    """Within the design's limits; one that has not changed costs its headers."""
    assert faults(site, browser, page) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            lambda: secrets.token_urlsafe(80_000),
            {"first: bytes", "repeat: bytes", "repeat: status"},
        ),
        (lambda: Markup('<img src="https://hit.example/a.png" alt="">'), {"elsewhere"}),
    ],
    ids=["padded", "elsewhere"],
)
def test_control_what_a_page_has_too_much_is_found(
    site: Site,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    more: Callable[[], str],
    expected: set[str],
) -> None:
    """Words that don't compress and are never the same; a picture from elsewhere."""
    words = site.app.jinja_env.globals
    field: Callable[[], Markup] = words["csrf_field"]  # type: ignore[assignment]
    monkeypatch.setitem(words, "csrf_field", lambda: field() + more())
    assert {fault.kind for fault in faults(site, browser, "home")} == expected


def test_control_static_files_that_are_not_kept_are_found(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they come from a server that neither compresses them nor says how long they hold."""
    own = site.app.wsgi_app

    def careless(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/static/"):
            return own(environ, start)

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            others = [pair for pair in headers if pair[0] != "Cache-Control"]
            return start(status, [*others, ("Cache-Control", "no-cache")], *more)

        return own({**environ, "HTTP_ACCEPT_ENCODING": ""}, begin)

    monkeypatch.setattr(site.app, "wsgi_app", careless)
    found = {fault.kind for fault in faults(site, browser, "lesson")}
    assert found == {"not for good", "not compressed", "repeat: requests"}


def test_the_benchmark_visits_over_a_weak_link(site: Site, browser: Browser) -> None:
    """As somebody who is at a final; nothing can be seen before one round trip."""
    here = servers.Site(site.url, site.app.config["SQLALCHEMY_DATABASE_URI"])
    weight = pages.weighed(browser, here, "quiz question", times=1)
    assert min(weight.first[0].paint, weight.repeat[0].paint) > pages.WEAK.round_trip / 1000
    first, repeat = report.weighed("visits", [weight]).rows
    assert first[:3] == ["quiz question", "first", str(len(weight.first[0].answers))]
    assert repeat[:3] == ["quiz question", "repeat", "1"]
