"""Pieces of pages that are the same for everybody who reads them in one language, made once."""

from collections.abc import Callable, Hashable

from flask import Flask, request
from flask_babel import get_locale
from markupsafe import Markup

_MOST = 512
_kept: dict[tuple[Hashable, ...], Markup] = {}


def init_app(app: Flask) -> None:
    """Give templates `{% call kept(…) %}`."""
    app.jinja_env.globals["kept"] = kept


def kept(*key: Hashable, caller: Callable[[], Markup]) -> Markup:
    """Return what the block comes to, made when a process first needs it.

    The key names the piece and all that it depends on beside the language. What cannot change
    under its key alone may be kept: a version's digest names its words for good. Nothing of the
    reader, and no form, belongs in it.
    """
    whole = (get_locale(), request.script_root, *key)
    found = _kept.get(whole)
    if found is None:
        found = caller()
        if len(_kept) >= _MOST:
            _kept.pop(next(iter(_kept)), None)
        _kept[whole] = found
    return found
