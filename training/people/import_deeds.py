"""What a row of an import does to the person or unit that it names, or why it can't. Pure: what is
known goes in, the values of an `ImportRow` come out."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from training.people import rules
from training.people.import_places import Place, Places
from training.people.import_rules import Fault, PersonRow, UnitRow

Values = dict[str, Any]
Change = tuple[str, Any, Any]
"""What is changed (a column's id), what it was, what it becomes; None: nothing."""


class Bad(Exception):
    """A row that can't be done: `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class Held:
    """A service number that somebody holds."""

    id: str
    number: str
    folded: str


@dataclass(frozen=True)
class Known:
    """A person as they stand: their latest posting, and until when it lasts. `own`: it lies within
    reach of the import; `guarded`: they hold a role that whoever imports may not touch."""

    id: str
    name: str
    latin_name: str | None
    email: str | None
    language: str
    seen: str
    posting: str | None = None
    unit: str = ""
    since: date = date.min
    until: date | None = None
    own: bool = False
    guarded: bool = False
    numbers: dict[str, Held] = field(default_factory=dict)  # by agency


def of_person(
    row: PersonRow, place: Place, known: Known | None, places: Places, *, id: str, today: date
) -> Values:
    """Return what a row does: adds a person under the id `id`, or changes one. Raises Bad."""
    agency = place.id if place.kind == "agency" else str(place.parent)
    if known is None:
        return _added(row, place, agency, id, today)
    changes, values = _identity(row, known)
    moves, moved = _posting(row, known, place, places, today)
    values |= moved
    held = known.numbers.get(agency)
    values |= {"agency": agency, "number_held": held.id if held else None}
    if row.number and (held is None or held.folded != rules.fold_number(row.number)):
        changes.append(("number", held.number if held else None, row.number))
        values |= {"number": row.number, "number_folded": rules.fold_number(row.number)}
    deed = moves or ("change" if changes else "same")
    if deed != "same" and known.guarded:
        raise Bad(Fault("guarded", "name", known.name))
    values |= {"deed": deed, "about": known.id, "seen": known.seen}
    values |= {"posting": known.posting, "placed": known.unit}
    return values | {"changes": [*changes, *_movements(values, known, places)]}


def of_unit(row: UnitRow, places: Places, *, id: str, today: date) -> Values:
    """Return what a row does: adds a unit under the id `id`, or changes one. What it does is put
    into `places`, for the rows that follow. Raises Bad."""
    above = _parent(row, places)
    name = row.way[-1]
    found = places.named(above.id, name)
    if found is not None and found.until is not None and row.until != found.until:
        raise Bad(Fault("unit_ended", rules.KIND_BELOW[above.kind], name))
    if found is None:
        return _added_unit(row, above, name, places, id, today)
    if not found.own:
        raise Bad(Fault("no_unit", found.kind, name))
    changes: list[Change] = []
    if row.code and row.code != found.code:
        changes.append(("code", found.code, row.code))
    if row.until and row.until != found.until:
        _demand_empty(found, row.until, places)
        changes.append(("until", None, row.until))
    code, until = row.code or found.code, row.until or found.until
    places.put(replace(found, code=code, until=until))
    return {
        "deed": "change" if changes else "same",
        "about": found.id,
        "seen": found.seen,
        "changes": changes,
        "code": row.code if row.code != found.code else None,
        "closes": row.until if row.until != found.until else None,
        "placed": found.id,
    }


def _added(row: PersonRow, place: Place, agency: str, id: str, today: date) -> Values:
    if not row.name:
        raise Bad(Fault("missing_new", "name"))
    opens = row.since or today
    if row.leaving and row.leaving <= opens:
        raise Bad(Fault("ends_before", "leaving"))
    return {
        **_names(row.name, row.latin_name),
        "deed": "addition",
        "about": id,
        "email": row.email,
        "language": row.language or "en",
        "place": place.id,
        "opens": opens,
        "leaves": row.leaving,
        "ending": "departure" if row.leaving else None,
        "agency": agency,
        "number": row.number,
        "number_folded": rules.fold_number(row.number) if row.number else None,
    }


def _identity(row: PersonRow, known: Known) -> tuple[list[Change], Values]:
    """Return what a row changes of names, address and language."""
    changes: list[Change] = []
    values: Values = {}
    for what in ("name", "latin_name", "email", "language"):
        before, after = getattr(known, what), getattr(row, what)
        if after is not None and after != before:
            changes.append((what, before, after))
            values[what] = after
    if "name" in values or "latin_name" in values:
        names = _names(row.name or known.name, row.latin_name or known.latin_name)
        values["folded"] = names["folded"]
    return changes, values


def _names(name: str, latin_name: str | None) -> Values:
    folded = rules.fold_names(name, latin_name)
    return {"name": name, "latin_name": latin_name, "folded": folded}


def _posting(
    row: PersonRow, known: Known, place: Place, places: Places, today: date
) -> tuple[str | None, Values]:
    """Return "transfer", "departure" or None, and what a row does to the postings."""
    stays = known.unit == place.id or (
        row.post is None and known.unit in {below.id for below in places.below(place.id)}
    )
    gone = known.until is not None and known.until <= (row.since or today)
    if stays and (not gone or row.leaving == known.until):
        return _leaving(row, known)
    if gone and known.until and (row.since is None or row.since < known.until):
        raise Bad(Fault("has_left", "since", known.until.isoformat()))
    if row.leaving and not gone:
        raise Bad(Fault("leaves_elsewhere", "leaving", places[known.unit].name))
    return "transfer", _moved(row, known, place, row.since or today)


def _leaving(row: PersonRow, known: Known) -> tuple[str | None, Values]:
    if row.leaving is None or row.leaving == known.until:
        return None, {}
    if row.leaving <= known.since:
        raise Bad(Fault("ends_before", "leaving"))
    return "departure", {"closes": row.leaving, "ending": "departure"}


def _moved(row: PersonRow, known: Known, place: Place, opens: date) -> Values:
    if opens <= known.since:
        raise Bad(Fault("begins_before", "since", known.since.isoformat()))
    if row.leaving and row.leaving <= opens:
        raise Bad(Fault("ends_before", "leaving"))
    lasts = known.until is None or known.until > opens
    return {
        "place": place.id,
        "opens": opens,
        "closes": opens if lasts else None,
        "leaves": row.leaving,
        "ending": "departure" if row.leaving else None,
    }


def _movements(values: Values, known: Known, places: Places) -> Iterable[Change]:
    """Return what a row does to the postings as a list shows it."""
    if place := values.get("place"):
        yield "post", places[known.unit].name, places[place].name
        yield "since", known.since, values["opens"]
    if values["deed"] == "departure":
        yield "leaving", known.until, values["closes"]


def _parent(row: UnitRow, places: Places) -> Place:
    """Return the unit below which a row's stands."""
    above = places.root()
    for name in row.way[:-1]:
        above = places.named(above.id, name) if above else None
        if above is None:
            kind = ("state", "agency")[row.way.index(name)]
            raise Bad(Fault("no_parent", kind, name))
    if above is None:
        raise Bad(Fault("no_unit", "state", row.state))
    if above.until is not None:
        raise Bad(Fault("unit_ended", above.kind, above.name))
    return above


def _added_unit(
    row: UnitRow, above: Place, name: str, places: Places, id: str, today: date
) -> Values:
    kind = rules.KIND_BELOW[above.kind]
    if not above.own:
        raise Bad(Fault("no_unit", kind, name))
    if row.until:
        raise Bad(Fault("ends_new", "until"))
    since = row.since or today
    places.put(Place(id, kind, above.id, name, row.code, since, None, own=True, added=True))
    return {
        "deed": "addition",
        "about": id,
        "name": name,
        "kind": kind,
        "code": row.code,
        "place": above.id,
        "opens": since,
    }


def _demand_empty(found: Place, on: date, places: Places) -> None:
    """A unit ends once nobody is posted there and nothing stands below it."""
    if on <= found.since:
        raise Bad(Fault("ends_before", "until"))
    if found.people is None or found.people > on:
        raise Bad(Fault("people_there", "until", found.name))
    if any(below.until is None or below.until > on for below in places.below(found.id)):
        raise Bad(Fault("units_below", "until", found.name))
