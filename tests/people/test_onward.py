"""Where a page leads on to after a form: always a place on this site, whatever was asked for."""

import random
import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import create_environ
from werkzeug.utils import redirect

from tests import way
from tests.cast import PASSWORD, Cast
from tests.counts import tries
from tests.visitor import Visitor
from training.core.work import unit_of_work
from training.people import rules
from training.people.models import Person

Visit = Callable[..., Visitor]
SITE = "https://waypost.example"
EVIL = "evil.example"
# The parts of an address that leads away, and the ways in which each is dressed up.
START = (
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\x00",
    "\x0b",
    "\x1f",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "/learn",
)
SCHEME = ("", "http:", "https:", "HTTPS:", "javascript:", "data:", "ftp:", "//", "view-source:")
SLASHES = (
    "//", "/\\", "\\\\", "\\/", "///", "////", "/\t/", "/\n/", "/ /", "/\x00/", "/%09/", "/%2f/",
    "/%5c", "/..//", "/.//", "/x/..//", "/%2e%2e//", "/;//", "/\u2044/", "/\uff0f", "/\u3002",
    "\uff0f\uff0f", "/\u0085/", "/\u2028/", "/", "\\", "", "/" * 50, "/./" * 400 + "/",
)  # fmt: skip
USER = ("", "waypost.example@", "a:b@", "%40", "waypost.example\\@", "[::1]@")
HOST = (
    EVIL, "evil%2eexample", "evil\u3002example", "\uff45vil.example", "evil.example:443",
    "[::ffff:203.0.113.9]",
)  # fmt: skip
END = (
    "",
    "/",
    "/?next=//" + EVIL,
    "#@waypost.example",
    "\\..",
    "?" + "x" * 5000,
    "\r\nSet-Cookie: a=b",
)


def payloads(count: int) -> list[str]:
    """Return addresses made by the grammar, the same ones each time."""
    chance = random.Random(20)
    parts = (START, SCHEME, SLASHES, USER, HOST, END)
    plain = [f"{scheme}{slashes}{EVIL}" for scheme in ("", "https:") for slashes in SLASHES]
    made = {"".join(chance.choice(part) for part in parts) for _ in range(count)}
    return [*plain, *sorted(made)][:count]


def resolved(location: str) -> str:
    """Return the host to which a browser goes, by the URL standard: control characters and spaces
    around are dropped, tabs and newlines anywhere, and a backslash is a slash."""
    cleaned = re.sub(r"[\t\n\r]", "", location.strip("".join(map(chr, range(33)))))
    cleaned = cleaned.replace("\\", "/")
    if found := re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", cleaned):
        return re.sub(r"^/*", "", cleaned[found.end() :]).partition("/")[0] or found[0]
    if cleaned.startswith("//"):
        return cleaned.lstrip("/").partition("/")[0]
    return "waypost.example"


def stays(location: str) -> bool:
    """Tell whether both a browser and Python take a Location for a place on this site."""
    try:
        host = urlsplit(urljoin(f"{SITE}/sign-in", location)).netloc
    except ValueError:
        return False
    breaks = re.search(r"[\x00-\x1f\x7f]", location)
    return resolved(location) == host == "waypost.example" and not breaks


def sent(location: str) -> str:
    """Return a Location as it goes over the wire."""
    return redirect(location).get_wsgi_headers(create_environ())["Location"]


def test_of_500_addresses_none_leads_away() -> None:
    """As it is sent, for a browser and for Python."""
    tried = payloads(tries(500, 20_000))
    assert len(tried) >= 500
    assert [text for text in tried if not stays(sent(rules.local(text)))] == []
    assert [text for text in tried if rules.is_local(text) and not stays(text)] == []


def test_the_tools_see_where_an_address_leads() -> None:
    """A control: followed as they are, most of them lead away; places of ours don't."""
    away = [text for text in payloads(500) if not stays(text)]
    assert len(away) > 300
    assert all(stays(text) for text in ("/", "/learn/", "/a?b=//x", "/..//evil.example", "/%09/x"))


