"""Every visitor gets what was typed for every route; a route without an answer fails."""

import pytest
from flask import Flask

from tests.routes import ROWS, WHO, filled
from tests.visitor import Visitor
from tests.world import World


def ask(app: Flask, world: World, who: str, method: str, path: str) -> int:
    """Return the status that a visitor gets; forms carry what makes them work."""
    visitor = Visitor(app, world.cast[who] if who else None)
    if method == "GET":
        return visitor.get(path).status_code
    fields = {"item": world.names["question"], "response": world.names["response"]}
    if path.endswith("/publication"):
        fields = {"note": "A better title.", "follows": "1"}
    if path.endswith("/confirmation"):
        fields = {"look": "1"}
    if path == "/language":
        fields = {"language": "en"}
    if path in ("/sign-in", "/account/password") or path.startswith("/sign-in/link/"):
        fields = {}
    return visitor.post(path, fields).status_code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_each_visitor_gets_the_answer_that_was_typed(
    copied: Flask, world: World, row: list[str]
) -> None:
    """What changes something is asked last by whoever may: the others find it as it was."""
    method, path, *answers = row
    expected = dict(zip(WHO, map(int, answers), strict=True))
    order = sorted(WHO, key=lambda who: expected[who] == 303)
    address = filled(path, world.names)
    found = {who: ask(copied, world, who, method, address) for who in order}
    assert found == expected


def test_no_route_is_missing_in_the_table(copied: Flask, world: World) -> None:
    """A new route fails here until somebody has typed what each visitor gets."""
    adapter = copied.url_map.bind("localhost")
    typed = {
        (adapter.match(filled(path, world.names), method, return_rule=True)[0].rule, method)
        for method, path, *_ in ROWS
    }
    routes = {
        (rule.rule, method)
        for rule in copied.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes - typed == set()
