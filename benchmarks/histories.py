"""Histories on paper: records and state rows of made-up people, as Waypost itself writes them.

The records are sealed, the folds and deciders are the real ones; only the database is left out, so
that a million enrolments can be written in bulk. `records rebuild --check` finds no difference.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from training.assessment.folds import ATTEMPT
from training.certificates.folds import CERTIFICATE
from training.content import items
from training.content.schema import Document
from training.core.canonical import canonical_json
from training.core.ids import uuid7
from training.learning.folds import ENROLMENT
from training.records import rules, texts
from training.records.envelope import Record
from training.records.folding import Fold, State
from training.records.models import KeptText, Opening, RecordRow, Subject
from training.records.rules import Entry
from training.records.settling import DECIDER

FOLDS = (ATTEMPT, ENROLMENT, CERTIFICATE)
SECOND = 1_000_000
_OF_RECORD = tuple(one.name for one in fields(Entry) if one.name != "data")

Rows = defaultdict[str, list[dict[str, Any]]]
"""Rows by the name of their table; times are microseconds, dates ISO 8601 text."""


@dataclass
class Log:
    """The records of one person. `now` is the clock of the story, in microseconds."""

    person: str
    name: str
    unit: str
    rows: Rows
    now: int
    last: int = 0

    def close(self) -> None:
        """Write the row that counts them."""
        row = {"id": self.person, "seq": self.last, "lamport": self.last, "fold_pending": False}
        self.rows[Subject.__tablename__].append(row)


@dataclass
class History:
    """One enrolment of a person, from its opening on; `settle` it once it is as far as it is to
    go."""

    log: Log
    document: Document
    id: str = field(default_factory=uuid7)
    entries: list[Entry] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    _states: dict[tuple[str, str], State] = field(default_factory=dict)
    _folded: bool = False

    def __post_init__(self) -> None:
        module = self.document.module.id
        self._open(self.log.person, f"module:{module}", 1, None, self.id)
        self._add("enrolment.opened", {"module": module})

    def do_lessons(self, count: int | None = None) -> None:
        """Mark the first lessons done, or all of them."""
        for lesson in self.document.lessons[:count]:
            self._add("lesson.done", {"lesson": lesson.id})

    def start_final(self) -> list[items.Item]:
        """Start an attempt at the final; it draws the first exam items on each outcome."""
        quiz = self.document.quiz("final")
        drawn: list[items.Item] = []
        for draw in quiz.draws:
            bank = [i for i in self.document.items if (i.use, i.outcome) == ("exam", draw.outcome)]
            drawn += bank[: draw.count]
        self.attempts.append(uuid7())
        allowed = self.document.module.attempts
        self._open(self.id, "quiz:final", len(self.attempts), allowed, self.attempts[-1])
        shown = [{"item": item.id, "options": items.option_ids(item)} for item in drawn]
        facts = {"module": self.document.module.id, "quiz": "final", "kind": "final"}
        self._add("attempt.started", {**facts, "drawn": shown}, self.attempts[-1])
        return drawn

    def answer(self, item: items.Item, *, right: bool) -> None:
        """Answer an item of the attempt that is under way."""
        response = sorted(items.right_response(item))
        if not right:
            response = [next(one for one in items.option_ids(item) if [one] != response)]
        self._add("response.given", {"item": item.id, "response": response}, self.attempts[-1])

    def submit(self) -> None:
        """End the attempt; it is graded, and what that completes is decided."""
        self._add("attempt.submitted", {}, self.attempts[-1])
        self._fold()

    def settle(self) -> None:
        """Write the state rows of the enrolment and all that belongs to it."""
        if not self._folded:
            self._fold()
        for (table, key), state in self._states.items():
            self.log.rows[table].append({"id": key, "subject": self.log.person, **state.columns})

    def _open(self, holder: str, thing: str, number: int, allowed: int | None, opened: str) -> None:
        row = {"holder": holder, "thing": thing, "number": number, "allowed": allowed}
        self.log.rows[Opening.__tablename__].append({**row, "opened": opened})

    def _fold(self) -> None:
        """Floor by floor, fold what may have changed and decide what is due."""
        for fold in FOLDS:
            key = self.id if fold.key == "about" else self.attempts[-1] if self.attempts else None
            own = [e for e in self.entries if e.kind in fold.kinds and fold.key_of(e, "") == key]
            if key is not None and own:
                self._states[fold.table, key] = self._fold_one(fold, own)
        self._folded = True

    def _fold_one(self, fold: Fold, own: list[Entry]) -> State:
        state = fold.fold(rules.in_order(own), lambda digest: self.document)
        if fold.decision_due(state):
            own.append(self._decide(fold, state, own))
            state = fold.fold(rules.in_order(own), lambda digest: self.document)
        return state

    def _decide(self, fold: Fold, state: State, own: list[Entry]) -> Entry:
        assert state.due is not None
        assert state.opened is not None
        part = state.opened.part if fold.key == "part" else None
        identifier = rules.decision_id(fold.decision, self.id, part, state.due["basis"], state.last)
        data = {**state.due, **({"texts": self._kept_name()} if fold is CERTIFICATE else {})}
        at = max(entry.effective_at for entry in own)
        return self._record(fold.decision, data, part, identifier, DECIDER, at, state.last or None)

    def _kept_name(self) -> dict[str, dict[str, str]]:
        text, salt, body = uuid7(), "0123456789abcdef" * 2, self.log.name
        row = {"id": text, "subject": self.log.person, "salt": salt, "body": body}
        kept = {"kept_at": self.log.now, "blanked_at": None, "blanked_by": None, "reason": None}
        self.log.rows[KeptText.__tablename__].append({**row, **kept})
        return {"name": {"text": text, "hash": texts.salted_hash(salt, body)}}

    def _add(self, kind: str, data: Mapping[str, Any], part: str | None = None) -> None:
        self.log.now += 90 * SECOND
        self._folded = False
        self._record(kind, data, part, uuid7(), f"person:{self.log.person}", self.log.now)

    def _record(
        self,
        kind: str,
        data: Mapping[str, Any],
        part: str | None,
        identifier: str,
        actor: str,
        at: int,
        corrects: str | None = None,
    ) -> Entry:
        log = self.log
        log.last += 1
        record = Record(
            id=identifier,
            kind=kind,
            schema=1,
            subject=log.person,
            about=self.id,
            part=part,
            actor=actor,
            device="",
            session="",
            lamport=log.last,
            occurred_at=at,
            clock_offset=0,
            corrects=corrects,
            version=self.document.digest,
            adaptation="",
            translation="",
            payload=canonical_json(data),
        ).sealed(received_at=log.now, seq=log.last, unit=log.unit)
        log.rows[RecordRow.__tablename__].append(vars(record))
        known = {name: getattr(record, name) for name in _OF_RECORD}
        entry = Entry(**known, data=data)
        self.entries.append(entry)
        return entry
