"""Languages of the tests, made of the English messages: of accented letters and 60 % longer, or of
Arabic letters; of each one that Babel knows and one that it does not. Each message stands between
brackets; what does not was never translated."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from sqlalchemy import update

from training.core import locales
from training.core.messages import extract
from training.core.work import unit_of_work
from training.people.models import Person

Entry = str | tuple[str, ...]
LONG, RIGHT_TO_LEFT = "eo", "ar"
UNKNOWN = ("tet", "prs")
FROM_RIGHT = (RIGHT_TO_LEFT, "prs", "he")
BEGIN, END = "«", "»"
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&\w+;)")
_MORE = "ëẍţŕå ŵøŕđš ţõ ƒîļļ ţĥé ļîñé "
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒĝĥîĵķļṁñøþɋŕšţûṽŵẍýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑØÞɊŔŠŢÛṼŴẌÝŽ",
)
_ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابصدعفجهيژكلمنوپقرستءڤثخىز")


def messages() -> list[Entry]:
    """Extract the messages as for translators: a text, or its singular and plural."""
    ids = [message.id for message in extract() if message.id]
    return [tuple(found) if isinstance(found, list) else found for found in ids]


def write_catalogues(folder: Path) -> Path:
    """Write all of them as an application finds its catalogues in this folder; return it."""
    found = messages()
    for language in (LONG, RIGHT_TO_LEFT, *UNKNOWN):
        translate = arabic if language in FROM_RIGHT else longer
        write_catalogue(folder, language, translate, found)
    return folder


@contextmanager
def spoken_from(catalogues: Path) -> Iterator[None]:
    """Let applications that are made meanwhile find these catalogues."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locales, "CATALOGUES", catalogues)
        yield


def speak(app: Flask, language: str) -> None:
    """Let everybody read in a language."""
    with app.app_context(), unit_of_work() as work:
        work.session.execute(update(Person).values(language=language))


def write_catalogue(
    folder: Path, language: str, translate: Callable[[str], str], messages: Iterable[Entry]
) -> None:
    """Write these messages as the catalogue of a language."""
    catalogue = Catalog(language)
    for message in messages:
        catalogue.add(message, _translated(message, translate, catalogue.num_plurals))
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)


def _translated(
    message: Entry, translate: Callable[[str], str], plurals: int
) -> str | tuple[str, ...]:
    if isinstance(message, str):
        return translate(message)
    return tuple(translate(message[1]) for _ in range(plurals))


def longer(text: str) -> str:
    """Return a text with accents, 60 % longer, its placeholders and tags as they are."""
    more = (_MORE * (len(text) // len(_MORE) + 1))[: max(1, len(text) * 6 // 10 - 3)]
    return f"{BEGIN}{_letters(text, _ACCENTED)} {more.strip()}{END}"


def arabic(text: str) -> str:
    """Return a text in Arabic letters, its placeholders and tags as they are."""
    return f"{BEGIN}{_letters(text.lower(), _ARABIC)}{END}"


def _letters(text: str, table: dict[int, int]) -> str:
    pieces = _KEPT.split(text)
    return "".join(piece if at % 2 else piece.translate(table) for at, piece in enumerate(pieces))
