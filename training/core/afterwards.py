"""What is done once the answer is out: nobody waits for it, and nobody is told where it fails."""

import logging
from collections.abc import Callable

from flask import current_app
from werkzeug.wrappers import Response

from training.core import faults
from training.core.errors import Unavailable


def after_answer(
    response: Response, do: Callable[[], object], *, log: logging.Logger, failed: str
) -> None:
    """Do something in the application once an answer has gone out. Where the database fails
    meanwhile, that is logged in a line which begins with `failed`."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        try:
            with app.app_context():
                do()
        except (*faults.DATABASE, Unavailable) as error:
            log.warning("%s: %s", failed, faults.in_one_line(error))

    response.call_on_close(run)
