"""What no schema can say of a module: that its parts fit together."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Protocol

from training.content import lesson_checks
from training.content.findings import Path, Problem, quoted
from training.content.schema import MODULE_FILE, QUIZZES_FILE, Document, Quiz, topic_file

_Named = Iterable[tuple[Path, str]]
"""Ids, each with the way to it."""


def check(document: Document) -> list[Problem]:
    """Return all that is wrong with a document; one without problems can be published."""
    return [
        *_module_problems(document),
        *_lesson_problems(document),
        *_item_problems(document),
        *_quiz_problems(document),
    ]


def _module_problems(document: Document) -> Iterator[Problem]:
    module = document.module
    yield from _repeated(MODULE_FILE, _own(("outcomes",), module.outcomes))
    yield from _repeated(MODULE_FILE, _own(("slots",), module.slots))
    yield from _repeated(MODULE_FILE, _own(("sources",), module.sources))
    yield from _requirement_problems(document)
    assessed = _assessed_outcomes(document)
    for path, outcome in _own(("outcomes",), module.outcomes):
        if outcome not in assessed:
            yield Problem(
                MODULE_FILE,
                path,
                f"the outcome {quoted(outcome)} is not assessed",
                "Draw items on it in a quiz that is required",
            )


def _requirement_problems(document: Document) -> Iterator[Problem]:
    requires = document.module.requires
    if requires.lessons != "all":
        named = _listed(("requires", "lessons"), requires.lessons)
        lessons = {lesson.id for lesson in document.lessons}
        yield from _references(MODULE_FILE, named, lessons, "lesson")
    named = _listed(("requires", "quizzes"), requires.quizzes)
    kinds = {quiz.id: quiz.kind for quiz in document.quizzes}
    yield from _references(MODULE_FILE, named, kinds, "quiz")
    for path, id in named:
        if kinds.get(id) == "pre-test":
            yield Problem(
                MODULE_FILE,
                path,
                f"{quoted(id)} is a pre-test, which is never required",
                "Require a check or a final",
            )


def _assessed_outcomes(document: Document) -> set[str]:
    """Return the outcomes in the required quizzes; where none is, in all but pre-tests."""
    required = document.required_quizzes()
    return {
        draw.outcome
        for quiz in document.quizzes
        if (quiz.id in required if required else quiz.kind != "pre-test")
        for draw in quiz.draws
    }


def _lesson_problems(document: Document) -> Iterator[Problem]:
    outcomes = {outcome.id for outcome in document.module.outcomes}
    sources = {source.id for source in document.module.sources}
    slots = {slot.id for slot in document.module.slots}
    seen: set[str] = set()
    for lesson in document.lessons:
        file = lesson.file
        if lesson.id in seen:
            yield _twice(file, ("id",), lesson.id)
        seen.add(lesson.id)
        yield from _references(file, _listed(("outcomes",), lesson.outcomes), outcomes, "outcome")
        yield from _references(file, _listed(("sources",), lesson.sources), sources, "source")
        yield from _repeated(file, _own(("blocks",), lesson.blocks))
        for place, block in enumerate(lesson.blocks):
            if block.slot is not None and block.slot not in slots:
                yield _unknown(file, ("blocks", place, "slot"), block.slot, "slot")
        yield from lesson_checks.check(lesson)


def _item_problems(document: Document) -> Iterator[Problem]:
    outcomes = {outcome.id for outcome in document.module.outcomes}
    sources = {source.id for source in document.module.sources}
    seen: set[str] = set()
    places: Counter[str] = Counter()
    for item in document.items:
        file, at = topic_file(item.topic), ("items", places[item.topic])
        places[item.topic] += 1
        if item.id in seen:
            yield _twice(file, (*at, "id"), item.id)
        seen.add(item.id)
        if item.outcome not in outcomes:
            yield _unknown(file, (*at, "outcome"), item.outcome, "outcome")
        named = _listed((*at, "sources"), item.sources)
        yield from _references(file, named, sources, "source")
        for path, message, remedy in item.problems():
            yield Problem(file, (*at, *path), message, remedy)


def _quiz_problems(document: Document) -> Iterator[Problem]:
    yield from _repeated(QUIZZES_FILE, _own(("quizzes",), document.quizzes))
    for place, quiz in enumerate(document.quizzes):
        at: Path = ("quizzes", place)
        yield from _place_problems(document, quiz, at)
        yield from _draw_problems(document, quiz, at)


def _place_problems(document: Document, quiz: Quiz, at: Path) -> Iterator[Problem]:
    """Yield what is wrong with the lesson that a quiz belongs to."""
    if quiz.kind == "check" and quiz.lesson is None:
        message = "a check belongs to a lesson"
        yield Problem(QUIZZES_FILE, at, message, "Add `lesson:` with its id")
    elif quiz.kind != "check" and quiz.lesson is not None:
        message = f"a {quiz.kind} belongs to no lesson"
        yield Problem(QUIZZES_FILE, (*at, "lesson"), message, "Take the key out")
    elif quiz.lesson is not None and quiz.lesson not in {lesson.id for lesson in document.lessons}:
        yield _unknown(QUIZZES_FILE, (*at, "lesson"), quiz.lesson, "lesson")


def _draw_problems(document: Document, quiz: Quiz, at: Path) -> Iterator[Problem]:
    outcomes = {outcome.id for outcome in document.module.outcomes}
    bank = Counter(item.outcome for item in document.items if item.use == quiz.use)
    named = [((*at, "draws", n, "outcome"), draw.outcome) for n, draw in enumerate(quiz.draws)]
    yield from _references(QUIZZES_FILE, named, outcomes, "outcome")
    for place, draw in enumerate(quiz.draws):
        there = bank[draw.outcome]
        if draw.outcome in outcomes and there < draw.count:
            yield Problem(
                QUIZZES_FILE,
                (*at, "draws", place, "count"),
                f"the count is {draw.count}, but the bank holds {there} with `use: {quiz.use}` "
                f"on {quoted(draw.outcome)}",
                "Write more of them, or draw fewer",
            )


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


def _own(path: Path, parts: Iterable[_HasId]) -> _Named:
    """Return the ids that the parts in a list give themselves."""
    return [((*path, place, "id"), part.id) for place, part in enumerate(parts)]


def _listed(path: Path, ids: Iterable[str]) -> _Named:
    """Return the ids in a list that refers to other parts."""
    return [((*path, place), id) for place, id in enumerate(ids)]


def _references(file: str, named: _Named, known: Container[str], kind: str) -> Iterator[Problem]:
    """Yield a problem for each id that names nothing known, or is there twice."""
    for path, id in named:
        if id not in known:
            yield _unknown(file, path, id, kind)
    yield from _repeated(file, named)


def _repeated(file: str, named: _Named) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, id in named:
        if id in seen:
            yield _twice(file, path, id)
        seen.add(id)


def _unknown(file: str, path: Path, id: str, kind: str) -> Problem:
    return Problem(file, path, f"there is no {kind} {quoted(id)}", "Name one that the module has")


def _twice(file: str, path: Path, id: str) -> Problem:
    return Problem(file, path, f"the id {quoted(id)} is there twice", "Change or take out one")
