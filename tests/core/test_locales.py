"""How dates and numbers are written, by language; languages that Babel does not know."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel import Locale, UnknownLocaleError
from flask import Flask, render_template_string
from flask_babel import force_locale
from persiantools.jdatetime import JalaliDate

from tests import pseudo
from tests.apps import make_settings
from training.app import create_app
from training.core import calendars, locales

DAY = date(2026, 11, 28)
Write = Callable[..., str]


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An application on an empty database."""
    return create_app(make_settings(f"sqlite:///{tmp_path}/x.db", tmp_path))


@pytest.fixture
def write(bare: Flask) -> Write:
    """Return a function that renders a template in a language."""

    def write(code: str, template: str, **values: object) -> str:
        with bare.test_request_context(), force_locale(locales._language(code).locale):
            return render_template_string(template, **values)

    return write


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "28 November 2026"),
        ("id", "28 November 2026"),
        ("km", "28 វិច្ឆិកា 2026"),
        ("ur", "28 نومبر، 2026"),
        ("th", "28 พฤศจิกายน ค.ศ. 2026 (พ.ศ. 2569)"),
        ("fa", "28 نوامبر 2026 (7 آذر 1405)"),
        ("fa_AF", "28 نومبر 2026 (7 قوس 1405)"),
        ("ps", "2026 نومبر 28 (7 لیندۍ 1405)"),
        ("tet", "28 de novembro de 2026"),
        ("dv", "28 November 2026"),
        ("rhg", "28 November 2026"),
    ],
)
def test_a_day_stands_in_the_calendars_of_the_language(
    write: Write, code: str, written: str
) -> None:
    """As a day or as a moment of it."""
    assert write(code, "{{ day|date }}", day=DAY) == written
    assert write(code, "{{ day|date }}", day=datetime(2026, 11, 28, 23, 59, tzinfo=UTC)) == written


def test_both_codes_of_dari_have_its_calendar() -> None:
    """Asked without words, since a process keeps what it has translated."""
    for code in ("fa_AF", "prs"):
        assert calendars.beside(DAY, locales._language(code).locale) == "7 قوس 1405"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "28 November 2026, 07:05"),
        ("th", "28 พฤศจิกายน ค.ศ. 2026 (พ.ศ. 2569) 07:05"),
        ("fa", "28 نوامبر 2026 (7 آذر 1405)،‏ 7:05"),
        ("dv", "28 November 2026 07:05"),
    ],
)
def test_a_moment_is_such_a_day_with_its_time(write: Write, code: str, written: str) -> None:
    moment = datetime(2026, 11, 28, 7, 5, 59, tzinfo=UTC)
    assert write(code, "{{ moment|moment }}", moment=moment) == written


@pytest.mark.parametrize(
    ("gregorian", "solar"),
    [
        # The first day of the year, before and after leap years, over six decades.
        ("1979-03-21", (1358, 1, 1)),
        ("1991-03-21", (1370, 1, 1)),
        ("1996-03-20", (1375, 1, 1)),
        ("2000-03-20", (1379, 1, 1)),
        ("2001-03-21", (1380, 1, 1)),
        ("2016-03-20", (1395, 1, 1)),
        ("2017-03-21", (1396, 1, 1)),
        ("2021-03-21", (1400, 1, 1)),
        ("2024-03-20", (1403, 1, 1)),
        ("2025-03-20", (1403, 12, 30)),
        ("2025-03-21", (1404, 1, 1)),
        ("2026-03-21", (1405, 1, 1)),
        ("2029-03-20", (1408, 1, 1)),
        ("2030-03-21", (1409, 1, 1)),
        # Days that history knows in both calendars.
        ("1979-02-11", (1357, 11, 22)),
        ("2021-08-15", (1400, 5, 24)),
    ],
)
def test_solar_hijri_days_are_those_of_the_calendar(
    gregorian: str, solar: tuple[int, int, int]
) -> None:
    """The library is trusted with what is known from elsewhere."""
    found = JalaliDate.to_jalali(date.fromisoformat(gregorian))  # type: ignore[no-untyped-call]
    assert (found.year, found.month, found.day) == solar


@pytest.mark.parametrize(
    ("code", "written"),
    [("en", "12,345"), ("id", "12.345"), ("hi", "12,345"), ("pt", "12.345"), ("ar", "12,345")],
)
def test_numbers_are_written_as_the_language_does(write: Write, code: str, written: str) -> None:
    """Alone, in a sentence, and counted; a text that looks like one stays."""
    assert write(code, "{{ 12345|number }}") == written
    assert write(code, '{{ _("%(a)s, later %(b)s", a=7, b=12345) }}') == (f"7, later {written}")
    assert write(code, '{{ ngettext("%(num)s day", "%(num)s days", 12345) }}') == f"{written} days"
    assert write(code, '{{ _("%(code)s", code="12345") }}') == "12345"


def test_what_stands_in_a_sentence_is_escaped(write: Write) -> None:
    """Whatever way it got there."""
    assert write("en", '{{ ngettext("%(a)s day", "%(a)s days", 2, a="<b>") }}') == "&lt;b&gt; days"
    assert write("en", '{{ _("%(a)s days", a="<b>") }}') == "&lt;b&gt; days"


@pytest.mark.parametrize("code", sorted(locales._STAND_INS.keys() - {"en"}))
def test_a_language_that_babel_lacks_is_itself_on_the_page(write: Write, code: str) -> None:
    """And everything about it can be written; Babel has no months for it, or does not know it."""
    language = locales._language(code)
    assert str(language.locale) == code
    assert language.locale.text_direction == language.direction
    assert write(code, "{{ locale_tag }} {{ text_direction }}") == (
        f"{code.replace('_', '-')} {language.direction}"
    )
    assert "2026" in write(code, "{{ day|date }}{{ day|moment }}", day=datetime(2026, 11, 28))
    assert "M11" not in write(code, "{{ day|date }}", day=DAY)
    try:
        known = Locale.parse(code, resolve_likely_subtags=False)
    except UnknownLocaleError:
        return
    assert "M11" in str(known.months["format"]["wide"][11])


def test_a_catalogue_in_a_language_of_nobodys_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would never be found; its code is wrong, or belongs into the table."""
    pseudo.write_catalogue(tmp_path / "catalogues", "xx", pseudo.longer, ["Sign in"])
    with pseudo.spoken_from(tmp_path / "catalogues"), pytest.raises(UnknownLocaleError):
        create_app(make_settings(f"sqlite:///{tmp_path}/x.db", tmp_path))
