"""Who may read which entries of the audit log."""

from sqlalchemy import ColumnElement, and_, select

from training.core.actors import PersonActor
from training.core.audit import AuditEntry
from training.people.models import Unit
from training.people.policy import administered_units


def visible_entries(actor: PersonActor) -> ColumnElement[bool]:
    """Entries of the units that the actor administers; those of no unit are for whoever
    administers the region."""
    mine = select(Unit.id).where(administered_units(actor))
    region = select(Unit.id).where(Unit.parent_id.is_(None)).scalar_subquery()
    return AuditEntry.unit.in_(mine) | and_(AuditEntry.unit.is_(None), region.in_(mine))
