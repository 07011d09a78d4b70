"""The disk is full while everybody works: pages say so, nothing is half done, reading goes on, and
with room again so does work."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import postgresql, server
from tests.apps import settle
from tests.counts import tries
from tests.live import LiveVisitor
from tests.soak.disk import Disk, small_disk
from tests.soak.journal import Verdict
from tests.soak.world import ANSWER, EARLY, World, new_database, world_on
from training.core import clock
from training.core.work import WRITERS, unit_of_work
from training.people import sessions

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills groups of processes")
TIMES = tries(1, 20)
DATABASE = "waypost.db"


def filled(
    world: World,
    disk: Disk,
    *,
    program: Path = server.RUN,
    mend: Callable[[], None] = lambda: None,
    kinds: tuple[str, ...] = (ANSWER, "attempt.submitted"),
    times: int = TIMES,
) -> Verdict:
    """Let the disk be full while everybody works; `mend` does what is up to the operator, besides
    making room."""
    site = world.site(program)
    database = disk.path / DATABASE
    first, reader = site.server.process, LiveVisitor(site.address(), session_of_before(world))

    def full_disk() -> None:
        if database.exists():
            settle(database)  # else there may be room left within the file of what was written last
        disk.fill()
        site.wait_for_refusals(20)
        status, page = reader.get("/learn/")
        assert status in (200, 503), page
        assert "</html>" in page
        if world.app.extensions[WRITERS]:  # SQLite: reading needs no room
            assert status == 200, page
        disk.make_room()
        mend()
        site.wait_for(20)
        assert first.poll() is None

    try:
        return world.survived(site, full_disk, times, seed=17, kinds=kinds)
    finally:
        world.leave()


def session_of_before(world: World) -> str:
    """Open a session that was last used two minutes ago: to use it is to be noted."""
    person = next(iter(world.sessions))
    with world.app.app_context(), unit_of_work(lambda: clock.now() - 2 * clock.MINUTE) as work:
        return sessions.open_session(work, person)


def world_on_disk(disk: Disk, template: Path) -> World:
    """Twenty officials on an SQLite database, and the server's own files, on a small disk."""
    path = disk.path / DATABASE
    shutil.copy(template, path)
    return world_on(f"sqlite:///{path}", disk.path)


def test_work_goes_on_after_a_full_disk(sqlite_template: Path) -> None:
    with small_disk(megabytes=48) as disk:
        verdict = filled(world_on_disk(disk, sqlite_template), disk)
    assert verdict.clean, verdict


def test_work_goes_on_after_a_full_disk_of_postgresql(tmp_path: Path) -> None:
    """Where it has ended for want of room for its journal it is started again; Waypost is not."""
    with (
        small_disk(megabytes=160) as disk,
        postgresql.cluster(durable=True, disk=disk.path) as cluster,
    ):
        world = world_on(new_database(cluster, tmp_path), tmp_path)
        verdict = filled(world, disk, mend=cluster.start)
    assert verdict.clean, verdict


def test_an_answer_that_found_no_room_is_caught(sqlite_template: Path) -> None:
    """The control: a server that acknowledges before its commit."""
    with small_disk(megabytes=48) as disk:
        world = world_on_disk(disk, sqlite_template)
        verdict = filled(world, disk, program=EARLY, kinds=(ANSWER,), times=1)
    assert verdict.lost, verdict
