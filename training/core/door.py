"""What is turned away before any view sees it: text that no database can hold."""

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict


def init_app(app: Flask) -> None:
    """Refuse NUL and lone surrogates in addresses and forms (PostgreSQL's text can't hold them)."""
    app.before_request(_refuse_unstorable)


def _refuse_unstorable() -> None:
    if _unstorable(request.path) or _any(request.args) or _any(request.form):
        abort(400)


def _any(values: MultiDict[str, str]) -> bool:
    return any(_unstorable(name) or _unstorable(value) for name, value in values.items(multi=True))


def _unstorable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
