"""Pure rules of learning: what completes a module, and where somebody stands in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from training.content.schema import Document


@dataclass(frozen=True)
class Requirement:
    """One thing that completion asks for: a lesson marked done or a quiz passed."""

    kind: str  # "lesson" or "quiz"
    id: str

    @property
    def name(self) -> str:
        """How state rows name it."""
        return f"{self.kind}:{self.id}"


def requirements(document: Document) -> tuple[Requirement, ...]:
    """Return what completes a module, in the order in which a learner meets it."""
    lessons = [Requirement("lesson", id) for id in document.required_lessons()]
    return (*lessons, *(Requirement("quiz", id) for id in document.required_quizzes()))


def stands_at(document: Document, lessons: Collection[str], passed: Collection[str]) -> str:
    """Return the name of the first requirement not met, or nothing once all are."""
    met = {"lesson": lessons, "quiz": passed}
    for requirement in requirements(document):
        if requirement.id not in met[requirement.kind]:
            return requirement.name
    return ""


def completed_at(
    document: Document, lessons: Mapping[str, int], passed: Mapping[str, int]
) -> int | None:
    """Return when the last requirement was met, or None while one is open; a module that asks for
    nothing is never completed.

    `lessons` and `passed` say when each lesson was first done and each quiz first passed.
    """
    met = {"lesson": lessons, "quiz": passed}
    times = [met[one.kind].get(one.id) for one in requirements(document)]
    reached = [time for time in times if time is not None]
    return max(reached) if reached and len(reached) == len(times) else None


def best(results: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the best of results given as (points, maximum), or None where there is none.

    It is that of the largest share; of equal ones that of the most points, whatever their order.
    """
    return max(results, key=lambda one: (Fraction(one[0], max(one[1], 1)), one), default=None)


def next_lesson(document: Document, done: Collection[str]) -> str | None:
    """Return the first lesson not marked done, or None: that is where "continue" leads."""
    return next((lesson.id for lesson in document.lessons if lesson.id not in done), None)


def next_quiz(document: Document, passed: Collection[str]) -> str | None:
    """Return the first quiz that completion asks for and that is not passed, or None."""
    return next((id for id in document.required_quizzes() if id not in passed), None)
