"""Words of a module stand in their own language on a page of another: a screen reader reads them
rightly, a browser hyphenates and draws them so."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask

from tests import modules, pseudo
from tests.apps import opened
from tests.routes import PAGES, filled
from tests.visitor import Visitor
from tests.world import World

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
LONG = 12
"""From so many letters on, words of a module are looked for inside longer texts too."""


def unmarked(app: Flask, world: World, without: str = "") -> list[tuple[str, str]]:
    """Return the pages, each without a piece of it, with words of the module that they take for
    those of their own language."""
    pseudo.speak(app, pseudo.RIGHT_TO_LEFT)
    document = modules.published(app)
    words = {*texts_in(document.model_dump()), "Another title"} - {document.module.id}
    found = []
    for path, who in PAGES:
        answer = Visitor(app, world.cast[who] if who else None).get(filled(path, world.names))
        if answer.mimetype == "text/html":
            reader = _Reader()
            reader.feed(answer.text.replace(without, "") if without else answer.text)
            found += [
                (path, text) for text, tag in reader.texts if tag != "en" and has(text, words)
            ]
    return found


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of a document that has a word in it."""
    if isinstance(value, str) and any(map(str.isspace, value)):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)


def has(text: str, words: set[str]) -> bool:
    """Tell whether a text is, or holds, words of a module."""
    return text in words or any(len(word) >= LONG and word in text for word in words)


class _Reader(HTMLParser):
    """Collects what a page shows, each with the language it is said to be in."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = self._open[-1][1] if self._open else ""
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and self._open[-1][0] != "title":  # a title has no elements in it
            self.texts.append((text, self._open[-1][1]))


def test_words_of_a_module_are_marked_with_their_language(
    lay_copy: Callable[[], str], catalogues: Path, world: World, tmp_path: Path
) -> None:
    """On every page in another language."""
    with pseudo.spoken_from(catalogues), opened(lay_copy(), tmp_path) as app:
        assert unmarked(app, world) == []


def test_control_words_without_their_language_are_found(
    lay_copy: Callable[[], str], catalogues: Path, world: World, tmp_path: Path
) -> None:
    """On the same pages, with the marks taken out."""
    with pseudo.spoken_from(catalogues), opened(lay_copy(), tmp_path) as app:
        found = unmarked(app, world, without=' lang="en"')
    assert len({path for path, _ in found}) > 10
