"""An upgrade that fails: what the operator reads, what is left, and the one way back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests import server, way
from tests.operations import releases
from tests.operations.backups import run
from tests.operations.releases import Release
from training.core import migrating
from training.core.database import db
from training.operations import backup, start

HALF_DONE = """
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("nickname", sa.Text()))
    op.execute("DELETE FROM posting")
    op.execute("DROP TABLE kept_form")
"""
FAILS = HALF_DONE + "    op.execute('SELECT x FROM nowhere')\n"
COMMITS_AND_FAILS = HALF_DONE + "    op.execute('COMMIT')\n    raise ValueError('half way')\n"
WORKS = "op.create_table('thing', sa.Column('id', sa.Integer(), primary_key=True))"


@pytest.fixture
def serving(old: Flask) -> Flask:
    """The application that has served the kept release's database after an upgrade to today."""
    releases.upgrade(old)
    return old


def failed_start(app: Flask, migrations: Path) -> tuple[int, list[str]]:
    """Start a later release as a process; return its exit code and what it printed."""
    program = migrations.parent / "later.py"
    program.write_text(
        f"import sys\nfrom pathlib import Path\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from training.core import migrating\n"
        f"migrating.DIRECTORY = Path({str(migrations)!r})\n"
        "from training.app import create_app\nfrom training.operations import start\n"
        "start.start(create_app)\n"
    )
    settings = app.config["SETTINGS"]
    process = server.launched(settings.instance, settings.database_url, program=program)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said.splitlines()


def test_a_failed_upgrade_changes_nothing_and_says_the_way_back(
    serving: Flask, later_release: Callable[..., Path]
) -> None:
    """After a migration that worked, and DDL and DML of the one that failed: the database is as
    before. The start is two lines, that of the backup and that of what to do, and no traceback."""
    before, stood = releases.contents(serving), releases.schema(serving)
    migrations = later_release(WORKS, FAILS)
    code, said = failed_start(serving, migrations)
    [made] = backup.folder(serving).glob("before-upgrade-*.zip")
    assert code == 1
    assert len(said) == 2, said
    assert said[0] == f"Before the upgrade all was backed up in {made}"
    assert said[1].startswith("the migrations failed: ")
    assert "nowhere" in said[1]
    assert "Put the release that ran before back" in said[1]
    assert said[1].endswith(f"flask --app run backup restore --replace {made}")
    assert releases.contents(serving) == before
    assert releases.schema(serving) == stood


def test_the_control_sees_a_half_done_upgrade(
    serving: Flask, later_release: Callable[..., Path]
) -> None:
    """A migration that commits by itself and then fails leaves what the test above would see."""
    before, stood = releases.contents(serving), releases.schema(serving)
    assert failed_start(serving, later_release(COMMITS_AND_FAILS))[0] == 1
    assert "posting: 9 rows are gone or changed" in releases.lost(
        before, releases.contents(serving)
    )
    assert releases.schema(serving) != stood


def test_one_command_brings_everything_back(
    serving: Flask,
    release: Release,
    later_release: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where half of it was committed: the learner's records are all there, the old release starts
    on them, and what the failed upgrade left is kept aside."""
    before, today = releases.contents(serving), migrating.DIRECTORY
    code, said = failed_start(serving, later_release(COMMITS_AND_FAILS))
    assert code == 1
    monkeypatch.setattr(migrating, "DIRECTORY", today)  # the release that ran before
    command = said[-1].partition("flask --app run ")[2].split()
    restored = run(serving, *command, "--yes")
    assert (restored.exit_code, restored.stderr) == (0, "")
    lost = releases.lost(before, releases.contents(serving))
    assert sorted(line.partition(":")[0] for line in lost) == [
        "kept_form",
        "one_time_link",
        "session",
    ]  # what a backup leaves out
    assert releases.unlike_models(serving) + releases.not_refused(serving) == []
    with serving.app_context():
        start.prepare(serving)
        db.session.remove()
    official = releases.visitor(serving, release, "other learner")
    attempt = release.names["attempt"]
    way.answer_all(official, attempt)
    assert official.post(f"{attempt}/submission").status_code == 303
    assert "Your certificate" in official.get(f"{way.HOME}/").text
    assert releases.refolded(serving) == "0 differences\n"
