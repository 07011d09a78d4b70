"""Whether this server can take work: its database, its migrations, its clock."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training.core import clock, migrating
from training.records import queries as records

SET_BACK = 5 * clock.MINUTE


@dataclass(frozen=True)
class Readiness:
    """Why work can't be taken, in lines for an operator; none where it can."""

    reasons: tuple[str, ...]


def readiness(session: Session) -> Readiness:
    """Look at the migrations and the clock. A database that does not answer raises."""
    revision = migrating.current(session.connection())
    if revision != migrating.newest():
        return Readiness((f"the database is at {revision}, this release needs another",))
    newest = records.health(session).newest
    if newest is not None and clock.now() < newest - SET_BACK:
        return Readiness(
            (f"the clock stands before the newest record, of {clock.moment(newest):%F %T} UTC",)
        )
    return Readiness(())
