"""A server on paper: its log is in memory; the folds and deciders are the real ones."""

from collections.abc import Iterable
from typing import Any

from tests.records.histories import RECEIVED, library
from training.assessment.folds import ATTEMPT
from training.certificates.folds import CERTIFICATE
from training.learning.folds import ENROLMENT
from training.records import rules
from training.records.folding import Fold, State
from training.records.rules import Entry

FOLDS = (ATTEMPT, ENROLMENT, CERTIFICATE)
DECISIONS = {fold.decision for fold in FOLDS}


class Paper:
    """One server. `seen` counts the lamports of its log."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.log: dict[str, Entry] = {}
        for entry in entries:
            self.take(entry)

    def take(self, entry: Entry) -> None:
        """Take in a record, as it is; the first of two with one id stands."""
        if entry.id not in self.log:
            self.log[entry.id] = entry
            self._settle()

    def _settle(self) -> None:
        for fold in FOLDS:
            for key, own in things(fold, self.log.values()).items():
                state = folded(fold, own)
                if fold.decision_due(state):
                    decision = _decision(fold, own, state)
                    assert decision.id not in self.log, "it stands, yet its fold does not show it"
                    self.log[decision.id] = decision
                    own = things(fold, self.log.values())[key]
                    assert not fold.decision_due(folded(fold, own)), "one decision is not enough"

    def states(self) -> dict[tuple[str, str], State]:
        """Return the state of each thing by table and key."""
        return {
            (fold.table, key): folded(fold, own)
            for fold in FOLDS
            for key, own in things(fold, self.log.values()).items()
        }

    def results(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return what is promised of each attempt, whatever the order of arrival: also the whole
        grade that stands, if one does."""
        return {
            key: {
                **promised(state.columns),
                "grade": state.decided if state.columns["status"] == "graded" else None,
            }
            for key, state in self.states().items()
            if key[0] == "attempt"
        }

    def decisions(self) -> list[str]:
        """Return the kinds of all decisions made, in order."""
        return [entry.kind for entry in self.log.values() if entry.kind in DECISIONS]


PROMISED = ("status", "responses", "submitted_at", "points", "maximum", "passed", "outcomes")
"""What of an attempt's row is the same in whatever order its records arrive."""


def promised(columns: Any) -> dict[str, Any]:
    """Return what is promised of an attempt of its row."""
    return {name: columns[name] for name in PROMISED}


def things(fold: Fold, entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return the entries that a fold reads, by the thing they belong to."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        key = fold.key_of(entry, "")
        if entry.kind in fold.kinds and key is not None:
            found.setdefault(key, []).append(entry)
    return found


def folded(fold: Fold, entries: Iterable[Entry]) -> State:
    """Fold the entries of one thing, in the one order of folds."""
    return fold.fold(rules.in_order(entries), library)


def _decision(fold: Fold, entries: list[Entry], state: State) -> Entry:
    """Return the decision that is due, made as `settling` makes it."""
    assert state.due is not None
    assert state.opened is not None
    about = state.opened.about
    part = state.opened.part if fold.key == "part" else None
    return Entry(
        id=rules.decision_id(fold.decision, about, part, state.due["basis"], state.last),
        kind=fold.decision,
        about=about,
        part=part,
        device="",
        lamport=max(entry.lamport for entry in entries) + 1,
        occurred_at=max(entry.effective_at for entry in entries),
        clock_offset=0,
        received_at=RECEIVED,
        corrects=state.last or None,
        version=state.opened.version,
        data=dict(state.due),
    )
