"""Reads of attempts, and what of them may be shown. Keys leave the bank only through here."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import Session

from training.assessment import rules
from training.assessment.models import Attempt
from training.assessment.policy import own_attempts
from training.content import items
from training.content.items import Item
from training.content.items.true_false import TrueFalse
from training.content.schema import Document, Quiz
from training.core.actors import Actor
from training.core.database import run
from training.core.errors import NotFound
from training.records import queries as log
from training.records.models import Subject


@dataclass(frozen=True)
class ShownOption:
    """An option as a page shows it; `verdict` is empty until keys are due, then right (chosen),
    wrong (chosen), missed (right, not chosen) or empty."""

    id: str
    text: str
    chosen: bool
    verdict: str


@dataclass(frozen=True)
class ShownItem:
    """An item as a page shows it; feedback and explanation are empty until they are due."""

    id: str
    type: str
    prompt: str
    options: tuple[ShownOption, ...]
    answered: bool
    due: bool
    right: bool
    feedback: tuple[str, ...]
    explanation: str

    @property
    def chosen(self) -> list[str]:
        """The ids of the options chosen."""
        return [option.id for option in self.options if option.chosen]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict on each option."""
        return {option.id: option.verdict for option in self.options}


@dataclass(frozen=True)
class OutcomeResult:
    """What somebody got on one outcome."""

    id: str
    text: str
    points: int
    maximum: int


@dataclass(frozen=True)
class ShownAttempt:
    """An attempt as its pages show it."""

    id: str
    quiz: Quiz
    status: str
    items: tuple[ShownItem, ...]
    points: int | None
    maximum: int | None
    passed: bool | None
    results: tuple[OutcomeResult, ...]

    @property
    def answered(self) -> int:
        """How many items have a response."""
        return sum(item.answered for item in self.items)

    def item(self, id: str) -> ShownItem:
        """Return an item of the attempt. Raises NotFound."""
        for item in self.items:
            if item.id == id:
                return item
        raise NotFound

    def first_open(self) -> ShownItem | None:
        """Return the first item without a response, or None."""
        return next((item for item in self.items if not item.answered), None)

    def after(self, id: str) -> ShownItem | None:
        """Return the item that follows, or None after the last."""
        place = [item.id for item in self.items].index(id) + 1
        return self.items[place] if place < len(self.items) else None


def quiz_of(document: Document, quiz: str) -> Quiz:
    """Return a quiz of a version. Raises NotFound."""
    try:
        return document.quiz(quiz)
    except KeyError:
        raise NotFound from None


def attempts(session: Session, actor: Actor, enrolment: str, quiz: str) -> list[Attempt]:
    """Return the actor's attempts at a quiz in an enrolment, the newest first."""
    return _attempts(session, actor, Attempt.enrolment == enrolment, Attempt.quiz == quiz)


def attempt(session: Session, actor: Actor, attempt: str) -> Attempt:
    """Return one of the actor's attempts. Raises NotFound."""
    found = _attempts(session, actor, Attempt.id == attempt)
    if not found:
        raise NotFound
    return found[0]


@dataclass(frozen=True)
class Answering:
    """What saving an answer needs to know of an attempt; `items` are the ids drawn, in order."""

    enrolment: str
    version: str
    kind: str
    status: str
    items: tuple[str, ...]
    given: dict[str, list[str]]


def answering(connection: Connection, subject: str, attempt: str, *, pending: bool) -> Answering:
    """Return an attempt of the person whom the caller has locked, past SQLAlchemy: every answer
    asks it. `pending`: their folds fail, so that the log has the last word. Raises NotFound."""
    row = run(connection, _ANSWERING, {"id": attempt, "subject": subject}).fetchone()
    if row is None:
        raise NotFound
    enrolment, version, kind, status, drawn, responses = row
    if pending and log.parts_with(connection, "attempt.submitted", [attempt]):
        status = "submitted"
    items = tuple(one["item"] for one in json.loads(drawn))
    return Answering(enrolment or "", version or "", kind, status, items, json.loads(responses))


_ANSWERING = (
    "SELECT enrolment, version, kind, status, drawn, responses FROM attempt "
    "WHERE id = :id AND subject = :subject"
)


def _attempts(session: Session, actor: Actor, *where: ColumnElement[bool]) -> list[Attempt]:
    """Read attempts. While its fold fails, one whose submission is in the log is submitted, though
    its state row does not say so yet."""
    statement = (
        select(Attempt, Subject.fold_pending)
        .join(Subject, Subject.id == Attempt.subject)
        .where(own_attempts(actor), *where)
        .order_by(Attempt.id.desc())  # UUIDv7 sorts by the time of its making
    )
    rows = session.execute(statement).all()
    behind = {a.id: a for a, pending in rows if pending and a.status == "open"}
    if behind:
        for ended in log.parts_with(session.connection(), "attempt.submitted", behind):
            session.expunge(behind[ended])  # what a page is told is not to be written
            behind[ended].status = "submitted"
    return [attempt for attempt, _pending in rows]


def attempts_left(document: Document, quiz: Quiz, taken: list[Attempt]) -> int | None:
    """Return how many attempts are left, or None where there is no limit."""
    voided = sum(one.status == "voided" for one in taken)
    allowed = rules.allowed_attempts(document, quiz, voided)
    return None if allowed is None else max(0, allowed - len(taken))


def shown(document: Document, attempt: Attempt, left: int | None) -> ShownAttempt:
    """Return an attempt with just what may be shown of it now."""
    quiz = document.quiz(attempt.quiz or "")
    graded = attempt.status == "graded"
    every = graded and rules.keys_due(
        quiz.kind, graded=True, passed=bool(attempt.passed), attempts_left=left != 0
    )
    each = rules.feedback_after_each(quiz.kind)
    given = attempt.given
    shown_items = tuple(
        show_item(
            document.item(one["item"]),
            one["options"],
            given.get(one["item"]),
            due=every or (each and one["item"] in given),
        )
        for one in attempt.items
    )
    return ShownAttempt(
        id=attempt.id,
        quiz=quiz,
        status=attempt.status,
        items=shown_items,
        points=attempt.points,
        maximum=attempt.maximum,
        passed=attempt.passed,
        results=tuple(
            OutcomeResult(name, document.outcome(name).text, points, maximum)
            for name, (points, maximum) in attempt.results.items()
        ),
    )


def show_item(item: Item, options: list[str], given: list[str] | None, *, due: bool) -> ShownItem:
    """Return an item with its options in the order drawn; what is not due is left out."""
    texts, chosen = _option_texts(item), given or []
    return ShownItem(
        id=item.id,
        type=item.type,
        prompt=item.prompt,
        options=tuple(
            ShownOption(id, texts[id], id in chosen, _verdict(item, id, chosen) if due else "")
            for id in options
        ),
        answered=given is not None,
        due=due,
        right=due and items.is_right(item, chosen),
        feedback=tuple(items.feedback_for(item, chosen)) if due else (),
        explanation=item.explanation if due else "",
    )


def _verdict(item: Item, option: str, chosen: list[str]) -> str:
    is_key = option in items.right_response(item)
    if option in chosen:
        return "right" if is_key else "wrong"
    return "missed" if is_key else ""


def _option_texts(item: Item) -> dict[str, str]:
    if isinstance(item, TrueFalse):
        return {"true": _("True"), "false": _("False")}
    return {option.id: option.text for option in item.options}
