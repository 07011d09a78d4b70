"""What features keep of people and must take away with a person's identity: each says how."""

from collections.abc import Callable

from flask import Flask, current_app

from training.core.actors import Actor
from training.core.work import Work

Eraser = Callable[[Actor, Work, str], None]
"""Takes away what identifies a person, given by id; it may lock what it must."""
_ERASERS = "waypost.erasers"


def init_app(app: Flask) -> None:
    """Begin without any."""
    app.extensions[_ERASERS] = []


def add(app: Flask, eraser: Eraser) -> None:
    """Add what a feature above takes away."""
    app.extensions[_ERASERS].append(eraser)


def erase(actor: Actor, work: Work, person: str) -> None:
    """Take away what identifies a person in all features that have said how."""
    erasers: list[Eraser] = current_app.extensions[_ERASERS]
    for eraser in erasers:
        eraser(actor, work, person)
