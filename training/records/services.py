"""The one door into the log: lock the person, append, settle. Nothing is dropped."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from training.content import library
from training.core import clock
from training.core.actors import Actor, PersonActor
from training.core.canonical import sha256_hex
from training.core.database import run
from training.core.errors import NotFound, Unavailable
from training.core.ids import is_uuid, uuid7
from training.core.work import Work
from training.records import arrivals, settling
from training.records import statements as sql
from training.records.envelope import MADE, Draft, Record
from training.records.registry import registry
from training.records.settling import Changed


class Outcome(Enum):
    """What became of an arrival."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass
class Lock:
    """A person locked in this unit. `append` demands it, so that no rule is read before it.

    `caught_up`: their fold had failed, as it does on a full disk, and what was due has come now.
    """

    subject: str
    work: Work
    seq: int
    lamport: int
    fold_pending: bool
    unit: str | None
    used: bool = False
    caught_up: bool = False


@dataclass(frozen=True)
class Appended:
    """The record that stands for what was sent, and what became of it."""

    id: str
    outcome: Outcome


def lock(work: Work, subject: str) -> Lock:
    """Lock a person: the first thing a unit does that touches one. Lock several in order of id.

    A person whose fold failed is folded again, so that no rule is read of a state that is behind.
    """
    today = clock.day(work.now())
    row = settling.take_number(work, subject, None, today)
    if row is None:
        run(work.connection, sql.BEGIN_SUBJECT, {"subject": subject})
        row = settling.take_number(work, subject, None, today)
    assert row is not None
    held = Lock(subject, work, *row)
    if held.fold_pending:
        _settle(held, [])
        # What was decided has taken the next lamports: a record needs one behind them.
        held.used, held.caught_up = True, not held.fold_pending
    return held


def append(actor: Actor, held: Lock, draft: Draft) -> Appended:
    """Append a record made here for a plain form, and settle what it changes.

    The same id again with the same content is a duplicate; with other content (somebody went back
    and chose again) it is stored under a new id. Raises ValueError for a decision's kind or a
    payload that its kind does not have: those are faults of the caller.
    """
    return append_many(actor, held, [draft])[0]


def append_many(actor: Actor, held: Lock, drafts: Sequence[Draft]) -> list[Appended]:
    """Append several records of one person in order, then settle once."""
    results, changed = [], []
    for draft in drafts:
        record = _made_here(actor, held, draft)
        result = _insert_form(held, record)
        if result.outcome is Outcome.STORED:
            changed.append(Changed(record.kind, record.about, record.part))
        results.append(result)
    _settle(held, changed)
    return results


def demand_settled(held: Lock) -> None:
    """For what opens a thing that nobody could use while its fold fails: raise Unavailable, which
    ends the unit with nothing kept. Answers never ask this: they are kept whatever folds do."""
    if held.fold_pending:
        raise Unavailable(
            _(
                "This can't be begun just now. Nothing you saved before is lost. Tell your "
                "administrator, and try again later."
            )
        )


def receive(held: Lock, records: Sequence[Record]) -> list[Outcome]:
    """Take in what devices of the locked person made, whole with its makers' times and order, and
    settle once. A `hash` that a record brings is compared with its fields.

    Each is stored, a duplicate, or quarantined with a reason, whatever its fields hold. Raises
    ValueError where the lock is another person's: that is a fault of the caller.
    """
    if any(record.subject != held.subject for record in records):
        raise ValueError("the record is of another person than the lock")
    now = held.work.now()
    outcomes = [_take_in(held, record, now) for record in records]
    _settle(held, _touched(records, outcomes))
    return outcomes


def _touched(records: Sequence[Record], outcomes: Sequence[Outcome]) -> list[Changed]:
    return [
        Changed(record.kind, record.about, record.part)
        for record, outcome in zip(records, outcomes, strict=True)
        if outcome is Outcome.STORED
    ]


def release(actor: Actor, held: Lock, quarantined: str) -> Outcome:
    """Take in an arrival of the locked person that was set aside, as received when it was.

    It is stored, or a duplicate; where it still can't be, it stays quarantined. Raises NotFound
    where nothing of that person waits under this id of the quarantine.
    """
    work = held.work
    aside = {"id": quarantined, "subject": held.subject}
    waits = run(work.connection, sql.WAITS, aside).fetchone()
    if waits is None:
        raise NotFound
    body, received_at = waits
    record = Record(**json.loads(body))
    row = settling.take_number(work, held.subject, None, clock.day(received_at))
    assert row is not None
    then = replace(held, seq=row[0], lamport=row[1], unit=row[3], used=False)
    outcome = _take_in(then, record, received_at)
    _settle(then, _touched([record], [outcome]))
    held.used, held.fold_pending = True, then.fold_pending
    if outcome is not Outcome.QUARANTINED:
        run(work.connection, sql.RELEASE, {"id": quarantined, "released_at": work.now()})
    return outcome


