"""Answers while others make trouble: phones that stall in mid-body, people who sign in."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks import measures, plans
from benchmarks.client import Address, Crew, Sample, outcome
from benchmarks.servers import Running

CLIENTS = 8


@dataclass(frozen=True)
class Trouble:
    """What goes on beside the answers."""

    name: str
    stalled: int = 0
    signing_in: int = 0


TROUBLES = (
    Trouble("nothing"),
    Trouble("40 connections stalled in mid-body", stalled=40),
    Trouble("4 people signing in", signing_in=4),
    Trouble("16 people signing in", signing_in=16),
)


def disturbed(
    crew: Crew, server: Running, secret: str, seconds: float
) -> dict[str, tuple[Sample, Sample]]:
    """Return what answers and sign-ins met beside each trouble, all troubles in turn, twice."""
    found: dict[str, list[tuple[Sample, Sample]]] = {trouble.name: [] for trouble in TROUBLES}
    lasts = seconds / measures.ROUNDS
    for _ in range(measures.ROUNDS):
        for trouble in TROUBLES:
            scripts = measures.answers(server, CLIENTS, lasts)
            others = measures.sign_ins(secret)(server, trouble.signing_in, lasts)
            with stalled(server.address, trouble.stalled):
                signing_in = crew.begin(server.address, others, lasts) if others else []
                met = crew.run(server.address, scripts, lasts)
                found[trouble.name].append((met, outcome(signing_in)))
    return {
        name: (measures.in_turn([a for a, _ in both]), measures.in_turn([s for _, s in both]))
        for name, both in found.items()
    }


@contextmanager
def stalled(address: Address, count: int) -> Iterator[None]:
    """Keep so many connections that have sent half of what they announced."""
    whole = plans.request("POST", "/sign-in", "", [("identifier", "a" * 200)])
    with ExitStack() as opened:
        for _ in range(count):
            connection = opened.enter_context(socket.create_connection(address))
            connection.sendall(whole[:-100])
        yield
