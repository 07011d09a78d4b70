"""Tables of units and people that are being imported."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_import()
    _create_import_row()


def _create_import() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=True),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("worked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('units', 'people')", name=op.f("ck_import_kind")),
        sa.CheckConstraint(
            "state IN ('choosing', 'reading', 'read', 'refused', 'applied')",
            name=op.f("ck_import_state"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_by"), "import", ["by"])
    op.create_table(
        "import_file",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_file_import_id_import")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_file")),
    )


def _create_import_row() -> None:
    op.create_table(
        "import_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("about", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("place", sa.String(length=36), nullable=True),
        sa.Column("opens", sa.Date(), nullable=True),
        sa.Column("closes", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.Column("latin_name", sa.String(length=200), nullable=True),
        sa.Column("folded", sa.Text(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("posting", sa.String(length=36), nullable=True),
        sa.Column("placed", sa.String(length=36), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.Column("leaves", sa.Date(), nullable=True),
        sa.Column("agency", sa.String(length=36), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("number_folded", sa.String(length=60), nullable=True),
        sa.Column("number_held", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "deed IN ('addition', 'change', 'transfer', 'departure', 'same', 'fault')",
            name=op.f("ck_import_row_deed"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_row_import_id_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_import_id_deed", "import_row", ["import_id", "deed", "line"])
    op.create_index("ix_import_row_import_id_about", "import_row", ["import_id", "about"])
