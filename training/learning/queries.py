"""Reads for a learner's pages."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from training.assessment import queries as assessment
from training.assessment.models import Attempt
from training.assessment.policy import own_attempts
from training.content import library
from training.content import queries as content
from training.content.schema import Document, Lesson, Quiz, Source
from training.core.actors import Actor, PersonActor
from training.core.database import run
from training.core.errors import NotFound
from training.learning import rules
from training.learning.models import Enrolment
from training.learning.policy import OWN, own_enrolments

_PINNED = (
    f"SELECT version, lessons FROM enrolment WHERE {OWN} AND module = :module "
    "ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True)
class Progress:
    """How far somebody has come in a module, counted in requirements."""

    done: int
    total: int
    next_lesson: str | None
    completed: bool


@dataclass(frozen=True)
class LessonLine:
    """A lesson in the list of a module, with its check."""

    lesson: Lesson
    done: bool
    check: Quiz | None
    check_result: tuple[int, int] | None


@dataclass(frozen=True)
class QuizLine:
    """A pre-test or final in the list of a module."""

    quiz: Quiz
    taken: int
    left: int | None
    passed: bool
    under_way: bool
    result: tuple[int, int] | None

    @property
    def questions(self) -> int:
        """How many questions an attempt has."""
        return sum(draw.count for draw in self.quiz.draws)

    @property
    def counts_attempts(self) -> bool:
        """Whether attempts are few enough to say how many are left."""
        return self.quiz.kind == "final" and self.left is not None


@dataclass(frozen=True)
class ModulePage:
    """What the page of a module shows; `enrolment` is None before it is begun."""

    id: str
    document: Document
    enrolment: Enrolment | None
    progress: Progress | None
    lessons: tuple[LessonLine, ...]
    pre_tests: tuple[QuizLine, ...]
    finals: tuple[QuizLine, ...]

    def quiz_state(self, line: QuizLine) -> str:
        """Return done, current (the final, once every lesson is done) or open, likewise."""
        if line.passed or (line.quiz.kind == "pre-test" and line.result):
            return "done"
        last = self.progress is not None and self.progress.next_lesson is None
        return "current" if last and line.quiz.kind == "final" else "open"

    def stop_state(self, line: LessonLine) -> str:
        """Return done, current (where "continue" leads) or open, for the list of lessons."""
        if line.done:
            return "done"
        following = self.progress.next_lesson if self.progress else None
        return "current" if line.lesson.id == following else "open"


def latest(session: Session, actor: Actor, module: str) -> Enrolment | None:
    """Return the actor's newest enrolment in a module, or None."""
    return session.scalars(
        select(Enrolment)
        .where(own_enrolments(actor), Enrolment.module == module)
        .order_by(Enrolment.id.desc())  # UUIDv7 sorts by the time of its making
        .limit(1)
    ).first()


@dataclass(frozen=True)
class Pinned:
    """What the page of a lesson needs of an enrolment: its version, and the lessons done."""

    version: str
    done: frozenset[str]


def pinned(connection: Connection, actor: PersonActor, module: str) -> Pinned | None:
    """Return the actor's newest enrolment in a module, or None: what `latest` finds, past
    SQLAlchemy, for the page that is asked for most."""
    row = run(connection, _PINNED, {"actor": actor.id, "module": module}).fetchone()
    return None if row is None else Pinned(row[0] or "", frozenset(json.loads(row[1])))


def enrolment(session: Session, actor: Actor, module: str) -> Enrolment:
    """Return the actor's newest enrolment in a module. Raises NotFound."""
    found = latest(session, actor, module)
    if found is None:
        raise NotFound
    return found


def document_of(session: Session, enrolment: Enrolment) -> Document:
    """Return the version that an enrolment is pinned to."""
    return library.of(session.connection())(enrolment.version or "")


def progress(document: Document, mine: Enrolment, passed: set[str]) -> Progress:
    """Return how far an enrolment has come."""
    met = {"lesson": set(mine.done), "quiz": passed}
    asked = rules.requirements(document)
    completed = mine.status == "completed"
    done = sum(one.id in met[one.kind] for one in asked)
    return Progress(
        done=len(asked) if completed else done,
        total=len(asked),
        next_lesson=rules.next_lesson(document, mine.done),
        completed=completed,
    )


