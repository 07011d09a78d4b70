"""What YAML stands for in a module: plain values, each with its place in the file."""

import re
from dataclasses import dataclass

from training.content.findings import KEY, Path

NODE_LIMIT = 20_000
"""How many values a file may hold."""

DEPTH_LIMIT = 12
"""How deep values may lie in one another."""

TOO_MANY = f"the file holds more than {NODE_LIMIT} values", "Divide it"
TOO_DEEP = "the values lie too deep in one another", "Flatten them"

_NULL = re.compile(r"|~|null|Null|NULL")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBER = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)


@dataclass(frozen=True)
class OtherNumber:
    """A number that no field takes: with a fraction, too large, or not decimal."""


Value = str | int | bool | None | OtherNumber | tuple["Value", ...] | dict[str, "Value"]
Position = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True)
class Tree:
    """What a file holds, and where: the place of each value and of each key by the way to it."""

    value: Value
    values: dict[Path, Position]
    keys: dict[Path, Position]

    def locate(self, path: Path) -> Position:
        """Return the place of a value, or of its key for a path that ends in `KEY`.

        Parts of `path` that the file does not have are passed over: what is missing is placed
        at what should hold it.
        """
        known: Path = ()
        for part in path:
            if (*known, part) in self.values:
                known = (*known, part)
        return (path[-1:] == (KEY,) and self.keys.get(known)) or self.values[known]


def plain_value(text: str) -> str | int | bool | OtherNumber | None:
    """Return what a scalar without quotes stands for."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _WHOLE.fullmatch(text):
        return int(text)
    return OtherNumber() if _NUMBER.fullmatch(text) else text
