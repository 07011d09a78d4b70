"""Forged requests: each unsafe request carries the token of its session, constant while that lasts,
and what a browser says was sent by a page of another site is refused in any case.

A token that changes would change every page and end the use of ETags, and one that expires would
end a long quiz in an error. Visitors who are not signed in have theirs in a signed cookie.
"""

import hmac

from flask import Flask, current_app, g, request, session
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
    if request.method in _SAFE or request.routing_exception is not None:
        return  # an address that takes no such request does nothing
    if _from_elsewhere() or not fits(token()):
        raise Forged


def _from_elsewhere() -> bool:
    """Ask the browser, in the words of newer ones or else of older ones; scripts say neither."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    own = {_host(request.host_url), _host(current_app.config["PUBLIC_URL"] or "")} - {""}
    return _host(origin) not in own


def _host(address: str) -> str:
    """Return host and port of an address, or nothing where it is none, as "null" is."""
    return address.partition("://")[2].rstrip("/")