def module_page(session: Session, actor: Actor, module: str) -> ModulePage:
    """Return the page of a module, at the version of the actor's enrolment or the newest."""
    version = content.offered_version(session, actor, module)
    mine = latest(session, actor, module)
    document = library.of(session.connection())((mine and mine.version) or version.digest)
    taken = _attempts(session, actor, mine)
    passed = {a.quiz or "" for a in taken if a.passed and a.status == "graded"}
    checks = {quiz.lesson: quiz for quiz in document.quizzes if quiz.kind == "check"}
    return ModulePage(
        id=module,
        document=document,
        enrolment=mine,
        progress=progress(document, mine, passed) if mine else None,
        lessons=tuple(
            _lesson_line(lesson, mine, checks.get(lesson.id), taken) for lesson in document.lessons
        ),
        pre_tests=_quiz_lines(document, "pre-test", taken),
        finals=_quiz_lines(document, "final", taken),
    )


def _attempts(session: Session, actor: Actor, mine: Enrolment | None) -> list[Attempt]:
    if mine is None:
        return []
    statement = select(Attempt).where(own_attempts(actor), Attempt.enrolment == mine.id)
    return list(session.scalars(statement.order_by(Attempt.id.desc())))


def _lesson_line(
    lesson: Lesson, mine: Enrolment | None, check: Quiz | None, taken: list[Attempt]
) -> LessonLine:
    own = [a for a in taken if check and a.quiz == check.id]
    done = mine is not None and lesson.id in mine.done
    return LessonLine(lesson, done, check, _best(own))


def _quiz_lines(document: Document, kind: str, taken: list[Attempt]) -> tuple[QuizLine, ...]:
    lines = []
    for quiz in document.quizzes:
        if quiz.kind == kind:
            own = [attempt for attempt in taken if attempt.quiz == quiz.id]
            lines.append(
                QuizLine(
                    quiz=quiz,
                    taken=len(own),
                    left=assessment.attempts_left(document, quiz, own),
                    passed=any(attempt.passed for attempt in own),
                    under_way=any(attempt.status == "open" for attempt in own),
                    result=_best(own),
                )
            )
    return tuple(lines)


def _best(own: list[Attempt]) -> tuple[int, int] | None:
    graded = [(a.points or 0, a.maximum or 0) for a in own if a.status == "graded"]
    return rules.best(graded)


@dataclass(frozen=True)
class LessonPage:
    """What the page of a lesson shows."""

    module: str
    title: str
    language: str
    digest: str
    lesson: Lesson
    number: int
    total: int
    done: bool
    check: Quiz | None
    previous: Lesson | None
    following: Lesson | None
    sources: tuple[Source, ...]
    slots: dict[str, str]

    @property
    def onward(self) -> str:
        """Where marking the lesson done leads: its check, the next lesson, or the module."""
        if self.check is not None:
            return f"quiz:{self.check.id}"
        return f"lesson:{self.following.id}" if self.following else "module:"


def lesson_page(connection: Connection, mine: Pinned, lesson: str) -> LessonPage:
    """Return the page of a lesson in an enrolment's version. Raises NotFound."""
    document = library.of(connection)(mine.version)
    return lesson_of(document, mine.version, lesson, done=lesson in mine.done)


def lesson_of(document: Document, digest: str, lesson: str, *, done: bool) -> LessonPage:
    """Return the page of a lesson in a version. Raises NotFound."""
    ids = [one.id for one in document.lessons]
    if lesson not in ids:
        raise NotFound
    place = ids.index(lesson)
    found = document.lessons[place]
    facts = document.module
    return LessonPage(
        module=facts.id,
        title=facts.title,
        language=facts.language,
        digest=digest,
        lesson=found,
        number=place + 1,
        total=len(ids),
        done=done,
        check=next((q for q in document.quizzes if q.lesson == lesson), None),
        previous=document.lessons[place - 1] if place else None,
        following=document.lessons[place + 1] if place + 1 < len(ids) else None,
        sources=tuple(source for source in facts.sources if source.id in found.sources),
        slots={slot.id: slot.text for slot in facts.slots},
    )
