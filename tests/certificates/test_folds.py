"""The certificate's fold, case by case: issued once, on a completion, and revoked by people."""

from typing import Any

from tests.records.entries import ENROLMENT, Told
from tests.records.histories import document, library
from tests.records.paper import folded
from training.certificates.folds import CERTIFICATE, KINDS
from training.certificates.rules import code_of
from training.core import clock
from training.records.folding import State
from training.records.rules import Entry, basis

NOON = 12 * 60 * clock.MINUTE
DAY = 20_000 * clock.DAY  # 2024-10-04
NAMES = {"name": {"text": "t1", "hash": "h1"}, "latin_name": {"text": "t2", "hash": "h2"}}


def state(told: Told) -> State:
    """Fold what was told."""
    return folded(CERTIFICATE, told.entries)


def completed(at: int = DAY + NOON) -> Told:
    """Return an enrolment that was completed."""
    told = Told()
    data = {"basis": "b", "completed_at": at, "points": 2, "maximum": 2}
    told("completion.reached", data=data)
    return told


def issue(told: Told, **texts: Any) -> Entry:
    """Issue the certificate that is due."""
    assert CERTIFICATE.decision_due(state(told))
    entry = told("certificate.issued", data={**(state(told).due or {}), "texts": texts or NAMES})
    assert not CERTIFICATE.decision_due(state(told))
    return entry


def shown(state: State, *names: str) -> tuple[Any, ...]:
    """Return some columns."""
    return tuple(state.columns[name] for name in names)


def test_a_completion_calls_for_a_certificate() -> None:
    """With its dates in UTC and a code that follows from the enrolment."""
    told = completed()
    [completion] = told.entries
    assert document().module.validity_months == 24
    due = {
        "basis": basis([completion.id]),
        "code": code_of(ENROLMENT),
        "completed_on": "2024-10-04",
        "expires_on": "2026-10-04",
    }
    found = state(told)
    assert found.due == due
    assert found.opened == completion
    assert shown(found, "status", "code", "version") == ("none", None, None)
    issued = issue(told)
    found = state(told)
    assert (found.decided, found.last) == (issued.data, issued.id)
    assert dict(found.columns) == {
        "status": "valid",
        "version": document().digest,
        "code": due["code"],
        "completed_on": "2024-10-04",
        "expires_on": "2026-10-04",
        "name_text": "t1",
        "latin_text": "t2",
    }


def test_the_day_of_completion_is_that_of_utc() -> None:
    """From its first to its last moment."""
    for at, day in (
        (DAY, "2024-10-04"),
        (DAY + clock.DAY - 1, "2024-10-04"),
        (DAY - 1, "2024-10-03"),
    ):
        due = state(completed(at)).due
        assert due is not None
        assert due["completed_on"] == day


def test_without_a_latin_name_there_is_none() -> None:
    """One name is a whole name."""
    told = completed()
    issue(told, name={"text": "t1", "hash": "h1"})
    assert shown(state(told), "name_text", "latin_text") == ("t1", None)


def test_it_is_issued_once_and_revoked_only_by_a_person() -> None:
    """A second completion record issues none; a revoked one is not issued again."""
    told = completed()
    due = state(told).due
    issued = issue(told)
    told("completion.reached", data={**told.entries[0].data, "completed_at": DAY + clock.DAY})
    found = state(told)
    assert found.due == due
    assert not CERTIFICATE.decision_due(found)
    assert shown(found, "status", "completed_on") == ("valid", "2024-10-04")
    told("certificate.issued", data={**issued.data, "code": "another"})
    assert state(told).columns["code"] == issued.data["code"]
    told("certificate.revoked", data={"reason": {"text": "t", "hash": "h"}})
    found = state(told)
    assert not CERTIFICATE.decision_due(found)
    assert shown(found, "status", "code") == ("revoked", issued.data["code"])


def test_nothing_is_due_without_a_completion() -> None:
    """A revocation may come before what it revokes, from another server."""
    told = Told()
    told("certificate.revoked", data={"reason": {"text": "t", "hash": "h"}})
    found = state(told)
    assert (found.due, found.opened) == (None, None)
    assert found.columns["status"] == "revoked"


def test_a_certificate_has_the_shape_of_its_kind() -> None:
    """Else the log would hold decisions that its own door would refuse."""
    [kind] = [kind for kind in KINDS if kind.name == CERTIFICATE.decision]
    due = CERTIFICATE.fold(completed().entries, library).due or {}
    assert kind.fits({**due, "texts": NAMES})
