"""An official's way through the module, in requests, for tests of what comes after it."""

import re
from collections.abc import Callable

from tests.visitor import Visitor
from training.content import items, library, queries
from training.content.schema import Document
from training.core.database import db

MODULE = "trafficking-or-smuggling"
HOME = f"/learn/{MODULE}"
FINAL = f"{HOME}/quizzes/final"


def document(visitor: Visitor) -> Document:
    """Return the newest version of the module."""
    with visitor.app.app_context():
        version = queries.newest(db.session(), MODULE)
        assert version is not None
        return library.of(db.session().connection())(version.digest)


def right(item: items.Item) -> list[str]:
    """Answer an item rightly."""
    return items.right_response(item)


def wrong(item: items.Item) -> list[str]:
    """Answer an item wrongly, but well formed."""
    keyed = items.right_response(item)
    others = [option for option in items.option_ids(item) if option not in keyed]
    return others[:1]


def enrol(visitor: Visitor) -> None:
    """Begin the module."""
    assert visitor.post(f"{HOME}/enrolment").status_code == 303


def do_lessons(visitor: Visitor) -> None:
    """Mark every lesson done."""
    for lesson in document(visitor).lessons:
        assert visitor.post(f"{HOME}/lessons/{lesson.id}").status_code == 303


def start(visitor: Visitor, quiz: str = FINAL) -> str:
    """Start an attempt and return the address under which it is answered."""
    assert visitor.post(f"{quiz}/attempts").status_code == 303
    page = visitor.get(quiz)
    found = re.search(r'action="([^"]+)/responses"', page.text)
    assert found, page.text
    return found[1]


def answer_all(
    visitor: Visitor,
    attempt: str,
    quiz: str = FINAL,
    choose: Callable[[items.Item], list[str]] = right,
) -> None:
    """Answer question after question as the pages lead."""
    whole = document(visitor)
    while True:
        page = visitor.get(quiz)
        found = re.search(r'name="item" value="([^"]+)"', page.text)
        if found is None:
            return
        response = choose(whole.item(found[1]))
        sent = visitor.post(f"{attempt}/responses", {"item": found[1], "response": response})
        assert sent.status_code == 303, sent.text


def take(
    visitor: Visitor, quiz: str = FINAL, choose: Callable[[items.Item], list[str]] = right
) -> None:
    """Start a quiz, answer all of it and submit."""
    attempt = start(visitor, quiz)
    answer_all(visitor, attempt, quiz, choose)
    assert visitor.post(f"{attempt}/submission").status_code == 303


def complete(visitor: Visitor) -> str:
    """Go the whole way and return the certificate's code."""
    enrol(visitor)
    do_lessons(visitor)
    take(visitor)
    found = re.search(r"/certificates/(\w{16})\.pdf", visitor.get(f"{HOME}/").text)
    assert found
    return found[1]
