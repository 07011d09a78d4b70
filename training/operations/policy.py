"""Who may read which entries of the audit log."""

from sqlalchemy import ColumnElement, and_, select

from training.core.actors import PersonActor
from training.core.audit import AuditEntry
from training.people.models import Unit
from training.people.policy import administered_units


def visible_entries(actor: PersonActor) -> ColumnElement[bool]:
    """Entries of the units that the actor administers; those of no unit are for whoever
    administers the region."""
    everywhere = select(Unit.id).where(Unit.parent_id.is_(None), administered_units(actor)).exists()
    of_unit = AuditEntry.unit.in_(select(Unit.id).where(administered_units(actor)))
    return of_unit | and_(AuditEntry.unit.is_(None), everywhere)
