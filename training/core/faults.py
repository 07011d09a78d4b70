"""What goes wrong below Waypost, told to an operator in one line."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from training.core.turns import Busy

# What using a database that is away, full, damaged or held by somebody can raise.
DATABASE = (DBAPIError, PoolTimeout, Busy)


def in_one_line(error: BaseException) -> str:
    """Return what an error says, without the statement and the values that it was about."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return said or type(error).__name__


def unusable(error: BaseException) -> str:
    """Return the line for one of DATABASE."""
    return f"the database can't be used: {in_one_line(error)}"
