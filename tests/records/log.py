"""The log of an application, as the tests write to it and read it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select, text

from tests.cast import TESTER
from tests.records.histories import RECEIVED, document
from training.content import services as content
from training.core.database import db
from training.core.work import unit_of_work
from training.people import services as people
from training.people.models import Posting
from training.records import rebuild, registry, services, settling, statements
from training.records.envelope import Draft, Record
from training.records.folding import Fold, Library, State
from training.records.models import Quarantined, RecordRow, Subject
from training.records.rules import Entry
from training.records.services import Appended, Outcome

Row = dict[str, Any]
Fault = Callable[[State, Sequence[Entry]], State]
Breaking = Callable[[str], AbstractContextManager[None]]


def raising(state: State, own: Sequence[Entry]) -> State:
    """Fail as a fault in a fold does."""
    raise LookupError("a fault in a fold")


def failing_for(table: str, *statements: str) -> Callable[..., None]:
    """Return what says something else to the database in place of a table's state rows."""
    whole = settling.write_row

    def write_row(connection: Connection, fold: Fold, row: dict[str, Any]) -> None:
        if fold.table != table:
            return whole(connection, fold, row)
        for statement in statements or ["SELECT nothing FROM nowhere"]:
            connection.exec_driver_sql(statement)

    return write_row


class Log:
    """One application's log. What it writes is received at `now`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.now = RECEIVED
        with app.app_context(), unit_of_work() as work:
            content.publish(TESTER, work, document=document(), source="upload", note="")

    def person(self, name: str = "Nur") -> str:
        """Add a person and return their id."""
        with self.app.app_context(), unit_of_work() as work:
            return people.add_person(TESTER, work, name=name).id

    def move(self, person: str, post: str, day: date) -> None:
        """Post a person elsewhere from a day on."""
        with self.app.app_context(), unit_of_work() as work:
            [posting] = work.session.query(Posting).filter_by(person_id=person)
            posting.valid_to = day
            work.session.flush()
            work.session.add(Posting(person_id=person, unit_id=post, valid_from=day))

    def append(self, subject: str, *drafts: Draft) -> list[Appended]:
        """Append records made here, in one unit."""
        with self.app.app_context(), unit_of_work(lambda: self.now) as work:
            return services.append_many(TESTER, services.lock(work, subject), drafts)

    def receive(self, *records: Record) -> list[Outcome]:
        """Take in records made elsewhere, each in a unit of its own."""
        return [self.deliver(record.subject, [record])[0] for record in records]

    def deliver(
        self, subject: str, batch: Sequence[Record], then: Exception | None = None
    ) -> list[Outcome]:
        """Take in what a device delivers at once, in one unit; raise `then` at its end."""
        with self.app.app_context(), unit_of_work(lambda: self.now) as work:
            outcomes = services.receive(services.lock(work, subject), batch)
            if then:
                raise then
        return outcomes

    def release(self, subject: str, quarantined: str) -> Outcome:
        """Take in what was set aside."""
        with self.app.app_context(), unit_of_work(lambda: self.now) as work:
            return services.release(TESTER, services.lock(work, subject), quarantined)

    def rebuild(self, *, check: bool = False) -> list[str]:
        """Fold everything again and return the differences, without whose they are."""
        with self.app.app_context():
            return [f"{d.table}: {d.what}" for d in rebuild.rebuild(check=check)]

    def records(self, subject: str) -> list[RecordRow]:
        """Return all records of a person in the order in which they came in."""
        with self.app.app_context():
            where = RecordRow.subject == subject
            return list(db.session.scalars(select(RecordRow).where(where).order_by(RecordRow.seq)))

    def entries(self, subject: str) -> list[Entry]:
        """Return all records of a person as folds read them."""
        with self.app.app_context():
            return settling.entries(db.session.connection(), statements.ALL_OF_SUBJECT, subject)

    def kinds(self, subject: str) -> list[str]:
        """Return the kinds of all records of a person in the order in which they came in."""
        return [record.kind for record in self.records(subject)]

    def aside(self, subject: str | None = None) -> list[Quarantined]:
        """Return all that was set aside, of one person or of everybody, released or not."""
        asked = select(Quarantined).order_by(Quarantined.id)
        if subject is not None:
            asked = asked.where(Quarantined.subject == subject)
        with self.app.app_context():
            return list(db.session.scalars(asked))

    def subject(self, subject: str) -> Subject:
        """Return a person as the log knows them."""
        with self.app.app_context():
            return db.session.get_one(Subject, subject)

    def state(self, table: str, key: str) -> Row:
        """Return one state row."""
        with self.app.app_context():
            rows = db.session.execute(text(f"SELECT * FROM {table} WHERE id = :id"), {"id": key})
            return dict(rows.mappings().one())

    def states(self, table: str) -> dict[str, Row]:
        """Return all rows of a state table by their key."""
        with self.app.app_context():
            rows = db.session.execute(text(f"SELECT * FROM {table}")).mappings()
            return {row["id"]: dict(row) for row in rows}

    def write(self, statement: str, **values: Any) -> None:
        """Write past everybody, as somebody with a shell on the server could."""
        with self.app.app_context(), unit_of_work() as work:
            work.connection.execute(text(statement), values)

    def break_fold(self, table: str, fault: Fault) -> Callable[[], None]:
        """Let a fold come to what `fault` makes of its state; returns what mends it."""
        folds = registry.registry(self.app).folds
        [place] = [n for n, fold in enumerate(folds) if fold.table == table]
        whole = folds[place]

        def fold(entries: Sequence[Entry], library: Library) -> State:
            return fault(whole.fold(entries, library), entries)

        def mend() -> None:
            folds[place] = whole

        folds[place] = replace(whole, fold=fold)
        return mend
