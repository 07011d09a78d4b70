"""What is wrong with a module, where, and what its author can do about it."""

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""The way to a value inside a file: keys and positions from 0, outermost first."""

KEY = "[key]"
"""At the end of a path: not the value is meant but its key."""

FINDING_LIMIT = 500
"""How many findings are told at once."""

_QUOTED_LENGTH = 60


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend in a module's folder. Sorts by file and place.

    `file` is relative to the module's folder; `line` and `column` count from 1, in characters.
    `message` and `remedy` are whole sentences without their final stop.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        stop = "" if self.remedy.endswith("?") else "."
        return f"{self.file}:{self.line}:{self.column}: {self.message}. {self.remedy}{stop}"


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a document, which has values but no lines.

    `file` is the canonical name of the file that holds the value, `path` the way to it inside.
    `line` and `column` are offsets within the value's own text, both from 0.
    """

    file: str
    path: Path
    message: str
    remedy: str
    line: int = 0
    column: int = 0


def quoted(text: str) -> str:
    """Return an author's `text` fit to stand in a message: short, on one line, all visible."""
    shown = text if len(text) <= _QUOTED_LENGTH else text[: _QUOTED_LENGTH - 1] + "…"
    return f"`{shown if shown.isprintable() else ascii(shown)[1:-1]}`"
