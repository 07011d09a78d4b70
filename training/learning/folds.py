"""The enrolment: from its records, and the grades of its attempts, to progress and completion."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.assessment import rules as assessment
from training.content.fields import Id
from training.content.schema import Document
from training.learning import rules
from training.records.folding import Count, Fold, Kept, Kind, Library, State
from training.records.rules import Entry, basis, odd_claims, standing

COMPLETED = "completion.reached"
KINDS = (
    Kind(
        "enrolment.opened",
        {"module": Id},
        from_devices=True,
        agrees=lambda data, document: data["module"] == document.module.id,
    ),
    Kind(
        "lesson.done",
        {"lesson": Id},
        from_devices=True,
        agrees=lambda data, document: data["lesson"] in {one.id for one in document.lessons},
    ),
    Kind(COMPLETED, {"basis": str, "completed_at": int, "points": Count, "maximum": Count}),
    Kind("completion.withdrawn", {"reason": Kept}, corrects=True),
)
_READS = frozenset(
    {kind.name for kind in KINDS} | {"attempt.started", "attempt.graded", "attempt.voided"}
)


@dataclass
class _Read:
    """What the records of an enrolment say, read in their order."""

    opened: Entry | None = None
    lessons: dict[str, int] = field(default_factory=dict)
    started: dict[str, Entry] = field(default_factory=dict)
    grades: dict[str, list[Entry]] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    completions: list[Entry] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    active_at: int = 0
    flags: set[str] = field(default_factory=set)

    @property
    def reached(self) -> Entry | None:
        """The completion that stands and was not withdrawn."""
        return standing(one for one in self.completions if one.id not in self.withdrawn)


def fold_enrolment(entries: Sequence[Entry], library: Library) -> State:
    """Fold one enrolment. No edit of a module and no later record takes a completion away; where
    one speaks against it, that is shown."""
    read = _Read()
    for entry in entries:
        _read(read, entry)
    opened, last = read.opened, standing(read.completions)
    if opened is None:
        return State(_columns(read, "waiting", None, "", None))
    read.flags |= odd_claims(entries, opened, "claim-before-opening")
    document = library(opened.version)
    grades = _counting(read, opened, document)
    passed = _passed(grades)
    finals = [grade.data for grade in grades if grade.data["kind"] == "final"]
    best = rules.best([(final["points"], final["maximum"]) for final in finals])
    completed_at = rules.completed_at(document, read.lessons, passed)
    due = None
    if completed_at is not None:
        points, maximum = best or (0, 0)
        due = {
            "basis": basis([opened.id]),
            "completed_at": completed_at,
            "points": points,
            "maximum": maximum,
        }
    reached, stands_at = read.reached, rules.stands_at(document, read.lessons, passed)
    return State(
        columns=_columns(read, "completed" if reached else "open", best, stands_at, due),
        opened=opened,
        due=due,
        decided=reached.data if reached else None,
        last=last.id if last else "",
    )


def _read(read: _Read, entry: Entry) -> None:
    read.active_at = max(read.active_at, entry.effective_at)
    if entry.kind == "enrolment.opened":
        read.opened = read.opened or entry
    elif entry.kind == "lesson.done":
        lesson, at = entry.data["lesson"], entry.effective_at
        read.lessons[lesson] = min(at, read.lessons.get(lesson, at))
    elif entry.kind == "attempt.started":
        read.started.setdefault(entry.part or "", entry)
    elif entry.kind == "attempt.graded":
        read.grades.setdefault(entry.part or "", []).append(entry)
    elif entry.kind == "attempt.voided":
        read.voided.add(entry.part or "")
    elif entry.kind == COMPLETED:
        read.completions.append(entry)
    elif entry.kind == "completion.withdrawn":
        read.withdrawn.add(entry.corrects or "")


def _counting(read: _Read, opened: Entry, document: Document) -> list[Entry]:
    """Return the grades that count: of this enrolment's version, not voided, within the limit."""
    surplus = _surplus(read, document)
    if surplus:
        read.flags.add("surplus-attempt")
    standing_ones = [
        standing(grades)
        for attempt, grades in read.grades.items()
        if attempt not in read.voided | surplus
    ]
    return [one for one in standing_ones if one is not None and one.version == opened.version]


def _surplus(read: _Read, document: Document) -> set[str]:
    """Return the attempts that devices opened over a limit. They are kept, and somebody entitled
    may decide; until then they count for nothing."""
    found: set[str] = set()
    for quiz in document.quizzes:
        own = {id: one for id, one in read.started.items() if one.data["quiz"] == quiz.id}
        elsewhere = [id for id, one in own.items() if one.device]
        voided = len(own.keys() & read.voided)
        allowed = assessment.allowed_attempts(document, quiz, voided)
        found.update(assessment.over_limit(allowed, len(own) - len(elsewhere), elsewhere))
    return found


def _passed(grades: list[Entry]) -> dict[str, int]:
    """When each quiz was first passed: completion may ask for checks as well as finals."""
    passed: dict[str, int] = {}
    for grade in grades:
        if grade.data["passed"]:
            quiz, at = grade.data["quiz"], grade.data["submitted_at"]
            passed[quiz] = min(at, passed.get(quiz, at))
    return passed


def _columns(
    read: _Read,
    status: str,
    best: tuple[int, int] | None,
    stands_at: str,
    due: Mapping[str, Any] | None,
) -> dict[str, Any]:
    reached = read.reached.data if read.reached else {}
    flags = set(read.flags)
    if read.reached and due is None:
        flags.add("completed-no-longer-due")
    if read.withdrawn:
        flags.add("completion-withdrawn")
    return {
        "module": read.opened.data["module"] if read.opened else None,
        "version": read.opened.version if read.opened else None,
        "status": status,
        "opened_at": read.opened.effective_at if read.opened else None,
        "active_at": read.active_at,
        "completed_at": reached.get("completed_at"),
        "points": best[0] if best else None,
        "maximum": best[1] if best else None,
        "stands_at": stands_at,
        "lessons": json.dumps(sorted(read.lessons), separators=(",", ":")),
        "flags": " ".join(sorted(flags)),
    }


ENROLMENT = Fold(
    table="enrolment",
    key="about",
    kinds=_READS,
    fold=fold_enrolment,
    decision=COMPLETED,
    once=True,
)
