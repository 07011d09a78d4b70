"""Pages that differ between readers in nothing but their name, their forms' token and their links:
made once for all of them."""

from collections.abc import Hashable
from dataclasses import dataclass

from flask import g, render_template, request
from flask_babel import get_locale
from markupsafe import escape

from training.core import ids, navigation
from training.core.permissions import actor

_MOST = 256
_kept: dict[tuple[Hashable, ...], str] = {}


@dataclass(frozen=True)
class _Anybody:
    """Stands for the reader while a page is made: a template that asks for more of them fails."""

    name: str
    csrf: str


_ANYBODY = _Anybody(name=ids.token(), csrf=ids.token())


def render(template: str, *key: Hashable, **facts: object) -> str:
    """Return a page for the signed-in reader, as `render_template` would.

    The key names all that its facts depend on; what cannot change under its key may be kept: a
    version's digest names its words for good. Nothing of the reader belongs in the facts.
    """
    reader = actor()
    whole = (template, get_locale(), request.script_root, navigation.shown(), *key)
    page = _kept.get(whole)
    if page is None:
        g.actor = _ANYBODY
        try:
            page = render_template(template, **facts)
        finally:
            g.actor = reader
        if len(_kept) >= _MOST:
            _kept.pop(next(iter(_kept)), None)
        _kept[whole] = page
    return page.replace(_ANYBODY.name, escape(reader.name)).replace(_ANYBODY.csrf, reader.csrf)
