"""How an import is looked at: its rows are read, held against what is there, and staged, a chunk at
a time, so that nobody waits long for the lock and a run that breaks off can be taken up again."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from training.core import clock, ids
from training.core.canonical import canonical_json
from training.core.database import db
from training.core.errors import NotFound
from training.core.work import unit_of_work
from training.people import import_queries, import_services, import_tables, rules
from training.people.import_deeds import Bad, Known, Values, of_person, of_unit
from training.people.import_models import NOT_CLEARED, Import, ImportRow
from training.people.import_places import Place
from training.people.import_queries import Scope
from training.people.import_rules import (
    Fault,
    PersonRow,
    as_json,
    lost_zeros,
    read_person,
    read_unit,
)
from training.people.import_tables import BadTable

CHUNK = 1000
_LONGEST_SAID = 300
_EMPTY: Values = {
    column.name: None for column in ImportRow.__table__.columns if column.name != "id"
}


def run(scope: Scope, id: str) -> None:
    """Look at the rows of an import that nobody has looked at yet, to the end of the file.

    Ends early where the import is discarded, or somebody else has taken it up. Call it outside of
    a unit of work.
    """
    found = db.session().get(Import, id)
    if found is None or found.state != "reading":
        return
    look, done = found.look, found.done
    if done == NOT_CLEARED:
        import_services.delete_rows([id])
        if not _keep(id, look, done, 0, []):
            return
        done = 0
    try:
        if _stage(scope, found, done):
            _end(id, look, "read")
    except BadTable as bad:
        _end(id, look, "refused", bad.fault.name)
    except NotFound:
        return


def _stage(scope: Scope, found: Import, done: int) -> bool:
    """Look at the rows behind the first `done`, and tell whether the end was reached."""
    session, id, look = db.session(), found.id, found.look
    content, encoding = import_queries.content(session, id), found.encoding or ""
    table = _cells(import_tables.rows(content, encoding), json.loads(found.columns))
    looker = _Looker(scope, id, session)
    rows = islice(table, done, None)
    while chunk := list(islice(rows, CHUNK)):
        if not _keep(id, look, done, done + len(chunk), looker.staged(db.session(), chunk)):
            return False
        done += len(chunk)
    return True


def _cells(
    rows: Iterator[tuple[int, list[str]]], columns: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows below the heads, their cells by column."""
    next(rows, None)
    for number, row in rows:
        cells = {id: row[place] for id, place in columns.items() if place < len(row)}
        if any(cell.strip() for cell in cells.values()):
            yield number, cells


