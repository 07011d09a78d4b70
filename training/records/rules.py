"""Pure rules of records: their order, their time, what a decision rests on."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from training.core import clock
from training.core.canonical import canonical_json, sha256_hex


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as folds read it: `data` is its payload in today's schema."""

    id: str
    kind: str
    about: str
    part: str | None
    device: str
    lamport: int
    occurred_at: int
    clock_offset: int
    received_at: int
    corrects: str | None
    version: str
    data: Mapping[str, Any]

    @property
    def effective_at(self) -> int:
        """When it counts as having happened: never later than it was received."""
        return min(self.occurred_at + self.clock_offset, self.received_at)

    @property
    def claims_future(self) -> bool:
        """Tell whether its maker's clock, as far as corrected, stood after its arrival."""
        return self.occurred_at + self.clock_offset > self.received_at + clock.CLOCKS_DIFFER


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries in the one order of folds. Claimed times order nothing."""
    return sorted(entries, key=lambda entry: (entry.lamport, entry.device, entry.id))


def odd_claims(entries: Iterable[Entry], began: Entry, too_early: str) -> set[str]:
    """Return the flags for what devices say of their clocks that can't be: a time after the
    arrival, and (`too_early`) one before the thing `began`. Such claims are kept as they are."""
    claimed = [entry for entry in entries if entry.device]
    flags = {
        "claim-from-future": any(entry.claims_future for entry in claimed),
        too_early: any(entry.effective_at < began.effective_at for entry in claimed),
    }
    return {flag for flag, raised in flags.items() if raised}


def standing(decisions: Iterable[Entry]) -> Entry | None:
    """Return the decision that stands: the one that no other replaces, of several such the last.

    Servers that decided apart may have put one decision into different places of the order, so
    the order alone would not say which of two replaces the other.
    """
    made = in_order(decisions)
    replaced = {entry.corrects for entry in made}
    return next((entry for entry in reversed(made) if entry.id not in replaced), None)


def basis(ids: Iterable[str]) -> str:
    """Return the digest of the ids of the records on which a decision rests."""
    return sha256_hex("\n".join(sorted(ids)))[:32]


def decision_id(kind: str, about: str, part: str | None, resting_on: str, replaces: str) -> str:
    """Return the id that this decision has wherever it is made."""
    digest = sha256_hex(canonical_json([kind, about, part, resting_on, replaces]))
    return str(uuid.UUID(digest[:32]))


def is_canonical(payload: str) -> bool:
    """Tell whether a payload is the canonical JSON text of an object."""
    try:
        value = json.loads(payload)
        return isinstance(value, dict) and canonical_json(value) == payload
    except (ValueError, TypeError, RecursionError):
        return False
