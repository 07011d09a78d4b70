"""What is done about people by the clock."""

from datetime import datetime

from flask import Flask

from training.core import clock
from training.core.actors import System
from training.core.database import db
from training.core.work import unit_of_work
from training.people import request_queries, request_services

CLOCK = System("clock")


def erase_requests(app: Flask) -> None:
    """Erase the requests for accounts that have been kept long enough."""
    with app.app_context(), unit_of_work() as work:
        request_services.erase(CLOCK, work)


def requests_erased(app: Flask) -> datetime | None:
    """Return when that was last done as far as need be: just now, or None where some are due."""
    with app.app_context():
        now = clock.moment(clock.now())
        due = request_queries.any_overdue(db.session(), now)
        db.session.remove()
    return None if due else now
