"""Plain values to canonical YAML: one way to write each value, in the order given.

Block style, two spaces of indentation, text of several lines as literal blocks, quotes only
where text would not be read back as the same text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from training.content.yaml_values import plain_value

_NEEDS_QUOTES = re.compile(
    r"""[,\[\]{}#&*!|>'"%@`]"""  # begins like something else than text
    r"|[-?:](?: |$)|---|\.\.\."
    r"|.*(?:: | \#|:$)"  # holds a key or a comment
)


def dump(mapping: Mapping[str, Any]) -> str:
    """Return canonical YAML of a mapping that holds tidy text, whole numbers, truths and None,
    and tuples, lists and mappings of these.
    """
    return "".join(f"{line}\n" for line in _mapping(mapping))


def _mapping(mapping: Mapping[str, Any]) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{_scalar(key)}:", value)


def _entry(head: str, value: Any) -> Iterator[str]:
    """Yield the lines of a value that follows `head`, a key with its colon or a list's dash."""
    if isinstance(value, Mapping) and value:
        yield head
        yield from _indented(_mapping(value))
    elif isinstance(value, list | tuple) and value:
        yield head
        for entry in value:
            yield from _indented(_list_entry(entry))
    elif isinstance(value, str) and "\n" in value:
        yield f"{head} |"
        yield from _indented(value.split("\n"))
    else:
        yield f"{head} {_scalar(value)}"


def _list_entry(value: Any) -> Iterator[str]:
    if not (isinstance(value, Mapping) and value):
        return _entry("-", value)
    lines = _indented(_mapping(value))
    return iter(["- " + next(lines)[2:], *lines])


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        is_text = plain_value(value) == value and not _NEEDS_QUOTES.match(value)
        return value if is_text else _quoted(value)
    return "{}" if isinstance(value, Mapping) else "[]"


def _quoted(text: str) -> str:
    """Return text in double quotes, or in single ones where it would else need escapes."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
