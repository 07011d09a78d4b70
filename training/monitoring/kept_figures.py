"""Figures of many people: counting a quarter of a million takes seconds, and all who look at the
same part of the tree see the same. They are kept, and once they are a minute old whoever looks sees
them all the same, while they are counted anew behind their back."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, after_this_request, current_app
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from training.core import clock
from training.core.afterwards import after_answer
from training.core.database import db
from training.monitoring.rules import Figures

MANY = 20_000
"""From so many people on figures are kept."""

SECONDS = 60
"""After so many seconds they are counted anew once somebody looks."""

AT_MOST_SECONDS = 600
"""Older ones are not shown: whoever looks waits."""

log = logging.getLogger("waypost.monitoring")

_KEPT = "waypost.kept_figures"
_MOST = 256


@dataclass(frozen=True)
class Counted:
    """Figures by unit. `as_of` is when they were counted, None where that is now."""

    of_units: Mapping[str, Figures]
    as_of: datetime | None = None


@dataclass
class _Kept:
    counted: Counted
    at: float
    renewing: threading.Lock = field(default_factory=threading.Lock)

    def is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self.at >= seconds


_Every = dict[Hashable, _Kept]
_Count = Callable[[Session], Mapping[str, Figures]]


def init_app(app: Flask) -> None:
    """Begin with nothing kept."""
    app.extensions[_KEPT] = {}


def counted(session: Session, key: Hashable, count: _Count) -> Counted:
    """Return the figures that `count` gives, or for many people those kept under the key.

    The key names all that they depend on but what people did meanwhile.
    """
    every: _Every = current_app.extensions[_KEPT]
    kept = every.get(key)
    if kept is None or kept.is_older_than(AT_MOST_SECONDS):
        return _count(session, every, key, count)
    if kept.is_older_than(SECONDS):
        _renew_after_the_answer(every, key, count)
    return kept.counted


def _renew_after_the_answer(every: _Every, key: Hashable, count: _Count) -> None:
    def renew() -> None:
        kept = every.get(key)
        if kept is None or not kept.renewing.acquire(blocking=False):
            return
        try:
            _count(db.session(), every, key, count)
        finally:
            kept.renewing.release()

    @after_this_request
    def after(response: Response) -> Response:
        after_answer(response, renew, log=log, failed="figures were not counted anew")
        return response


def _count(session: Session, every: _Every, key: Hashable, count: _Count) -> Counted:
    began, at = clock.moment(clock.now()), time.monotonic()
    of_units = count(session)
    if sum(figures.people for figures in of_units.values()) < MANY:
        every.pop(key, None)
        return Counted(of_units)
    if len(every) >= _MOST:
        every.pop(next(iter(every)), None)
    every[key] = _Kept(Counted(of_units, began), at)
    return every[key].counted