def _keep(id: str, look: int, done: int, then: int, staged: list[Values]) -> bool:
    """Write a chunk down, unless it is there or no longer wanted."""
    with unit_of_work() as work:
        expected = (Import.id == id, Import.look == look, Import.done == done)
        changed = work.session.execute(
            update(Import)
            .where(*expected, Import.state == "reading")
            .values(done=then, worked_at=clock.moment(work.now()))
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            return False
        if staged:
            work.connection.execute(insert(ImportRow), staged)
    return True


def _end(id: str, look: int, state: str, fault: str | None = None) -> None:
    with unit_of_work() as work:
        work.session.execute(
            update(Import)
            .where(Import.id == id, Import.look == look, Import.state == "reading")
            .values(state=state, fault=fault, worked_at=clock.moment(work.now()))
        )


class _Looker:
    """Finds out what rows do, one chunk after another; knows what the rows before have done."""

    def __init__(self, scope: Scope, id: str, session: Session) -> None:
        self._scope = scope
        self._id = id
        self._details = canonical_json({"import": id})
        self._places = import_queries.places(session, scope)
        self._zeros: dict[str, int] = {}
        self._today = clock.today()
        self._lines: dict[str, int] = {}  # in which row a person, unit, number or address stood
        self._take_up(session)

    def _take_up(self, session: Session) -> None:
        """Know again what the rows that are staged already have done."""
        columns = (ImportRow.line, ImportRow.about, ImportRow.email, ImportRow.agency)
        rows = session.execute(
            select(*columns, ImportRow.number_folded, ImportRow.said)
            .where(ImportRow.import_id == self._id, ImportRow.deed != "fault")
            .order_by(ImportRow.line)
        )
        for line, about, email, agency, number, said in rows:
            self._note(line, about, email and f"@{email}", number and f"{agency} {number}")
            if self._scope.kind == "units":
                row, _ = read_unit(json.loads(said))
                if row is not None:
                    of_unit(row, self._places, id=str(about), today=self._today)

    def staged(self, session: Session, chunk: Sequence[tuple[int, dict[str, str]]]) -> list[Values]:
        """Return the rows of a chunk as they are kept."""
        if self._scope.kind == "units":
            return [self._kept(line, cells, self._unit(line, cells)) for line, cells in chunk]
        read = [(line, cells, *read_person(cells)) for line, cells in chunk]
        placed = [
            (line, cells, row, self._places.of_person(row) if row else None, faults)
            for line, cells, row, faults in read
        ]
        asked = [(row, place) for _, _, row, place, _ in placed if row and isinstance(place, Place)]
        finder = _Finder(session, self._scope, asked, self._zeros)
        return [
            self._kept(line, cells, self._person(line, row, place, faults, finder))
            for line, cells, row, place, faults in placed
        ]

    def _unit(self, line: int, cells: dict[str, str]) -> Values:
        row, faults = read_unit(cells)
        try:
            if row is None:
                raise Bad(*faults)
            values = of_unit(row, self._places, id=ids.uuid7(), today=self._today)
            self._demand_once(line, values["about"])
        except Bad as bad:
            return {"deed": "fault", "faults": json.dumps(as_json(bad.faults))}
        return values

    def _person(
        self,
        line: int,
        row: PersonRow | None,
        place: Place | Fault | None,
        faults: list[Fault],
        finder: "_Finder",
    ) -> Values:
        try:
            if row is None or not isinstance(place, Place):
                raise Bad(*faults, *([place] if isinstance(place, Fault) else []))
            known = finder.known(row, place)
            values = of_person(row, place, known, self._places, id=ids.uuid7(), today=self._today)
            number = row.number and f"{_agency(place)} {rules.fold_number(row.number)}"
            self._demand_once(line, values["about"], row.email and f"@{row.email}", number)
        except Bad as bad:
            return {"deed": "fault", "faults": json.dumps(as_json(bad.faults))}
        return values

    def _demand_once(self, line: int, *names: str | None) -> None:
        for name in filter(None, names):
            if name in self._lines:
                raise Bad(Fault("twice", None, self._lines[name]))
        self._note(line, *names)

    def _note(self, line: int, *names: str | None) -> None:
        self._lines.update(dict.fromkeys(filter(None, names), line))

    def _kept(self, line: int, cells: dict[str, str], values: Values) -> Values:
        said = {
            id: cell.strip()[:_LONGEST_SAID].replace("\0", "\ufffd")
            for id, cell in cells.items()
            if cell.strip()
        }
        changes = [
            [what, _plain(before), _plain(after)]
            for what, before, after in values.get("changes", ())
        ]
        return {
            **_EMPTY,
            "id": ids.uuid7(),
            "faults": "[]",
            "details": self._details,
            **values,
            "import_id": self._id,
            "line": line,
            "said": json.dumps(said),
            "changes": json.dumps(changes),
        }


class _Finder:
    """Finds the people whom the rows of a chunk name, in a few statements for all of them."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        rows: Iterable[tuple[PersonRow, Place]],
        zeros: dict[str, int],
    ) -> None:
        rows = list(rows)
        numbers = {
            (_agency(place), rules.fold_number(row.number)) for row, place in rows if row.number
        }
        agencies = {agency for agency, _ in numbers} - zeros.keys()
        zeros |= dict.fromkeys(agencies, 0) | import_queries.longest_with_zero(session, agencies)
        self._zeros = zeros
        self._holders = import_queries.holders(session, numbers)
        emails = {row.email for row, _ in rows if row.email}
        self._addressed = import_queries.addressed(session, emails)
        people = {*self._holders.values(), *self._addressed.values()}
        self._known = import_queries.known(session, scope, people)

    def known(self, row: PersonRow, place: Place) -> Known | None:
        """Return the person whom a row names, None for a new one. Raises Bad.

        Whoever is beyond reach is not told apart from a number or an address that nobody can use.
        """
        agency = _agency(place)
        folded = rules.fold_number(row.number) if row.number else ""
        by_number = self._known.get(self._holders.get((agency, folded), ""))
        by_email = self._known.get(self._addressed.get(row.email or "", ""))
        if by_number and not by_number.own:
            raise Bad(Fault("number", "number"))
        if by_email and not by_email.own:
            raise Bad(Fault("email", "email"))
        if by_number and by_email and by_number is not by_email:
            raise Bad(Fault("two_people", "email", by_email.name))
        if row.number and by_number is None:
            padded = lost_zeros(row.number, self._zeros[agency])
            if padded:
                raise Bad(Fault("lost_zeros", "number", padded))
        return by_number or by_email


def _agency(place: Place) -> str:
    return place.id if place.kind == "agency" else str(place.parent)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
