"""Pure rules of certificates: their code, how long they hold, and the state shown."""

import calendar
import hashlib
from datetime import date, timedelta

from training.core.ids import code_from

RENEWAL = timedelta(days=60)
"""How long before its end a certificate should be renewed: time for a module beside shifts."""


def code_of(enrolment: str) -> str:
    """Return the code of the certificate of an enrolment, the same wherever it is made."""
    return code_from(hashlib.sha256(f"certificate:{enrolment}".encode()).digest())


def expiry(completed_on: date, months: int) -> date:
    """Return the first day on which a certificate holds no longer: the same day of the month, or
    the last one of a shorter month."""
    year, month = divmod(completed_on.month - 1 + months, 12)
    year, month = completed_on.year + year, month + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(completed_on.day, last))


def runs_out_soon(expires_on: date, today: date) -> bool:
    """Tell whether a valid certificate holds no longer in so short a time that it is to be
    renewed."""
    return expires_on - today <= RENEWAL


def state(status: str, expires_on: date, today: date) -> str:
    """Return valid, expired or revoked, judged in UTC."""
    if status == "revoked":
        return "revoked"
    return "valid" if today < expires_on else "expired"
