"""PostgreSQL goes away and comes back while everybody works: pages say so, nothing acknowledged is
lost, and Waypost goes on without a restart."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import server
from tests.counts import tries
from tests.live import LiveVisitor
from tests.postgresql import Cluster
from tests.soak.killing import Site
from tests.soak.world import ANSWER, EARLY, World, new_database, world_on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills groups of processes")
OUTAGES = tries(1, 20)
SAID = "Waypost could not reach its records just now"


@pytest.fixture
def stoppable(durable_postgresql: Cluster, tmp_path: Path) -> Iterator[World]:
    """Twenty officials on a PostgreSQL that may be stopped."""
    world = world_on(new_database(durable_postgresql, tmp_path), tmp_path)
    yield world
    durable_postgresql.start()
    world.leave()


def says_so(world: World, site: Site) -> None:
    """Each page says that the records can't be reached, and no more; the process is well."""
    visitor = LiveVisitor(site.address(), next(iter(world.sessions.values())))
    for path in ("/learn/", "/sign-in"):
        status, page = visitor.get(path)
        assert status == 503, page
        assert SAID in page
        assert "Traceback" not in page
    monitor = LiveVisitor(site.address())
    assert monitor.get("/readyz")[0] == 503
    assert monitor.get("/healthz")[0] == 200


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_work_goes_on_after_an_outage_of_the_database(
    mode: str, stoppable: World, durable_postgresql: Cluster
) -> None:
    site = stoppable.site()
    first = site.server.process

    def outage() -> None:
        durable_postgresql.stop(mode)
        says_so(stoppable, site)
        durable_postgresql.start()
        site.wait_for(20)
        assert first.poll() is None

    verdict = stoppable.survived(site, outage, OUTAGES, seed=13)
    assert verdict.clean, verdict
    assert verdict.sent_again, verdict


def test_an_answer_lost_in_an_outage_is_caught(
    stoppable: World, durable_postgresql: Cluster
) -> None:
    """The control: a server that acknowledges before its commit."""
    site = stoppable.site(EARLY)

    def outage() -> None:
        durable_postgresql.stop("immediate")
        durable_postgresql.start()

    verdict = stoppable.survived(site, outage, 2, seed=13, kinds=[ANSWER])
    assert verdict.lost, verdict


def test_a_start_without_its_database_says_so_in_one_line(
    stoppable: World, durable_postgresql: Cluster
) -> None:
    durable_postgresql.stop()
    process = server.launched(stoppable.instance, stoppable.url)
    said, _ = process.communicate(timeout=server.START_SECONDS)
    assert process.returncode == 1
    assert len(said.splitlines()) == 1, said
    assert "database" in said
