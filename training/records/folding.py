"""What features define their things by: kinds of records, states, folds. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, create_model

from training.content.fields import Model
from training.content.schema import Document
from training.core.canonical import LARGEST
from training.records.rules import Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

Library = Callable[[str], Document]

Time = Annotated[int, Field(ge=0, le=LARGEST)]
"""Microseconds since 1970, UTC."""
Count = Annotated[int, Field(ge=0, le=10_000)]


class Kept(Model):
    """What a record holds of a text that is kept beside the log."""

    text: str
    hash: str


@dataclass(frozen=True)
class Kind:
    """A kind of record: the shape of its payload (field → type, as pydantic reads types) and its
    schema's number.

    `upcast(schema, data)` turns an older payload into today's when it is read. `part`: it belongs
    to an attempt, run or session. `corrects`: it names the record that it corrects.
    `from_devices`: a learner's own device may make it; all others come from servers alone.
    `agrees(data, document)` tells whether such a record can be true of its version.
    """

    name: str
    fields: Mapping[str, Any]
    optional: Mapping[str, Any] = field(default_factory=dict)
    schema: int = 1
    upcast: Callable[[int, dict[str, Any]], dict[str, Any]] = lambda schema, data: data
    part: bool = False
    corrects: bool = False
    from_devices: bool = False
    agrees: Callable[[Mapping[str, Any], Document], bool] = lambda data, document: True

    @cached_property
    def _shape(self) -> TypeAdapter[Any]:
        fields: dict[str, Any] = {name: (type_, ...) for name, type_ in self.fields.items()}
        fields |= {name: (type_, None) for name, type_ in self.optional.items()}
        return TypeAdapter(create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields))

    def fits(self, data: Mapping[str, Any]) -> bool:
        """Tell whether a payload in today's schema has just the fields it should."""
        try:
            self._shape.validate_python(data, strict=True)
        except ValidationError:
            return False
        return True


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
