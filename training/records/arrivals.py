"""Whether a record made elsewhere can be understood here. Pure: what can't is set aside whole, with
the reason that is given here, and nothing of it is taken in."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError

from training.content.fields import Model
from training.core.characters import is_storable
from training.core.errors import NotFound
from training.core.ids import is_uuid
from training.records import rules
from training.records.envelope import MADE, Record
from training.records.folding import Kind, Library, Time

LARGEST_LAMPORT = 2**48
"""Far beyond any device's count; who counted further would leave nobody else a number."""
LARGEST_PAYLOAD = 64 * 1024
_CENTURY = 100 * 366 * 86_400_000_000


def _demand(holds: Callable[[str], bool]) -> AfterValidator:
    def check(value: str) -> str:
        if not holds(value):
            raise ValueError
        return value

    return AfterValidator(check)


_Uuid = Annotated[str, Field(max_length=36), _demand(is_uuid)]
_Text = Annotated[str, _demand(is_storable)]
_Short = Annotated[_Text, Field(max_length=64)]


class _Made(Model):
    """The fields that a record's maker made, as far as the log can hold them."""

    id: _Uuid
    kind: Annotated[_Text, Field(max_length=40)]
    schema_: Annotated[int, Field(ge=1, le=1000, alias="schema")]
    subject: _Uuid
    about: _Uuid
    part: _Uuid | None
    actor: Annotated[_Text, Field(max_length=200)]
    device: Annotated[_Text, Field(min_length=1, max_length=36)]
    session: _Short
    lamport: Annotated[int, Field(ge=1, le=LARGEST_LAMPORT)]
    occurred_at: Time
    clock_offset: Annotated[int, Field(ge=-_CENTURY, le=_CENTURY)]
    corrects: _Uuid | None
    version: _Short
    adaptation: _Short
    translation: _Short
    payload: Annotated[_Text, Field(max_length=LARGEST_PAYLOAD)]


def is_well_formed(record: Record) -> bool:
    """Tell whether the log can hold the fields of a record, whatever they say."""
    try:
        _Made.model_validate({name: getattr(record, name) for name in MADE})
    except ValidationError:
        return False
    return True


def fault(
    record: Record, kinds: Mapping[str, Kind], decisions: set[str], library: Library
) -> str | None:
    """Return why a well-formed record of a person's own device can't be stored, or None."""
    kind = kinds.get(record.kind)
    if record.hash and record.hash != record.digest():
        return "hash"
    if kind is None:
        return "unknown-kind"
    if record.schema > kind.schema:
        return "newer-schema"
    if record.kind in decisions:
        return "decision"
    if not kind.from_devices or record.actor != f"person:{record.subject}":
        return "not-from-devices"
    if not rules.is_canonical(record.payload):
        return "not-canonical"
    data = _read(kind, record)
    if data is None or kind.part != (record.part is not None):
        return "payload"
    return _disagreement(kind, data, record.version, library)


def read(kind: Kind, schema: int, payload: str) -> dict[str, Any]:
    """Return a payload in today's schema. Old ones are upcast when read, never rewritten."""
    data: dict[str, Any] = json.loads(payload)
    return data if schema == kind.schema else kind.upcast(schema, data)


def _read(kind: Kind, record: Record) -> dict[str, Any] | None:
    try:
        data = read(kind, record.schema, record.payload)
    except Exception:  # an upcast trusts what it reads
        return None
    return data if kind.fits(data) else None


def _disagreement(
    kind: Kind, data: Mapping[str, Any], version: str, library: Library
) -> str | None:
    try:
        document = library(version)
    except NotFound:
        return "unknown-version"
    return None if kind.agrees(data, document) else "not-of-version"
