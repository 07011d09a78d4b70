"""Backups while everybody works: each finished one holds what was acknowledged before it began,
and one that is killed half-way leaves nothing under its name."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests import server
from tests.apps import opened
from tests.counts import tries
from tests.soak.journal import Verdict, compare
from tests.soak.world import World
from training.core.database import db
from training.operations import backup, backup_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills groups of processes")
ROUNDS = tries(1, 20)
SECONDS = 60


@dataclass(frozen=True)
class Made:
    """A finished backup, and when it began (seconds since 1970)."""

    path: Path
    began: float


def create(world: World, path: Path) -> Made:
    """Make a backup by the command."""
    began = time.time()
    process = server.command(world.instance, world.url, "backup", "create", str(path))
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, said
    return Made(path, began)


def create_and_kill(world: World, path: Path, chance: Random) -> None:
    """Begin a backup by the command and kill it while it writes."""
    process = server.command(world.instance, world.url, "backup", "create", str(path))
    before = set(path.parent.iterdir())
    end = time.monotonic() + SECONDS
    while set(path.parent.iterdir()) == before and process.poll() is None:
        assert time.monotonic() < end, "it never began to write"
    time.sleep(chance.uniform(0, 0.05))
    server.kill(process)
    process.communicate()


def restored(world: World, made: Made, place: Path) -> Verdict:
    """Restore a backup into a new place and compare it with the journals."""
    place.mkdir()
    with opened(f"sqlite:///{place / 'waypost.db'}", place) as app:
        with app.app_context():
            backup.restore(made.path)
            db.session.remove()
        return compare(app, world.journals, before=made.began)


def test_backups_under_load_hold_what_was_acknowledged_before(world: World, tmp_path: Path) -> None:
    chance, site, folder = Random(11), world.site(), tmp_path / "backups-by-hand"
    folder.mkdir()
    made: list[Made] = []
    killed: list[Path] = []
    with world.at_work(site):
        for number in range(ROUNDS):
            site.wait_for(chance.randint(1, 60))
            killed.append(folder / f"killed-{number}.zip")
            create_and_kill(world, killed[-1], chance)
            made.append(create(world, folder / f"made-{number}.zip"))
        site.wait_for(20)
    for path in folder.iterdir():
        assert path in killed or path.name.startswith("made-") or path.suffix == ".part"
    for path in filter(Path.exists, killed):
        with backup_file.opened(path):
            pass  # it had its name already when it was killed
    for number, one in enumerate(made):
        verdict = restored(world, one, tmp_path / f"restored-{number}")
        assert verdict.clean, verdict
        assert verdict.acknowledged > number, verdict


def test_a_backup_that_lacks_what_was_acknowledged_is_caught(world: World, tmp_path: Path) -> None:
    """The control: a backup is taken for one that was made later."""
    site = world.site()
    with world.at_work(site):
        site.wait_for(30)
        made = create(world, tmp_path / "made.zip")
        site.wait_for(30)
        late = Made(made.path, time.time())
    assert restored(world, late, tmp_path / "restored").lost
