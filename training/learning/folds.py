"""The enrolment: from its records, and the grades of its attempts, to progress and completion."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.learning import rules
from training.records.folding import Fold, Kind, Library, State
from training.records.rules import Entry, basis

COMPLETED = "completion.reached"
KINDS = (
    Kind("enrolment.opened", {"module": str}),
    Kind("lesson.done", {"lesson": str}),
    Kind(COMPLETED, {"basis": str, "completed_at": int, "points": int, "maximum": int}),
    Kind("completion.withdrawn", {"reason": dict}),
)
_READS = frozenset(
    {kind.name for kind in KINDS} | {"attempt.started", "attempt.graded", "attempt.voided"}
)


@dataclass
class _Read:
    """What the records of an enrolment say, read in their order."""

    opened: Entry | None = None
    lessons: dict[str, int] = field(default_factory=dict)
    grades: dict[str, Entry] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    reached: Entry | None = None
    withdrawn: bool = False
    last: str = ""
    active_at: int = 0


def fold_enrolment(entries: Sequence[Entry], library: Library) -> State:
    """Fold one enrolment. No edit of a module and no later record takes a completion away; where
    one speaks against it, that is shown."""
    read = _Read()
    for entry in entries:
        _read(read, entry)
    if read.opened is None:
        return State(_columns(read, "waiting", None, "", None))
    document = library(read.opened.version)
    standing = [grade for attempt, grade in read.grades.items() if attempt not in read.voided]
    passed = _passed(standing)
    finals = [grade.data for grade in standing if grade.data["kind"] == "final"]
    best = rules.best([(final["points"], final["maximum"]) for final in finals])
    completed_at = rules.completed_at(document, read.lessons, passed)
    due = None
    if completed_at is not None:
        points, maximum = best or (0, 0)
        due = {
            "basis": basis([read.opened.id]),
            "completed_at": completed_at,
            "points": points,
            "maximum": maximum,
        }
    return State(
        columns=_columns(
            read,
            "completed" if read.reached else "open",
            best,
            rules.stands_at(document, read.lessons, passed),
            due,
        ),
        opened=read.opened,
        due=due,
        decided=read.reached.data if read.reached else None,
        last=read.last,
    )


def _read(read: _Read, entry: Entry) -> None:
    read.active_at = max(read.active_at, entry.effective_at)
    if entry.kind == "enrolment.opened":
        read.opened = read.opened or entry
    elif entry.kind == "lesson.done":
        lesson, at = entry.data["lesson"], entry.effective_at
        read.lessons[lesson] = min(at, read.lessons.get(lesson, at))
    elif entry.kind == "attempt.graded":
        read.grades[entry.part or ""] = entry
    elif entry.kind == "attempt.voided":
        read.voided.add(entry.part or "")
    elif entry.kind == COMPLETED:
        read.reached, read.withdrawn, read.last = entry, False, entry.id
    elif entry.kind == "completion.withdrawn":
        read.reached, read.withdrawn = None, True


def _passed(standing: list[Entry]) -> dict[str, int]:
    """When each quiz was first passed: completion may ask for checks as well as finals."""
    passed: dict[str, int] = {}
    for grade in standing:
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
    flags = []
    if read.reached and due is None:
        flags.append("completed-no-longer-due")
    if read.withdrawn:
        flags.append("completion-withdrawn")
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
        "flags": " ".join(flags),
    }


ENROLMENT = Fold(
    table="enrolment",
    key="about",
    kinds=_READS,
    fold=fold_enrolment,
    decision=COMPLETED,
    once=True,
)
