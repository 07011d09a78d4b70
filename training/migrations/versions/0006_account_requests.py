"""Requests for accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("latin_name", sa.String(length=200), nullable=True),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("declined_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(declined_at IS NULL) = (reason IS NULL)", name=op.f("ck_account_request_declined")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["unit.id"], name=op.f("fk_account_request_agency_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
    )
    with op.batch_alter_table("account_request", schema=None) as batch_op:
        batch_op.create_index("ix_account_request_agency_id", ["agency_id", "declined_at"])
        batch_op.create_index("ix_account_request_place", ["place", "asked_at"])
