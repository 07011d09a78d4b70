"""Requests a second and how long each takes, of several servers in turn so that noise hits all."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks import ceiling, crowd, plans, population
from benchmarks.client import Crew, Sample, Script
from benchmarks.servers import Running, Site
from training.core import ids
from training.core.actors import Role

CEILING = "the ceiling"
ROUNDS = 2
HANDS = 2
WARM_SECONDS = 0.5
QUESTIONS = 24
"""How many answers one attempt takes: each of twelve questions, then each changed once."""
_MOST_ANSWERS, _MOST_SUBMISSIONS = 2000, 600  # a second; what is prepared for a cell

Scripts = Callable[[Site, int, float], list[Script]]
"""Makes what so many clients send in so many seconds."""


@dataclass(frozen=True)
class Measure:
    """A thing to do; for each kind of server, what its clients send. `ceiling` is what the bare
    application does beside it, where there is such a thing."""

    name: str
    waypost: Scripts
    ceiling: Scripts | None = None


@dataclass(frozen=True)
class Cell:
    """One measure at one number of clients: the sample of each server, by its name."""

    measure: str
    clients: int
    samples: Mapping[str, Sample]


def measured(
    crew: Crew, measure: Measure, servers: Mapping[str, Running], clients: int, seconds: float
) -> Cell:
    """Measure the servers in turn, twice each; a first turn warms them up and counts nothing."""
    found: dict[str, list[Sample]] = {name: [] for name in servers}
    for turn in range(-1, ROUNDS):
        for name, server in servers.items():
            make = measure.ceiling if name == CEILING else measure.waypost
            if make is None:
                continue
            lasts = seconds / ROUNDS if turn >= 0 else min(WARM_SECONDS, seconds / ROUNDS)
            scripts = make(server, clients, lasts)
            os.sync()  # what was prepared is not to be written at the cost of what is measured
            sample = crew.run(server.address, scripts, lasts, HANDS)
            if turn >= 0:
                found[name].append(sample)
    return Cell(measure.name, clients, {n: in_turn(all_) for n, all_ in found.items() if all_})


def in_turn(samples: list[Sample]) -> Sample:
    """Return samples taken one after another as one: its rate is their mean."""
    whole = sum(samples, Sample())
    whole.rate /= len(samples)
    return whole


def same(script: Callable[[], Script]) -> Scripts:
    """Let every client do the same."""
    return lambda site, clients, seconds: [script()] * clients


def lessons(site: Site, clients: int, seconds: float) -> list[Script]:
    """Each reads a lesson of a module in which they are enrolled."""
    people = officials(site, clients, population.begun)
    return [plans.pages(plans.LESSON, one) for one in people]


def answers(site: Site, clients: int, seconds: float) -> list[Script]:
    """Each answers the questions of one final after another."""
    each = math.ceil(_MOST_ANSWERS * seconds / QUESTIONS / clients) + 1
    people = officials(site, clients * each, population.at_final)
    return [plans.answers(people[client::clients]) for client in range(clients)]


def submissions(site: Site, clients: int, seconds: float) -> list[Script]:
    """Each submits one answered final after another, all of them right."""
    each = math.ceil(min(_MOST_SUBMISSIONS, 200 * clients) * seconds / clients) + 1
    people = officials(site, clients * each, population.before_submission)
    return [plans.submissions(people[client::clients]) for client in range(clients)]


def sign_ins(secret: str) -> Scripts:
    """Each signs in with a password whose hash is `secret`, again and again."""

    def make(site: Site, clients: int, seconds: float) -> list[Script]:
        rows = population.fresh_rows()
        unit = population.unit(site.database, "post")
        emails = [f"{ids.token()}@example.org".lower() for _ in range(clients)]
        for email in emails:
            person = population.person(rows, "Official Person", unit, email)
            population.password(rows, person, secret)
        population.write(site.database, rows)
        return [plans.sign_ins(site.url, email, ceiling.PASSWORD) for email in emails]

    return make


def desk(path: str, unit: str = "region", role: Role = Role.COORDINATOR) -> Scripts:
    """Each reads a page as a coordinator of the region (or of a State of it, or in another role);
    `{post}` and `{person}` in its address are a post and somebody there."""

    def make(site: Site, clients: int, seconds: float) -> list[Script]:
        rows = population.fresh_rows()
        place = population.unit(site.database, unit)
        people = [population.person(rows, "Coordinator", place) for _ in range(clients)]
        for person in people:
            population.grant(rows, person, role, place)
        signed_in = [population.session(rows, person) for person in people]
        population.write(site.database, rows)
        post, somebody = population.served(site.database)
        address = path.format(post=post, person=somebody)
        return [plans.pages(address, one) for one in signed_in]

    return make


def officials(site: Site, count: int, go: population.Way) -> list[population.Official]:
    """Add people to a site who are signed in and have come as far as `go` in the real module."""
    rows = population.fresh_rows()
    unit = population.unit(site.database, "post")
    made = population.officials(rows, unit, crowd.whole(), count, go)
    population.write(site.database, rows)
    return made


def compared(secret: str) -> list[Measure]:
    """Return all measures that are compared with the ceiling."""
    return [
        Measure("lesson", lessons, same(plans.bare_lesson)),
        Measure("answer", answers, same(plans.bare_answer)),
        Measure("submit", submissions, same(plans.bare_answer)),
        Measure("sign in", sign_ins(secret), same(plans.bare_sign_in)),
        Measure("list of people", desk(plans.PEOPLE)),
    ]
