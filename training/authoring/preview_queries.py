"""Previews: a draft or a version as learners see it, without leaving records."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.assessment import queries as assessment
from training.assessment.queries import ShownItem
from training.authoring import queries
from training.content import items, lessons, library
from training.content import queries as content
from training.content.items import Item
from training.content.lessons import RenderedBlock
from training.content.queries import Version
from training.content.schema import Document, Quiz
from training.core.actors import PersonActor
from training.core.errors import NotFound
from training.learning import quiz_queries
from training.learning.queries import LessonPage, lesson_of
from training.learning.quiz_queries import QuizPage


@dataclass(frozen=True)
class Preview:
    """What is looked at: a version, or a draft (then `version` is None). `place` is what its
    addresses take."""

    document: Document
    digest: str
    place: dict[str, str | int]
    version: Version | None


@dataclass(frozen=True)
class Bank:
    """The items from which a quiz draws on one outcome."""

    outcome: str
    draws: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class ItemPage:
    """An item of a quiz's bank; feedback is there once `item` is answered."""

    quiz: Quiz
    language: str
    item: ShownItem
    right: tuple[str, ...]
    shuffled: bool
    number: int
    total: int
    previous: str | None
    following: str | None


def of_draft(session: Session, actor: PersonActor, draft: str) -> Preview:
    """Return the preview of a draft. Raises NotFound."""
    found = queries.draft(session, actor, draft)
    document = Document.from_canonical(found.document)
    return Preview(document, found.digest, {"draft": found.id}, None)


def of_version(session: Session, actor: PersonActor, module: str, number: int) -> Preview:
    """Return the preview of a published version. Raises NotFound."""
    version = content.version(session, actor, module, number)
    document = library.of(session.connection())(version.digest)
    return Preview(document, version.digest, {"module": module, "number": number}, version)


def lesson(preview: Preview, lesson: str) -> tuple[LessonPage, tuple[RenderedBlock, ...]]:
    """Return a lesson's page, and its blocks as HTML. Raises NotFound."""
    page = lesson_of(preview.document, preview.digest, lesson, done=False)
    return page, lessons.render(page.lesson)


def quiz(preview: Preview, quiz: str) -> tuple[QuizPage, tuple[Bank, ...]]:
    """Return the page with which a quiz begins, and the bank it draws from. Raises NotFound."""
    document = preview.document
    chosen = assessment.quiz_of(document, quiz)
    left = assessment.attempts_left(document, chosen, [])
    page = quiz_queries.page_of(document, chosen, attempt=None, left=left)
    return page, _banks(document, chosen)


def item(preview: Preview, quiz: str, item: str, response: list[str]) -> ItemPage:
    """Return an item of a quiz's bank, with the feedback on `response` if that is an answer.

    Raises NotFound.
    """
    chosen = assessment.quiz_of(preview.document, quiz)
    bank = [one for part in _banks(preview.document, chosen) for one in part.items]
    ids = [one.id for one in bank]
    if item not in ids:
        raise NotFound
    place = ids.index(item)
    found = bank[place]
    given = response if items.is_response(found, response) else None
    return ItemPage(
        quiz=chosen,
        language=preview.document.module.language,
        item=assessment.show_item(found, items.option_ids(found), given, due=given is not None),
        right=tuple(items.right_response(found)),
        shuffled=items.shuffles(found),
        number=place + 1,
        total=len(bank),
        previous=ids[place - 1] if place else None,
        following=ids[place + 1] if place + 1 < len(ids) else None,
    )


def _banks(document: Document, quiz: Quiz) -> tuple[Bank, ...]:
    return tuple(
        Bank(
            outcome=document.outcome(draw.outcome).text,
            draws=draw.count,
            items=tuple(
                one for one in document.items if one.use == quiz.use and one.outcome == draw.outcome
            ),
        )
        for draw in quiz.draws
    )
