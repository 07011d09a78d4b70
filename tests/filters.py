"""What tests of row filters share: somebody with roles, rows to see, and who sees which."""

from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, String, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from training.core.actors import Held, PersonActor, Role
from training.core.database import Base, db
from training.core.ids import uuid7
from training.core.work import unit_of_work
from training.records import services as records


def holder(*grants: tuple[Role, str], id: str = "x") -> PersonActor:
    """Return somebody who holds roles on units."""
    held = tuple(Held(role, unit) for role, unit in grants)
    return PersonActor(id, "X", "en", held, "session", "csrf", True)


def seen(
    app: Flask, column: InstrumentedAttribute[Any], condition: ColumnElement[bool]
) -> set[Any]:
    """Return a column of the rows that a filter lets through."""
    with app.app_context():
        return set(db.session.scalars(select(column).where(condition)))


def add_row(app: Flask, table: type[Base], **known: Any) -> str:
    """Write a row of which only some columns matter, and return its id."""
    id = uuid7()
    with app.app_context(), unit_of_work() as work:
        if "subject" in known:
            records.lock(work, known["subject"])
        work.connection.execute(insert(table).values({**_needed(table), "id": id, **known}))
    return id


def _needed(table: type[Base]) -> dict[str, Any]:
    columns = [column for column in table.__table__.columns if not column.nullable]
    return {column.name: "" if isinstance(column.type, String) else 0 for column in columns}
