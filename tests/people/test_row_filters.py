"""Every row filter lets through what a plain account of the rules does: in made-up trees, for
everybody in them, on the days around each beginning and end."""

import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, true

import training
from tests.cast import TESTER
from tests.counts import tries
from tests.filters import seen
from tests.people.generated import DAYS, GRANTED, Generated, generate, token
from tests.people.row_filters import LINES, Asker, Line
from training.content import policy as content
from training.core import actors
from training.core.actors import Ability, PersonActor, Role, System
from training.core.audit import AuditEntry
from training.monitoring import policy as monitoring
from training.people import policy, sessions
from training.people.models import Unit

TREES = tries(2, 60)
_NOT_ROWS = {"certificate_with", "in_force", "not_ended", "unit_and_below"}
"""What rooms of policy hold besides filters by actor."""
Difference = tuple[str, int, str | None, set[str]]


def differences(
    app: Flask, world: Generated, lines: Sequence[Line] = LINES
) -> Iterator[Difference]:
    """Yield the filter, the day, who asked and the rows on which it is not as the plain account."""
    for number, day in enumerate(DAYS):
        edge = time.min if number % 2 else time.max
        with time_machine.travel(datetime.combine(day, edge, UTC), tick=False):
            for person in (None, *world.people[: GRANTED + 1]):
                actor = actor_of(app, person)
                for line in lines:
                    if person or line.by_waypost:
                        found = let_through(app, world, line, actor)
                        if wrong := found ^ line.plainly(Asker(world, day, person)):
                            yield name_of(line.filter), number, person, wrong


def actor_of(app: Flask, person: str | None) -> PersonActor | System:
    """Return who acts, as a request finds them by their session today."""
    if person is None:
        return TESTER
    with app.app_context():
        actor = sessions.look_up(token(person))
    assert isinstance(actor, PersonActor)
    return actor


def let_through(app: Flask, world: Generated, line: Line, actor: object) -> set[str]:
    """Return the rows, but for what the log of an application holds from its beginning."""
    found = seen(app, line.column, line.condition(actor, world))
    return found & world.entries.keys() if line.column is AuditEntry.action else found


def name_of(filter: Any) -> str:
    """Return by which name a filter is known."""
    plain = filter.func if isinstance(filter, partial) else filter
    return f"{plain.__module__}.{plain.__name__}"


@pytest.mark.parametrize("seed", range(TREES))
def test_every_filter_is_as_the_plain_account(app: Flask, seed: int) -> None:
    assert list(differences(app, generate(app, seed))) == []


def test_the_trees_try_every_filter(app: Flask) -> None:
    """Each lets through some rows for some and other ones for others, and each that goes by dates
    others on other days; but for what is offered to everybody, and what is one's own."""
    world = generate(app, 0)
    answers, changes = defaultdict[str, set[frozenset[str]]](set), set()
    for line in LINES:
        name = name_of(line.filter)
        for person in world.people[: GRANTED + 1]:
            said = {frozenset(line.plainly(Asker(world, day, person))) for day in DAYS}
            answers[name] |= said
            if len(said) > 1:
                changes.add(name)
    assert [name for name, said in answers.items() if len(said) < 3] == [
        "training.content.policy.offered_modules"
    ]
    alike = {name.rpartition(".")[2] for name in answers.keys() - changes}
    assert alike == {
        *("own_person", "own_enrolments", "own_attempts", "own_certificates"),
        "offered_modules",
    }


def test_every_filter_has_its_line() -> None:
    """A new one fails here until it is tried too."""
    features = [
        f"training.{found.name}.policy" for found in pkgutil.iter_modules(training.__path__)
    ]
    there = set()
    for name in features:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        for function, value in inspect.getmembers(module, inspect.isfunction):
            if value.__module__ == name and not function.startswith("_"):
                there.add(f"{name}.{function}")
    rows = {one for one in there if one.rpartition(".")[2] not in _NOT_ROWS}
    assert rows == {name_of(line.filter) for line in LINES}


def _until_the_end(model: Any, on: Any) -> Any:
    return model.valid_to.is_(None) | (model.valid_to >= on)


def _no_further(units: tuple[str, ...]) -> Any:
    return select(Unit.id).where(Unit.id.in_(units))


def _everywhere(actor: object, ability: object) -> Any:
    return true()


_RESULTS_TO_SUPERVISORS = MappingProxyType(
    {**actors.MAY, Ability.SEE_RESULTS: (Role.SUPERVISOR, Role.COORDINATOR)}
)
_TOO_LATE = sessions._LOOK_UP.replace("g.valid_from <= :today", "g.valid_from < :today")
_TOO_LONG = sessions._LOOK_UP.replace("g.valid_to > :today", "g.valid_to >= :today")


@pytest.mark.parametrize(
    ("wrong", "places"),
    [
        (_until_the_end, [(policy, "not_ended")]),
        (_no_further, [(one, "unit_and_below") for one in (policy, content, monitoring)]),
        (_everywhere, [(policy, "overseen_units")]),
        (_RESULTS_TO_SUPERVISORS, [(actors, "MAY")]),
        (policy.people_within, [(policy, "vouched_people")]),
        (_TOO_LATE, [(sessions, "_LOOK_UP")]),
        (_TOO_LONG, [(sessions, "_LOOK_UP")]),
    ],
    ids=[
        "one day more",
        "only the unit itself",
        "everywhere",
        "another role",
        "those above",
        "a role one day late",
        "a role one day more",
    ],
)
def test_control_a_rule_that_is_another_is_found(
    app: Flask, monkeypatch: pytest.MonkeyPatch, wrong: Any, places: list[tuple[Any, str]]
) -> None:
    """By what it does to some filter in one of the trees."""
    world, lines = generate(app, 0), list(LINES)
    for where, name in places:
        before = getattr(where, name)
        monkeypatch.setattr(where, name, wrong)
        lines = [replace(one, filter=wrong) if one.filter is before else one for one in lines]
    assert next(differences(app, world, lines), None)
