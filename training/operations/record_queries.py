"""Reads for one's whole record: what is kept of somebody, from all features."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from training.assessment.models import Attempt
from training.assessment.policy import own_attempts
from training.content import library
from training.content.schema import Document
from training.core import clock
from training.core.actors import PersonActor
from training.records import queries as records

PAGE = 100


@dataclass(frozen=True)
class Line:
    """A learning record in words: `thing` is the lesson or quiz that it is about, `number` the
    place of a question in it; a result has points, and a certificate its code."""

    at: datetime
    kind: str
    module: str | None
    language: str | None
    thing: str | None
    number: int | None
    points: int | None
    maximum: int | None
    code: str | None


def kind_names() -> dict[str, str]:
    """Return how it is said what a record tells."""
    return {
        "enrolment.opened": _("Began the module"),
        "lesson.done": _("Marked a lesson as done"),
        "attempt.started": _("Started a quiz"),
        "response.given": _("Answered a question"),
        "attempt.submitted": _("Handed the quiz in"),
        "attempt.expired": _("The time of the quiz was over"),
        "attempt.voided": _("The attempt was declared void"),
        "attempt.items_corrected": _("Questions were taken out of the result"),
        "attempt.graded": _("The quiz was graded"),
        "completion.reached": _("The module was completed"),
        "completion.withdrawn": _("The completion was withdrawn"),
        "certificate.issued": _("The certificate was issued"),
        "certificate.revoked": _("The certificate was revoked"),
    }


def lines(session: Session, actor: PersonActor, page: int) -> tuple[list[Line], bool]:
    """Return a page of the actor's learning records, the newest first, and whether another follows.

    Questions are named by their number alone: their words and answers are shown where and when
    they are due, in the quiz.
    """
    found = records.own_lines(session, actor, skip=(page - 1) * PAGE, most=PAGE + 1)
    parts = {line.row.part for line in found if line.row.part}
    statement = select(Attempt).where(own_attempts(actor), Attempt.id.in_(parts))
    attempts = {attempt.id: attempt for attempt in session.scalars(statement)}
    read = library.of(session.connection())
    said = [
        _line(line, attempts.get(line.row.part or ""), read(line.row.version))
        for line in found[:PAGE]
    ]
    return said, len(found) > PAGE


def _line(line: records.Line, attempt: Attempt | None, document: Document) -> Line:
    data = line.data
    at = min(line.row.occurred_at + line.row.clock_offset, line.row.received_at)
    return Line(
        at=clock.moment(at),
        kind=line.row.kind,
        module=document.module.title,
        language=document.module.language,
        thing=_thing(data, attempt, document),
        number=_number(data, attempt),
        points=data.get("points"),
        maximum=data.get("maximum"),
        code=data.get("code"),
    )


def _thing(data: dict[str, Any], attempt: Attempt | None, document: Document) -> str | None:
    if "lesson" in data:
        return document.lesson(data["lesson"]).title
    return document.quiz(attempt.quiz).title if attempt and attempt.quiz else None


def _number(data: dict[str, Any], attempt: Attempt | None) -> int | None:
    drawn = [one["item"] for one in attempt.items] if attempt else []
    return drawn.index(data["item"]) + 1 if data.get("item") in drawn else None
