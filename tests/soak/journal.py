"""What people were told is saved, and whether the database says the same."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import text

from training.core.database import db
from training.records.rebuild import rebuild

Act = tuple[str, str]
"""The kind of a record that a person's act makes, and what it was that they did."""


@dataclass(frozen=True)
class Entry:
    """An act that was acknowledged; `record` is the id that the page chose for it, if it did.

    `sent` is how often it was sent; `asked_at` when the sending began that was answered, `moment`
    when the answer had arrived (seconds since 1970).
    """

    act: Act
    record: str
    asked_at: float
    moment: float
    sent: int


@dataclass
class Journal:
    """What one person did, in order. Nobody else acts for them."""

    subject: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """A record of a person's act as the database holds it."""

    act: Act
    id: str
    received_at: float


@dataclass
class Verdict:
    """What the comparison found: acts without their record, records without an act of their own,
    and whatever else does not stand as it should."""

    acknowledged: int = 0
    sent_again: int = 0
    kept_unheard: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.sent_again} sent again, "
            f"{self.kept_unheard} of them had been kept; "
            f"lost {len(self.lost)} {self.lost[:5]}, doubled {len(self.doubled)} "
            f"{self.doubled[:5]}, faults {len(self.faults)} {self.faults[:5]}"
        )

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing doubled, nothing else."""
        return not (self.lost or self.doubled or self.faults)


def compare(app: Flask, journals: Iterable[Journal], *, before: float | None = None) -> Verdict:
    """Compare journals with the database, to which nobody writes meanwhile.

    With `before` only what was acknowledged before that moment must be there: the rest came after
    a backup began.
    """
    verdict = Verdict()
    with app.app_context():
        kept = _kept()
        for journal in journals:
            _compare(verdict, journal, kept[journal.subject], before)
        verdict.faults += _made_more_than_once()
        verdict.faults += _damage()
        verdict.faults += [str(difference) for difference in rebuild(check=True)]
        db.session.remove()
    return verdict


def _compare(verdict: Verdict, journal: Journal, kept: list[Kept], before: float | None) -> None:
    due = [one for one in journal.entries if before is None or one.moment < before]
    verdict.acknowledged += len(due)
    verdict.sent_again += sum(one.sent > 1 for one in due)
    wanted, found = [one.act for one in due], [one.act for one in kept]
    if before is not None:
        found = found[: len(wanted)]
    lost, doubled = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    verdict.lost += [_told(journal, act) for act in lost.elements()]
    verdict.doubled += [_told(journal, act) for act in doubled.elements()]
    if wanted != found:
        if not lost and not doubled:
            verdict.faults.append(f"{journal.subject}: not in the order in which they were made")
        return
    for entry, record in zip(due, kept, strict=False):
        if entry.record and entry.record != record.id:
            verdict.faults.append(f"{_told(journal, entry.act)} stands under another id")
        verdict.kept_unheard += entry.sent > 1 and record.received_at < entry.asked_at


def _told(journal: Journal, act: Act) -> str:
    return f"{journal.subject}: {act[0]} {act[1]}"


def _kept() -> defaultdict[str, list[Kept]]:
    """Return the records of people's acts, by person, in the order in which they came in."""
    statement = text(
        "SELECT subject, kind, part, payload, id, received_at FROM record ORDER BY subject, seq"
    )
    kept: defaultdict[str, list[Kept]] = defaultdict(list)
    for row in db.session.execute(statement):
        what = what_of(row.kind, row.part, json.loads(row.payload))
        if what is not None:
            kept[row.subject].append(Kept((row.kind, what), row.id, row.received_at / 1e6))
    return kept


def what_of(kind: str, part: str | None, payload: dict[str, object]) -> str | None:
    """Return what an act was, in words that its journal uses too; None for a decision."""
    if kind == "enrolment.opened":
        return str(payload["module"])
    if kind == "lesson.done":
        return str(payload["lesson"])
    if kind == "attempt.started":
        return str(payload["quiz"])
    if kind == "response.given":
        response = payload["response"]
        assert isinstance(response, list)
        return answered(str(part), str(payload["item"]), response)
    return str(part) if kind == "attempt.submitted" else None


def answered(attempt: str, item: str, response: Sequence[str]) -> str:
    """Return the words for an answer."""
    return f"{attempt} {item} {','.join(response)}"


_ONCE = (
    # what there is at most one of, and of which thing
    ("attempt.submitted", "part"),
    ("attempt.graded", "part"),
    ("completion.reached", "about"),
    ("certificate.issued", "about"),
    ("enrolment.opened", "about"),
    ("lesson.done", "about || payload"),
)
_MATCH = (
    # of the one kind there are as many as of the other
    ("attempt.submitted", "attempt.graded"),
    ("completion.reached", "certificate.issued"),
)


def _made_more_than_once() -> list[str]:
    faults = []
    for kind, thing in _ONCE:
        statement = text(
            f"SELECT {thing} AS thing, count(*) AS times FROM record WHERE kind = :kind "
            "GROUP BY 1 HAVING count(*) > 1"
        )
        for row in db.session.execute(statement, {"kind": kind}):
            faults.append(f"{row.times} times {kind}: {row.thing}")
    counted = Counter(db.session.scalars(text("SELECT kind FROM record")).all())
    for kind, other in _MATCH:
        if counted[kind] != counted[other]:
            faults.append(f"{counted[kind]} {kind}, {counted[other]} {other}")
    return faults


def _damage() -> list[str]:
    """Return what is broken in the database itself, set aside, or waits to be folded again."""
    faults = []
    if db.engine.dialect.name == "sqlite":
        for check in ("integrity_check", "foreign_key_check"):
            for row in db.session.execute(text(f"PRAGMA {check}")):
                if row[0] != "ok":
                    faults.append(f"{check}: {tuple(row)}")
    for what, statement in (
        ("set aside", "SELECT count(*) FROM quarantine"),
        ("not folded", "SELECT count(*) FROM subject WHERE fold_pending"),
    ):
        if number := db.session.scalar(text(statement)):
            faults.append(f"{number} {what}")
    return faults
