"""The language of the interface: the person's, else the browser's, among the catalogues."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from training.core.actors import Role

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"


def init_app(app: Flask) -> None:
    """Choose a locale for each request; templates get `locale_tag` and `text_direction`."""
    languages = _languages()
    Babel(
        app,
        default_translation_directories=str(CATALOGUES),
        locale_selector=lambda: _choose(languages),
    )
    app.context_processor(_words)
    app.jinja_env.filters["date"] = lambda value: format_date(value, "long")
    app.jinja_env.filters["moment"] = lambda value: format_datetime(value, "medium")
    app.jinja_env.globals["role_name"] = _role_name
    app.jinja_env.globals["_"] = lambda text, **values: _words_in(get_locale())(text, **values)


def _languages() -> list[str]:
    found = CATALOGUES.glob("*/LC_MESSAGES/messages.mo")
    return ["en", *sorted(path.parent.parent.name for path in found)]


def _choose(languages: list[str]) -> str:
    if not has_request_context():  # a command
        return "en"
    actor = g.get("actor")
    if actor is not None and actor.language in languages:
        return str(actor.language)
    return request.accept_languages.best_match(languages) or "en"


def _words() -> dict[str, Any]:
    locale: Locale = get_locale() or Locale("en")
    return {
        "locale_tag": str(locale).replace("_", "-"),
        "text_direction": locale.text_direction,
        "_": _words_in(locale),
    }


@lru_cache
def _words_in(locale: Locale | None) -> Callable[..., Markup]:
    """Return `_` as Jinja's own is, in a tenth of its time: a page has dozens of words."""
    whole = lru_cache(maxsize=4096)(lambda text: _translated(locale, text) % {})

    def translate(text: str, **values: object) -> Markup:
        found: Markup = _translated(locale, text) % values if values else whole(text)
        return found

    return translate


@lru_cache(maxsize=4096)
def _translated(locale: Locale | None, text: str) -> Markup:
    """Catalogues don't change while a process lives."""
    return Markup(_(text))


def _role_name(role: str) -> str:
    names: dict[Role, str] = {
        Role.SUPERVISOR: _("Supervisor"),
        Role.TRAINER: _("Trainer"),
        Role.TRANSLATOR: _("Translator"),
        Role.REVIEWER: _("Reviewer"),
        Role.COORDINATOR: _("Coordinator"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return names[Role(role)]
