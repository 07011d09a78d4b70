"""Nothing that was acknowledged is lost, and nothing doubled, at whatever moment all processes of
the server are killed."""

import sys

import pytest

from tests.counts import tries
from tests.soak.world import ANSWER, EARLY, World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills groups of processes")
KILLS = tries(10, 200)


def test_no_kill_loses_or_doubles_what_was_acknowledged(world: World) -> None:
    site = world.site()
    verdict = world.survived(site, site.kill_and_begin_again, KILLS, seed=7)
    assert verdict.clean, verdict
    assert verdict.sent_again > KILLS, verdict
    assert verdict.kept_unheard or KILLS < 100, verdict  # some were saved, but nobody heard of it


def test_a_server_that_acknowledges_before_its_commit_is_caught(world: World) -> None:
    """The control: without it nobody knows that the comparison can fail."""
    site = world.site(EARLY)
    verdict = world.survived(site, site.kill_and_begin_again, 3, seed=7, kinds=[ANSWER])
    assert verdict.lost, verdict
    assert not verdict.doubled, verdict
    assert not verdict.faults, verdict
