"""Who may read which learning records: everybody their own."""

from sqlalchemy import ColumnElement

from training.core.actors import PersonActor
from training.records.models import KeptText, RecordRow


def own_records(actor: PersonActor) -> ColumnElement[bool]:
    """The actor's own records."""
    return RecordRow.subject == actor.id


def own_texts(actor: PersonActor) -> ColumnElement[bool]:
    """What is kept of the actor beside the log."""
    return KeptText.subject == actor.id
