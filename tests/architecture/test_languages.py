"""Every page in every language: nothing stays English, whatever the direction and the length."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests import pseudo
from tests.apps import opened
from tests.routes import PAGES, filled
from tests.visitor import Visitor
from tests.world import ASKED, World
from training.core import locales

SPOKEN = ("alt", "aria-label", "aria-description", "placeholder", "title", "content")
_INNERMOST = re.compile(f"{pseudo.BEGIN}[^{pseudo.BEGIN}{pseudo.END}]*{pseudo.END}")
_DATA = re.compile(r"[^A-Za-z]*|\s*(\d{4}-\w+-\d\d( [\d:]+)?|([0-9A-Z]{4}-){3}[0-9A-Z]{4}|/\S+)\s*")


@pytest.mark.parametrize("language", [pseudo.LONG, pseudo.RIGHT_TO_LEFT])
def test_no_page_keeps_an_english_word(
    lay_copy: Callable[[], str], catalogues: Path, world: World, tmp_path: Path, language: str
) -> None:
    """But the words of modules and the names of people and places."""
    with pseudo.spoken_from(catalogues), opened(lay_copy(), tmp_path) as app:
        assert untranslated(app, world, language) == []


def test_control_a_message_that_is_not_translated_is_found(
    lay_copy: Callable[[], str], world: World, tmp_path: Path
) -> None:
    """On each page that has it; in a language that nothing else here speaks, since a process keeps
    what it has translated."""
    skip = "Skip to the main content"
    messages = [message for message in pseudo.messages() if message != skip]
    pseudo.write_catalogue(tmp_path / "catalogues", "he", pseudo.arabic, messages)
    with pseudo.spoken_from(tmp_path / "catalogues"), opened(lay_copy(), tmp_path) as app:
        found = untranslated(app, world, "he")
    assert {text for _, text in found} == {skip}
    assert len({path for path, _ in found}) > 20


def untranslated(app: Flask, world: World, language: str) -> list[tuple[str, str]]:
    """Return the pages that keep a text that nobody outside the program wrote, each with it."""
    pseudo.speak(app, language)
    said, left = _known(app, world), []
    for path, who in PAGES:
        visitor = Visitor(app, world.cast[who] if who else None)
        answer = visitor.get(filled(path, world.names), headers={"Accept-Language": language})
        if answer.mimetype == "text/html":
            reader = _Reader()
            reader.feed(answer.text)
            direction = "rtl" if language in pseudo.FROM_RIGHT else "ltr"
            assert (reader.language, reader.direction) == (language, direction)
            left += [(path, text) for text in map(_plain, reader.texts) if not _is_data(text, said)]
    return left


class _Reader(HTMLParser):
    """Collects what a page shows and what it says to a screen reader, but for codes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language: str | None = None
        self.direction: str | None = None
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language, self.direction = given.get("lang"), given.get("dir")
        self._in_code |= tag == "code"
        if tag != "meta":
            self.texts += [given[name] or "" for name in SPOKEN if name in given]

    def handle_endtag(self, tag: str) -> None:
        self._in_code &= tag != "code"

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.texts.append(data)


def _plain(text: str) -> str:
    """Return a text without what was translated, whatever was put into it."""
    while (rest := _INNERMOST.sub(" ", text)) != text:
        text = rest
    return " ".join(text.split())


def _is_data(text: str, said: str) -> bool:
    """Tell whether each part of a text is what people wrote, a date, a code or a path."""
    parts = re.split(" ?[·:] ", f" {text}")
    return all(_DATA.fullmatch(part) or part.strip().removesuffix("...") in said for part in parts)


def _known(app: Flask, world: World) -> str:
    """Return what people wrote: modules, names of people, places, languages, the house itself."""
    files = (ROOT / "modules").rglob("*.*")
    people = [f"{somebody.name} {somebody.email}" for somebody in world.cast.people.values()]
    texts = [" ".join(_unquoted(path.read_text(encoding="utf-8")).split()) for path in files]
    names = [*people, *world.cast.units, *(found.name for found in locales.languages(app))]
    return " ".join([*texts, *names, *ASKED.values(), "Another title", "Waypost training"])


def _unquoted(text: str) -> str:
    """Return YAML's texts as they are read."""
    return text.replace("''", "'").replace('\\"', '"')
