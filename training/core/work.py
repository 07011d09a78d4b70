"""The one writing unit of work: what touches the database is done inside it, and it alone commits.

A unit is short. The body has arrived and the work for the processor is done before it begins; the
answer is made after it has committed, from what the service returned.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from training.core.clock import now as system_clock
from training.core.database import db, writable
from training.core.turns import Turns

WRITERS = "waypost.writers"
BEFORE_WRITING = "waypost.before_writing"
_begun = threading.local()


@dataclass
class Work:
    """What a service needs to write: the unit's connection, a session on it, and its clock.

    Objects stay readable after the commit; nothing is loaded then. `after_commit` takes what is
    to happen once the unit has committed and must not happen otherwise.
    """

    connection: Connection
    clock: Callable[[], int] = system_clock
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @cached_property
    def session(self) -> Session:
        """The session of the unit, made when it is first asked for."""
        return Session(bind=self.connection, expire_on_commit=False)

    def flush(self) -> None:
        """Write what the session still holds, if there is one."""
        if "session" in vars(self):
            self.session.flush()

    def close(self) -> None:
        """Let go of the session, if there is one."""
        if "session" in vars(self):
            self.session.close()

    def now(self) -> int:
        """Return the present in microseconds, UTC."""
        return self.clock()


@contextmanager
def unit_of_work(clock: Callable[[], int] = system_clock) -> Iterator[Work]:
    """Begin, yield, commit; roll back and raise when the block raises or the commit fails.

    It ends the read that went before, waits for its turn among the writers (SQLite; `turns.Busy`
    after five seconds), then begins. One unit at a time in a thread: a second is a RuntimeError.
    A feature above may refuse units that go by the system's clock (`BEFORE_WRITING`); who brings
    a clock answers for it.
    """
    if getattr(_begun, "on", False):
        raise RuntimeError("a unit of work is under way in this thread")
    if db.session.registry.has():
        db.session.close()
    writers: Turns | None = current_app.extensions[WRITERS]
    _begun.on = True
    try:
        with writers.take() if writers else nullcontext(), db.engine.connect() as connection:
            work = Work(connection=writable(connection), clock=clock)
            with connection.begin():
                if clock is system_clock:
                    current_app.extensions[BEFORE_WRITING](connection)
                try:
                    yield work
                    work.flush()
                finally:
                    work.close()
        for action in work.after_commit:
            action()
    finally:
        _begun.on = False
