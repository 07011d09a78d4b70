"""The language of the interface among the catalogues, and how it writes words, dates and numbers:
a person's own, a visitor's choice, else the browser's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as _
from markupsafe import Markup

from training.core import calendars
from training.core.actors import Role

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
_LANGUAGES = "waypost.languages"
_CHOSEN = "language"
# Languages of the region that Babel does not know, or knows without the names of months: the locale
# whose dates and numbers they take, their direction and their own name. English stands in where
# it is the other language of the State, Portuguese in Timor-Leste; Dari has two codes. English
# itself is written as most of the region does, with the day first.
_STAND_INS = {
    "en": ("en_GB", "ltr", "English"),
    "bi": ("en_VU", "ltr", "Bislama"),
    "dv": ("en_MV", "rtl", "ދިވެހިބަސް"),
    "fj": ("en_FJ", "ltr", "Na Vosa Vakaviti"),
    "gil": ("en_KI", "ltr", "Taetae ni Kiribati"),
    "hif": ("en_FJ", "ltr", "Fiji Hindi"),
    "ho": ("en_PG", "ltr", "Hiri Motu"),
    "na": ("en_NR", "ltr", "Dorerin Naoero"),
    "pau": ("en_PW", "ltr", "a tekoi er a Belau"),
    "prs": ("fa_AF", "rtl", "دری"),
    "rhg": ("en_001", "rtl", "𐴌𐴗𐴥𐴝𐴙𐴚𐴒𐴙𐴝"),
    "rhg_Latn": ("en_001", "ltr", "Ruáingga"),
    "sm": ("en_WS", "ltr", "Gagana Samoa"),
    "tet": ("pt_TL", "ltr", "Tetun"),
}


@dataclass(frozen=True)
class Language:
    """A language of the interface as the menu shows it: BCP 47 tag, own name, direction."""

    tag: str
    name: str
    direction: str
    locale: Locale


class _StandIn(Locale):
    """A language under its own code, in its own direction, with dates and numbers of another."""

    def __init__(self, code: str, like: str, direction: str) -> None:
        known = Locale.parse(like)
        super().__init__(known.language, known.territory)
        self.language, _, script = code.partition("_")
        self.territory, self.script = None, script or None
        self._direction = direction

    @property
    def text_direction(self) -> str:
        return self._direction


def init_app(app: Flask) -> None:
    """Choose a locale for each request. Templates get `languages`, `locale_tag`, `text_direction`,
    words, and the filters `date`, `moment` and `number`."""
    found = _languages()
    app.extensions[_LANGUAGES] = found
    Babel(
        app,
        default_translation_directories=str(CATALOGUES),
        locale_selector=lambda: _choose(found),
    )
    app.context_processor(_words)
    app.jinja_env.filters["date"] = date_text
    app.jinja_env.filters["moment"] = lambda value: _timed(get_locale(), value)
    app.jinja_env.filters["number"] = lambda value: _figure(get_locale(), value)
    app.jinja_env.globals["languages"] = languages(app)
    app.jinja_env.globals["role_name"] = role_name
    app.jinja_env.globals["_"] = lambda text, **values: _words_in(get_locale())(text, **values)
    app.jinja_env.globals["ngettext"] = _counted


def _languages() -> dict[str, Language]:
    found = CATALOGUES.glob("*/LC_MESSAGES/messages.mo")
    codes = ["en", *sorted(path.parent.parent.name for path in found)]
    return {language.tag: language for language in map(_language, codes)}


def _language(code: str) -> Language:
    """Raise UnknownLocaleError for a code that is neither Babel's nor in the table."""
    tag = code.replace("_", "-")
    if code in _STAND_INS:
        like, direction, name = _STAND_INS[code]
        return Language(tag, name, direction, _StandIn(code, like, direction))
    locale = Locale.parse(code, resolve_likely_subtags=False)
    name = locale.languages.get(code) or locale.display_name or code
    return Language(tag, name, locale.text_direction, locale)