def onward(app: Flask, cast: Cast) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield every parameter that leads on, with a function that sends a value and returns where
    that leads."""
    stranger, learner = Visitor(app), Visitor(app, cast["learner"])
    way.enrol(learner)
    lesson = f"{way.HOME}/lessons/{way.document(learner).lessons[0].id}"
    typed = {"identifier": cast["learner"].email, "password": PASSWORD}

    def enter(text: str) -> str:
        stranger._token = ""
        done = stranger.post(f"/sign-in?next={quoted(text)}", typed)
        stranger.post("/sign-out", {"csrf_token": token_in(stranger)})
        return done.headers["Location"]

    def kept(text: str) -> str:
        asked = stranger.get("/learn/", query_string={"a": text}).headers["Location"]
        return stranger.get(asked).headers.get("Location", asked)

    def chosen(page: str) -> str:
        came = {"HTTP_REFERER": page.encode("utf-8", "surrogatepass").decode("latin-1")}
        sent = {"csrf_token": learner.token(), "language": "en"}
        done = learner.client.post("/language", data=sent, environ_overrides=came)
        return done.headers["Location"]

    yield "POST /sign-in?next", enter
    yield "GET /learn/?…", kept
    yield (
        "GET /sign-in?next",
        lambda text: learner.get(f"/sign-in?next={quoted(text)}").headers["Location"],
    )
    yield (
        "POST /account/privacy",
        lambda text: learner.post("/account/privacy", {"next": text}).headers["Location"],
    )
    for site in ("", "http://localhost", "http://localhost/learn/?a="):
        yield f"POST /language, from {site}", lambda text, site=site: chosen(f"{site}{text}")  # type: ignore[misc]
    for kind in ("", "lesson:", "quiz:"):
        yield (
            f"POST lesson, {kind}",
            lambda text, kind=kind: learner.post(lesson, {"next": f"{kind}{text}"}).headers[  # type: ignore[misc]
                "Location"
            ],
        )


def quoted(text: str) -> str:
    """Return a text as it stands in a query."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def token_in(visitor: Visitor) -> str:
    """Return the token of whoever is signed in now."""
    found = re.search(r'csrf_token" value="([^"]+)', visitor.get("/account/").text)
    assert found
    return found[1]


def test_no_parameter_leads_away(app: Flask, cast: Cast) -> None:
    """Through the pages themselves, with what of it the door lets in."""
    tried = [text for text in payloads(500) if "\0" not in text]
    tried = tried[:: len(tried) // tries(8, 500) or 1]
    for name, send in onward(app, cast):
        for text in tried:
            location = send(text)
            assert stays(location), (name, text, location)


def test_the_notice_carries_only_a_place_on_this_site(app: Flask, visit: Visit, cast: Cast) -> None:
    """In its hidden field."""
    with app.app_context(), unit_of_work() as work:
        work.session.execute(update(Person).values(notice_accepted_at=None))
    visitor = visit(cast["learner"])
    for text in [text for text in payloads(60) if "\0" not in text]:
        page = visitor.get(f"/account/privacy?next={quoted(text)}").text
        [value] = re.findall(r'name="next" value="([^"]*)"', page)
        assert stays(unescape(value)), text


@pytest.mark.parametrize(
    "path", ["//evil.example/learn/x/enrolment", "/\\evil.example", "/learn//x"]
)
def test_only_a_form_of_ours_is_kept(app: Flask, cast: Cast, path: str) -> None:
    """A path is kept where a form of this site is sent to it, and nowhere else."""
    visitor = Visitor(app, cast["learner"])
    token = visitor.token()
    visitor.client.post("/sign-out", data={"csrf_token": token})
    answer = visitor.client.post(
        "/", data={"csrf_token": token}, environ_overrides={"PATH_INFO": path}
    )
    assert answer.status_code in (303, 308, 404)
    assert stays(answer.headers.get("Location", "/"))
    visitor._token = ""
    assert visitor.sign_in(cast["learner"]).headers["Location"] == "/"
