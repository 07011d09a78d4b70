"""Whether this server can take work: its database, its migrations, its clock."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from training.core import clock, migrating
from training.core.errors import OperatorError, Unavailable
from training.records import queries as records

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Readiness:
    """Why work can't be taken, in lines for an operator; none where it can."""

    reasons: tuple[str, ...]


def readiness(session: Session) -> Readiness:
    """Look at the migrations and the clock. A database that does not answer raises."""
    revision = migrating.current(session.connection())
    if revision != migrating.newest():
        return Readiness((f"the database is at {revision}, this release needs another",))
    newest = records.newest(session.connection())
    if _is_set_back(newest):
        return Readiness(
            (f"the clock stands before the newest record, of {clock.moment(newest):%F %T} UTC",)
        )
    return Readiness(())


def demand_clock(connection: Connection) -> None:
    """Refuse to write while this server's clock is set back: what happened now would be dated
    before what happened earlier. Raises Unavailable."""
    if _is_set_back(records.newest(connection)):
        raise Unavailable(
            _(
                "The clock of this server is wrong, so nothing can be saved now. Nothing you saved "
                "before is lost. Tell your administrator, and try again once it is set right."
            )
        )


def demand_durable(connection: Connection) -> None:
    """Raise OperatorError, naming the settings, for a PostgreSQL that would lose in a power cut
    what it has acknowledged. SQLite is set by every connection."""
    if connection.dialect.name == "postgresql":
        off = [name for name in _DURABLE if connection.scalar(text(f"SHOW {name}")) == "off"]
        if off:
            raise OperatorError(
                "this PostgreSQL would lose answers in a power cut: "
                f"set {' and '.join(off)} to on in its configuration"
            )


def _is_set_back(newest: int) -> bool:
    return clock.now() < newest - clock.CLOCKS_DIFFER
