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
from training.core.database import db
from training.core.work import unit_of_work
from training.records import rules, services, settling
from training.records import statements as sql
from training.records.folding import Fold, State
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
        with db.engine.connect() as connection:
            return _compare(connection, subject, write=False)
    with unit_of_work() as work:
        held = services.lock(work, subject)
        if held.fold_pending:
            settling.settle(work, subject, [], pending=True)
        return _compare(work.connection, subject, write=True)


def _compare(connection: Connection, subject: str, *, write: bool) -> list[Difference]:
    rows = connection.execute(sql.ALL_OF_SUBJECT, {"key": subject})
    entries = rules.in_order(settling.read(rows))
    found: list[Difference] = []
    for fold in registry().folds:
        standing = _standing_rows(connection, fold, subject)
        for key, own in _things(fold, subject, entries).items():
            state = fold.fold(own, library.of(connection))
            found += _decision_differences(fold, subject, key, state)
            row = settling.state_row(key, subject, state)
            if standing.pop(key, None) != row:
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


def _decision_differences(fold: Fold, subject: str, key: str, state: State) -> list[Difference]:
    if fold.decision_due(state):
        return [Difference(subject, fold.table, key, f"{fold.decision} is due and absent")]
    if state.decided is None:
        return []
    due = state.due or {}
    now = {name: due.get(name) for name in state.decided if name != "texts"}
    stood = {name: value for name, value in state.decided.items() if name != "texts"}
    if now == stood:
        return []
    return [Difference(subject, fold.table, key, f"decided {stood}, would now be {now}")]
