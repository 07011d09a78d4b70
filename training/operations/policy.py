"""Who may read which entries of the audit log."""

from sqlalchemy import ColumnElement, and_, select

from training.core.actors import PersonActor, Role
from training.core.audit import AuditEntry
from training.people.models import Unit
from training.people.policy import overseen_units


def visible_entries(actor: PersonActor) -> ColumnElement[bool]:
    """Entries of the units that the actor administers; those of no unit are for whoever
    administers the region."""
    everywhere = select(Unit.id).where(Unit.parent_id.is_(None), administered(actor)).exists()
    of_unit = AuditEntry.unit.in_(select(Unit.id).where(administered(actor)))
    return of_unit | and_(AuditEntry.unit.is_(None), everywhere)


def administered(actor: PersonActor) -> ColumnElement[bool]:
    """Units that the actor administers."""
    return overseen_units(actor, Role.ADMINISTRATOR)
