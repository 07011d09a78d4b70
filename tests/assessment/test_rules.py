"""Pure rules of assessment: what is drawn, what earns a point, and what may be shown when."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.module_folder import module_files
from tests.content.strategies import documents
from training.assessment import rules
from training.assessment.rules import Drawn
from training.content import folder, items
from training.content.schema import Document

some = settings(
    deadline=None, derandomize=True, max_examples=15, suppress_health_check=list(HealthCheck)
)


def small_module() -> Document:
    """Return the small module: one quiz of each kind."""
    document, findings = folder.read(module_files())
    assert document is not None, findings
    return document


def with_facts(document: Document, **changes: Any) -> Document:
    """Return a document with some of the module's facts changed."""
    return document.model_copy(update={"module": document.module.model_copy(update=changes)})


def everything_drawn(document: Document) -> list[Drawn]:
    """Return the whole bank as drawn, in the written order."""
    return [Drawn(item.id, tuple(items.option_ids(item))) for item in document.items]


@some
@given(documents(), st.integers())
def test_a_quiz_draws_so_many_of_its_use_on_each_outcome(document: Document, seed: int) -> None:
    """None twice; options in any order, but true before false; kept as they were drawn."""
    for quiz in document.quizzes:
        drawn = rules.draw(document, quiz, Random(seed).shuffle)
        chosen = [document.item(one.item) for one in drawn]
        assert len({item.id for item in chosen}) == len(chosen)
        assert {item.use for item in chosen} == {"exam" if quiz.kind == "final" else "practice"}
        wanted = Counter({draw.outcome: draw.count for draw in quiz.draws})
        assert Counter(item.outcome for item in chosen) == wanted
        for one, item in zip(drawn, chosen, strict=True):
            assert sorted(one.options) == sorted(items.option_ids(item))
            assert item.type != "true-false" or one.options == ("true", "false")
        assert rules.drawn_from([one.data() for one in drawn]) == tuple(drawn)


@some
@given(documents())
def test_chance_decides_which_items_their_order_and_that_of_options(document: Document) -> None:
    """Each of the three is shuffled; the version itself stays as it is."""
    shuffled: list[list[Any]] = []

    def reverse(values: list[Any]) -> None:
        shuffled.append(list(values))
        values.reverse()

    before = document.canonical()
    quiz = document.quizzes[0]
    drawn = rules.draw(document, quiz, reverse)
    banks = [
        [i for i in document.items if i.use == quiz.use and i.outcome == draw.outcome]
        for draw in quiz.draws
    ]
    counts = [draw.count for draw in quiz.draws]
    chosen = [i for bank, n in zip(banks, counts, strict=True) for i in bank[::-1][:n]]
    chosen.reverse()
    assert [one.item for one in drawn] == [item.id for item in chosen]
    options = [items.option_ids(item) for item in chosen]
    assert [list(one.options) for one in drawn] == [
        written[::-1] if items.shuffles(item) else written
        for item, written in zip(chosen, options, strict=True)
    ]
    movable = [o for i, o in zip(chosen, options, strict=True) if items.shuffles(i)]
    assert shuffled == [*banks, chosen[::-1], *movable]
    assert document.canonical() == before


@some
@given(documents(), st.data())
def test_a_grade_counts_right_responses_to_what_was_drawn(
    document: Document, data: st.DataObject
) -> None:
    """A point for each, none for anything else; void items count for nobody; outcomes add up."""
    drawn = everything_drawn(document)
    right = data.draw(st.sets(st.sampled_from([one.item for one in drawn])))
    void = frozenset(data.draw(st.sets(st.sampled_from([one.item for one in drawn]))))
    responses = {one: items.right_response(document.item(one)) for one in right}
    responses["not drawn"] = ["x"]
    grade = rules.grade(document, drawn, responses, void)
    assert (grade.points, grade.maximum) == (len(right - void), len(drawn) - len(void))
    counted = [document.item(one.item) for one in drawn if one.item not in void]
    assert grade.outcomes == {
        outcome: (
            sum(item.id in right for item in counted if item.outcome == outcome),
            sum(item.outcome == outcome for item in counted),
        )
        for outcome in {item.outcome for item in counted}
    }
    assert grade.passed == (grade.points * 100 >= document.module.pass_mark * grade.maximum)


