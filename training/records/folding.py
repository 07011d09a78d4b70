"""What features define their things by: kinds of records, states, folds. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from training.content.schema import Document
from training.records.rules import Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

Library = Callable[[str], Document]


@dataclass(frozen=True)
class Kind:
    """A kind of record: the shape of its payload (field → type) and its schema's number.

    `upcast(schema, data)` turns an older payload into today's when it is read.
    """

    name: str
    fields: Mapping[str, type]
    optional: Mapping[str, type] = field(default_factory=dict)
    schema: int = 1
    upcast: Callable[[int, dict[str, Any]], dict[str, Any]] = lambda schema, data: data

    def fits(self, data: Mapping[str, Any]) -> bool:
        """Tell whether a payload in today's schema has just the fields it should."""
        known = {**self.fields, **self.optional}
        return self.fields.keys() <= data.keys() <= known.keys() and all(
            type(value) is known[name] for name, value in data.items()
        )


@dataclass(frozen=True)
class State:
    """What a fold makes of all records of one thing.

    `columns` is its row without key and subject. `due`: what facts, and decisions from below, call
    for, with its `basis`; `decided`: the payload of its own last decision; a decision never
    changes its own thing's `due`. `last`: the id of its own last decision, withdrawn ones
    included. `opened`: the record that opened the thing, whose version its decisions carry.
    """

    columns: Mapping[str, Any]
    opened: Entry | None = None
    due: Mapping[str, Any] | None = None
    decided: Mapping[str, Any] | None = None
    last: str = ""


@dataclass(frozen=True)
class Fold:
    """One thing that records are about: the state table, the record column that is its key
    (`part`, `about` or `subject`), the kinds it reads, the pure fold, and the decision it makes.

    A *once* decision is made if none ever was; any other again when its basis has changed.
    `texts(connection, person)` gives the identity that is kept beside the log with a decision.
    """

    table: str
    key: str
    kinds: frozenset[str]
    fold: Callable[[Sequence[Entry], Library], State]
    decision: str
    once: bool
    texts: "Callable[[Connection, str], Mapping[str, str]] | None" = None

    def decision_due(self, state: State) -> bool:
        """Tell whether the state calls for a decision that has not been made."""
        if state.due is None:
            return False
        if self.once:
            return not state.last
        return state.decided is None or state.decided["basis"] != state.due["basis"]

    def key_of(self, entry: Entry, subject: str) -> str | None:
        """Return which thing of this fold a record belongs to."""
        if self.key == "subject":
            return subject
        return entry.part if self.key == "part" else entry.about
