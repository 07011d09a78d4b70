"""Forged requests: each unsafe request carries the token of its session, constant while that lasts.

A token that changes would change every page and end the use of ETags, and one that expires would
end a long quiz in an error. Visitors who are not signed in have theirs in a signed cookie.
"""

import hmac

from flask import Flask, g, request, session
from markupsafe import Markup

from training.core import ids
from training.core.errors import Forged

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def token() -> str:
    """Return the token that this request's forms must carry."""
    if g.actor is not None:
        return str(g.actor.csrf)
    if "csrf" not in session:
        session["csrf"] = ids.token()
    return str(session["csrf"])


def sent() -> str:
    """Return the token that came with the request, or nothing."""
    return request.form.get(FIELD) or request.headers.get(HEADER, "")


def fits(expected: str) -> bool:
    """Tell, in constant time, whether the token that was sent is `expected`."""
    return hmac.compare_digest(sent().encode(), expected.encode())


def field() -> Markup:
    """Return the hidden input that every form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def init_app(app: Flask) -> None:
    """Refuse unsafe requests without their token and give templates `csrf_field()`."""
    app.jinja_env.globals["csrf_field"] = field
    app.before_request(_protect)


def _protect() -> None:
    if request.method not in _SAFE and not fits(token()):
        raise Forged
