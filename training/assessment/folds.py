"""The attempt: from its records to its state and grade."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.assessment import rules
from training.content.fields import Id, Model
from training.content.schema import Document
from training.records.folding import Count, Fold, Kept, Kind, Library, State, Time
from training.records.rules import Entry, basis, odd_claims, standing

GRADED = "attempt.graded"


class _Drawn(Model):
    item: Id
    options: list[Id]


def _can_be_started(data: Mapping[str, Any], document: Document) -> bool:
    """A device draws by the rules of the version, or its attempt would be an easier one."""
    quiz = next((quiz for quiz in document.quizzes if quiz.id == data["quiz"]), None)
    return (
        quiz is not None
        and (data["module"], data["kind"]) == (document.module.id, quiz.kind)
        and rules.is_draw(document, quiz, rules.drawn_from(data["drawn"]))
    )


KINDS = (
    Kind(
        "attempt.started",
        {"module": Id, "quiz": Id, "kind": str, "drawn": list[_Drawn]},
        optional={"deadline": Time},
        part=True,
        from_devices=True,
        agrees=_can_be_started,
    ),
    Kind("response.given", {"item": Id, "response": list[Id]}, part=True, from_devices=True),
    Kind("attempt.submitted", {}, part=True, from_devices=True),
    Kind("attempt.expired", {"deadline": Time}, part=True),
    Kind("attempt.voided", {"reason": Kept}, part=True),
    Kind("attempt.items_corrected", {"correction": str, "void": list[Id]}, part=True),
    Kind(
        GRADED,
        {
            "basis": str,
            "rule": Count,
            "quiz": Id,
            "kind": str,
            "points": Count,
            "maximum": Count,
            "passed": bool,
            "outcomes": dict[Id, list[Count]],
            "submitted_at": int,
        },
        part=True,
    ),
)


@dataclass
class _Read:
    """What the records of an attempt say, read in their order."""

    started: Entry | None = None
    ended: Entry | None = None
    deadline: int | None = None
    voided: Entry | None = None
    grades: list[Entry] = field(default_factory=list)
    responses: dict[str, list[str]] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)
    void: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    @property
    def decided(self) -> Entry | None:
        """The grade that stands."""
        return standing(self.grades)


def fold_attempt(entries: Sequence[Entry], library: Library) -> State:
    """Fold one attempt. Responses after its end, or too late by the server's own clock, are kept
    in the log and flagged, and do not count."""
    read = _Read()
    for entry in entries:
        if entry.kind == "attempt.started" and read.started is None:
            read.started = entry
        elif entry.kind == "attempt.expired":
            read.deadline = min(entry.data["deadline"], read.deadline or entry.data["deadline"])
    for entry in entries:
        _read(read, entry)
    started = read.started
    if started is None:
        return State(_columns(read, "waiting"))
    read.flags |= odd_claims(entries, started, "claim-before-start")
    due = _due(read, started, library)
    status = _status(read, due)
    return State(
        columns=_columns(read, status, started),
        opened=started,
        due=due,
        decided=read.decided.data if read.decided else None,
        last=read.decided.id if read.decided else "",
    )


def _read(read: _Read, entry: Entry) -> None:
    if entry.kind == "response.given":
        _read_response(read, entry)
    elif entry.kind == "attempt.submitted":
        read.ended = read.ended or entry
    elif entry.kind == "attempt.voided":
        read.voided = read.voided or entry
    elif entry.kind == "attempt.items_corrected":
        read.void |= {item: entry.id for item in entry.data["void"] if item not in read.void}
    elif entry.kind == GRADED:
        read.grades.append(entry)


def _read_response(read: _Read, entry: Entry) -> None:
    """A deadline cuts only what the server itself dated; what a device claims is flagged."""
    if read.ended is not None:
        read.flags.add("response-after-end")
        return
    if read.deadline is not None and entry.effective_at > read.deadline:
        read.flags.add("response-after-deadline")
        if not entry.device:
            return
    item = entry.data["item"]
    read.responses[item] = entry.data["response"]
    read.counted[item] = entry.id


def _drawn(started: Entry) -> tuple[rules.Drawn, ...]:
    return rules.drawn_from(started.data["drawn"])


def _due(read: _Read, started: Entry, library: Library) -> Mapping[str, Any] | None:
    """What grade the facts call for: once the attempt has ended, and unless it was voided."""
    ended_at = _ended_at(read)
    if ended_at is None or read.voided is not None:
        return None
    drawn = _drawn(started)
    within = {one.item for one in drawn}
    grade = rules.grade(
        library(started.version), drawn, read.responses, frozenset(read.void) & within
    )
    rests_on = [started.id, *(read.counted[i] for i in read.counted if i in within)]
    rests_on += [read.void[item] for item in read.void if item in within]
    if read.ended is not None:
        rests_on.append(read.ended.id)
    if ended_at == read.deadline:
        rests_on.append(f"expired:{read.deadline}")
    return {
        "basis": basis(rests_on),
        "rule": rules.RULE,
        "quiz": started.data["quiz"],
        "kind": started.data["kind"],
        "points": grade.points,
        "maximum": grade.maximum,
        "passed": grade.passed,
        "outcomes": {name: list(result) for name, result in grade.outcomes.items()},
        "submitted_at": ended_at,
    }


def _ended_at(read: _Read) -> int | None:
    if read.ended is not None:
        submitted = read.ended.effective_at
        return submitted if read.deadline is None else min(submitted, read.deadline)
    return read.deadline


def _status(read: _Read, due: Mapping[str, Any] | None) -> str:
    if read.voided is not None:
        return "voided"
    if due is None:
        return "open"
    return "graded" if read.decided is not None else "submitted"


def _columns(read: _Read, status: str, started: Entry | None = None) -> dict[str, Any]:
    """A result is shown only while what called for it stands: a voided attempt shows none."""
    shown = read.decided.data if read.decided and status == "graded" else {}
    data = started.data if started else {}
    drawn = {one["item"] for one in data.get("drawn", [])}
    responses = {i: r for i, r in read.responses.items() if i in drawn or not started}
    return {
        "enrolment": started.about if started else None,
        "module": data.get("module"),
        "quiz": data.get("quiz"),
        "kind": data.get("kind"),
        "version": started.version if started else None,
        "status": status,
        "started_at": started.effective_at if started else None,
        "submitted_at": _ended_at(read),
        "deadline": data.get("deadline"),
        "points": shown.get("points"),
        "maximum": shown.get("maximum"),
        "passed": shown.get("passed"),
        "outcomes": _json(shown.get("outcomes", {})),
        "drawn": _json(data.get("drawn", [])),
        "responses": _json(responses),
        "flags": " ".join(sorted(read.flags)),
    }


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


ATTEMPT = Fold(
    table="attempt",
    key="part",
    kinds=frozenset(kind.name for kind in KINDS),
    fold=fold_attempt,
    decision=GRADED,
    once=False,
)
