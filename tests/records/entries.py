"""Entries written by hand, for tests of single folds."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.records.histories import BEGAN, MINUTE, document
from training.content import items
from training.content.schema import Document
from training.core.canonical import canonical_json
from training.records.rules import Entry

ENROLMENT = "the enrolment"
_OF_ENTRY = {"device", "lamport", "corrects", "version", "received_at"}


def requiring(lessons: Any, quizzes: list[str]) -> Document:
    """Return the small module with other requirements."""
    data = json.loads(document().canonical())
    data["module"]["requires"] = {"lessons": lessons, "quizzes": quizzes}
    return Document.from_canonical(canonical_json(data))


@dataclass
class Told:
    """What is told of one enrolment: `told("attempt.submitted", part="1")` adds an entry, later in
    the order than those before, and a minute after them."""

    entries: list[Entry] = field(default_factory=list)

    def __call__(
        self, kind: str, part: str | None = None, data: dict[str, Any] | None = None, **fields: Any
    ) -> Entry:
        """Add an entry and return it; `fields` replace what it would be."""
        number = len(self.entries) + 1
        at = fields.pop("at", BEGAN + number * MINUTE)
        values = {
            "id": f"{kind}-{number}",
            "kind": kind,
            "about": ENROLMENT,
            "part": part,
            "device": "",
            "lamport": number,
            "occurred_at": at,
            "clock_offset": 0,
            "received_at": max(at, BEGAN + number * MINUTE),
            "corrects": None,
            "version": document().digest,
            "data": data or {},
        }
        entry = Entry(**{**values, **fields})
        self.entries.append(entry)
        return entry

    def start(self, part: str = "1", **more: Any) -> Entry:
        """Start a final that draws the whole bank."""
        bank = [item for item in document().items if item.use == "exam"]
        drawn = [{"item": item.id, "options": items.option_ids(item)} for item in bank]
        data = {"module": document().module.id, "quiz": "final", "kind": "final", "drawn": drawn}
        return self("attempt.started", part, **_parted(data, more))

    def answer(self, item: str, right: bool = True, part: str = "1", **fields: Any) -> Entry:
        """Answer an item, rightly or wrongly."""
        key = items.right_response(document().item(item))
        others = [o for o in items.option_ids(document().item(item)) if o not in key]
        response = key if right else others[:1]
        return self("response.given", part, {"item": item, "response": response}, **fields)

    def grade(self, part: str = "1", **changes: Any) -> Entry:
        """Give an attempt a grade, as its decider would."""
        data = {
            "basis": "b",
            "rule": 1,
            "quiz": "final",
            "kind": "final",
            "points": 2,
            "maximum": 2,
            "passed": True,
            "outcomes": {},
            "submitted_at": BEGAN + len(self.entries) * MINUTE,
        }
        return self("attempt.graded", part, **_parted(data, changes))


def _parted(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Part what changes the payload from what changes the entry."""
    own = {name: changes.pop(name) for name in _OF_ENTRY & changes.keys()}
    return {"data": {**data, **changes}, **own}
