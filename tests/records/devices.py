"""Devices: they make records away from the server, and count what they have seen."""

from dataclasses import dataclass, replace
from typing import Any

from tests.records.histories import BEGAN, document
from training.content import items
from training.core.canonical import canonical_json
from training.core.ids import uuid7
from training.records.envelope import Draft, Record


@dataclass
class Device:
    """One person's device."""

    subject: str
    name: str = "a"
    lamport: int = 0

    def record(
        self, kind: str, about: str, data: Any, *, part: str | None = None, **changes: Any
    ) -> Record:
        """Return the next record that this device makes; `changes` replace its fields."""
        self.lamport += 1
        values = {
            "id": uuid7(),
            "kind": kind,
            "schema": 1,
            "subject": self.subject,
            "about": about,
            "part": part,
            "actor": f"person:{self.subject}",
            "device": self.name,
            "session": "",
            "lamport": self.lamport,
            "occurred_at": BEGAN,
            "clock_offset": 0,
            "corrects": None,
            "version": document().digest,
            "adaptation": "",
            "translation": "",
            "payload": canonical_json(data),
        }
        return Record(**{**values, **changes})

    def way(self, enrolment: str, attempt: str, choose: Any = items.right_response) -> list[Record]:
        """Return the records of the whole way: enrolled, lessons done, final taken."""
        return [
            self.record(draft.kind, draft.about, draft.payload, part=draft.part)
            for draft in way(enrolment, attempt, choose)
        ]


def done(device: Device, enrolment: str, **changes: Any) -> Record:
    """Return a lesson done on a device, or what `changes` make of it."""
    return replace(device.record("lesson.done", enrolment, {"lesson": "looking"}), **changes)


def way(enrolment: str, attempt: str, choose: Any = items.right_response) -> list[Draft]:
    """Return the whole way as it is told to the server's own pages."""
    return [*begun(enrolment), *taken(enrolment, attempt, choose)]


def begun(enrolment: str) -> list[Draft]:
    """Return an enrolment with all its lessons done."""
    opened = _draft("enrolment.opened", enrolment, {"module": document().module.id})
    lessons = [lesson.id for lesson in document().lessons]
    return [opened, *(_draft("lesson.done", enrolment, {"lesson": one}) for one in lessons)]


def taken(enrolment: str, attempt: str, choose: Any = items.right_response) -> list[Draft]:
    """Return a final from its start to its submission."""
    return [
        started(enrolment, attempt),
        *(
            response(enrolment, attempt, item.id, choose(item))
            for item in document().items
            if item.use == "exam"
        ),
        submitted(enrolment, attempt),
    ]


def started(enrolment: str, attempt: str) -> Draft:
    """Return the start of a final that draws the whole bank."""
    drawn = [
        {"item": item.id, "options": items.option_ids(item)}
        for item in document().items
        if item.use == "exam"
    ]
    data = {"module": document().module.id, "quiz": "final", "kind": "final", "drawn": drawn}
    return _draft("attempt.started", enrolment, data, attempt)


def response(enrolment: str, attempt: str, item: str, chosen: list[str]) -> Draft:
    """Return one response."""
    data = {"item": item, "response": chosen}
    return _draft("response.given", enrolment, data, attempt)


def submitted(enrolment: str, attempt: str) -> Draft:
    """Return a submission."""
    return _draft("attempt.submitted", enrolment, {}, attempt)


def voided(enrolment: str, attempt: str) -> Draft:
    """Return the word of somebody entitled that an attempt does not count."""
    return _draft("attempt.voided", enrolment, {"reason": {"text": "t", "hash": "h"}}, attempt)


def corrected(enrolment: str, attempt: str, *void: str) -> Draft:
    """Return a correction of the version: items that count for nobody."""
    data = {"correction": "c", "void": list(void)}
    return _draft("attempt.items_corrected", enrolment, data, attempt)


def _draft(kind: str, about: str, data: dict[str, Any], part: str | None = None) -> Draft:
    return Draft(kind, about, data, part=part, version=document().digest)
