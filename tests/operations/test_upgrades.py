"""Upgrades from what earlier releases left: nothing is lost, and people go on where they were."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine

from tests import way
from tests.cast import Somebody
from tests.operations import releases
from tests.operations.releases import Release
from tests.visitor import Visitor
from training.core import migrating
from training.core.database import writable
from training.core.errors import OperatorError
from training.operations import start


def test_a_kept_release_has_rows_in_every_table(old: Flask, release: Release) -> None:
    """What a migration could lose must be there, and be what the file says."""
    there = releases.contents(old)
    assert there.pop("alembic_version") == [{"version_num": release.revision}]
    assert {name: len(rows) for name, rows in there.items()} == {
        name: len(rows) for name, rows in release.rows.items()
    }
    assert min(map(len, there.values())) >= 1


def test_scripts_are_named_by_their_revisions() -> None:
    """In the order in which Alembic runs them; their names say it without Alembic."""
    scripts = ScriptDirectory(str(migrating.DIRECTORY)).walk_revisions()
    assert [script.revision for script in scripts][::-1] == migrating.revisions()


@pytest.mark.parametrize("step_by_step", [True, False])
def test_an_upgrade_loses_nothing(old: Flask, release: Release, step_by_step: bool) -> None:
    """Through each later revision, and through all of them in one go: no row, no value, no
    constraint, no trigger; and every result still follows from its records."""
    before = releases.contents(old)
    known = migrating.revisions()
    later = known[known.index(release.revision) + 1 :]
    for revision in later if step_by_step else later[-1:]:
        releases.upgrade(old, revision)
        assert releases.lost(before, releases.contents(old)) == []
        assert releases.not_refused(old) == []
    assert releases.unlike_models(old) == []
    assert releases.refolded(old) == "0 differences\n"


def test_people_go_on_after_an_upgrade(old: Flask, release: Release) -> None:
    """The certificate verifies, the open attempt is answered and submitted, a password fits."""
    with old.app_context():
        start.prepare(old)
    page = Visitor(old).get(f"/verify/{release.names['certificate']}").text
    assert "Ayşe Nûr Demirtaş" in page
    assert "Valid" in page
    blanked = Visitor(old).get(f"/verify/{release.names['blanked certificate']}").text
    assert "The name has been removed." in blanked
    official, attempt = releases.visitor(old, release, "other learner"), release.names["attempt"]
    way.answer_all(official, attempt)
    assert official.post(f"{attempt}/submission").status_code == 303
    assert "Your certificate" in official.get(f"{way.HOME}/").text
    sent = Visitor(old).sign_in(Somebody("", "", "learner@example.org"))
    assert sent.status_code == 303
    assert releases.refolded(old) == "0 differences\n"


FAULTS = {
    "rows deleted": ("op.execute('DELETE FROM posting')", "posting: 9 rows are gone"),
    "values changed": (
        "op.execute(\"UPDATE person SET language = 'xx'\")",
        "person: 9 rows are gone or changed",
    ),
    "a row of its own": (
        "op.execute(\"INSERT INTO module SELECT 'x', owner_id, 1 FROM module\")",
        "module: 1 rows are new",
    ),
    "a table dropped": ("op.drop_table('kept_form')", "the table kept_form is gone"),
    "an index dropped": ("op.drop_index('ix_record_part', 'record')", "ix_record_part"),
    "a check dropped": (
        "batch = op.batch_alter_table('unit')\n"
        "    with batch as b: b.drop_constraint(op.f('ck_unit_kind'), type_='check')",
        "check ck_unit_kind",
    ),
    "triggers dropped": (
        "sqlite = op.get_context().dialect.name == 'sqlite'\n"
        "    for name in ['no_update', 'no_delete'] if sqlite else ['no_change', 'no_truncate']:\n"
        "        op.execute(f'DROP TRIGGER record_{name}' + ('' if sqlite else ' ON record'))",
        "DELETE FROM record",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_migration_is_found(
    old: Flask, later_release: Callable[..., Path], fault: str
) -> None:
    """The control: each fault is seen by what the upgrades are held against."""
    does, said = FAULTS[fault]
    releases.upgrade(old)
    before = releases.contents(old)
    assert releases.unlike_models(old) + releases.not_refused(old) == []
    later_release(does)
    releases.upgrade(old)
    found = [
        *releases.lost(before, releases.contents(old)),
        *releases.unlike_models(old),
        *releases.not_refused(old),
    ]
    assert any(said in one for one in found), found


def test_foreign_keys_are_off_while_tables_are_made_anew(
    old: Flask, engine: str, later_release: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch change of a table whose rows have children loses none of them; with foreign keys
    on it could not be done at all. What it leaves without parents stops it."""
    releases.upgrade(old)
    before = releases.contents(old)
    later_release(
        "with op.batch_alter_table('person') as batch: batch.alter_column('name', type_=sa.Text())"
    )
    if engine == "sqlite":
        with monkeypatch.context() as patch:
            patch.setattr(migrating, "one_transaction", with_foreign_keys)
            with pytest.raises(OperatorError, match="FOREIGN KEY constraint failed"):
                releases.upgrade(old)
        assert releases.contents(old) == before
    releases.upgrade(old)
    assert releases.lost(before, releases.contents(old)) == []
    before = releases.contents(old)
    later_release("pass", "op.execute('DELETE FROM person')")
    with pytest.raises(OperatorError, match=r"rows lack their parents|violates foreign key"):
        releases.upgrade(old)
    assert releases.contents(old) == before


@contextmanager
def with_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """Stand for a transaction in which foreign keys are left on."""
    with engine.connect() as connection, writable(connection).begin():
        yield connection
