"""What each route reads, with values that work: the ground that bad input is laid on."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

from flask import Flask

from tests.cast import PASSWORD
from tests.routes import WHO, filled
from tests.world import World
from training.core import clock

SOON, LATER = ((clock.today() + timedelta(days=days)).isoformat() for days in (30, 60))
QUERY: dict[str, dict[str, str]] = {
    "GET /sign-in": {"next": "/learn/"},
    "POST /sign-in": {"next": "/learn/"},
    "GET /account/privacy": {"next": "/learn/"},
    "GET /account/welcome": {"next": "/learn/"},
    "GET /account/record": {"page": "1"},
    "GET /learn/{module}/quizzes/pre-test": {"again": "0", "item": "{question}"},
    "GET /verify/": {"code": "{code}"},
    "GET /admin/audit": {
        "action": "refused",
        "since": "2026-11-01",
        "until": "2026-11-30",
        "person": "{person}",
        "before": "{attempt}",
    },
    "GET /admin/units/{unit}/merging": {"unit": "{empty}"},
    "POST /admin/units/{unit}/merging": {"unit": "{empty}"},
    "GET /people/": {"q": "Person", "who": "waiting", "unit": "{unit}", "page": "1"},
    "GET /people/new": {"unit": "{unit}"},
    "POST /people/new": {"unit": "{unit}"},
    "GET /people/{person}/transfer": {"q": "North", "unit": ""},
    "POST /people/{person}/transfer": {"unit": "{empty}"},
    "POST /people/{person}/release": {"unit": "{elsewhere}"},
    "POST /people/{person}/secondment": {"unit": "{empty}"},
    "POST /people/{person}/role": {"unit": "{unit}"},
    "GET /people/transfers/many": {"unit": "{empty}", "person": "{person}"},
    "POST /people/transfers/many": {"unit": "{empty}", "person": "{person}"},
    "GET /people/transfers/{transfer}": {"unit": "{elsewhere}"},
    "POST /people/transfers/{transfer}": {"unit": "{elsewhere}"},
    "GET /admin/import/{import}": {"deed": "same", "page": "1"},
    "GET /desk/": {"unit": "{unit}", "module": "{module}", "sort": "people"},
    "GET /desk/people": {
        "unit": "{unit}",
        "module": "{module}",
        "status": "certified",
        "page": "1",
    },
    "GET /desk/people.csv": {"unit": "{unit}", "module": "{module}", "status": "certified"},
    "GET /studio/{module}/versions/1/quizzes/final/items/{item}": {"response": "{response}"},
    "GET /studio/drafts/{draft}/quizzes/final/items/{item}": {"response": "{response}"},
}
"""What is read of an address, by route; one that is not there reads nothing."""

FIELDS: dict[str, dict[str, str]] = {
    "POST /sign-in": {"identifier": "{email}", "agency": "", "password": PASSWORD},
    "POST /sign-in/forgotten": {"email": "{email}"},
    "POST /sign-in/request": {
        "name": "Nour Haddad",
        "latin_name": "",
        "agency": "{agency}",
        "post": "The northern gate",
        "number": "N-77",
        "email": "nour@example.org",
        "language": "en",
    },
    "POST /desk/requests/{asked}/approval": {"unit": "{unit}"},
    "POST /desk/requests/{asked}/decline": {"reason": "Not known there"},
    "POST /sign-in/link/{link}": {"password": "another long one", "again": "another long one"},
    "POST /account/password": {
        "current": PASSWORD,
        "password": "another long one",
        "again": "another long one",
    },
    "POST /account/privacy": {"next": "/learn/"},
    "POST /account/welcome": {
        "language": "en",
        "name": "Nour Haddad",
        "latin_name": "",
        "next": "/learn/",
    },
    "POST /admin/units/{unit}/name": {"name-name": "Another Gate", "name-code": ""},
    "POST /admin/units/{unit}/place": {"place-parent": "{elsewhere}"},
    "POST /admin/units/{empty}/end": {"end-on": "2030-01-01"},
    "POST /admin/units/{agency}/units": {
        "new-name": "Third Gate",
        "new-code": "",
        "new-since": "2026-11-01",
    },
    "POST /people/new": {
        "name": "نور",
        "latin_name": "Noor",
        "number": "B-1",
        "email": "noor@example.org",
        "since": SOON,
    },
    "POST /people/slips": {"person": "{person}"},
    "POST /people/{person}/transfer": {"on": SOON, "number": "B-2"},
    "POST /people/{person}/release": {"on": SOON},
    "POST /people/{person}/secondment": {"on": SOON, "back": LATER},
    "POST /people/{person}/leave": {"on": SOON, "back": LATER},
    "POST /people/{person}/return": {"on": SOON},
    "POST /people/{person}/ending": {"ending": "retirement", "on": SOON},
    "POST /people/{person}/number": {"number": "B-3"},
    "POST /people/{person}/names": {
        "name": "نور",
        "latin_name": "Noor",
        "email": "noor@example.org",
    },
    "POST /people/{person}/erasure": {"agreed": "yes"},
    "POST /people/{person}/role": {
        "role": "supervisor",
        "since": "2026-11-01",
        "until": LATER,
    },
    "POST /people/transfers/chosen": {"person": "{person}"},
    "POST /people/transfers/many": {"on": SOON},
    "POST /people/transfers/{transfer}": {"on": SOON, "number": "B-4"},
    "POST /sign-in/slip": {
        "identifier": "{other}",
        "agency": "",
        "code": "7K3M-Q9TD",
        "password": "another long one",
        "again": "another long one",
    },
    "POST /admin/import/": {"kind": "people", "file": ""},
    "POST /admin/import/{choosing}/encoding": {"encoding": "cp1256"},
    "POST /admin/import/{import}/confirmation": {"look": "1"},
    "POST /language": {"language": "en"},
    "POST /learn/{module}/lessons/{lesson}": {"next": "quiz:final"},
    "POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/responses": {
        "item": "{question}",
        "record": "0190a000-0000-7000-8000-000000000000",
        "response": "{response}",
    },
    "POST /studio/": {"file": ""},
    "POST /studio/drafts/{draft}/publication": {"note": "A better title.", "follows": "1"},
}
"""What is read of a form, likewise."""

Pairs = tuple[tuple[str, str], ...]
_PARAMETER = re.compile(r"<(?:[^<>]*:)?(\w+)>")


@dataclass(frozen=True)
class Request:
    """A request as it stands on the wire: path, query and fields are percent-encoded by whoever
    made it. Where there is a `body` (content type and bytes), it is sent instead of the fields."""

    method: str
    path: str
    query: Pairs = ()
    fields: Pairs = ()
    body: tuple[str, bytes] | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A row of the table of routes: who may use it, and a request that works."""

    rule: str
    askers: tuple[str, ...]
    values: dict[str, str]
    good: Request

    def path_with(self, name: str, value: str) -> str:
        """Return the path with another value (percent-encoded) for one of its parameters."""
        values = {key: quote(good, safe="") for key, good in self.values.items()} | {name: value}
        return _PARAMETER.sub(lambda match: values[match[1]], self.rule)


def route_of(app: Flask, world: World, row: list[str]) -> Route:
    """Return what the application and the tables say of a row. It is asked by the first for whom it
    is there; where anyone may, by nobody too."""
    method, path, *answers = row
    names = world.names
    adapter = app.url_map.bind("localhost")
    rule, values = adapter.match(filled(path, names), method, return_rule=True)
    public = vars(app.view_functions[rule.endpoint])["__permission__"] == "public"
    may = (who for who, status in zip(WHO, answers, strict=True) if who and status != "404")
    good = Request(
        method, filled(path, names), _filled(QUERY, row, names), _filled(FIELDS, row, names)
    )
    plain = {name: str(value) for name, value in values.items()}
    return Route(rule.rule, ("", next(may)) if public else (next(may),), plain, good)


def _filled(table: dict[str, dict[str, str]], row: list[str], names: dict[str, str]) -> Pairs:
    reads = table.get(f"{row[0]} {row[1]}", {})
    return tuple((name, quote(filled(value, names), safe="")) for name, value in reads.items())
