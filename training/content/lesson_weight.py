"""How much work the Markdown of lessons makes, counted before any of it is parsed.

A parser takes up to 50 µs for each line and for each mark that may mean something; ten thousand
brackets in each of a hundred blocks would keep a processor busy for a minute.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WEIGHT_LIMIT = 20_000
"""How many lines and marks the lessons of a module may have together."""

NESTING_LIMIT = 8
"""How many lists and quotes may begin on one line."""

_MARK = re.compile(r"[]\[!#$%&*+:<=>@\\^_`{|}~-]")
_BULLET = r"[ \t]*(?:>|[-*+](?=[ \t]|$)|[0-9]{1,9}[.)](?=[ \t]|$))"
_BULLETS = re.compile(f"(?:{_BULLET})+")
_ONE_BULLET = re.compile(_BULLET)
_TABLE_RULE = re.compile(r"(?=.*-)[ \t>:-]*\|[ \t>|:-]*")
_BULLET_WEIGHT = 4


@dataclass
class Weighing:
    """What the lessons of one module weigh, one after the other."""

    weight: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the lessons so far weigh too much."""
        return self.weight > WEIGHT_LIMIT

    def refusal(self, markdown: str) -> tuple[int, str, str] | None:
        """Weigh one more lesson. Where it is not to be parsed, return the line, from 0, with
        message and remedy."""
        for number, (weight, bullets) in enumerate(_lines(markdown)):
            self.weight += weight
            if bullets > NESTING_LIMIT:
                return number, "lists and quotes lie too deep in one another", "Flatten them"
            if self.is_over:
                message = f"the lessons have more than {WEIGHT_LIMIT} lines and marks together"
                return number, message, "Divide the module, or write with fewer marks"
        return None


def _lines(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield the weight of each line, and how many lists and quotes begin on it.

    In a table each line costs all the columns, whether it has them or not.
    """
    columns = 0
    for line in markdown.split("\n"):
        if not line.strip(" \t>"):
            columns = 0
        elif _TABLE_RULE.fullmatch(line):
            columns = max(columns, line.count("|"))
        start = _BULLETS.match(line)
        bullets = len(_ONE_BULLET.findall(start[0])) if start else 0
        yield 1 + len(_MARK.findall(line)) + _BULLET_WEIGHT * bullets + columns, bullets
