"""Every route states who may use it, or that it is public; one that says nothing stops the start.

What a person may see inside a route is the row filters' business (each feature's `policy`): what
lies outside them is simply not found.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from training.core.actors import Ability, PersonActor

SIGNED_OUT = "waypost.signed_out"
_View = TypeVar("_View", bound=Callable[..., object])
_RULE = "__permission__"


def public(view: _View) -> _View:
    """Mark a view that anyone may use."""
    setattr(view, _RULE, "public")
    return view


def signed_in(view: _View) -> _View:
    """Mark a view for every signed-in person."""
    setattr(view, _RULE, "signed-in")
    return view


def allowed(ability: Ability) -> Callable[[_View], _View]:
    """Mark a view for those whose role lets them do this somewhere; for others it is not found."""

    def mark(view: _View) -> _View:
        setattr(view, _RULE, ability)
        return view

    return mark


def actor() -> PersonActor:
    """Return the signed-in person of this request; only for views that are not public."""
    found: PersonActor = g.actor
    return found


def init_app(app: Flask) -> None:
    """Enforce the marks before each request."""
    app.before_request(_enforce)


def demand_rules(app: Flask) -> None:
    """Raise RuntimeError, naming the endpoint, where a view states no permission."""
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, _RULE):
            raise RuntimeError(f"the route {endpoint} states no permission and is not public")


def _endpoint() -> str | None:
    """Return what the address leads to, also where it takes no request of this method: for whoever
    may not see it, it is not there for any method."""
    wrong = request.routing_exception
    if isinstance(wrong, MethodNotAllowed) and wrong.valid_methods:
        adapter = request_ctx.url_adapter
        assert adapter is not None
        endpoint, _ = adapter.match(method=next(iter(wrong.valid_methods)))
        return str(endpoint)
    return request.endpoint


def _enforce() -> Response | None:
    view = current_app.view_functions.get(_endpoint() or "")
    rule = getattr(view, _RULE, None)
    if rule is None or rule == "public":
        return None
    person: PersonActor | None = g.actor
    if person is None and request.routing_exception is not None:
        return None
    if person is None:
        answer: Response = current_app.extensions[SIGNED_OUT]()
        return answer
    if isinstance(rule, Ability) and not person.may(rule):
        abort(404)
    return None
