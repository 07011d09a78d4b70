"""Figures of many people, counted at most once a minute: counting a quarter of a million takes more
than a second, and all who look at the same part of the tree see the same."""

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app

from training.core import clock
from training.monitoring.rules import Figures

MANY = 20_000
"""From so many people on figures are kept."""

SECONDS = 60
"""How long they are."""

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
    until: float
    renewing: threading.Lock = field(default_factory=threading.Lock)


def init_app(app: Flask) -> None:
    """Begin with nothing kept."""
    app.extensions[_KEPT] = {}


def counted(key: Hashable, count: Callable[[], Mapping[str, Figures]]) -> Counted:
    """Return the figures that `count` gives, or for many people those kept under the key.

    The key names all that they depend on but what people did meanwhile. Whoever asks while they
    are counted anew waits for that, rather than counting them as well.
    """
    every: dict[Hashable, _Kept] = current_app.extensions[_KEPT]
    kept = every.get(key)
    if kept is None:
        return _count(every, key, count)
    with kept.renewing:
        latest = every.get(key)
        if latest is not None and time.monotonic() < latest.until:
            return latest.counted
        return _count(every, key, count)


def _count(
    every: dict[Hashable, _Kept], key: Hashable, count: Callable[[], Mapping[str, Figures]]
) -> Counted:
    began = clock.moment(clock.now())
    of_units = count()
    if sum(figures.people for figures in of_units.values()) < MANY:
        every.pop(key, None)
        return Counted(of_units)
    if len(every) >= _MOST:
        every.pop(next(iter(every)), None)
    every[key] = _Kept(Counted(of_units, began), time.monotonic() + SECONDS)
    return every[key].counted
