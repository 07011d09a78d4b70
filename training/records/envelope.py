"""A record as it stands in the log, and the hash over what its maker made."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from training.core.canonical import canonical_json, sha256_hex
from training.core.ids import uuid7

MADE = (
    "id",
    "kind",
    "schema",
    "subject",
    "about",
    "part",
    "actor",
    "device",
    "session",
    "lamport",
    "occurred_at",
    "clock_offset",
    "corrects",
    "version",
    "adaptation",
    "translation",
    "payload",
)


@dataclass(frozen=True)
class Record:
    """What happened. The first fields are its maker's and all in the hash; the last four are the
    server's. `payload` is canonical JSON text; times are microseconds, UTC."""

    id: str
    kind: str
    schema: int
    subject: str
    about: str
    part: str | None
    actor: str
    device: str
    session: str
    lamport: int
    occurred_at: int
    clock_offset: int
    corrects: str | None
    version: str
    adaptation: str
    translation: str
    payload: str
    received_at: int = 0
    seq: int = 0
    unit: str | None = None
    hash: str = ""

    def sealed(self, *, received_at: int, seq: int, unit: str | None) -> Self:
        """Return the record with what the server adds."""
        return replace(self, received_at=received_at, seq=seq, unit=unit, hash=self.digest())

    def digest(self) -> str:
        """Return the SHA-256 over the fields that the maker made, in their order."""
        return sha256_hex(canonical_json([getattr(self, name) for name in MADE]))

    def columns(self) -> dict[str, Any]:
        """Return the row of the log."""
        return dict(vars(self))


COLUMNS = tuple(field.name for field in fields(Record))


@dataclass(frozen=True)
class Draft:
    """A record made here for a plain form: what the server knows better (the order, the times) it
    gives itself. `occurred_at` is set only by those who date what they relate."""

    kind: str
    about: str
    payload: Mapping[str, Any]
    part: str | None = None
    id: str | None = None
    version: str = ""
    adaptation: str = ""
    translation: str = ""
    corrects: str | None = None
    occurred_at: int | None = None

    def record(
        self, *, subject: str, actor: str, session: str, lamport: int, now: int, schema: int
    ) -> Record:
        """Return the record, not yet sealed."""
        return Record(
            id=self.id or uuid7(),
            kind=self.kind,
            schema=schema,
            subject=subject,
            about=self.about,
            part=self.part,
            actor=actor,
            device="",
            session=session,
            lamport=lamport,
            occurred_at=now if self.occurred_at is None else self.occurred_at,
            clock_offset=0,
            corrects=self.corrects,
            version=self.version,
            adaptation=self.adaptation,
            translation=self.translation,
            payload=canonical_json(self.payload),
        )
