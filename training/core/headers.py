"""What each answer says about security and caching."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def init_app(app: Flask, *, https: bool) -> None:
    """Set the headers of every answer; HSTS only where the public address is https."""

    @app.after_request
    def _set(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        _caching(response)
        return response


def no_store(response: Response) -> Response:
    """For a blueprint's `after_request`: nothing of it may stay in a shared PC's browser."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _caching(response: Response) -> None:
    """Pages are kept but asked for again, and an unchanged one costs no body."""
    if "Cache-Control" in response.headers:
        return
    response.headers["Cache-Control"] = "private, no-cache"
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