@some
@given(documents(), st.data())
def test_only_the_whole_key_earns_the_point(document: Document, data: st.DataObject) -> None:
    """Part of it, more than it, or nothing earns none; the order of choosing does not matter."""
    for one in everything_drawn(document):
        item = document.item(one.item)
        key = items.right_response(item)
        response = data.draw(st.lists(st.sampled_from([*one.options, "no option"]), max_size=7))
        grade = rules.grade(document, [one], {one.item: response})
        assert grade.points == (sorted(response) == sorted(key))
        assert rules.grade(document, [one], {one.item: key[::-1]}).points == 1
        assert rules.grade(document, [one], {}).points == 0


@pytest.mark.parametrize(
    ("mark", "right", "of", "passed"),
    [
        (80, 8, 10, True),
        (80, 7, 10, False),
        (80, 9, 12, False),
        (80, 10, 12, True),
        (67, 2, 3, False),
        (66, 2, 3, True),
        (100, 9, 10, False),
        (100, 10, 10, True),
        (1, 0, 10, False),
        (1, 1, 10, True),
        (100, 0, 0, True),
    ],
)
def test_the_pass_mark_is_reached_or_not(mark: int, right: int, of: int, passed: bool) -> None:
    """In whole points, without any rounding; where every item is void, nothing speaks against."""
    document = with_facts(bank_of(max(of, 1)), pass_mark=mark)
    drawn = everything_drawn(document)
    responses = {one.item: ["true"] for one in drawn[:right]}
    void = frozenset(one.item for one in drawn[of:])
    grade = rules.grade(document, drawn, responses, void)
    assert (grade.points, grade.maximum, grade.passed) == (right, of, passed)


def bank_of(count: int) -> Document:
    """Return a module with so many statements in its bank, all of them true."""
    document = small_module()
    statement = next(item for item in document.items if item.id == "call")
    bank = tuple(statement.model_copy(update={"id": f"s-{n}"}) for n in range(count))
    return Document.model_construct(**{**dict(document), "items": bank})


@pytest.mark.parametrize(
    ("kind", "voided", "allowed"),
    [
        ("final", 0, 3),
        ("final", 2, 5),
        ("pre-test", 0, 1),
        ("pre-test", 1, 2),
        ("check", 0, None),
        ("check", 4, None),
    ],
)
def test_how_many_attempts_there_are(kind: str, voided: int, allowed: int | None) -> None:
    """The module's number at a final, one at a pre-test, any at a check; a voided one is given
    back."""
    document = small_module()
    [quiz] = [quiz for quiz in document.quizzes if quiz.kind == kind]
    assert document.module.attempts == 3
    assert rules.allowed_attempts(document, quiz, voided) == allowed


def test_feedback_after_each_answer_is_for_checks() -> None:
    """In a final it would hand out the bank, in a pre-test the checks."""
    assert rules.feedback_after_each("check")
    assert not rules.feedback_after_each("final")
    assert not rules.feedback_after_each("pre-test")


YES, NO = True, False
KEYS_DUE = [
    # kind, graded, passed, attempts left, due
    ("check", NO, NO, NO, YES),
    ("check", NO, NO, YES, YES),
    ("check", NO, YES, NO, YES),
    ("check", NO, YES, YES, YES),
    ("check", YES, NO, NO, YES),
    ("check", YES, NO, YES, YES),
    ("check", YES, YES, NO, YES),
    ("check", YES, YES, YES, YES),
    ("final", NO, NO, NO, NO),
    ("final", NO, NO, YES, NO),
    ("final", NO, YES, NO, NO),
    ("final", NO, YES, YES, NO),
    ("final", YES, NO, NO, YES),
    ("final", YES, NO, YES, NO),
    ("final", YES, YES, NO, YES),
    ("final", YES, YES, YES, YES),
    ("pre-test", NO, NO, NO, NO),
    ("pre-test", NO, NO, YES, NO),
    ("pre-test", NO, YES, NO, NO),
    ("pre-test", NO, YES, YES, NO),
    ("pre-test", YES, NO, NO, NO),
    ("pre-test", YES, NO, YES, NO),
    ("pre-test", YES, YES, NO, NO),
    ("pre-test", YES, YES, YES, NO),
]


@pytest.mark.parametrize(("kind", "graded", "passed", "left", "due"), KEYS_DUE)
def test_when_right_answers_may_be_shown(
    kind: str, graded: bool, passed: bool, left: bool, due: bool
) -> None:
    """A final's once it is passed or no attempt is left; a pre-test's never."""
    found = rules.keys_due(kind, graded=graded, passed=passed, attempts_left=left)
    assert found is due
