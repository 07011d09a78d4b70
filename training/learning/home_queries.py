"""Reads for the first page of a learner: what to do next, and how far one is with each module."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.assessment import queries as assessment
from training.assessment.models import Attempt
from training.assessment.policy import own_attempts
from training.content import library
from training.content import queries as content
from training.content.schema import Document
from training.core.actors import Actor
from training.learning import rules
from training.learning.models import Enrolment
from training.learning.policy import own_enrolments
from training.learning.queries import Progress, progress


@dataclass(frozen=True)
class Step:
    """A lesson or a quiz to go on with; `number` is a lesson's place, None for a quiz."""

    kind: str
    id: str
    title: str
    number: int | None = None


@dataclass(frozen=True)
class ModuleCard:
    """A module on the first page. `progress` is None before it is begun; `step` is None where
    nothing is left to do, and where no attempt is left to do it with."""

    id: str
    title: str
    language: str
    summary: str
    minutes: int
    lessons: int
    progress: Progress | None
    step: Step | None
    minutes_left: int
    active_at: int

    @property
    def stuck(self) -> bool:
        """Whether it is under way and no attempt is left to go on with."""
        return self.progress is not None and not self.progress.completed and self.step is None


@dataclass(frozen=True)
class Home:
    """The first page: one module to go on with or to begin, None where there is none, and the
    others."""

    following: ModuleCard | None
    others: tuple[ModuleCard, ...]

    @property
    def all_taken(self) -> bool:
        """Whether there are modules and each is completed."""
        cards = (*((self.following,) if self.following else ()), *self.others)
        return bool(cards) and all(card.progress and card.progress.completed for card in cards)


def home(session: Session, actor: Actor) -> Home:
    """Return the modules offered: those under way first (the latest used on top), then those not
    begun, then those completed. The first that has something left to do is the one to go on with.
    """
    mine: dict[str, Enrolment] = {}
    statement = select(Enrolment).where(own_enrolments(actor)).order_by(Enrolment.id)
    for found in session.scalars(statement):
        mine[found.module or ""] = found
    taken = _taken(session, actor)
    cards = sorted(
        (
            _card(session, version, mine.get(version.module), taken)
            for version in content.offered(session, actor)
        ),
        key=_place,
    )
    following = next((card for card in cards if card.step or not card.progress), None)
    return Home(following, tuple(card for card in cards if card is not following))


def _taken(session: Session, actor: Actor) -> dict[str, list[Attempt]]:
    """Return all attempts of the actor, by enrolment."""
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in session.scalars(select(Attempt).where(own_attempts(actor))):
        found[attempt.enrolment or ""].append(attempt)
    return found


def _card(
    session: Session,
    version: content.Version,
    mine: Enrolment | None,
    taken: dict[str, list[Attempt]],
) -> ModuleCard:
    digest = (mine.version if mine else None) or version.digest
    document = library.of(session.connection())(digest)
    facts = document.module
    own = taken.get(mine.id, []) if mine else []
    passed = {one.quiz or "" for one in own if one.passed and one.status == "graded"}
    done = mine.done if mine else []
    reached = progress(document, mine, passed) if mine else None
    left = [lesson.minutes for lesson in document.lessons if lesson.id not in done]
    return ModuleCard(
        id=version.module,
        title=facts.title,
        language=facts.language,
        summary=facts.summary,
        minutes=facts.minutes,
        lessons=len(document.lessons),
        progress=reached,
        step=_step(document, done, passed, own) if reached and not reached.completed else None,
        minutes_left=sum(left),
        active_at=mine.active_at if mine else 0,
    )


def _step(
    document: Document, done: list[str], passed: set[str], taken: list[Attempt]
) -> Step | None:
    lesson = rules.next_lesson(document, done)
    if lesson is not None:
        found = document.lesson(lesson)
        return Step("lesson", lesson, found.title, document.lessons.index(found) + 1)
    quiz = rules.next_quiz(document, passed)
    if quiz is None:
        return None
    chosen = document.quiz(quiz)
    own = [attempt for attempt in taken if attempt.quiz == quiz]
    under_way = any(attempt.status == "open" for attempt in own)
    if assessment.attempts_left(document, chosen, own) == 0 and not under_way:
        return None
    return Step("quiz", quiz, chosen.title)


def _place(card: ModuleCard) -> tuple[int, int, str]:
    order = 1 if card.progress is None else 2 if card.progress.completed else 0
    return order, -card.active_at, card.title
