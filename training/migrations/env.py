"""Run the migrations: on the connection that `core.migrating` gives, or on the application's."""

from alembic import context
from sqlalchemy import Connection

from training.core.database import Base, db
from training.core.migrating import CONNECTION, one_transaction


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if CONNECTION in context.config.attributes:
    _run(context.config.attributes[CONNECTION])
else:  # a developer's `flask db …`
    with one_transaction(db.engine) as own:
        _run(own)
