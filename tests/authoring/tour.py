"""Everybody goes through a module, and then through every page that they can reach."""

import html
import re
from collections.abc import Iterable, Iterator

from flask import Flask

from tests import modules, way
from tests.authoring.structure import neutral
from tests.cast import Cast, Somebody
from tests.visitor import Visitor
from training.authoring.models import Draft
from training.content.schema import Document
from training.core import clock
from training.core.work import unit_of_work

_LINK = re.compile(r'\bhref="(/[^"#]*)')
_LEFT_OUT = re.compile(
    r"/static/|\.(csv|json|zip|pdf|xlsx)(\?|$)|/continue$"
    r"|/versions/(1/|2/quizzes/[^/]+/items/)"  # no other than those of the draft
)
EVERYBODY = ("trainer", "learner", "coordinator", "supervisor", "administrator")
MOST = 600


def prepare(app: Flask, cast: Cast, document: Document, note: str) -> str:
    """Publish a document, keep it as a draft, and let the learner fail and pass; returns the
    address of the draft."""
    modules.publish(app, document, note)
    draft = _keep(app, cast["trainer"], document)
    learner = Visitor(app, cast["learner"])
    way.enrol(learner)
    way.do_lessons(learner)
    way.take(learner, choose=way.wrong)
    way.take(learner)
    for quiz in document.quizzes:
        if quiz.kind != "final":
            address = f"{way.HOME}/quizzes/{quiz.id}"
            way.take(learner, address, choose=way.wrong)
        if quiz.kind == "check":
            way.start(learner, address)
    return draft


def _keep(app: Flask, trainer: Somebody, document: Document) -> str:
    """Keep a draft past the checks, as an older version of the checks might have let it in."""
    with app.app_context(), unit_of_work() as work:
        draft = Draft(
            module_id=document.module.id,
            owner_id=trainer.id,
            title=document.module.title,
            document=document.canonical(),
            digest=document.digest,
            uploaded_at=clock.moment(work.now()),
        )
        work.session.add(draft)
        work.session.flush()
        return f"/studio/drafts/{draft.id}/"


def pages(
    app: Flask, cast: Cast, draft: str, document: Document, people: Iterable[str] = EVERYBODY
) -> Iterator[tuple[str, str]]:
    """Yield the name and the HTML of every page that can be reached by links, and of each item in
    the studio with the feedback on an answer."""
    for who in people:
        visitor = Visitor(app, cast[who])
        for address, page in _reached(visitor, ["/"]):
            yield f"{who} {neutral(address)}", page
        if who == "trainer":
            for address in _answered(draft, document):
                yield f"{who} {neutral(address)}", visitor.get(address).text
    learner = Visitor(app, cast["learner"])
    found = re.search(r"/certificates/(\w{16})\.pdf", learner.get("/certificates/").text)
    assert found
    yield "anybody /verify", Visitor(app).get(f"/verify/{found[1]}").text


def _answered(draft: str, document: Document) -> Iterator[str]:
    for quiz in document.quizzes:
        for item in document.items:
            if item.use == quiz.use and item.outcome in {draw.outcome for draw in quiz.draws}:
                for response in (way.right(item), way.wrong(item)):
                    given = "&".join(f"response={option}" for option in response)
                    yield f"{draft}quizzes/{quiz.id}/items/{item.id}?{given}"


def _reached(visitor: Visitor, ahead: list[str]) -> Iterator[tuple[str, str]]:
    seen = set(ahead)
    while ahead:
        assert len(seen) < MOST, "there is no end to the links"
        address = ahead.pop()
        answer = visitor.get(address)
        if answer.status_code in (302, 303):
            found = [answer.location]
        else:
            assert answer.status_code == 200, address
            yield address, answer.text
            found = [html.unescape(link) for link in _LINK.findall(answer.text)]
        fresh = {link for link in found if link not in seen and not _LEFT_OUT.search(link)}
        seen |= fresh
        ahead += sorted(fresh)
