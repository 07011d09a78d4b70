"""The units that an import may name, and how its rows find them by name. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from training.people import rules
from training.people.import_rules import Fault, PersonRow

_folded = lru_cache(maxsize=4096)(rules.fold_names)  # the same units stand in row after row


@dataclass(frozen=True)
class Place:
    """A unit, or one that an earlier row of the same file adds or changes. `own`: the import may
    name it; others only stand above such ones. `people`: until when somebody is posted at it; the
    day after for good is None, without anybody it is the beginning of time."""

    id: str
    kind: str
    parent: str | None
    name: str
    code: str | None
    since: date
    until: date | None
    own: bool
    people: date | None = date.min
    seen: str = ""
    added: bool = False


class Places:
    """Units by their names, compared without regard to case and accents."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_id: dict[str, Place] = {}
        self._named: defaultdict[tuple[str | None, str], dict[str, None]] = defaultdict(dict)
        self._agencies: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._below: defaultdict[str | None, dict[str, None]] = defaultdict(dict)
        for place in places:
            self.put(place)

    def put(self, place: Place) -> None:
        """Add a unit, or put it in the place of what it was."""
        self._by_id[place.id] = place
        self._below[place.parent][place.id] = None
        for name in {place.name, place.code or place.name}:
            self._named[place.parent, _folded(name)][place.id] = None
        if place.kind == "agency":
            self._agencies[_folded(place.name)][place.id] = None

    def __getitem__(self, id: str) -> Place:
        return self._by_id[id]

    def root(self) -> Place | None:
        """Return the region."""
        return next((self[id] for id in self._below[None] if self[id].kind == "region"), None)

    def below(self, parent: str) -> list[Place]:
        """Return the units directly below one."""
        return [self[id] for id in self._below[parent]]

    def named(self, parent: str | None, name: str) -> Place | None:
        """Return the unit of this name (or code) directly below another; one that has ended only
        where no other is there."""
        found = [self[id] for id in self._named[parent, _folded(name)]]
        return next((place for place in found if place.until is None), next(iter(found), None))

    def of_person(self, row: PersonRow) -> Place | Fault:
        """Return the unit that the row of a person names."""
        agency = self._agency(row.state, row.agency)
        if isinstance(agency, Fault):
            return agency
        found = self.named(agency.id, row.post) if row.post else agency
        if found is None or not found.own:
            return Fault("no_unit", "post" if row.post else "agency", row.post or row.agency)
        if found.until is not None:
            return Fault("unit_ended", "post" if row.post else "agency", found.name)
        return found

    def _agency(self, state: str | None, name: str) -> Place | Fault:
        agencies = [self[id] for id in self._agencies[_folded(name)]]
        if state:
            root = self.root()
            above = self.named(root.id, state) if root else None
            if above is None:
                return Fault("no_unit", "state", state)
            agencies = [agency for agency in agencies if agency.parent == above.id]
        if len(agencies) > 1:
            agencies = [agency for agency in agencies if agency.until is None] or agencies[:1]
        if not agencies:
            return Fault("no_unit", "agency", name)
        return agencies[0] if len(agencies) == 1 else Fault("which_agency", "state", name)
