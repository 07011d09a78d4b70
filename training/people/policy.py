"""Who may see and change which people and units: one row filter for each thing and verb."""

from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from training.core.actors import Actor, PersonActor, Role, System
from training.people.models import AccountRequest, Grant, Person, Posting, Unit

Dated = type[Posting] | type[Unit] | type[Grant]
OVERSEERS = (Role.SUPERVISOR, Role.COORDINATOR)
DECIDERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


def in_force(model: Dated, on: date) -> ColumnElement[bool]:
    """Filter dated rows to those in force on a date; an end date is the first day without."""
    return and_(model.valid_from <= on, not_ended(model, on))


def not_ended(model: Dated, on: date) -> ColumnElement[bool]:
    """Filter dated rows to those in force on a date or later."""
    return or_(model.valid_to.is_(None), model.valid_to > on)


@lru_cache(maxsize=1024)  # to put a recursive statement together takes longer than to run it
def unit_and_below(units: tuple[str, ...]) -> Select[tuple[str]]:
    """Select the ids of `units` and of every unit below them."""
    reach = select(Unit.id).where(Unit.id.in_(units)).cte(recursive=True)
    return select(reach.union(select(Unit.id).where(Unit.parent_id == reach.c.id)).c.id)


def overseen_units(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """Units that the actor oversees by one of `roles` (by default: supervises or coordinates)."""
    if isinstance(actor, System):
        return true()
    units = actor.units(*(roles or OVERSEERS))
    return Unit.id.in_(unit_and_below(units)) if units else false()


def administered_units(actor: Actor) -> ColumnElement[bool]:
    """Units that the actor administers: may rename, close, and add others below."""
    return overseen_units(actor, Role.ADMINISTRATOR)


def own_person(actor: Actor) -> ColumnElement[bool]:
    """The actor's own row: what somebody may change of themselves."""
    return Person.id == actor.id if isinstance(actor, PersonActor) else true()


def decided_units(actor: Actor) -> ColumnElement[bool]:
    """Units at which the actor may give an account to somebody who asks for one, and whose people
    they see for that. A supervisor may not: they see the people that they have, and who is one of
    them is for others to say."""
    return overseen_units(actor, *DECIDERS)


def decidable_requests(actor: Actor) -> ColumnElement[bool]:
    """Requests for an account with an agency at which the actor may give one."""
    return AccountRequest.agency_id.in_(select(Unit.id).where(decided_units(actor)))
