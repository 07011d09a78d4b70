"""Fold everything again: states are written, decisions only compared.

A fold that comes to another decision than the one that stands reports it and withdraws nothing;
only a person does that. Decisions that are due and absent are made only for persons marked
`fold_pending`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from training.content import library
from training.core.database import db, snapshot
from training.core.work import unit_of_work
from training.records import rules, services, settling
from training.records import statements as sql
from training.records.folding import Fold, Library, State
from training.records.models import Subject
from training.records.registry import registry
from training.records.rules import Entry

_CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """A thing whose state or decision does not stand as its records say."""

    subject: str
    table: str
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.subject} {self.table} {self.key}: {self.what}"


def rebuild(*, check: bool = False) -> Iterator[Difference]:
    """Rebuild person by person, each in a unit of its own; yields what differed.

    With `check` it writes nothing.
    """
    last = ""
    while chunk := _subjects_after(last):
        for subject in chunk:
            yield from _person(subject, check)
        last = chunk[-1]


def _subjects_after(last: str) -> list[str]:
    statement = select(Subject.id).where(Subject.id > last).order_by(Subject.id).limit(_CHUNK)
    found = list(db.session.scalars(statement))
    db.session.close()
    return found


def _person(subject: str, check: bool) -> list[Difference]:
    if check:
        with snapshot(db.engine) as connection:  # else an answer given meanwhile is a difference
            return _compare(connection, subject, write=False)
    with unit_of_work() as work:
        services.lock(work, subject)
        return _compare(work.connection, subject, write=True)


def _compare(connection: Connection, subject: str, *, write: bool) -> list[Difference]:
    arrived = settling.entries(connection, sql.ALL_OF_SUBJECT, subject)
    found: list[Difference] = []
    for fold in registry().folds:
        standing = _standing_rows(connection, fold, subject)
        for key, own in _things(fold, subject, arrived).items():
            stood = standing.pop(key, None)
            try:
                state, decided = _folded(fold, own, library.of(connection))
            except Exception as error:
                found.append(Difference(subject, fold.table, key, f"the fold fails: {error!r}"))
                continue
            found += [Difference(subject, fold.table, key, what) for what in decided]
            row = settling.state_row(key, subject, state)
            if stood != row:
                found.append(Difference(subject, fold.table, key, "the state differs"))
                if write:
                    settling.write_row(connection, fold, row)
        for key in standing:
            found.append(Difference(subject, fold.table, key, "a state without records"))
            if write:
                connection.execute(text(f"DELETE FROM {fold.table} WHERE id = :key"), {"key": key})
    return found


def _standing_rows(connection: Connection, fold: Fold, subject: str) -> dict[str, dict[str, Any]]:
    rows = connection.execute(
        text(f"SELECT * FROM {fold.table} WHERE subject = :subject"), {"subject": subject}
    )
    return {row["id"]: dict(row) for row in rows.mappings()}


def _things(fold: Fold, subject: str, entries: list[Entry]) -> dict[str, list[Entry]]:
    things: dict[str, list[Entry]] = {}
    for entry in entries:
        key = fold.key_of(entry, subject)
        if entry.kind in fold.kinds and key is not None:
            things.setdefault(key, []).append(entry)
    return things


def _folded(fold: Fold, arrived: list[Entry], of_one: Library) -> tuple[State, list[str]]:
    """Return the state of one thing, and how its last decision differs from what the records that
    it was made on call for now. What came after it speaks for itself, in the state."""
    state = fold.fold(rules.in_order(arrived), of_one)
    if fold.decision_due(state):
        return state, [f"{fold.decision} is due and absent"]
    if state.decided is None:
        return state, []
    place = [entry.id for entry in arrived].index(state.last)
    due = fold.fold(rules.in_order(arrived[:place]), of_one).due or {}
    stood = {name: value for name, value in state.decided.items() if name != "texts"}
    now = {name: due.get(name) for name in stood}
    return state, [] if now == stood else [f"decided {stood}, would now be {now}"]
