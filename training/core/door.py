"""What is turned away before any view sees it: text that no database can hold or that is made to
keep a processor busy, and dates that no clock shows."""

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_date

from training.core.characters import is_acceptable

_DATED = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def init_app(app: Flask) -> None:
    """Refuse in addresses and forms what `characters.is_acceptable` does, and fields without a
    name; pass over conditions on a date that is none."""
    app.before_request(_refuse_unfit)
    app.before_request(_forget_impossible_dates)


def _refuse_unfit() -> None:
    if not (is_acceptable(request.path) and _fit(request.args) and _fit(request.form)):
        abort(400)


def _fit(values: MultiDict[str, str]) -> bool:
    # In a multipart form a part may come without a name; then it is None.
    pairs = values.items(multi=True)
    return all(
        name is not None and is_acceptable(name) and is_acceptable(value) for name, value in pairs
    )


def _forget_impossible_dates() -> None:
    """A condition that can't be read is to be ignored (RFC 9110, 13.1.3); reading the year
    99999999999 raises instead."""
    for name in _DATED:
        try:
            parse_date(request.environ.get(name))
        except OverflowError:
            del request.environ[name]
