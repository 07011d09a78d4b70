"""Twenty officials at work on a database, and the troubles that befall them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from flask import Flask

from tests import modules, postgresql, server
from tests.apps import close, fill, make_settings
from tests.cast import TESTER, cast_in
from tests.soak.journal import Journal, Verdict, compare
from tests.soak.killing import Site
from tests.soak.officials import Official
from training.app import create_app
from training.core.database import db
from training.core.work import unit_of_work
from training.people import queries, services, sessions

OFFICIALS = 20
ANSWER = "response.given"
KINDS = (ANSWER, ANSWER, "attempt.submitted", "attempt.started", "lesson.done")
EARLY = Path(__file__).with_name("early_server.py")


@dataclass
class World:
    """A database with officials in it, each signed in, and the application to look into it."""

    url: str
    instance: Path
    app: Flask
    sessions: dict[str, str]
    journals: list[Journal] = field(default_factory=list)

    def site(self, program: Path = server.RUN) -> Site:
        """Start the server on it."""
        return Site(partial(server.start, self.instance, self.url, program=program))

    def survived(
        self,
        site: Site,
        trouble: Callable[[], None],
        times: int,
        *,
        seed: int,
        kinds: Sequence[str] = KINDS,
    ) -> Verdict:
        """Let everybody work while trouble comes so many times, each at a moment of chance, just
        after something of these kinds was acknowledged; compare when all have gone home."""
        chance = Random(seed)
        with self.at_work(site):
            for _ in range(times):
                site.wait_for(chance.randint(0, 40))
                site.wait_for(1, chance.choice(kinds))
                time.sleep(chance.uniform(0, 0.02))
                trouble()
            site.wait_for(2 * OFFICIALS)
        self.leave()  # whatever the trouble was, its own connections may not have outlived it
        verdict = compare(self.app, self.journals)
        print(verdict)
        return verdict

    @contextmanager
    def at_work(self, site: Site) -> Iterator[None]:
        """Let everybody work while the block runs, and keep their journals; the server ends with
        it. Raises what went wrong for anybody."""
        document = modules.published(self.app)
        officials = [
            Official(site, document, session, subject, seed)
            for seed, (subject, session) in enumerate(self.sessions.items())
        ]
        self.journals = [official.journal for official in officials]
        for official in officials:
            official.start()
        try:
            yield
        except BaseException:
            site.give_up()
            raise
        finally:
            site.closing = True
            for official in officials:
                official.join(60)
            site.server.stop()
        site.raise_failures()
        assert not any(official.is_alive() for official in officials)

    def leave(self) -> None:
        """Close all connections of the application that looks into it."""
        close(self.app)


def world_on(url: str, instance: Path) -> World:
    """Add twenty officials to a database that holds the module."""
    app = create_app(make_settings(url, instance))
    cast_in(app)
    opened = {}
    with app.app_context():
        with unit_of_work() as work:
            root = queries.root(work.session)
            for number in range(OFFICIALS):
                name = f"Official {number}"
                person = services.add_person(TESTER, work, name=name, unit=root)
                person.notice_accepted_at = person.confirmed_at = person.added_at
                work.session.flush()
                opened[person.id] = sessions.open_session(work, person.id)
        db.session.remove()
    return World(url, instance, app, opened)


def new_database(cluster: postgresql.Cluster, instance: Path) -> str:
    """Make a database that holds the module, in place of the last one; returns its address."""
    url = postgresql.make_database(cluster.url, "soak")
    fill(url, instance)
    return url
