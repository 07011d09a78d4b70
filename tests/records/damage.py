"""What happens to records on their way: a byte changed, another schema, another number."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from random import Random
from typing import Any

from training.records.envelope import MADE, Record

NUMBERS = ("schema", "lamport", "occurred_at", "clock_offset")
TEXTS = tuple(name for name in MADE if name not in (*NUMBERS, "subject"))
_ODD = (-1, 0, 2, 2**31, 2**48, 2**53, 2**63, 2**80)


def a_byte(record: Record, chance: Random) -> Record:
    """Change one character of one field."""
    name = chance.choice([name for name in TEXTS if getattr(record, name)])
    text = getattr(record, name)
    place = chance.randrange(len(text))
    other = chance.choice('07af-xZ{}",:\0é\ud800')
    return _changed(record, name, text[:place] + other + text[place + 1 :])


def a_number(record: Record, chance: Random) -> Record:
    """Change one number, mostly into one that no device would write."""
    name = chance.choice(NUMBERS)
    return _changed(record, name, chance.choice(_ODD) + chance.randrange(2))


def a_kind(record: Record, chance: Random) -> Record:
    """Let it be something else: a decision, a server's word, another thing of the same device."""
    return _changed(record, "kind", chance.choice(_KINDS))


def a_schema(record: Record, chance: Random) -> Record:
    """Let it come from a newer release."""
    return _changed(record, "schema", record.schema + 1 + chance.randrange(3))


def a_hash(record: Record, chance: Random) -> Record:
    """Let it bear the hash of what it was before a byte of it changed."""
    return replace(a_byte(record, chance), hash=record.digest())


_KINDS = (
    "attempt.graded",
    "completion.reached",
    "certificate.issued",
    "attempt.voided",
    "attempt.items_corrected",
    "lesson.sung",
    "lesson.done",
    "response.given",
    "attempt.submitted",
)
DAMAGES: tuple[Callable[[Record, Random], Record], ...] = (
    a_byte,
    a_byte,
    a_number,
    a_kind,
    a_schema,
    a_hash,
)


def _changed(record: Record, name: str, value: Any) -> Record:
    changes: Mapping[str, Any] = {name: value}
    return replace(record, **changes)


def sent(record: Record) -> tuple[Any, ...]:
    """Return all that was sent of a record, to compare with what was kept of it."""
    return tuple(getattr(record, field.name) for field in fields(Record) if field.name in MADE)
