"""What each answer says about security and caching."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


def init_app(app: Flask, *, https: bool) -> None:
    """Set the headers of every answer, static files' too; HSTS only where the public address is
    https. Call it once everything that wraps the application does so."""
    app.wsgi_app = _Guarded(app.wsgi_app, {**FIXED, **(HTTPS if https else {})})  # type: ignore[method-assign]
    app.after_request(_caching)


def no_store(response: Response) -> Response:
    """For a blueprint's `after_request`: nothing of it may stay in a shared PC's browser."""
    response.headers["Cache-Control"] = "no-store"
    return response


class _Guarded:
    """Adds headers to whatever answer lacks them."""

    def __init__(self, app: "WSGIApplication", fixed: dict[str, str]) -> None:
        self._app = app
        self._fixed = fixed

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            lacking = [pair for pair in self._fixed.items() if pair[0].lower() not in said]
            return start_response(status, [*headers, *lacking], *more)

        return self._app(environ, start)


def _caching(response: Response) -> Response:
    """Pages are kept but asked for again, and an unchanged one costs no body."""
    response.vary.add("Cookie")
    if "Cache-Control" in response.headers:
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        if "If-None-Match" in request.headers:
            response.make_conditional(request)
    return response
