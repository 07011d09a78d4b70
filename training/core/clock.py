"""Time as Waypost keeps it: whole microseconds since 1970, UTC, the same on both databases."""

import time
from datetime import UTC, date, datetime, timedelta

MINUTE = 60_000_000
DAY = 86_400_000_000
CLOCKS_DIFFER = 5 * MINUTE
"""By how much two clocks may differ before it means anything."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """Return the present in microseconds, UTC."""
    return time.time_ns() // 1000


def moment(microseconds: int) -> datetime:
    """Return the aware datetime (UTC) of so many microseconds, without rounding."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(value: datetime) -> int:
    """Return the microseconds of an aware datetime."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def day(microseconds: int) -> date:
    """Return the UTC date in which a time lies."""
    return moment(microseconds).date()


def today() -> date:
    """Return the present date in UTC."""
    return day(now())
