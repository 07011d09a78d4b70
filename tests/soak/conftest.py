"""What the tests of durability share: twenty officials on a database, and a PostgreSQL to stop."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import postgresql
from tests.soak.world import World, world_on


@pytest.fixture
def world(engine: str, make_database: Callable[[str], str], tmp_path: Path) -> Iterator[World]:
    """Twenty officials on a fresh database."""
    world = world_on(make_database(engine), tmp_path)
    yield world
    world.leave()


@pytest.fixture(scope="package")
def durable_postgresql() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL of this folder's own, as durable as it comes, that may be stopped."""
    with postgresql.cluster(durable=True) as cluster:
        yield cluster
