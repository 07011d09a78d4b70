"""Pure rules of the desk: one's part of the tree, figures summed up along it, pages of a list."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

_LAST_PAGE = 1_000_000
"""More pages than any list has."""


@dataclass(frozen=True)
class Place:
    """A unit of one's part. `current` tells whether it is in force today; `scored`, whether one
    may see scores of its people."""

    id: str
    name: str
    parent: str | None
    current: bool
    scored: bool


@dataclass(frozen=True)
class Figures:
    """How many people there are, how many of them have begun, how many have completed."""

    people: int = 0
    begun: int = 0
    completed: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.people + other.people,
            self.begun + other.begun,
            self.completed + other.completed,
        )


class Part:
    """What somebody oversees: one tree or several, each from a unit down.

    The places come in the order in which they are to be shown. Raises KeyError for unknown ids.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {place.id: place for place in places}
        self._children: dict[str, list[Place]] = {id: [] for id in self._places}
        for place in self:
            self._children.get(place.parent or "", []).append(place)
        self.tops = tuple(place for place in self if place.parent not in self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __getitem__(self, id: str) -> Place:
        return self._places[id]

    def children(self, id: str) -> tuple[Place, ...]:
        """Return the places directly below one."""
        return tuple(self._children[id])

    def path(self, id: str) -> tuple[Place, ...]:
        """Return the way from the top of one's part down to a place and with it, never above."""
        place = self._places[id]
        parent = place.parent or ""
        return (*(self.path(parent) if parent in self._places else ()), place)

    def below(self, id: str) -> tuple[str, ...]:
        """Return the ids of a place and of all below it."""
        found = [id]
        for one in found:
            found += (child.id for child in self._children[one])
        return tuple(found)


def total(figures: Mapping[str, Figures], units: Collection[str]) -> Figures:
    """Sum up the figures of `units`; those that have none count nothing."""
    return reduce(Figures.__add__, (figures[u] for u in units if u in figures), Figures())


def page_number(asked: str, pages: int | None) -> int:
    """Return the page that an address asks for: the first where it names none, the last where it
    names one beyond. Of a list whose pages are not counted (None) any number will do."""
    if not (asked.isascii() and asked.isdigit()):
        return 1
    last = _LAST_PAGE if pages is None else pages
    number = int(asked) if len(asked) < 10 else last
    return max(1, min(number, last))