def _take_in(held: Lock, record: Record, received_at: int) -> Outcome:
    reason = _fault(held, record)
    if reason:
        return _set_aside(held, record, reason, received_at)
    _take_number(held, record.lamport)
    sealed = _sealed(held, record, received_at)
    if not run(held.work.connection, sql.INSERT, sealed.columns()).rowcount:
        if _standing(held, record.id)[0] == sealed.hash:
            return Outcome.DUPLICATE
        return _set_aside(held, record, "same-id", received_at)
    return Outcome.STORED


def _take_number(held: Lock, seen: int | None) -> None:
    """One lock counts one record: each further one counts anew, as does one from elsewhere whose
    lamport the lock has not seen."""
    if held.used or held.lamport < (seen or 0):
        row = settling.take_number(held.work, held.subject, seen, clock.day(held.work.now()))
        assert row is not None
        held.seq, held.lamport = row[0], row[1]
    held.used = True


def _made_here(actor: Actor, held: Lock, draft: Draft) -> Record:
    kinds = registry()
    kind = kinds.kinds[draft.kind]
    if draft.kind in kinds.decisions:
        raise ValueError(f"{draft.kind} is a decision: it comes only from its decider")
    if not kind.fits(draft.payload) or kind.corrects > bool(draft.corrects):
        raise ValueError(f"this is no payload of {draft.kind}: {sorted(draft.payload)}")
    _take_number(held, None)
    return draft.record(
        subject=held.subject,
        actor=actor.label,
        session=actor.session if isinstance(actor, PersonActor) else "",
        lamport=held.lamport,
        now=held.work.now(),
        schema=kind.schema,
    )


def _sealed(held: Lock, record: Record, received_at: int) -> Record:
    return record.sealed(received_at=received_at, seq=held.seq, unit=held.unit)


def _insert_form(held: Lock, record: Record) -> Appended:
    connection, now = held.work.connection, held.work.now()
    if run(connection, sql.INSERT, _sealed(held, record, now).columns()).rowcount:
        return Appended(record.id, Outcome.STORED)
    content = (record.subject, record.kind, record.about, record.part, record.payload)
    if _standing(held, record.id)[1:] == content:
        return Appended(record.id, Outcome.DUPLICATE)
    renamed = replace(record, id=uuid7())
    run(connection, sql.INSERT, _sealed(held, renamed, now).columns())
    return Appended(renamed.id, Outcome.STORED)


def _standing(held: Lock, record: str) -> tuple[Any, ...]:
    """Return hash, subject, kind, about, part and payload of the record with an id."""
    return tuple(run(held.work.connection, sql.STANDS, {"id": record}).fetchone())


def _fault(held: Lock, record: Record) -> str | None:
    """Return why a record from elsewhere can't be stored, or None."""
    if not arrivals.is_well_formed(record):
        return "malformed"
    kinds, documents = registry(), library.of(held.work.connection)
    fault = arrivals.fault(record, kinds.kinds, kinds.decisions, documents)
    return fault or _foreign(held, record)


def _foreign(held: Lock, record: Record) -> str | None:
    """A thing is one person's: a record of somebody else would fold into it and take its state."""
    for fold in registry().folds:
        if record.kind in fold.kinds and fold.key != "subject":
            key = {"key": getattr(record, fold.key), "subject": held.subject}
            if run(held.work.connection, sql.of_other(fold), key).fetchone():
                return "foreign"
    return None


def _set_aside(held: Lock, record: Record, reason: str, received_at: int) -> Outcome:
    """Keep an arrival whole, once. What has no form that can be hashed or named as a record is
    known by the hash of its text."""
    body = json.dumps({name: getattr(record, name) for name in (*MADE, "hash")}, sort_keys=True)
    digest = sha256_hex(body) if reason == "malformed" else record.digest()
    run(
        held.work.connection,
        sql.QUARANTINE,
        {
            "id": uuid7(),
            "record": record.id if is_uuid(record.id) else digest[:36],
            "subject": held.subject,
            "reason": reason,
            "body": body,
            "hash": digest,
            "received_at": received_at,
        },
    )
    return Outcome.QUARANTINED


def _settle(held: Lock, changed: list[Changed]) -> None:
    if changed or held.fold_pending:
        settled = settling.settle(held.work, held.subject, changed, pending=held.fold_pending)
        held.fold_pending = not settled
