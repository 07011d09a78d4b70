"""Whatever is sent: an answer of ours that says what is wrong, and nothing changed."""

import html
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask, request
from flask import Request as FlaskRequest
from sqlalchemy import update
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.test import TestResponse

from tests.architecture.bad_inputs import BODIES, HEADERS, HUGE, VALUES
from tests.architecture.good_requests import Pairs, Request, Route, route_of
from tests.architecture.sending import Browser, Watch, open_browser
from tests.cast import Somebody
from tests.counts import tries
from tests.routes import ROWS
from tests.world import World
from training.core.work import unit_of_work
from training.people.models import Person

UPLOADS = ("/studio/", "/admin/import/")
"""What takes a file, which no plain form sends."""
SAMPLE = 8
EVERYTHING = 10**6
Bad = tuple[str, str, Request]
"""Who asks, what is odd in the request, and the request."""

_TRACES = re.compile(r"Traceback|sqlalchemy|psycopg|sqlite3|werkzeug|jinja2|\.py\b")


def bad_requests(route: Route) -> list[Bad]:
    """Return every request that the tables make of a route, from each who may ask."""
    return [(who, *bad) for bad in _bad_requests(route) for who in route.askers]


def _bad_requests(route: Route) -> Iterator[tuple[str, Request]]:
    good = route.good
    for name in route.values:
        for what, value in VALUES.items():
            yield f"path, {name}: {what}", replace(good, path=route.path_with(name, value))
    yield "path in capitals", replace(good, path=good.path.upper())
    for what, pairs in _bad_pairs(good.query, VALUES):
        yield f"query, {what}", replace(good, query=pairs)
    for what, pairs in _bad_pairs(good.fields, VALUES | HUGE):
        yield f"form, {what}", replace(good, fields=pairs)
    if good.method == "POST":
        for what, body in BODIES.items():
            yield f"body: {what}", replace(good, body=body)
    for what, (name, value) in HEADERS.items():
        yield f"header: {what}", replace(good, headers={name: value})


def _bad_pairs(good: Pairs, values: dict[str, str]) -> Iterator[tuple[str, Pairs]]:
    for name, usual in good:
        others = tuple(pair for pair in good if pair[0] != name)
        for what, value in values.items():
            yield f"{name}: {what}", (*others, (name, value))
        odd: dict[str, Pairs] = {
            "missing": (),
            "twice": ((name, usual), (name, "x")),
            "twice, the other first": ((name, "x"), (name, usual)),
            "a thousand times": ((name, usual),) * 1000,
            "an array": ((f"{name}[]", usual), (f"{name}[0][a]", "x")),
            "in capitals": ((name.upper(), usual),),
        }
        for what, instead in odd.items():
            yield f"{name}: {what}", (*others, *instead)


def faults(answer: TestResponse, changed: set[str]) -> Iterator[str]:
    """Yield what is wrong with an answer to bad input."""
    if answer.status_code >= 500:
        yield f"answered {answer.status}"
    if changed and (answer.status_code not in (200, 204, 303)):
        yield f"answered {answer.status}, and yet changed {sorted(changed)}"
    if "Location" in answer.headers and leads_away(answer.headers["Location"]):
        yield f"leads to {answer.headers['Location'][:80]!r}"
    if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308):
        yield from _faults_of_page(answer.text)
    elif answer.status_code >= 400:
        yield f"answered {answer.status} with {answer.mimetype}"


def leads_away(location: str) -> bool:
    """Tell whether a browser that follows leaves this site."""
    read = re.sub("[\t\r\n]", "", location).replace("\\", "/")
    return urlsplit(urljoin("http://localhost/", read)).netloc != "localhost"


def _faults_of_page(text: str) -> Iterator[str]:
    for part in (r"<title>\s*\S", r"<h1[ >]", r'<html lang="\w', "Waypost"):
        if not re.search(part, text):
            yield f"is no page of ours: there is no {part}"
    if "<script>alert" in text:
        yield "what was sent is in the page as it is"
    body = html.unescape(re.sub("<[^>]+>", " ", text.partition("<h1")[2]))
    if found := _TRACES.search(body):
        yield f"names {found[0]!r}"


def chosen(route: Route, seed: str) -> list[Bad]:
    """Return the requests to try: a seeded sample of all, in order."""
    every = bad_requests(route)
    wanted = min(len(every), tries(SAMPLE, EVERYTHING))
    picked = sorted(random.Random(seed).sample(range(len(every)), wanted))
    return [every[place] for place in picked]


@dataclass
class Trial:
    """Sends requests to a route one after another, each to the world as it was."""

    app: Flask
    world: World
    renew: Callable[[], None]

    def wrong(self, requests: Iterable[Bad]) -> list[str]:
        """Return what was wrong with the answers or with what they left behind."""
        url, found = self.app.config["SETTINGS"].database_url, []
        browsers: dict[str, Browser] = {}
        watch = Watch(url)
        for who, what, bad in requests:
            if who not in browsers:
                browsers[who] = open_browser(self.app, self.person(who))
                watch.changed()
            answer = browsers[who].send(bad)
            changed = watch.changed()
            found += [f"{what}, by {who or 'nobody'}: {wrong}" for wrong in faults(answer, changed)]
            if changed:
                watch.close()
                self.renew()
                browsers.clear()
                watch = Watch(url)
        watch.close()
        return found

    def person(self, who: str) -> Somebody | None:
        """Return who asks, or nobody."""
        return self.world.cast[who] if who else None


