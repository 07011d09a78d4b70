"""Pure rules of assessment: drawing, grading, limits, and what may be shown when."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.content import items
from training.content.schema import Document, Quiz

RULE = 1
"""The version of the grading rule; a grade names the one that it was made by."""


@dataclass(frozen=True)
class Drawn:
    """An item as it was drawn for an attempt: its options stand in this order."""

    item: str
    options: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """Return what the record holds of it."""
        return {"item": self.item, "options": list(self.options)}


@dataclass(frozen=True)
class Grade:
    """The result of an attempt, in whole points; `outcomes` gives (points, maximum) for each."""

    points: int
    maximum: int
    passed: bool
    outcomes: Mapping[str, tuple[int, int]]


def drawn_from(data: Sequence[Mapping[str, Any]]) -> tuple[Drawn, ...]:
    """Return what a record holds as drawn."""
    return tuple(Drawn(one["item"], tuple(one["options"])) for one in data)


def draw(document: Document, quiz: Quiz, shuffle: Callable[[list[Any]], None]) -> list[Drawn]:
    """Draw the items of a quiz, so many on each outcome, in an order of chance.

    `shuffle` puts a list into a random order in place.
    """
    chosen = []
    for wanted in quiz.draws:
        bank = [i for i in document.items if i.use == quiz.use and i.outcome == wanted.outcome]
        shuffle(bank)
        chosen += bank[: wanted.count]
    shuffle(chosen)
    drawn = []
    for item in chosen:
        options = items.option_ids(item)
        if items.shuffles(item):
            shuffle(options)
        drawn.append(Drawn(item.id, tuple(options)))
    return drawn


def is_draw(document: Document, quiz: Quiz, drawn: Sequence[Drawn]) -> bool:
    """Tell whether `draw` could have drawn this for a quiz: so many on each outcome, of the right
    use, none twice, each with all its options."""
    bank = {item.id: item for item in document.items if item.use == quiz.use}
    ids = [one.item for one in drawn]
    if len(set(ids)) != len(ids) or not bank.keys() >= set(ids):
        return False
    if any(sorted(one.options) != sorted(items.option_ids(bank[one.item])) for one in drawn):
        return False
    wanted = Counter(draw.outcome for draw in quiz.draws for _ in range(draw.count))
    return Counter(bank[id].outcome for id in ids) == wanted


def grade(
    document: Document,
    drawn: Sequence[Drawn],
    responses: Mapping[str, list[str]],
    void: frozenset[str] = frozenset(),
) -> Grade:
    """Grade responses: a point for each right one. Items voided by a correction count for nobody.

    An attempt of which every item is void is passed: nothing speaks against the learner.
    """
    outcomes: dict[str, tuple[int, int]] = {}
    for one in drawn:
        if one.item in void:
            continue
        item = document.item(one.item)
        right = items.is_right(item, list(responses.get(one.item, [])))
        points, maximum = outcomes.get(item.outcome, (0, 0))
        outcomes[item.outcome] = (points + right, maximum + 1)
    points = sum(got for got, _ in outcomes.values())
    maximum = sum(most for _, most in outcomes.values())
    passed = points * 100 >= document.module.pass_mark * maximum
    return Grade(points, maximum, passed, outcomes)


def allowed_attempts(document: Document, quiz: Quiz, voided: int) -> int | None:
    """Return how many attempts an enrolment has at a quiz, or None for no limit.

    A voided attempt gives its place back. A pre-test is taken once: it shows where one begins.
    """
    if quiz.kind == "check":
        return None
    limit = document.module.attempts if quiz.kind == "final" else 1
    return limit + voided


def over_limit(allowed: int | None, here: int, elsewhere: Sequence[str]) -> Sequence[str]:
    """Return which attempts opened elsewhere, in their order, are more than is allowed.

    Those opened here, so many, were counted against the limit when they began and come first.
    """
    return () if allowed is None else elsewhere[max(0, allowed - here) :]


def feedback_after_each(kind: str) -> bool:
    """Tell whether an answer's feedback is due as soon as it is given: in checks."""
    return kind == "check"


def keys_due(kind: str, *, graded: bool, passed: bool, attempts_left: bool) -> bool:
    """Tell whether right answers may be shown after grading.

    A final shows them once it is passed or the last attempt is used: otherwise two tries would
    hand a post the whole bank. A pre-test never does: its items come again in the checks.
    """
    if kind == "check":
        return True
    return kind == "final" and graded and (passed or not attempts_left)
