"""Whatever id an address names, what one may not see is not there: its page is to the byte that of
an id that nothing bears, at every route, for everybody, wherever the thing belongs."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import true
from werkzeug.test import TestResponse

from tests.architecture.good_requests import FIELDS, QUERY
from tests.architecture.others import (
    OPEN,
    ROLES,
    Things,
    add_foreign_administrator,
    add_things,
    made_up,
)
from tests.counts import tries
from tests.routes import ROWS, WHO, filled
from tests.visitor import Visitor
from tests.world import World
from training.authoring import queries as authoring
from training.certificates import queries as certificates
from training.people import person_queries, place_queries

SAMPLE = 500
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Case:
    """Somebody asks at a route for what does not concern them; `kinds` are the ids tried."""

    method: str
    address: str
    fields: dict[str, str]
    who: str
    things: Things
    kinds: tuple[str, ...]


def address_of(row: list[str]) -> str:
    """Return the path of a row with what is read of its query."""
    asked = QUERY.get(f"{row[0]} {row[1]}", {})
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{row[1]}?{query}" if query else row[1]


def ids_in(app: Flask, world: World, row: list[str]) -> list[str]:
    """Return the kinds of ids that an address names and that are not open to everybody."""
    adapter = app.url_map.bind("localhost")
    rule, _ = adapter.match(filled(row[1], world.names), row[0], return_rule=True)
    if vars(app.view_functions[rule.endpoint])["__permission__"] == "public":
        return []
    offered = {"module"} if not row[1].startswith("/studio/") else set()
    return [kind for kind in _NAME.findall(address_of(row)) if kind not in OPEN | offered]


def cases(app: Flask, world: World, everything: list[Things]) -> Iterator[Case]:
    """Yield whoever asks for what they may not see: each id alone, and all of an address."""
    for row in ROWS:
        method, path, *answers = row
        kinds = ids_in(app, world, row)
        roles = {ROLES[who][0] for who, status in zip(WHO, answers, strict=True) if status != "404"}
        fields = FIELDS.get(f"{method} {path}", {})
        for things, tried in product(everything, {*((kind,) for kind in kinds), tuple(kinds)}):
            if not tried or not things.names.keys() >= set(tried):
                continue
            fits = _fit_together(path, tried, things, world)
            for who in ROLES:
                if not (fits and things.concern(who, roles, tried)):
                    yield Case(method, address_of(row), fields, who, things, tried)


def _fit_together(path: str, tried: tuple[str, ...], things: Things, world: World) -> bool:
    """Tell whether ids in a path, some of them the world's own, may be of one and the same thing:
    somebody's number, say, and not another's."""
    own = [kind for kind in _NAME.findall(path) if things.names.get(kind) == world.names[kind]]
    in_path = {kind for kind in _NAME.findall(path) if kind not in OPEN | {"module"}}
    return in_path <= {*own, *tried} or not in_path & set(tried) or set(tried) <= set(own)


@dataclass
class Asking:
    """Asks on a copy of the world, and keeps what was answered for ids that nothing bears."""

    app: Flask
    world: World
    browsers: dict[str, Visitor] = field(default_factory=dict)
    nothing: dict[tuple[str, str, str, tuple[str, ...]], Any] = field(default_factory=dict)

    def leaks(self, case: Case) -> bool:
        """Tell whether an answer differs from that to ids that nothing bears."""
        key = (case.method, case.address, case.who, case.kinds)
        if key not in self.nothing:
            self.nothing[key] = self.answer(case, {kind: made_up(kind) for kind in case.kinds})
        own = {kind: case.things.names[kind] for kind in case.kinds}
        return bool(self.answer(case, own) != self.nothing[key])

    def answer(self, case: Case, names: dict[str, str]) -> Any:
        """Ask, and return all that can be seen of the answer but the ids that were sent."""
        names = {**self.world.names, **names}
        if case.who not in self.browsers:
            person = self.world.cast[case.who] if case.who else None
            self.browsers[case.who] = Visitor(self.app, person)
        browser = self.browsers[case.who]
        fields = {name: filled(value, names) for name, value in case.fields.items()}
        answer: TestResponse
        if case.method == "GET":
            answer = browser.get(filled(case.address, names))
        else:
            answer = browser.post(filled(case.address, names), fields)
        body = answer.get_data()
        headers = str(sorted(one for one in answer.headers if one[0] not in _OF_THE_MOMENT))
        for kind in _NAME.findall(case.address):
            body = body.replace(names[kind].encode(), b"?")
            headers = headers.replace(names[kind], "?")
        return answer.status_code, headers, body


_OF_THE_MOMENT = {"Set-Cookie", "Content-Length", "ETag"}


@pytest.fixture
def asking(copied: Flask, world: World) -> Asking:
    """Somebody who administers a State is in it too."""
    add_foreign_administrator(copied, world.cast)
    return Asking(copied, world)


def test_no_id_of_others_is_told_from_one_that_nothing_bears(asking: Asking) -> None:
    """Of oneself where it takes a role, of one's own unit, another one, another State."""
    things = add_things(asking.app, asking.world)
    kinds = {kind for row in ROWS for kind in ids_in(asking.app, asking.world, row)}
    assert kinds <= {kind for one in things for kind in one.names}
    every = list(cases(asking.app, asking.world, things))
    chosen = random.Random(24).sample(every, min(len(every), tries(SAMPLE, len(every))))
    assert len(every) > 3_000
    assert [found for found in chosen if asking.leaks(found)] == []


def _all(*asked: object, **others: object) -> Any:
    return true()


@pytest.mark.parametrize(
    ("where", "filter", "kind"),
    [
        (person_queries, "people_within", "person"),
        (place_queries, "overseen_units", "unit"),
        (certificates, "own_certificates", "code"),
        (authoring, "visible_drafts", "draft"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_control_a_filter_that_lets_all_through_is_seen(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, where: object, filter: str, kind: str
) -> None:
    """At the addresses that name such things."""
    every = cases(asking.app, asking.world, add_things(asking.app, asking.world))
    some = [found for found in every if kind in found.kinds and found.method == "GET"]
    monkeypatch.setattr(where, filter, _all)
    assert any(map(asking.leaks, some))
