"""Under which name this site is served.

What a request calls it may be forged: in production another name than that of the public address is
refused, and nowhere does an answer repeat it.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, redirect, request
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response


def init_app(app: Flask, *, host: str | None, anyhow: Collection[str]) -> None:
    """Refuse requests that call this site otherwise than `host`, but for the paths `anyhow`, which
    probes ask by address. Without a host any name will do."""

    def demand_own_name() -> Response | None:
        if not host or request.path in anyhow or host_is_trusted(request.host.lower(), [host]):
            return None
        said = "This is not the address under which Waypost is served: see WAYPOST_PUBLIC_URL.\n"
        return Response(said, status=400, mimetype="text/plain")

    app.before_request(demand_own_name)
    app.before_request(_lead_to_proper_address)


def _lead_to_proper_address() -> Response | None:
    """Where an address lacks its last slash or has too many: the router would name the host."""
    found = request.routing_exception
    if not isinstance(found, RequestRedirect):
        return None
    parts = urlsplit(found.new_url)
    path = "/" + parts.path.lstrip("/")
    return redirect(f"{path}?{parts.query}" if parts.query else path, found.code)
