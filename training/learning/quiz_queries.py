"""Reads for the pages of a quiz."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.assessment import queries as assessment
from training.assessment import rules as assessment_rules
from training.assessment.queries import Answering, ShownAttempt
from training.content.schema import Document, Lesson, Quiz
from training.core.actors import Actor
from training.learning import queries


@dataclass(frozen=True)
class Step:
    """A question in the row of numbers above a question."""

    url: str
    state: str


@dataclass(frozen=True)
class QuizPage:
    """What the pages of a quiz show; `attempt` is None before one is started."""

    module: str
    title: str
    document: Document
    quiz: Quiz
    attempt: ShownAttempt | None
    left: int | None
    lesson: Lesson | None
    following: Lesson | None
    completed: bool
    passed: bool

    @property
    def shown(self) -> ShownAttempt:
        """The attempt, where there is one."""
        assert self.attempt is not None
        return self.attempt

    @property
    def language(self) -> str:
        """The language of the questions."""
        return self.document.module.language

    @property
    def each(self) -> bool:
        """Whether feedback follows each answer."""
        return assessment_rules.feedback_after_each(self.quiz.kind)

    @property
    def total(self) -> int:
        """How many questions an attempt has."""
        return sum(draw.count for draw in self.quiz.draws)

    @property
    def again(self) -> bool:
        """Whether another attempt may be started."""
        return self.left != 0 and not (self.quiz.kind == "final" and self.passed)

    @property
    def to_reread(self) -> tuple[Lesson, ...]:
        """The lessons on outcomes in which points were missed."""
        missed = {r.id for r in self.shown.results if r.points < r.maximum}
        return tuple(one for one in self.document.lessons if missed & set(one.outcomes))

    @property
    def keys_shown(self) -> bool:
        """Whether the result shows the questions again with their right answers."""
        return all(item.due for item in self.shown.items)

    def number(self, item: str) -> int:
        """Return the place of a question in the attempt, from 1."""
        return [shown.id for shown in self.shown.items].index(item) + 1

    def lessons_on(self, item: str) -> tuple[Lesson, ...]:
        """Return the lessons on the outcome that a question is about."""
        outcome = self.document.item(item).outcome
        return tuple(one for one in self.document.lessons if outcome in one.outcomes)

    def step_links(self, address: str, current: str) -> list[Step]:
        """Return the questions by number, each answered, current or open."""
        return [
            Step(
                f"{address}?item={item.id}",
                "current" if item.id == current else "answered" if item.answered else "open",
            )
            for item in self.shown.items
        ]


def quiz_page(session: Session, actor: Actor, module: str, quiz: str) -> QuizPage | None:
    """Return a quiz with the actor's newest attempt; None where they are not enrolled."""
    mine = queries.latest(session, actor, module)
    if mine is None:
        return None
    document = queries.document_of(session, mine)
    chosen = assessment.quiz_of(document, quiz)
    taken = assessment.attempts(session, actor, mine.id, quiz)
    left = assessment.attempts_left(document, chosen, taken)
    newest = taken[0] if taken else None
    return page_of(
        document,
        chosen,
        attempt=assessment.shown(document, newest, left) if newest else None,
        left=left,
        completed=mine.status == "completed",
        passed=any(attempt.passed for attempt in taken),
    )


def page_of(
    document: Document,
    quiz: Quiz,
    *,
    attempt: ShownAttempt | None,
    left: int | None,
    completed: bool = False,
    passed: bool = False,
) -> QuizPage:
    """Return the page of a quiz in a version."""
    ids = [lesson.id for lesson in document.lessons]
    place = ids.index(quiz.lesson) if quiz.lesson in ids else len(ids) - 1
    return QuizPage(
        module=document.module.id,
        title=document.module.title,
        document=document,
        quiz=quiz,
        attempt=attempt,
        left=left,
        lesson=document.lessons[place] if quiz.lesson in ids else None,
        following=document.lessons[place + 1] if place + 1 < len(ids) else None,
        completed=completed,
        passed=passed,
    )


def onward(attempt: Answering, item: str) -> str:
    """Return where "Save and next" leads: in a check the same question with its feedback, else
    the next question, or the overview after the last."""
    if assessment_rules.feedback_after_each(attempt.kind):
        return item
    place = attempt.items.index(item) + 1
    return attempt.items[place] if place < len(attempt.items) else "overview"
