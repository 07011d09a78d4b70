"""Reads for transfers that wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from training.core.actors import Ability, PersonActor
from training.core.errors import NotFound
from training.people.models import Person, Transfer, Unit
from training.people.place_queries import place_text
from training.people.policy import people_within, received_transfers, released_transfers


@dataclass(frozen=True)
class Waiting:
    """A transfer that waits for an answer."""

    id: str
    person: str
    name: str
    latin_name: str | None
    to: str
    unit: str
    on: date
    asked_at: datetime


def to_answer(session: Session, actor: PersonActor) -> tuple[Waiting, ...]:
    """Return the transfers that wait for the actor's answer, the oldest first."""
    return waiting(session, received_transfers(actor))


def answerable(session: Session, actor: PersonActor, transfer: str) -> Waiting:
    """Return a transfer that waits for the actor's answer. Raises NotFound."""
    found = waiting(session, and_(received_transfers(actor), Transfer.id == transfer))
    if not found:
        raise NotFound
    return found[0]


def released(session: Session, actor: PersonActor) -> tuple[Waiting, ...]:
    """Return the transfers of the actor's people that others have not answered yet."""
    return waiting(session, released_transfers(actor))


def names(session: Session, actor: PersonActor, people: Sequence[str]) -> list[str]:
    """Return the names of people whom the actor keeps, in order. Raises NotFound where one of them
    is not theirs, or there is nobody."""
    mine = people_within(actor, Ability.KEEP_PEOPLE)
    found = session.execute(
        select(Person.id, Person.name).where(Person.id.in_(people), mine).order_by(Person.name)
    ).all()
    if not found or len(found) != len(set(people)):
        raise NotFound
    return [row.name for row in found]


def waiting(session: Session, which: ColumnElement[bool]) -> tuple[Waiting, ...]:
    """Return the transfers of a filter that wait for an answer, the oldest first."""
    above = aliased(Unit)
    rows = session.execute(
        select(Transfer, Person.name, Person.latin_name, Unit.name, above.name, Unit.kind)
        .join(Person, Person.id == Transfer.person_id)
        .join(Unit, Unit.id == Transfer.unit_id)
        .join(above, above.id == Unit.parent_id)
        .where(which, Transfer.answer.is_(None))
        .order_by(Transfer.asked_at, Transfer.id)
    )
    return tuple(
        Waiting(
            row.id,
            row.person_id,
            name,
            latin,
            unit if kind == "state" else place_text(unit, outer),
            row.unit_id,
            row.starts_on,
            row.asked_at,
        )
        for row, name, latin, unit, outer, kind in rows
    )
