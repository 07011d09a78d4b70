"""Pure rules of the desk: how somebody stands, one's part of the tree, figures summed up along it,
pages of a list.

How somebody stands is judged over the enrolments that are looked at: with a module asked for those
in that module, without one all of them. The rules are written with operators alone, so that they
take columns as well as values, and what is counted, listed and shown can't disagree.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from typing import Any

from training.certificates.rules import RENEWAL
from training.core import clock

EXPIRING_DAYS = RENEWAL.days
"""So many days before a certificate runs out its holder is told, and somebody should see to it."""

STALLED_DAYS = 30
"""After so many days without any activity whoever is under way will hardly go on by themselves."""

NOT_BEGUN_DAYS = 30
"""So many days somebody has, once they are posted, to begin."""

DAYS = {"expiring": EXPIRING_DAYS, "stalled": STALLED_DAYS, "not-begun": NOT_BEGUN_DAYS}
"""The days that a reason speaks of."""


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
class Facts:
    """By what the standing of a person is judged: values, or columns of a statement.

    `until` is the first day (ISO 8601) on which none of their certificates holds any longer, not
    counting those revoked, and empty where there is none; `awarded`, `begun` and `open` are how
    many certificates, enrolments and open enrolments they have; `active` is when they last did
    anything (microseconds), `since` the first day of the posting.
    """

    until: Any
    awarded: Any
    begun: Any
    open: Any
    active: Any
    since: Any


Rule = Callable[[Facts, date], Any]


def certified(person: Facts, today: date) -> Any:
    """Tell whether somebody holds a certificate that is valid today."""
    return person.until > today.isoformat()


def _lacking(person: Facts, today: date) -> Any:
    return person.until <= today.isoformat()


def under_way(person: Facts, today: date) -> Any:
    """Tell whether somebody has an open enrolment and is not certified: who renews a certificate
    that still holds counts as certified."""
    return _lacking(person, today) & (person.open > 0)


def idle(person: Facts, today: date) -> Any:
    """Tell whether somebody is neither certified nor under way: they have not begun, or have
    lapsed and not begun again."""
    return _lacking(person, today) & (person.open == 0)


def expiring(person: Facts, today: date) -> Any:
    """Tell whether somebody is certified, but on no certificate that holds so many days longer."""
    last = (today + timedelta(days=EXPIRING_DAYS)).isoformat()
    return certified(person, today) & (person.until <= last)


def lapsed(person: Facts, today: date) -> Any:
    """Tell whether somebody has had a certificate that has run out or was revoked, and holds none:
    they stay so while they are under way to a new one."""
    return _lacking(person, today) & (person.awarded > 0)


def stalled(person: Facts, today: date) -> Any:
    """Tell whether somebody is under way and has done nothing on so many days, today among them."""
    return under_way(person, today) & (person.active < _midnight(today, STALLED_DAYS - 1))


def not_begun(person: Facts, today: date) -> Any:
    """Tell whether somebody was posted so many days ago or more and has never begun."""
    return (person.begun == 0) & (person.since <= today - timedelta(days=NOT_BEGUN_DAYS))


def _midnight(today: date, days: int) -> int:
    """Return when the day began that was so many days ago, in microseconds."""
    return ((today - date(1970, 1, 1)).days - days) * clock.DAY


STATES: Mapping[str, Rule] = {"certified": certified, "under-way": under_way, "idle": idle}
"""Everybody is in one of these, so that they add up."""

REASONS: Mapping[str, Rule] = {
    "expiring": expiring,
    "lapsed": lapsed,
    "stalled": stalled,
    "not-begun": not_begun,
}
"""Why somebody needs attention; one person may for two of these."""


def needing_attention(person: Facts, today: date) -> Any:
    """Tell whether there is a reason to look after somebody."""
    return reduce(
        lambda one, other: one | other, (rule(person, today) for rule in REASONS.values())
    )


STATUSES: Mapping[str, Rule] = {**STATES, "attention": needing_attention, **REASONS}
"""All by which people are counted and can be listed."""


def reasons(person: Facts, today: date) -> tuple[str, ...]:
    """Return why somebody needs attention, or nothing."""
    return tuple(reason for reason, rule in REASONS.items() if rule(person, today))


@dataclass(frozen=True)
class Figures:
    """How many people are on strength (posted here today), and how many of them are of each
    status."""

    people: int = 0
    of: Counter[str] = field(default_factory=Counter)

    def __getitem__(self, name: str) -> int:
        """Return the figure of a status, or with "people" how many there are in all."""
        return self.people if name == "people" else self.of[name]

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.people + other.people, self.of + other.of)


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


def quicker_by_unit(
    figures: Mapping[str, Figures], status: str, lines: int
) -> tuple[str, ...] | None:
    """Return the units that have people of a status where it takes less to read all who are posted
    there than to go along the names until so many lines are found; else None.

    Who goes along the names for people of whom there are few goes past nearly everybody.
    """
    having = {unit: found for unit, found in figures.items() if found.of[status]}
    everybody = sum(found.people for found in figures.values())
    there = sum(found.people for found in having.values())
    wanted = sum(found.of[status] for found in having.values())
    return tuple(having) if there * wanted <= everybody * lines else None
