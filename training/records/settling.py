"""Floor by floor: fold, decide, fold again, write the state row.

Each floor in its own SAVEPOINT: one that fails stops those above it, marks the person, tells the
operator, and never costs the record.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from training.content import library
from training.core import clock
from training.core.canonical import canonical_json
from training.core.work import Work
from training.records import arrivals, rules, texts
from training.records import statements as sql
from training.records.envelope import Record
from training.records.folding import Fold, Library, State
from training.records.registry import registry
from training.records.rules import Entry

log = logging.getLogger("waypost.records")
DECIDER = "system:decider"


@dataclass(frozen=True)
class Changed:
    """What a new record touches: the folds that read its kind fold its thing again."""

    kind: str
    about: str
    part: str | None


def settle(work: Work, subject: str, changed: list[Changed], *, pending: bool) -> bool:
    """Bring the states of a person up to date after `changed`; False where a floor failed.

    A person who was `fold_pending` is folded whole.
    """
    if pending:
        changed = _everything(work.connection, subject)
    for fold in registry().folds:
        keys = _keys(fold, changed, subject)
        if not keys:
            continue
        savepoint = work.connection.begin_nested()
        try:
            made = [decision for key in keys for decision in _fold_one(work, fold, subject, key)]
        except Exception:
            savepoint.rollback()  # where this fails the transaction is gone, and it raises
            log.exception("the fold of %s failed for subject %s", fold.table, subject)
            work.connection.execute(sql.SET_PENDING, {"pending": True, "subject": subject})
            return False
        savepoint.commit()  # likewise
        changed = changed + made
    if pending:
        work.connection.execute(sql.SET_PENDING, {"pending": False, "subject": subject})
    return True


def read(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Entry]:
    """Return the entries of rows of the log, payloads in today's schemas."""
    kinds = registry().kinds
    return [
        Entry(
            id=row.id,
            kind=row.kind,
            about=row.about,
            part=row.part,
            device=row.device,
            lamport=row.lamport,
            occurred_at=row.occurred_at,
            clock_offset=row.clock_offset,
            received_at=row.received_at,
            corrects=row.corrects,
            version=row.version,
            data=arrivals.read(kinds[row.kind], row.schema, row.payload),
        )
        for row in rows
    ]


def state_row(key: str, subject: str, state: State) -> dict[str, Any]:
    """Return the state row as it is written."""
    return {"id": key, "subject": subject, **state.columns}


def write_row(connection: Connection, fold: Fold, row: dict[str, Any]) -> None:
    """Write one state row."""
    columns = tuple(name for name in row if name not in ("id", "subject"))
    connection.execute(sql.write_state(fold, columns), row)


def _everything(connection: Connection, subject: str) -> list[Changed]:
    rows = connection.execute(sql.ALL_OF_SUBJECT, {"key": subject})
    return sorted(
        {Changed(row.kind, row.about, row.part) for row in rows},
        key=lambda change: (change.kind, change.about, change.part or ""),
    )


def _keys(fold: Fold, changed: list[Changed], subject: str) -> list[str]:
    things = {
        subject if fold.key == "subject" else change.part if fold.key == "part" else change.about
        for change in changed
        if change.kind in fold.kinds
    }
    return sorted(key for key in things if key is not None)


def _fold_one(work: Work, fold: Fold, subject: str, key: str) -> list[Changed]:
    connection = work.connection
    of_one: Library = library.of(connection)
    entries = rules.in_order(read(connection.execute(sql.entries_of(fold), {"key": key})))
    state = fold.fold(entries, of_one)
    made: list[Changed] = []
    if fold.decision_due(state):
        decision = _decide(work, fold, subject, entries, state)
        made.append(Changed(decision.kind, decision.about, decision.part))
        entries = rules.in_order([*entries, decision])
        state = fold.fold(entries, of_one)
        if fold.decision_due(state):
            raise RuntimeError(f"{fold.decision} does not settle what called for it")
    write_row(connection, fold, state_row(key, subject, state))
    return made


def _decide(work: Work, fold: Fold, subject: str, entries: list[Entry], state: State) -> Entry:
    """Store the decision that is due. All in it follows from what it rests on, so the same
    decision made on two servers is one record."""
    assert state.due is not None
    assert state.opened is not None
    opened = state.opened
    part = opened.part if fold.key == "part" else None
    identifier = rules.decision_id(
        fold.decision, opened.about, part, state.due["basis"], state.last
    )
    row = work.connection.execute(
        sql.LOCK,
        {"subject": subject, "seen": 0, "own": 1, "today": clock.day(work.now())},
    ).one()
    kind = registry().kinds[fold.decision]
    payload = {**state.due, **_keep_texts(work, fold, subject)}
    if not kind.fits(payload):
        raise RuntimeError(f"this is no payload of {fold.decision}: {sorted(payload)}")
    record = Record(
        id=identifier,
        kind=fold.decision,
        schema=kind.schema,
        subject=subject,
        about=opened.about,
        part=part,
        actor=DECIDER,
        device="",
        session="",
        lamport=max(entry.lamport for entry in entries) + 1,
        occurred_at=max(entry.effective_at for entry in entries),
        clock_offset=0,
        corrects=state.last or None,
        version=opened.version,
        adaptation="",
        translation="",
        payload=canonical_json(payload),
    ).sealed(received_at=work.now(), seq=row[0], unit=row[3])
    if not work.connection.execute(sql.INSERT, record.columns()).rowcount:
        raise RuntimeError(f"the decision {identifier} stands, yet its fold does not show it")
    [entry] = read(work.connection.execute(sql.ONE, {"id": identifier}))
    return entry


def _keep_texts(work: Work, fold: Fold, subject: str) -> dict[str, Any]:
    """Keep identity beside the log; the decision names it by id and salted hash."""
    if fold.texts is None:
        return {}
    bodies = fold.texts(work.connection, subject)
    return {"texts": {name: texts.keep(work, subject, body) for name, body in bodies.items()}}
