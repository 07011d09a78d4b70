"""What is done once the answer is out: nobody waits for it, and nobody is told where it fails."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app
from werkzeug.wrappers import Response

from training.core import faults
from training.core.errors import Unavailable

BACKGROUND = "waypost.background"


def after_answer(
    response: Response, do: Callable[[], object], *, log: logging.Logger, failed: str
) -> None:
    """Do something in the application once an answer has gone out. Where the database fails
    meanwhile, that is logged in a line which begins with `failed`."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    response.call_on_close(lambda: _run(app, do, log, failed))


def in_background(do: Callable[[], object], *, log: logging.Logger, failed: str) -> None:
    """Do something in a thread of its own, one thing after another, logging like `after_answer`:
    not even the next answer on the same connection tells how long it took. It is lost where the
    process ends before its turn."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    pool: ThreadPoolExecutor = app.extensions.setdefault(BACKGROUND, ThreadPoolExecutor(1))

    def run() -> None:
        try:
            _run(app, do, log, failed)
        except Exception:  # nobody asks for the outcome
            log.exception(failed)

    pool.submit(run)


def _run(app: Flask, do: Callable[[], object], log: logging.Logger, failed: str) -> None:
    try:
        with app.app_context():
            do()
    except (*faults.DATABASE, Unavailable) as error:
        log.warning("%s: %s", failed, faults.in_one_line(error))
