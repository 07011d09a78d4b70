"""Other versions of the module for tests: changed, published, marked with canaries."""

from typing import Any

from flask import Flask

from tests.cast import TESTER
from tests.way import MODULE
from training.content import library, queries, services
from training.content.schema import Document
from training.core.database import db
from training.core.work import unit_of_work

CANARY = "canary"


def published(app: Flask) -> Document:
    """Return the newest version of the module."""
    with app.app_context():
        version = queries.newest(db.session(), MODULE)
        assert version is not None
        return library.of(db.session().connection())(version.digest)


def publish(app: Flask, document: Document, note: str = "changed") -> str:
    """Publish a document as the next version; returns its digest."""
    with app.app_context(), unit_of_work() as work:
        services.publish(TESTER, work, document=document, source="folder", note=note)
    return document.digest


def with_canaries(document: Document) -> Document:
    """Return the document with a canary in every text that is due only after an answer."""
    return document.model_copy(update={"items": tuple(map(_marked, document.items))})


def with_title(document: Document, title: str) -> Document:
    """Return the document under another title."""
    return document.model_copy(
        update={"module": document.module.model_copy(update={"title": title})}
    )


def _marked(item: Any) -> Any:
    feedback = item.feedback
    marked = (
        f"{CANARY}-feedback-{item.id}"
        if isinstance(feedback, str)
        else {option: f"{CANARY}-feedback-{item.id}-{option}" for option in feedback}
    )
    return item.model_copy(
        update={"explanation": f"{CANARY}-explanation-{item.id}", "feedback": marked}
    )
