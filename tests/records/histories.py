"""Histories of one person on three devices and the server, as facts that can be told in any order.

Two of the devices bear one name: somebody restored a copy of a phone and went on with both.

A history is told as pure entries (for folds), or as records and drafts (for the log). The ids of
one telling differ from those of another, but stand in the same order.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.content.module_folder import changed_files
from tests.counts import tries
from training.content import folder, items
from training.content.schema import Document
from training.core.canonical import canonical_json, sha256_hex
from training.records.envelope import Draft, Record
from training.records.rules import Entry

HISTORIES = tries(200, 20_000)
"""How many histories the pure tests try."""

MINUTE = 60_000_000
BEGAN = 1_700_000_000_000_000
"""When histories begin; all that is not claimed by a wrong clock lies within a day after it."""

RECEIVED = BEGAN + 2 * 24 * 60 * MINUTE
"""When the records of devices come in: long after they were made, and all at once."""

SERVER = ""
NAMES = {"a": "a", "b": "b", "a's copy": "a", SERVER: SERVER}
PLACES = tuple(NAMES)
ATTEMPTS = ("1", "2", "3")

a_few = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""Settings for histories told to a database: `@settings(a_few, max_examples=…)`."""

many = settings(a_few, max_examples=HISTORIES)
"""Settings for pure tests."""


@cache
def document() -> Document:
    """Return a small module: two lessons; a final of two items, passed with one right, to be taken
    twice."""
    files = changed_files("module.yaml", "pass_mark: 80", "pass_mark: 50")
    files["module.yaml"] = files["module.yaml"].replace(b"attempts: 3", b"attempts: 2")
    found, findings = folder.read(files)
    assert found is not None, findings
    return found


def library(digest: str) -> Document:
    """Return the one version there is. Raises KeyError for any other."""
    return {document().digest: document()}[digest]


@dataclass(frozen=True)
class Fact:
    """Something that happened: on which device, in which attempt ("1", "2", "3" or none)."""

    kind: str
    data: dict[str, Any]
    part: str | None
    device: str
    lamport: int
    occurred_at: int
    clock_offset: int


@dataclass(frozen=True)
class History:
    """What happened, in the order in which it did; `place` gives each fact's id its place among
    the ids, which has nothing to do with that order."""

    facts: tuple[Fact, ...]
    place: tuple[int, ...]

    def entries(self, telling: int = 0) -> list[Entry]:
        """Return the facts as folds read them."""
        return [
            Entry(
                id=record.id,
                kind=record.kind,
                about=record.about,
                part=record.part,
                device=record.device,
                lamport=record.lamport,
                occurred_at=record.occurred_at,
                clock_offset=record.clock_offset,
                received_at=record.occurred_at if fact.device == SERVER else RECEIVED,
                corrects=record.corrects,
                version=record.version,
                data=fact.data,
            )
            for fact, record in zip(self.facts, self.records("", telling), strict=True)
        ]

    def records(self, subject: str, telling: int) -> list[Record]:
        """Return the facts as records of a person, made elsewhere."""
        return [
            Record(
                id=_id(telling, 1000 + place),
                kind=fact.kind,
                schema=1,
                subject=subject,
                about=_id(telling, 0),
                part=self.part(telling, fact.part) if fact.part else None,
                actor=f"person:{subject}",
                device=fact.device,
                session="",
                lamport=fact.lamport,
                occurred_at=fact.occurred_at,
                clock_offset=fact.clock_offset,
                corrects=None,
                version=document().digest,
                adaptation="",
                translation="",
                payload=canonical_json(fact.data),
            )
            for fact, place in zip(self.facts, self.place, strict=True)
        ]

    def drafts(self, telling: int) -> list[Draft]:
        """Return the facts as if all of them had happened on the server's own pages."""
        return [
            Draft(
                kind=record.kind,
                about=record.about,
                payload=fact.data,
                part=record.part,
                version=record.version,
                occurred_at=record.occurred_at,
            )
            for fact, record in zip(self.facts, self.records("", telling), strict=True)
        ]

    @staticmethod
    def enrolment(telling: int) -> str:
        """Return the id of the enrolment in a telling."""
        return _id(telling, 0)

    @staticmethod
    def part(telling: int, attempt: str) -> str:
        """Return the id of an attempt in a telling."""
        return _id(telling, int(attempt))


def _id(telling: int, number: int) -> str:
    """The ids of two tellings are far apart: a byte that changes makes no other person's of one."""
    own = sha256_hex(str(telling))
    return f"{own[:8]}-{own[8:12]}-7{own[12:15]}-8{own[15:18]}-{number:012x}"


