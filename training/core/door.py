"""What is turned away before any view sees it: text that no database can hold, and dates that no
clock shows."""

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_date

_DATED = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def init_app(app: Flask) -> None:
    """Refuse NUL and lone surrogates in addresses and forms (PostgreSQL's text can't hold them),
    and fields without a name; pass over conditions on a date that is none."""
    app.before_request(_refuse_unstorable)
    app.before_request(_forget_impossible_dates)


def is_storable(text: str) -> bool:
    """Tell whether both databases can hold `text`: it has neither NUL nor lone surrogates."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _refuse_unstorable() -> None:
    if not (is_storable(request.path) and _fit(request.args) and _fit(request.form)):
        abort(400)


def _fit(values: MultiDict[str, str]) -> bool:
    # In a multipart form a part may come without a name; then it is None.
    pairs = values.items(multi=True)
    return all(
        name is not None and is_storable(name) and is_storable(value) for name, value in pairs
    )


def _forget_impossible_dates() -> None:
    """A condition that can't be read is to be ignored (RFC 9110, 13.1.3); reading the year
    99999999999 raises instead."""
    for name in _DATED:
        try:
            parse_date(request.environ.get(name))
        except OverflowError:
            del request.environ[name]
