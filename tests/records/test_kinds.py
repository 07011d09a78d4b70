"""The kinds of record: the shape of each, who may make it, and what makes it due."""

from typing import Any

import pytest

from tests.records.entries import Told
from tests.records.histories import document
from training.assessment import folds as assessment
from training.assessment.models import Attempt
from training.certificates import folds as certificates
from training.certificates.models import Certificate
from training.content import items
from training.core.canonical import LARGEST
from training.core.database import Base
from training.learning import folds as learning
from training.learning.models import Enrolment
from training.records.folding import Fold, Kind, State

KINDS = {kind.name: kind for f in (assessment, learning, certificates) for kind in f.KINDS}
KEPT = {"text": "t", "hash": "h"}
DRAWN = [{"item": "call", "options": ["true", "false"]}]
POINTS = {"points": 1, "maximum": 2}
PAYLOADS: dict[str, dict[str, Any]] = {
    "enrolment.opened": {"module": "m"},
    "lesson.done": {"lesson": "one-2"},
    "completion.reached": {"basis": "b", "completed_at": 1, **POINTS},
    "completion.withdrawn": {"reason": KEPT},
    "attempt.started": {"module": "m", "quiz": "q", "kind": "final", "drawn": DRAWN},
    "response.given": {"item": "i", "response": ["a", "b"]},
    "attempt.submitted": {},
    "attempt.expired": {"deadline": 1},
    "attempt.voided": {"reason": KEPT},
    "attempt.items_corrected": {"correction": "c", "void": ["i"]},
    "attempt.graded": {
        "basis": "b",
        "rule": 1,
        "quiz": "q",
        "kind": "final",
        **POINTS,
        "passed": True,
        "outcomes": {"o": [1, 2]},
        "submitted_at": 1,
    },
    "certificate.issued": {
        "basis": "b",
        "code": "c",
        "completed_on": "2026-11-24",
        "expires_on": "2028-11-24",
        "texts": {"name": KEPT},
    },
    "certificate.revoked": {"reason": KEPT},
}


FOLDS = {f.table: f for f in (assessment.ATTEMPT, learning.ENROLMENT, certificates.CERTIFICATE)}


def test_every_kind_is_known() -> None:
    """To the tests below, and to a fold."""
    assert KINDS.keys() == PAYLOADS.keys()
    read = frozenset().union(*(fold.kinds for fold in FOLDS.values()))
    assert KINDS.keys() == read


@pytest.mark.parametrize(
    ("table", "key", "decision", "once", "from_below"),
    [
        (Attempt, "p", "attempt.graded", False, set()),
        (
            Enrolment,
            "a",
            "completion.reached",
            True,
            {"attempt.started", "attempt.graded", "attempt.voided"},
        ),
        (Certificate, "a", "certificate.issued", True, {"completion.reached"}),
    ],
)
def test_what_a_fold_reads_and_decides(
    table: type[Base], key: str, decision: str, once: bool, from_below: set[str]
) -> None:
    """The records of one attempt, or of one enrolment, into the row of its table."""
    fold = FOLDS[table.__tablename__]
    assert fold.key_of(Told()("k", part="p", about="a"), "s") == key
    assert (fold.decision, fold.once) == (decision, once)
    about = {"attempt": ("attempt.", "response."), "enrolment": ("enrolment.", "lesson.", "compl")}
    own = about.get(fold.table, (f"{fold.table}.",))
    assert fold.kinds == from_below | {name for name in KINDS if name.startswith(own)}


@pytest.mark.parametrize("name", KINDS)
def test_a_payload_has_all_its_fields_and_no_others(name: str) -> None:
    """What lacks one, or has one too many, is not of its kind."""
    kind, data = KINDS[name], PAYLOADS[name]
    assert kind.fits(data) is True
    assert kind.fits({**data, "more": 1}) is False
    for field in data:
        assert kind.fits({key: data[key] for key in data if key != field}) is False
    assert kind.upcast(kind.schema, data) == data
    assert kind.schema == 1