@dataclass
class _Writer:
    """Writes down what happens; each device counts on from what it has seen."""

    draw: DrawFn
    seen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PLACES, 0))
    facts: list[Fact] = field(default_factory=list)

    def put(self, place: str, kind: str, data: dict[str, Any], part: str | None = None) -> None:
        """Write down a fact; only the server's clock is always right."""
        self.seen[place] += 1
        minutes, wrong, known = self.draw(_SERVER_CLOCK if place == SERVER else _CLOCKS)
        self.facts.append(
            Fact(
                kind=kind,
                data=data,
                part=part,
                device=NAMES[place],
                lamport=self.seen[place],
                occurred_at=BEGAN + (minutes + wrong) * MINUTE,
                clock_offset=-wrong * MINUTE if known else 0,
            )
        )

    def meet(self, *places: str) -> None:
        """Let devices see all that there is."""
        for place in places:
            self.seen[place] = max(self.seen.values())


# Few draws a fact, from strategies made once: most of the time of these tests is drawing.
_YEAR = 365 * 24 * 60
_TIMES = range(10, 24 * 60, 115)
_SERVER_CLOCK = st.sampled_from([(minutes, 0, False) for minutes in _TIMES])
_CLOCKS = st.sampled_from(
    [
        (minutes, wrong, known)
        for minutes in _TIMES
        for wrong, known in [(0, False), (0, False), (-_YEAR, False), (_YEAR, False), (_YEAR, True)]
    ]
)
_STEPS = (
    *("right",) * 9,
    *("wrong",) * 3,
    *("submitted",) * 5,
    *("meet", "corrected", "expired") * 2,
    *("voided", "lesson", "foreign response", "opened again"),
)
_WHAT = st.sampled_from([(w, d, p) for w in _STEPS for d in PLACES for p in ATTEMPTS])
_PLACE = st.sampled_from(PLACES)
_ITEM = st.sampled_from(["cover-shows", "call"])
_VOID = st.sampled_from(
    [(c, v) for c in ("c1", "c2") for v in (["call"], ["cover-shows"], ["call", "cover-shows"])]
)
_DEADLINE = st.sampled_from([BEGAN + 6 * 60 * MINUTE, BEGAN + 12 * 60 * MINUTE])
_LESSON = st.sampled_from(["looking", "acting"])
_LESSONS = st.sampled_from([("looking", "acting")] * 3 + [("acting",)])
_DRAWN = st.permutations(["cover-shows", "call"])
_LENGTH = st.integers(4, 14)
_MAYBE = st.booleans()


@st.composite
def histories(draw: DrawFn) -> History:
    """Return histories: an enrolment, attempts with what was drawn, one over the limit, responses
    and second thoughts, submissions from several devices, voided attempts, corrected items, a
    deadline."""
    writer = _Writer(draw)
    first = draw(_PLACE)
    writer.put(first, "enrolment.opened", {"module": document().module.id})
    for lesson in draw(_LESSONS):
        writer.put(first, "lesson.done", {"lesson": lesson})
    for attempt in ATTEMPTS if draw(_MAYBE) else ATTEMPTS[:2]:
        writer.put(first, "attempt.started", _started(draw), attempt)
    if draw(_MAYBE):
        writer.meet(*PLACES)
    for _ in range(draw(_LENGTH)):
        _step(draw, writer)
    facts = tuple(writer.facts)
    return History(facts, tuple(draw(st.permutations(range(len(facts))))))


def _started(draw: DrawFn) -> dict[str, Any]:
    drawn = [
        {"item": item, "options": items.option_ids(document().item(item))} for item in draw(_DRAWN)
    ]
    data = {"module": document().module.id, "quiz": "final", "kind": "final", "drawn": drawn}
    return {**data, "deadline": draw(_DEADLINE)} if draw(_MAYBE) else data


def _step(draw: DrawFn, writer: _Writer) -> None:
    what, device, attempt = draw(_WHAT)
    if what in ("right", "wrong"):
        item = document().item(draw(_ITEM))
        response = items.right_response(item) if what == "right" else _wrong(item)
        writer.put(device, "response.given", {"item": item.id, "response": response}, attempt)
    elif what == "foreign response":
        writer.put(device, "response.given", {"item": "first-look", "response": ["cover"]}, attempt)
    elif what == "submitted":
        writer.put(device, "attempt.submitted", {}, attempt)
    elif what == "voided":
        writer.put(SERVER, "attempt.voided", {"reason": {"text": "t", "hash": "h"}}, attempt)
    elif what == "corrected":
        correction, void = draw(_VOID)
        data = {"correction": correction, "void": void}
        writer.put(SERVER, "attempt.items_corrected", data, attempt)
    elif what == "expired":
        writer.put(SERVER, "attempt.expired", {"deadline": draw(_DEADLINE)}, attempt)
    elif what == "lesson":
        writer.put(device, "lesson.done", {"lesson": draw(_LESSON)})
    elif what == "opened again":
        writer.put(device, "enrolment.opened", {"module": document().module.id})
    else:
        writer.meet(device)


def _wrong(item: items.Item) -> list[str]:
    return [o for o in items.option_ids(item) if o not in items.right_response(item)][:1]
