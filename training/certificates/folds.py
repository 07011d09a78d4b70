"""The certificate: from a completion to the facts that are issued, once."""

from collections.abc import Sequence
from typing import Any

from training.certificates import rules
from training.core import clock
from training.records.folding import Fold, Kept, Kind, Library, State
from training.records.rules import Entry, basis

ISSUED = "certificate.issued"
KINDS = (
    Kind(
        ISSUED,
        {
            "basis": str,
            "code": str,
            "completed_on": str,
            "expires_on": str,
            "texts": dict[str, Kept],
        },
    ),
    Kind("certificate.revoked", {"reason": Kept}),
)


def fold_certificate(entries: Sequence[Entry], library: Library) -> State:
    """Fold the certificate of one enrolment. Only a person revokes one, by a record."""
    completion = next((e for e in entries if e.kind == "completion.reached"), None)
    issued = next((e for e in entries if e.kind == ISSUED), None)
    revoked = next((e for e in entries if e.kind == "certificate.revoked"), None)
    due = None
    if completion is not None:
        completed_on = clock.day(completion.data["completed_at"])
        months = library(completion.version).module.validity_months
        due = {
            "basis": basis([completion.id]),
            "code": rules.code_of(completion.about),
            "completed_on": completed_on.isoformat(),
            "expires_on": rules.expiry(completed_on, months).isoformat(),
        }
    return State(
        columns=_columns(completion, issued, revoked),
        opened=completion,
        due=due,
        decided=issued.data if issued else None,
        last=issued.id if issued else "",
    )


def _columns(
    completion: Entry | None, issued: Entry | None, revoked: Entry | None
) -> dict[str, Any]:
    data = issued.data if issued else {}
    texts = data.get("texts", {})
    return {
        "status": "revoked" if revoked else "valid" if issued else "none",
        "version": issued.version if issued else None,
        "code": data.get("code"),
        "completed_on": data.get("completed_on"),
        "expires_on": data.get("expires_on"),
        "name_text": texts.get("name", {}).get("text"),
        "latin_text": texts.get("latin_name", {}).get("text"),
    }


CERTIFICATE = Fold(
    table="certificate",
    key="about",
    kinds=frozenset({"completion.reached"} | {kind.name for kind in KINDS}),
    fold=fold_certificate,
    decision=ISSUED,
    once=True,
)
