"""What can go wrong, and the pages that say so: what is wrong, what to do, and a reference."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from training.core.faults import in_one_line
from training.core.turns import Busy

log = logging.getLogger("waypost")


class OperatorError(Exception):
    """An operator's mistake: commands print its one line on standard error and exit with 1."""


class Unavailable(OperatorError):
    """Nothing can be written now, through no fault of whoever asks. The text says what to do."""


class NotFound(Exception):
    """There is no such thing, or the actor may not see it; the two are not told apart."""


class Refused(Exception):
    """The thing is in the wrong state for what was asked. The text says what to do instead."""


class Forged(Exception):
    """An unsafe request without the token of its session."""


def init_app(app: Flask) -> None:
    """Answer each kind of error with its page."""
    app.register_error_handler(NotFound, lambda error: _page(HTTPStatus.NOT_FOUND))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Forged, _forged)
    app.register_error_handler(HTTPException, _http)
    for unavailable in (Unavailable, Busy, OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(unavailable, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def _texts(status: int) -> tuple[str, str]:
    if status == HTTPStatus.BAD_REQUEST:
        return _("This can't be read"), _(
            "What was sent holds characters that are no text, or something is missing in it. "
            "Nothing was changed. Go back, type it anew and send it again."
        )
    if status == HTTPStatus.NOT_FOUND:
        return _("Not found"), _(
            "There is no such page, or it is not yours to see. Check the address, or go back."
        )
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _("Too large"), _(
            "What you sent is larger than this page takes. Nothing was changed. Go back, make it "
            "shorter or choose a smaller file, and send it again."
        )
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _("Not possible here"), _("This address can't be used in that way. Go back.")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _("Busy at the moment"), _(
            "Waypost could not reach its records just now. Nothing you saved before is lost. "
            "Go back and try again in a minute."
        )
    return _("Something went wrong"), _("Go back and try again.")


def _page(status: int, title: str = "", message: str = "", reference: str = "") -> tuple[str, int]:
    usual_title, usual_message = _texts(status)
    page = render_template(
        "errors/error.html",
        title=title or usual_title,
        message=message or usual_message,
        reference=reference,
    )
    return page, int(status)


def _refused(error: Refused) -> tuple[str, int]:
    return _page(HTTPStatus.CONFLICT, _("Not now"), str(error))


def _forged(error: Forged) -> tuple[str, int]:
    message = _(
        "This page was opened in another sign-in, so it was not sent. Go back, reload the page "
        "and send it again."
    )
    return _page(HTTPStatus.FORBIDDEN, _("Please send it again"), message)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code)


def _unavailable(error: Exception) -> tuple[str, int]:
    """One line for each: an outage would fill the log with traces that all say the same."""
    reference = _reference()
    log.error("%s %s %s: %s", reference, request.method, request.endpoint, in_one_line(error))
    message = str(error) if isinstance(error, Unavailable) else ""
    return _page(HTTPStatus.SERVICE_UNAVAILABLE, message=message, reference=reference)


def _unexpected(error: Exception) -> tuple[str, int]:
    reference = _logged(error)
    message = _(
        "This is our fault, not yours. Nothing you saved before is lost. Go back and try again; "
        "if it happens again, tell your administrator this reference."
    )
    return _page(HTTPStatus.INTERNAL_SERVER_ERROR, "", message, reference)


def _logged(error: Exception) -> str:
    """Log with a reference, without what was sent: forms hold personal data."""
    reference = _reference()
    log.error("%s %s %s", reference, request.method, request.endpoint, exc_info=error)
    return reference


def _reference() -> str:
    return secrets.token_hex(4).upper()
