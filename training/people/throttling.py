"""Failures to sign in, counted for each account and for each place from which one is tried.

An account that nobody has counts like one that somebody has, or the wait would tell which are
which. So accounts are the folded text that was typed, not persons, and lie here only as keyed
hashes. How long a wait is, is `rules.wait`'s business.
"""

import hashlib
import hmac
import logging
import math
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import current_app
from flask_babel import ngettext
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from training.core import clock
from training.core.work import Work
from training.people import rules
from training.people.models import SignInCounter

KNOWN_FOR = timedelta(days=90)
_PRUNED_AT_ONCE = 1000
log = logging.getLogger("waypost.people")

_COUNT_FAILURE = text("""
    INSERT INTO sign_in_counter (id, failures, failed_at, forget_at)
    VALUES (:id, 1, :now, :forget)
    ON CONFLICT (id) DO UPDATE SET
        failures = CASE WHEN sign_in_counter.failed_at > :since
            THEN sign_in_counter.failures + 1 ELSE 1 END,
        failed_at = :now,
        forget_at = CASE WHEN sign_in_counter.signed_in_at IS NULL
            THEN :forget ELSE sign_in_counter.forget_at END
""")
_NOTE_SUCCESS = text("""
    INSERT INTO sign_in_counter (id, failures, failed_at, signed_in_at, forget_at)
    VALUES (:id, 0, :now, :now, :forget)
    ON CONFLICT (id) DO UPDATE SET failures = 0, signed_in_at = :now, forget_at = :forget
""")


@dataclass(frozen=True)
class Attempt:
    """The ids of two counters: of the account that is tried, and of it from this place."""

    account: str
    place: str


def attempt(account: str, address: str | None) -> Attempt:
    """Return the counters of an account (any text that stands for one) tried from an address."""
    return Attempt(
        keyed_hash("account", account), keyed_hash("place", account, rules.network(address))
    )


def wait(session: Session, attempt: Attempt, now: int) -> timedelta:
    """Return how long to wait before this is tried (again); none where it can be tried now."""
    wanted = SignInCounter.id.in_((attempt.account, attempt.place))
    found = {
        counter.id: rules.Tally(counter.failures, counter.failed_at, bool(counter.signed_in_at))
        for counter in session.scalars(
            select(SignInCounter).where(wanted), execution_options={"populate_existing": True}
        )
    }
    return rules.wait(found.get(attempt.account), found.get(attempt.place), clock.moment(now))


def wait_text(wait: timedelta) -> str:
    """Return how a page says how long to wait."""
    minutes = math.ceil(wait.total_seconds() / 60)
    said: str = ngettext(
        "Too many tries did not fit. Wait %(num)d minute, then try again.",
        "Too many tries did not fit. Wait %(num)d minutes, then try again.",
        minutes,
    )
    return said


def count_failure(work: Work, attempt: Attempt, what: str = "sign-in failed") -> timedelta:
    """Count one more failure and return the wait that follows; forgets what is old. `what` is how
    the log calls it."""
    now = work.now()
    hour = rules.FORGOTTEN_AFTER // timedelta(microseconds=1)
    for counter in (attempt.account, attempt.place):
        values = {"id": counter, "now": now, "since": now - hour, "forget": now + hour}
        work.session.execute(_COUNT_FAILURE, values)
    _forget(work, now)
    work.after_commit.append(partial(log.info, "%s, account %s", what, attempt.account[:12]))
    return wait(work.session, attempt, now)


def note_success(work: Work, attempt: Attempt) -> None:
    """Begin to count anew for this place, and know it from now on."""
    now = work.now()
    forget = clock.microseconds(clock.moment(now) + KNOWN_FOR)
    work.session.execute(_NOTE_SUCCESS, {"id": attempt.place, "now": now, "forget": forget})
    work.after_commit.append(partial(log.info, "signed in, account %s", attempt.account[:12]))


def _forget(work: Work, now: int) -> None:
    """Rows that somebody else is counting on are left: nobody waits here."""
    old = select(SignInCounter.id).where(SignInCounter.forget_at < clock.moment(now))
    old = old.limit(_PRUNED_AT_ONCE).with_for_update(skip_locked=True)
    work.session.execute(
        delete(SignInCounter)
        .where(SignInCounter.id.in_(old))
        .execution_options(synchronize_session=False)
    )


def keyed_hash(*parts: str) -> str:
    """Return a hash that nobody can try out without this server's key."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
