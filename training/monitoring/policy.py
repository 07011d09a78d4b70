"""Who may see whose progress: whoever oversees the unit at which somebody is posted today."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, select, true

from training.core import clock
from training.core.actors import Ability, Actor
from training.people.models import Posting, Unit
from training.people.policy import in_force, overseen_units, unit_and_below


def overseen_postings(
    actor: Actor, place: str | None, *, unit: SQLColumnExpression[str] = Posting.unit_id
) -> ColumnElement[bool]:
    """Postings in force today at `place` or below it (None: anywhere) that the actor oversees.

    `unit` is the posting's unit as the filter is to compare it.
    """
    overseen = select(Unit.id).where(overseen_units(actor, Ability.SEE_PROGRESS))
    looked_at = true() if place is None else unit.in_(unit_and_below((place,)))
    return and_(in_force(Posting, clock.today()), looked_at, unit.in_(overseen))


def scored_units(actor: Actor) -> ColumnElement[bool]:
    """Units of whose people the actor may see scores and results: only coordinators do."""
    return overseen_units(actor, Ability.SEE_RESULTS)
