"""Pure rules of postings: one place on any day, and nothing that has been is undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Stay:
    """Somebody's time at a unit, until the day before `until`; the kind is service, leave or
    secondment, `ending` says why none follows: retirement or departure."""

    unit: str
    since: date
    until: date | None = None
    kind: str = "service"
    ending: str | None = None

    def holds(self, on: date) -> bool:
        """Tell whether it is under way on a day."""
        return self.since <= on and (self.until is None or self.until > on)


class TooEarly(Exception):
    """What is to begin would undo a stay that began after it, on the day that this names."""

    def __init__(self, began: date) -> None:
        super().__init__(began)
        self.began = began


class NotServing(Exception):
    """On that day they are posted nowhere, so that there is nothing to leave or to come back to."""


def moved(stays: Sequence[Stay], unit: str, on: date, today: date) -> list[Stay]:
    """Return the stays of somebody who serves at a unit from a day on. Raises TooEarly."""
    return [*_until(stays, on, today), Stay(unit, on)]


def away(
    stays: Sequence[Stay], kind: str, unit: str | None, on: date, back: date | None, today: date
) -> list[Stay]:
    """Return the stays of somebody who is on leave, or on secondment to a unit, from a day until
    the day before they are back where they served; without that day, until further notice. Raises
    TooEarly and NotServing."""
    home = home_on(stays, on)
    gone = Stay(unit or home, on, back, kind)
    returned = [Stay(home, back)] if back else []
    return [*_until(stays, on, today), gone, *returned]


def ended(stays: Sequence[Stay], ending: str, on: date, today: date) -> list[Stay]:
    """Return the stays of somebody who retires, or leaves the service; `on` is the first day
    without them. Raises TooEarly, and NotServing where no stay is under way the day before."""
    left = _until(stays, on, today)
    if not left or left[-1].until != on:
        raise NotServing
    return [*left[:-1], replace(left[-1], ending=ending)]


def merged(stays: Sequence[Stay], unit: str, into: str, on: date) -> list[Stay]:
    """Return the stays of somebody whose unit becomes part of another on a day: what they spent
    there before stays there, the rest is spent at the other."""
    found: list[Stay] = []
    for stay in stays:
        if stay.unit != unit or (stay.until is not None and stay.until <= on):
            found.append(stay)
        elif stay.since >= on:
            found.append(replace(stay, unit=into))
        else:
            found += [replace(stay, until=on, ending=None), replace(stay, unit=into, since=on)]
    return found


def parted(stays: Sequence[Stay], unit: str, into: str, on: date) -> list[Stay]:
    """Return the stays of somebody whose unit is parted again from the one that it became part of
    on a day, as if it never had. Who has gone elsewhere since stays where they are now."""
    found: list[Stay] = []
    for stay in stays:
        before = found[-1] if found else None
        if (
            before
            and (before.unit, before.until) == (unit, on)
            and (stay.unit, stay.since)
            == (
                into,
                on,
            )
        ):
            found[-1] = replace(stay, unit=unit, since=before.since)
        else:
            found.append(stay)
    return found


def home_on(stays: Sequence[Stay], on: date) -> str:
    """Return the unit at which somebody serves on a day, or to which they come back from where
    they are then. Raises NotServing."""
    if not any(stay.holds(on) for stay in stays):
        raise NotServing
    served = [stay for stay in stays if stay.kind == "service" and stay.since <= on]
    if not served:
        raise NotServing
    return max(served, key=lambda stay: stay.since).unit


def _until(stays: Sequence[Stay], on: date, today: date) -> list[Stay]:
    """Return what is left when something else begins `on`: what is under way ends then; what would
    begin that day, or is planned for later, gives way."""
    undone = [stay.since for stay in stays if on < stay.since <= today]
    if undone:
        raise TooEarly(max(undone))
    kept = sorted((stay for stay in stays if stay.since < on), key=lambda stay: stay.since)
    return [
        replace(stay, until=on, ending=None) if stay.until is None or stay.until > on else stay
        for stay in kept
    ]
