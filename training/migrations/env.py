"""Run the migrations on the application's own engine."""

from alembic import context
from sqlalchemy import Connection

from training.core.database import Base
from training.core.migrating import run_migrations


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run_migrations(_run)
