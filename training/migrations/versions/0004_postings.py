"""Kinds of postings, transfers, slips, and what people are searched and asked by."""

import sqlalchemy as sa
from alembic import op

from training.people.rules import fold_names

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CHUNK = 2000


def upgrade() -> None:
    _add_columns()
    _fold_names(op.get_bind())
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("folded", existing_type=sa.Text(), nullable=False)
        batch_op.drop_index("ix_person_name_id")
        batch_op.create_index("ix_person_name_id_folded", ["name", "id", "folded"])
    with op.batch_alter_table("service_number", schema=None) as batch_op:
        batch_op.create_index("ix_service_number_folded", ["folded"])
    _create_transfer()


def _add_columns() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("folded", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=12), server_default="service", nullable=False)
        )
        batch_op.add_column(sa.Column("ending", sa.String(length=12), nullable=True))
        batch_op.create_check_constraint("kind", "kind IN ('service', 'leave', 'secondment')")
        batch_op.create_check_constraint("ending", "ending IN ('retirement', 'departure')")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.String(length=36), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_unit_merged_into_unit"), "unit", ["merged_into"], ["id"]
        )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=64), nullable=True))
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent", sa.String(length=200), nullable=True))


def _fold_names(connection: sa.Connection) -> None:
    person = sa.table("person", *map(sa.column, ("id", "name", "latin_name", "folded")))
    names = sa.select(person.c.id, person.c.name, person.c.latin_name)
    fill = sa.update(person).where(person.c.id == sa.bindparam("of"))
    for rows in connection.execute(names).partitions(_CHUNK):
        folded = [{"of": id, "folded": fold_names(name, latin)} for id, name, latin in rows]
        connection.execute(fill, folded)


def _create_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'withdrawn')", name=op.f("ck_transfer_answer")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_transfer_person_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_transfer_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_person_id"), ["person_id"])
        batch_op.create_index(batch_op.f("ix_transfer_unit_id"), ["unit_id"])
        batch_op.create_index(
            "uq_transfer_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("answer IS NULL"),
            postgresql_where=sa.text("answer IS NULL"),
        )
