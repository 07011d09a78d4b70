"""A server that says "saved" before it is: it commits an answer a moment after it has spoken.

The tests run it in place of `run.py`, to see that they notice.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from flask import has_request_context, request

from training.core import clock, work

LATE_SECONDS = 0.05
in_time = work.unit_of_work


@contextmanager
def too_late(clock: Callable[[], int] = clock.now) -> Iterator[work.Work]:
    """Do as a unit of work does, but let an answer go out before the commit."""
    unit = in_time(clock)
    begun = unit.__enter__()
    try:
        yield begun
    except BaseException:
        unit.__exit__(*sys.exc_info())
        raise
    if has_request_context() and request.endpoint == "quizzes.respond":
        vars(work)["_begun"].on = False
        threading.Timer(LATE_SECONDS, partial(unit.__exit__, None, None, None)).start()
    else:
        unit.__exit__(None, None, None)


def main() -> None:
    """Start as `run.py` does."""
    vars(work)["unit_of_work"] = too_late
    from training.app import create_app
    from training.operations import start

    start.start(create_app)


main()