def languages(app: Flask) -> tuple[Language, ...]:
    """Return the languages of the interface."""
    return tuple(app.extensions[_LANGUAGES].values())


def is_language(tag: str) -> bool:
    """Tell whether the pages are there in a language."""
    return tag in current_app.extensions[_LANGUAGES]


def locale_of(tag: str) -> Locale:
    """Return the locale of a language of the interface; of another, that of English."""
    found: dict[str, Language] = current_app.extensions[_LANGUAGES]
    return found.get(tag, found["en"]).locale


def choose_for_visit(tag: str) -> None:
    """Keep the language of a visitor who is not signed in, in the cookie of the visit."""
    session[_CHOSEN] = tag


def _choose(languages: dict[str, Language]) -> Locale:
    if not has_request_context():  # a command
        return languages["en"].locale
    actor = g.get("actor")
    wanted = session.get(_CHOSEN) if actor is None else actor.language
    if wanted not in languages:
        wanted = request.accept_languages.best_match(languages)
    return languages[wanted or "en"].locale


def tag_of(locale: Locale) -> str:
    """Return the BCP 47 tag of a locale."""
    return str(locale).replace("_", "-")


def _words() -> dict[str, Any]:
    locale: Locale = get_locale() or Locale("en")
    return {
        "locale_tag": tag_of(locale),
        "text_direction": locale.text_direction,
        "_": _words_in(locale),
    }


@lru_cache
def _words_in(locale: Locale | None) -> Callable[..., Markup]:
    """Return `_` as Jinja's own is, in a tenth of its time: a page has dozens of words."""
    whole = lru_cache(maxsize=4096)(lambda text: _translated(locale, text) % {})

    def translate(text: str, **values: object) -> Markup:
        if not values:
            return whole(text)
        return _filled(_translated(locale, text), values)

    return translate


@lru_cache(maxsize=4096)
def _translated(locale: Locale | None, text: str) -> Markup:
    """Catalogues don't change while a process lives."""
    return Markup(_(text))


def _counted(singular: str, plural: str, num: int, **values: object) -> Markup:
    """Return the form that goes with a number, with all numbers as the language writes them."""
    text = get_translations().ungettext(singular, plural, num)
    return _filled(Markup(text), {"num": num, **values})


def _filled(text: Markup, values: dict[str, object]) -> Markup:
    written = {
        name: _figure(get_locale(), value) if type(value) is int else value
        for name, value in values.items()
    }
    return text % written


@lru_cache(maxsize=4096)
def _figure(locale: Locale | None, number: int) -> str:
    return format_decimal(number, locale=locale or "en")


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def date_text(value: date | datetime) -> str:
    """Return a day as the language of this request writes it."""
    return _dated(get_locale(), _day(value))


@lru_cache(maxsize=4096)
def day_said(day: date) -> str:
    """Return a day as the reader of this request is told it."""
    return _dated(get_locale(), day)


def _dated(locale: Locale, day: date) -> str:
    """The day as the language of this request, which is `locale`, writes it."""
    written = format_date(day, "long", locale=locale)
    other = calendars.beside(day, locale)
    if other is None:
        return written
    # Translators: a day, then the same day in the language's own calendar
    return str(_("%(date)s (%(other)s)", date=written, other=other))


def _timed(locale: Locale, moment: datetime) -> str:
    """The day as `_dated` writes it, with the time to the minute."""
    together = str(get_datetime_format("medium", locale)).replace("'", "")
    return together.format(
        format_time(moment, "short", locale=locale), _dated(locale, moment.date())
    )


def role_name(role: str) -> str:
    """Return how a role is called."""
    names: dict[Role, str] = {
        Role.SUPERVISOR: _("Supervisor"),
        Role.TRAINER: _("Trainer"),
        Role.TRANSLATOR: _("Translator"),
        Role.REVIEWER: _("Reviewer"),
        Role.COORDINATOR: _("Coordinator"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return names[Role(role)]