@pytest.fixture
def trial(copied: Flask, world: World, renew: Callable[[], None]) -> Trial:
    """A trial on a copy of the world."""
    return Trial(copied, world, renew)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_bad_input_is_answered_and_changes_nothing(trial: Trial, row: list[str]) -> None:
    """On every route, in every place of a request."""
    route = route_of(trial.app, trial.world, row)
    seed = f"{row[0]} {row[1]} {trial.world.engine}"
    assert trial.wrong(chosen(route, seed)) == []


@pytest.mark.parametrize(
    ("method", "path", "what"),
    [
        ("GET", "/sign-in", "query, next: no address"),
        ("GET", "/learn/", "header: since a year without end"),
        ("GET", "/desk/people.csv", "header: since an odd zone"),
        ("POST", "/sign-out", "body: multipart, part without a name"),
    ],
)
def test_what_once_broke_a_page_does_so_no_more(
    trial: Trial, method: str, path: str, what: str
) -> None:
    """Whatever the sample picks."""
    route = route_of(trial.app, trial.world, next(row for row in ROWS if row[:2] == [method, path]))
    found = [bad for bad in bad_requests(route) if bad[1] == what]
    assert found
    assert trial.wrong(found) == []


def test_an_origin_that_is_no_address_is_refused(trial: Trial) -> None:
    """It is not this site's."""
    route = route_of(trial.app, trial.world, next(row for row in ROWS if row[1] == "/sign-out"))
    odd = replace(route.good, headers={"Origin": "http://["})
    assert trial.wrong([("learner", "odd origin", odd)]) == []


def test_what_is_read_of_a_request_is_in_the_tables(trial: Trial) -> None:
    """A view that reads one thing more fails here until it is tried too; and what the tables call
    good is taken."""
    read: set[str] = set()
    trial.app.request_class = recording(trial.app.request_class, read)
    for row in ROWS:
        route = route_of(trial.app, trial.world, row)
        browsers = [open_browser(trial.app, trial.person(who)) for who in route.askers]
        read.clear()
        answers = [browser.send(route.good).status_code for browser in browsers]
        assert min(answers) < 400 or route.rule in UPLOADS, (row[:2], answers)
        typed = {name for name, _ in (*route.good.query, *route.good.fields)}
        assert read - {"csrf_token"} == typed, row[:2]
        if row[0] == "POST":
            trial.renew()


def recording(kind: type[FlaskRequest], read: set[str]) -> type[FlaskRequest]:
    """Return a class of requests that notes by which names its arguments and fields are read."""

    class Recorder(ImmutableMultiDict[str, str]):
        def __contains__(self, name: object) -> bool:
            read.add(str(name))
            return super().__contains__(name)

        def getlist(self, key: Any, *others: Any) -> Any:
            read.add(str(key))
            return super().getlist(key, *others)

        def get(self, key: Any, *others: Any, **named: Any) -> Any:
            read.add(str(key))
            return super().get(key, *others, **named)

        def __getitem__(self, key: Any) -> Any:
            read.add(str(key))
            return super().__getitem__(key)

    return type("Recording", (kind,), {"parameter_storage_class": Recorder})


def patched(app: Flask, endpoint: str, before: Callable[[], None]) -> None:
    """Let a view do something before it does what it should."""
    view = app.view_functions[endpoint]

    @wraps(view)
    def spoilt(**values: Any) -> Any:
        before()
        return view(**values)

    app.view_functions[endpoint] = spoilt


def _let_through() -> None:
    int(request.args.get("code", ""))


def _write_too_early() -> None:
    with unit_of_work() as work:
        work.connection.execute(update(Person).values(time_zone=request.form.get("again")))


@pytest.mark.parametrize(
    ("route", "endpoint", "spoil", "said"),
    [
        ("GET /verify/", "certificates.verify_form", _let_through, "answered 500"),
        (
            "POST /account/password",
            "account.change_password",
            _write_too_early,
            "yet changed ['person']",
        ),
    ],
    ids=["an error let through", "a write before the checks"],
)
def test_a_spoilt_view_is_caught(
    trial: Trial, route: str, endpoint: str, spoil: Callable[[], None], said: str
) -> None:
    """The control of the trial above."""
    [row] = [row for row in ROWS if " ".join(row[:2]) == route]
    spoilt = route_of(trial.app, trial.world, row)
    some = [bad for bad in bad_requests(spoilt) if "4-byte" in bad[1]]
    assert trial.wrong(some) == []
    patched(trial.app, endpoint, spoil)
    assert any(said in fault for fault in trial.wrong(some))
