"""No text of a module acts: on every page it is shown, and makes nothing but text."""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import Markup

from tests import modules
from tests.apps import opened
from tests.authoring import tour
from tests.authoring.packing import packed, upload
from tests.authoring.payloads import HARMLESS, PAYLOADS, written_with
from tests.authoring.structure import Structure, more_than
from tests.cast import Cast, cast_in
from tests.content.module_folder import module_files
from tests.counts import tries
from tests.visitor import Visitor
from training.core import markup

Visit = Callable[..., Visitor]
COMPUTED = str(7717 * 7)
"""What stands on a page where a template was made of a text."""

_OF_PEOPLE = re.compile(r" /(people|roles|admin|account|desk/requests)")
"""Pages on which no module is named."""

Toured = dict[str, str]
Tour = Callable[..., Toured]
_harmless: dict[str, Toured] = {}


@pytest.fixture
def tour_with(engine: str, make_database: Callable[[str], str], tmp_path: Path) -> Tour:
    """Return a function that gives all pages of a fresh database with texts in its module."""

    def all_pages(
        texts: tuple[str, ...], first: int, people: tuple[str, ...] = tour.EVERYBODY
    ) -> Toured:
        with opened(make_database(engine), tmp_path) as app:
            cast = cast_in(app)
            document = written_with(modules.published(app), texts, first)
            draft = tour.prepare(app, cast, document, note=texts[first % len(texts)])
            toured: Toured = defaultdict(str)  # pages of several people have one name
            for name, page in tour.pages(app, cast, draft, document, people):
                toured[name] += page
            return toured

    return all_pages


def harmless(tour_with: Tour, engine: str) -> Toured:
    """Return all pages with harmless texts; gone through once on each database."""
    if engine not in _harmless:
        _harmless[engine] = tour_with((HARMLESS,), 0)
    return _harmless[engine]


def acting(harmless: Toured, found: Toured) -> dict[str, set[str]]:
    """Return, by page, what stands there beyond the same page with harmless texts."""
    more = {
        name: more_than(
            Structure(harmless[name]),
            Structure(page),
            markdown="/lessons/" in name,
            drawn="/learn/" in name and "/quizzes/" in name,
        )
        | ({"a computed template"} if COMPUTED in page else set())
        for name, page in found.items()
    }
    return {name: pieces for name, pieces in more.items() if pieces}


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), tries(len(PAYLOADS), 1)))
def test_no_text_of_a_module_acts_on_any_page(tour_with: Tour, engine: str, first: int) -> None:
    before, found = harmless(tour_with, engine), tour_with(PAYLOADS, first)
    assert found.keys() == before.keys()
    assert acting(before, found) == {}
    told = [page for name, page in found.items() if not _OF_PEOPLE.search(name)]
    assert sum("hit" in page for page in told) > 0.8 * len(told)


def _raw(text: str) -> Markup:
    return Markup(text)


@pytest.mark.parametrize(
    ("where", "name", "careless", "others"),
    [
        (markup, "render", _raw, PAYLOADS[1:]),
        (Flask, "select_jinja_autoescape", lambda app, name: False, PAYLOADS[2:]),
    ],
    ids=["Markdown as it is", "texts as they are"],
)
def test_what_would_act_is_seen(
    tour_with: Tour,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    careless: object,
    others: tuple[str, ...],
) -> None:
    """In a module of its own: pages of a version are kept, and these must stay apart."""
    before = harmless(tour_with, engine)
    monkeypatch.setattr(where, name, careless)
    monkeypatch.setattr(Flask, "jinja_options", {})  # what was compiled before escapes
    found = acting(before, tour_with(others, 0, ("learner",)))
    assert "script" in set().union(*found.values())


def _quoting(words: str) -> dict[str, bytes]:
    """Return a folder in which findings quote an author's words: as the name of a file, as a key,
    a value, an id, a kind of block."""
    files = module_files()
    scalar = "'" + words.replace("'", "''") + "'"
    files[f"lessons/{words}.md"] = b""
    files["quizzes.yaml"] = f"{scalar}: 1\n".encode() + files["quizzes.yaml"]
    files["lessons/10-looking.md"] += f"\n::: {words}\nText.\n:::\n{{#{words}}}\nText.\n".encode()
    for file, old in (("lessons/20-acting.md", b"- act\n"), ("items/look.yaml", b"key: cover\n")):
        new = old.split(b" ")[0] + f" {scalar}\n".encode()
        files[file] = files[file].replace(old, new)
    return files


def test_no_word_that_a_finding_quotes_acts(visit: Visit, cast: Cast) -> None:
    """File names, keys, ids and kinds of block."""
    trainer = visit(cast["trainer"])

    def report(words: str) -> Structure:
        sent = upload(trainer, packed(_quoting(words)))
        assert sent.status_code == 422
        assert COMPUTED not in sent.text
        return Structure(sent.text)

    plain = report("harmless")
    for payload in PAYLOADS:
        name = payload.replace("/", "!").replace("\\", "!")  # or it is no name of a file
        assert more_than(plain, report(name), markdown=False, drawn=True) == set(), name
