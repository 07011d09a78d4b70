"""The audit log."""

import sqlalchemy as sa
from alembic import op

from training.core.migrating import make_append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=36), nullable=True),
        sa.Column("about", sa.String(length=100), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_unit_id", ["unit", "id"])
        batch_op.create_index("ix_audit_actor_id", ["actor", "id"])
        batch_op.create_index("ix_audit_about_id", ["about", "id"])
    make_append_only("audit")
