"""Floor by floor: fold, decide, fold again, write the state row.

Each floor in its own SAVEPOINT: one that fails stops those above it, marks the person, tells the
operator, and never costs the record.
"""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from training.content import library
from training.core import clock
from training.core.canonical import canonical_json
from training.core.database import run
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
        run(work.connection, sql.SAVEPOINT, {})
        try:
            made = [decision for key in keys for decision in _fold_one(work, fold, subject, key)]
        except Exception:
            if work.connection.invalidated:
                raise  # there is no database to go on with
            # Where this fails the transaction is gone, and it raises.
            run(work.connection, sql.ROLLBACK_TO_SAVEPOINT, {})
            log.exception("the fold of %s failed for subject %s", fold.table, subject)
            run(work.connection, sql.SET_PENDING, {"pending": True, "subject": subject})
            return False
        run(work.connection, sql.RELEASE_SAVEPOINT, {})  # likewise
        changed = changed + made
    if pending:
        run(work.connection, sql.SET_PENDING, {"pending": False, "subject": subject})
    return True


def entries(connection: Connection, statement: str, key: str) -> list[Entry]:
    """Return the records that a statement finds by a key (its columns are `sql.ENTRY_COLUMNS`),
    payloads in today's schemas."""
    kinds = registry().kinds
    return [
        Entry(*(*row[:2], *row[3:-1], arrivals.read(kinds[row[1]], row[2], row[-1])))
        for row in run(connection, statement, {"key": key})
    ]


def state_row(key: str, subject: str, state: State) -> dict[str, Any]:
    """Return the state row as it is written."""
    return {"id": key, "subject": subject, **state.columns}


def write_row(connection: Connection, fold: Fold, row: dict[str, Any]) -> None:
    """Write one state row."""
    columns = tuple(name for name in row if name not in ("id", "subject"))
    run(connection, sql.write_state(fold.table, columns), row)


def _everything(connection: Connection, subject: str) -> list[Changed]:
    return [Changed(*row) for row in run(connection, sql.THINGS_OF_SUBJECT, {"key": subject})]


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
    own = rules.in_order(entries(connection, sql.entries_of(fold), key))
    state = fold.fold(own, of_one)
    made: list[Changed] = []
    if fold.decision_due(state):
        decision = _decide(work, fold, subject, own, state)
        made.append(Changed(decision.kind, decision.about, decision.part))
        state = fold.fold(rules.in_order([*own, decision]), of_one)
        if fold.decision_due(state):
            raise RuntimeError(f"{fold.decision} does not settle what called for it")
    write_row(connection, fold, state_row(key, subject, state))
    return made


def _decide(work: Work, fold: Fold, subject: str, own: list[Entry], state: State) -> Entry:
    """Store the decision that is due. All in it follows from what it rests on, so the same
    decision made on two servers is one record."""
    assert state.due is not None
    assert state.opened is not None
    opened = state.opened
    part = opened.part if fold.key == "part" else None
    identifier = rules.decision_id(
        fold.decision, opened.about, part, state.due["basis"], state.last
    )
    row = take_number(work, subject, None, clock.day(work.now()))
    assert row is not None
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
        lamport=max(entry.lamport for entry in own) + 1,
        occurred_at=max(entry.effective_at for entry in own),
        clock_offset=0,
        corrects=state.last or None,
        version=opened.version,
        adaptation="",
        translation="",
        payload=canonical_json(payload),
    ).sealed(received_at=work.now(), seq=row[0], unit=row[3])
    if not run(work.connection, sql.INSERT, record.columns()).rowcount:
        raise RuntimeError(f"the decision {identifier} stands, yet its fold does not show it")
    [entry] = entries(work.connection, sql.ONE, identifier)
    return entry


def take_number(
    work: Work, subject: str, seen: int | None, day: date
) -> tuple[int, int, bool, str | None] | None:
    """Lock a person and count on; `seen` is the lamport of a record from elsewhere. Returns the
    number, the lamport, whether a fold is pending and the post on a day; None for nobody."""
    values = {"subject": subject, "seen": seen or 0, "own": int(seen is None)}
    row = run(work.connection, sql.LOCK, {**values, "today": day.isoformat()}).fetchone()
    return None if row is None else (row[0], row[1], bool(row[2]), row[3])


def _keep_texts(work: Work, fold: Fold, subject: str) -> dict[str, Any]:
    """Keep identity beside the log; the decision names it by id and salted hash."""
    if fold.texts is None:
        return {}
    bodies = fold.texts(work.connection, subject)
    return {"texts": {name: texts.keep(work, subject, body) for name, body in bodies.items()}}