@pytest.mark.parametrize(
    ("name", "field", "good", "bad"),
    [
        ("attempt.started", "deadline", [0, LARGEST], [-1, LARGEST + 1, None, "1", 1.0, True]),
        ("attempt.started", "module", ["a", "a-1"], ["", "A", "a--b", 1]),
        ("attempt.started", "quiz", ["a"], ["A b"]),
        ("attempt.started", "drawn", [[], DRAWN], [{}, [{}], ["a"], [{"item": "i"}],
            [{"item": "I", "options": []}], [{**DRAWN[0], "more": 1}]]),
        ("attempt.expired", "deadline", [0, LARGEST], [-1, LARGEST + 1]),
        ("attempt.graded", "points", [0, 10_000], [-1, 10_001, "1", 1.0, True]),
        ("attempt.graded", "outcomes", [{}, {"o": [0, 10_000]}], [{"o": [-1]}, {"O": [1]}, []]),
        ("attempt.graded", "passed", [False], [0, "true"]),
        ("attempt.items_corrected", "void", [[]], [["A"], "a", [1]]),
        ("attempt.voided", "reason", [], [{}, {"text": "t"}, {**KEPT, "more": 1}, "t"]),
        ("response.given", "item", ["a"], ["A", 1]),
        ("response.given", "response", [[]], ["a", [1], ["A"], [["a"]]]),
        ("lesson.done", "lesson", ["a"], ["A", 1]),
        ("enrolment.opened", "module", ["a"], ["A", None]),
        ("completion.reached", "maximum", [0, 10_000], [-1, 10_001]),
        ("certificate.issued", "texts", [{}], [{"name": "n"}, []]),
    ],
)  # fmt: skip
def test_a_field_holds_what_it_should(name: str, field: str, good: Any, bad: Any) -> None:
    """Of just its type, within its bounds."""
    for value in good:
        assert KINDS[name].fits({**PAYLOADS[name], field: value}) is True, value
    for value in bad:
        assert KINDS[name].fits({**PAYLOADS[name], field: value}) is False, value


def test_who_may_make_which() -> None:
    """A learner's device tells of the learner's work, and decides nothing."""
    assert {kind.name for kind in KINDS.values() if kind.from_devices} == {
        "enrolment.opened",
        "lesson.done",
        "attempt.started",
        "response.given",
        "attempt.submitted",
    }
    attempts = {name for name in KINDS if name.startswith(("attempt.", "response."))}
    assert {kind.name for kind in KINDS.values() if kind.part} == attempts
    assert {kind.name for kind in KINDS.values() if kind.corrects} == {"completion.withdrawn"}


def drawn() -> dict[str, Any]:
    """Return what starts a final of the small module, rightly drawn."""
    bank = [item for item in document().items if item.use == "exam"]
    drawn = [{"item": item.id, "options": items.option_ids(item)} for item in bank]
    return {"module": "small-module", "quiz": "final", "kind": "final", "drawn": drawn}


@pytest.mark.parametrize(
    ("name", "data", "agrees"),
    [
        ("enrolment.opened", {"module": "small-module"}, True),
        ("enrolment.opened", {"module": "another"}, False),
        ("lesson.done", {"lesson": "acting"}, True),
        ("lesson.done", {"lesson": "another"}, False),
        ("attempt.started", drawn(), True),
        ("attempt.started", {**drawn(), "module": "another"}, False),
        ("attempt.started", {**drawn(), "quiz": "another"}, False),
        ("attempt.started", {**drawn(), "kind": "check"}, False),
        ("attempt.started", {**drawn(), "drawn": drawn()["drawn"][:1]}, False),
        ("attempt.submitted", {}, True),
    ],
)
def test_what_can_be_true_of_a_version(name: str, data: dict[str, Any], agrees: bool) -> None:
    """Only of the lessons, quizzes and questions that are in it."""
    assert KINDS[name].agrees(data, document()) is agrees


def fold_by(key: str = "about", once: bool = True) -> Fold:
    """Return a fold that is asked only for what is due."""
    return Fold("t", key, frozenset(), lambda entries, library: State({}), "d", once)


def test_a_record_belongs_to_the_thing_of_its_fold() -> None:
    """To the person, to the attempt within the whole, or to the whole."""
    entry = Told()("k", part="p", about="a")
    found = [fold_by(key).key_of(entry, "s") for key in ("subject", "part", "about")]
    assert found == ["s", "p", "a"]
    assert fold_by("part").key_of(Told()("k"), "s") is None


@pytest.mark.parametrize(
    ("once", "state", "due"),
    [
        (True, State({}), False),
        (True, State({}, due={"basis": "b"}), True),
        (True, State({}, due={"basis": "b"}, last="x"), False),
        (False, State({}), False),
        (False, State({}, decided={"basis": "b"}, last="x"), False),
        (False, State({}, due={"basis": "b"}), True),
        (False, State({}, due={"basis": "b"}, decided={"basis": "b"}, last="x"), False),
        (False, State({}, due={"basis": "b"}, decided={"basis": "c"}, last="x"), True),
    ],
)
def test_when_a_decision_is_due(once: bool, state: State, due: bool) -> None:
    """Once, if none ever was; otherwise again when what it rests on has changed."""
    assert fold_by(once=once).decision_due(state) is due


def test_a_kind_is_plain_unless_it_says_otherwise() -> None:
    """Made by servers alone, of nothing's part, correcting nothing, true of any version."""
    plain = Kind("k", {})
    assert (plain.part, plain.corrects, plain.from_devices) == (False, False, False)
    assert plain.agrees({}, document()) is True
    assert State({}).last == ""
