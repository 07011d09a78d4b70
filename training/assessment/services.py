"""Starting, answering and submitting an attempt. Every rule is read after the person is locked."""

import secrets
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from training.assessment import queries, rules
from training.assessment.models import Attempt
from training.assessment.queries import Answering
from training.content import items, library
from training.content.schema import Document
from training.core import ids
from training.core.actors import Actor
from training.core.errors import NotFound, Refused
from training.records import services as records
from training.records.envelope import Draft
from training.records.models import Opening
from training.records.services import Lock, Outcome

_shuffle = secrets.SystemRandom().shuffle


@dataclass(frozen=True)
class Enrolled:
    """The enrolment that an attempt belongs to, and the version that it is pinned to."""

    enrolment: str
    digest: str
    document: Document


def start(actor: Actor, held: Lock, *, enrolled: Enrolled, quiz: str) -> Attempt:
    """Start an attempt, or return the one whose result is still open, or has just come because a
    fold that had failed was mended. Draws its items and keeps them by id.

    Raises NotFound for an unknown quiz, Refused where it is passed or no attempt is left,
    Unavailable while its fold fails.
    """
    session = held.work.session
    document = enrolled.document
    chosen = queries.quiz_of(document, quiz)
    taken = queries.attempts(session, actor, enrolled.enrolment, quiz)
    for attempt in taken:
        if attempt.status in ("open", "submitted"):
            return attempt
    if taken and held.caught_up:
        return taken[0]
    if chosen.kind == "final" and any(attempt.passed for attempt in taken):
        raise Refused(_("You have passed this final. There is nothing more to take."))
    attempt_id = ids.uuid7()
    _take_place(held, enrolled, chosen.id, taken, attempt_id)
    records.append(
        actor,
        held,
        Draft(
            kind="attempt.started",
            about=enrolled.enrolment,
            part=attempt_id,
            version=enrolled.digest,
            payload={
                "module": document.module.id,
                "quiz": chosen.id,
                "kind": chosen.kind,
                "drawn": [one.data() for one in rules.draw(document, chosen, _shuffle)],
            },
        ),
    )
    records.demand_settled(held)
    return _own(session, actor, attempt_id)


def answer(
    actor: Actor,
    held: Lock,
    *,
    attempt: str,
    item: str,
    response: list[str],
    record: str | None = None,
) -> Answering:
    """Save a response and return the attempt as it stood before. A response that stands already
    is not written again; another is a new record.

    `record` is the id that the page chose for it. Raises Refused where the attempt has ended or,
    in a check, where the item was answered and its feedback shown; NotFound for a foreign item.
    """
    connection = held.work.connection
    found = queries.answering(connection, held.subject, attempt, pending=held.fold_pending)
    if found.status != "open":
        raise Refused(_("This attempt has ended. Its answers stand as they were."))
    if item not in found.items:
        raise NotFound
    document = library.of(connection)(found.version)
    if not items.is_response(document.item(item), response):
        raise NotFound
    standing = found.given.get(item)
    if standing == response:
        return found
    if standing is not None and rules.feedback_after_each(found.kind):
        raise Refused(_("You have seen the feedback on this question. Go on to the next one."))
    draft = Draft(
        kind="response.given",
        about=found.enrolment,
        part=attempt,
        id=record,
        version=found.version,
        payload={"item": item, "response": response},
    )
    up_to_date = not held.fold_pending
    appended = records.append(actor, held, draft)
    if appended.outcome is Outcome.DUPLICATE and up_to_date:
        # The page's record is there, yet another answer stands: somebody went back twice, and
        # chose again what they had chosen first.
        records.append(actor, held, replace(draft, id=None))
    return found


def submit(actor: Actor, held: Lock, *, attempt: str) -> None:
    """End an attempt; its grade, and whatever that completes, is decided in the same transaction.

    Sent twice it is one submission. Raises NotFound, or Refused for a voided attempt.
    """
    connection = held.work.connection
    found = queries.answering(connection, held.subject, attempt, pending=held.fold_pending)
    if found.status == "voided":
        raise Refused(_("This attempt was voided. Start another one."))
    if found.status != "open":
        return
    records.append(
        actor,
        held,
        Draft(
            kind="attempt.submitted",
            about=found.enrolment,
            part=attempt,
            version=found.version,
            payload={},
        ),
    )


def _own(session: Session, actor: Actor, attempt: str) -> Attempt:
    """Return the actor's attempt as it stands now: folds write past the session."""
    session.expire_all()
    return queries.attempt(session, actor, attempt)


def _take_place(
    held: Lock, enrolled: Enrolled, quiz: str, taken: list[Attempt], attempt: str
) -> None:
    """Count the attempt against its limit, by a row that the database refuses beyond it. Those
    that came in from devices have no such row, and count all the same."""
    voided = sum(one.status == "voided" for one in taken)
    allowed = rules.allowed_attempts(enrolled.document, enrolled.document.quiz(quiz), voided)
    thing = f"quiz:{quiz}"
    session = held.work.session
    used = session.scalars(
        select(Opening.number).where(Opening.holder == enrolled.enrolment, Opening.thing == thing)
    ).all()
    number = max(used, default=0) + 1
    if allowed is not None and max(number, len(taken) + 1) > allowed:
        raise Refused(
            _("You have used all your attempts. Speak with your supervisor or coordinator.")
        )
    held.work.connection.execute(
        insert(Opening).values(
            holder=enrolled.enrolment, thing=thing, number=number, allowed=allowed, opened=attempt
        )
    )
