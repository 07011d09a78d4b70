"""What the operator reads: lines that nobody outside can forge, and errors without what was typed.

The text of an exception may repeat what it could not take (a parameter of a statement, a number
that is none), so of an error only its kind and its place are written; its text too where it comes
from the system or the database's server, which say what the operator must mend. What stands in a
line is one line, whatever it holds: no line break begins another, no code moves the cursor.
"""

import logging
import traceback
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

FORMAT = "%(levelname)s %(name)s %(message)s"


def init() -> None:
    """Write what is logged to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Plain(FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


class Plain(logging.Formatter):
    """A record as one line, below it the places that an error went through."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record; what other formatters made of its error is not used."""
        record.exc_text = None
        said = super().format(record)
        record.exc_text = None
        return said

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line, with what can't be printed written out."""
        return _line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """Return kinds and places of an error and of those that led to it."""
        found: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            found.append(f"{kind}{_text(error)}")
            found += [
                f"  {place.filename}:{place.lineno} {place.name}"
                for place in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or error.__context__
        return "\n".join(found)


def _text(error: BaseException) -> str:
    if isinstance(error, OperationalError | InterfaceError):
        return f": {_line(str(error.orig).partition(chr(10))[0])}"
    return f": {_line(str(error))}" if isinstance(error, OSError) else ""


def _line(text: str) -> str:
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
