"""Every route × method × kind of visitor has an answer that was typed by hand, without a look at
the code's own rules. A route without one fails."""

import pytest
from flask import Flask

from tests.architecture.conftest import World, filled
from tests.visitor import Visitor

# Who asks, in the order of the columns. The learner is the one whose work the addresses name; the
# trainer's grant is on the region, which owns the module, the national trainer's on a State.
WHO = (
    "",
    "learner",
    "other learner",
    "supervisor",
    "trainer",
    "national trainer",
    "coordinator",
    "foreign coordinator",
    "administrator",
)
ANSWERS = """
                                                    nobody lea oth sup tra nat coo for adm
GET  /                                              302 302 302 302 302 302 302 302 302
GET  /sign-in                                       200 302 302 302 302 302 302 302 302
POST /sign-in                                       422 422 422 422 422 422 422 422 422
GET  /sign-in/kept                                  302 303 303 303 303 303 303 303 303
GET  /sign-in/link/{link}                           200 200 200 200 200 200 200 200 200
POST /sign-in/link/{link}                           422 422 422 422 422 422 422 422 422
POST /sign-out                                      303 303 303 303 303 303 303 303 303
GET  /account/                                      302 200 200 200 200 200 200 200 200
POST /account/password                              303 422 422 422 422 422 422 422 422
GET  /account/privacy                               302 200 200 200 200 200 200 200 200
POST /account/privacy                               303 303 303 303 303 303 303 303 303
GET  /help/                                         200 200 200 200 200 200 200 200 200
GET  /healthz                                       200 200 200 200 200 200 200 200 200
GET  /readyz                                        200 200 200 200 200 200 200 200 200
GET  /admin/                                        302 404 404 404 404 404 404 404 200
GET  /learn/                                        302 200 200 200 200 200 200 200 200
GET  /learn/{module}/                               302 200 200 200 200 200 200 200 200
POST /learn/{module}/enrolment                      303 303 303 303 303 303 303 303 303
GET  /learn/{module}/continue                       302 302 302 302 302 302 302 302 302
GET  /learn/{module}/lessons/{lesson}               302 200 302 302 302 302 302 302 302
POST /learn/{module}/lessons/{lesson}               303 303 404 404 404 404 404 404 404
GET  /learn/{module}/quizzes/pre-test               302 200 302 302 302 302 302 302 302
POST /learn/{module}/quizzes/pre-test/attempts      303 303 404 404 404 404 404 404 404
POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/responses  303 303 404 404 404 404 404 404 404
POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/submission 303 303 404 404 404 404 404 404 404
GET  /certificates/                                 302 200 200 200 200 200 200 200 200
GET  /certificates/{code}.pdf                       302 200 404 404 404 404 404 404 404
GET  /verify/                                       200 200 200 200 200 200 200 200 200
GET  /verify/{code}                                 200 200 200 200 200 200 200 200 200
GET  /desk/                                         302 404 404 200 404 404 200 200 404
GET  /desk/people                                   302 404 404 200 404 404 200 200 404
GET  /desk/people.csv                               302 404 404 200 404 404 200 200 404
GET  /desk/people/{person}                          302 404 404 200 404 404 200 404 404
GET  /studio/                                       302 404 404 404 200 200 404 404 404
POST /studio/                                       303 404 404 404 422 422 404 404 404
GET  /studio/{module}/                              302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/                   302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1.zip                302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/lessons/{lesson}   302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/quizzes/final      302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/quizzes/final/items/{item} 302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/                        302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/lessons/{lesson}        302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/quizzes/final           302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/quizzes/final/items/{item} 302 404 404 404 200 404 404 404 404
POST /studio/drafts/{draft}/publication             303 404 404 404 303 404 404 404 404
POST /studio/drafts/{draft}/discard                 303 404 404 404 303 404 404 404 404
"""
ROWS = [line.split() for line in ANSWERS.strip().splitlines()[1:]]


def ask(app: Flask, world: World, who: str, method: str, path: str) -> int:
    """Return the status that a visitor gets; forms carry what makes them work."""
    visitor = Visitor(app, world.cast[who] if who else None)
    if method == "GET":
        return visitor.get(path).status_code
    fields = {"item": world.names["question"], "response": world.names["response"]}
    if path.endswith("/publication"):
        fields = {"note": "A better title.", "follows": "1"}
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
