"""What is done by the clock: work that is due every so many hours, looked at once a minute."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from training.core import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """Work to be done every `every_hours`.

    `last` returns when it was last done (aware; None: never). It is asked where `run` runs, in a
    process (on Windows a thread) of its own, so both may take their time and open what they need.
    A stop of the server ends them at once, wherever they are.
    """

    name: str
    every_hours: float
    last: Callable[[], datetime | None]
    run: Callable[[], None]


class Outcome(IntEnum):
    """What came of a look; also the exit code of the process that looked."""

    DONE = 0
    FAILED = 1
    NOT_DUE = 2


# What has run, well or not, rests for an hour, whatever `last` says of it then.
_PAUSE_SECONDS = {Outcome.DONE: 3600.0, Outcome.FAILED: 3600.0, Outcome.NOT_DUE: 60.0}


def is_due(last: datetime | None, every_hours: float, now: datetime) -> bool:
    """Tell whether work is due. A `last` in the future is a clock's mistake and counts as none."""
    return last is None or not timedelta(0) <= now - last < timedelta(hours=every_hours)


def look(work: Due) -> Outcome:
    """Do the work if it is due. A failure is logged in one line, never raised."""
    try:
        if not is_due(work.last(), work.every_hours, clock.moment(clock.now())):
            return Outcome.NOT_DUE
        work.run()
    except (Exception, SystemExit) as error:
        reason = " ".join(str(error).split())
        log.error("%s failed: %s: %s", work.name, type(error).__name__, reason)
        return Outcome.FAILED
    log.info("%s is done", work.name)
    return Outcome.DONE


class Agenda:
    """When each piece of work is to be looked at next; `now` is in seconds and never goes back."""

    def __init__(self, works: Iterable[Due]) -> None:
        self._next: dict[Due, float | None] = dict.fromkeys(works, 0.0)

    def to_look_at(self, now: float) -> list[Due]:
        """Return what is to be looked at; each is off the agenda until `looked` says how it was."""
        ready = [work for work, time in self._next.items() if time is not None and time <= now]
        self._next.update(dict.fromkeys(ready))
        return ready

    def looked(self, work: Due, outcome: Outcome, now: float) -> None:
        """Put `work` back: the next look after a minute, after an hour where it has run."""
        self._next[work] = now + _PAUSE_SECONDS[outcome]
