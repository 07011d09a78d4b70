"""Generated modules without a fault, in many scripts, to test what must hold for all of them."""

import string
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from training.content.schema import Document
from training.content.text import forbidden, tidy

_LETTERS = "abcXYZéßжΩابپےދިދाকরถ่มកិន្ပါ中强あ한" + string.digits
_MARKS = " .,;:!?'\"()-–—«»。、។၊؟/%&@#=+~|\\"
_YAML_WORDS = ("NO", "yes", "null", "~", "true", "010", "1.10", "0x1F", "2026-01-31", "- a", "a: b")
_ODD_WORDS = (*_YAML_WORDS, "a #b", "'", '"', "? x", "&a", "*b", "!c", "%d", "@e", "`f", "a:", "…")
_words = st.text(alphabet=_LETTERS, min_size=1, max_size=6)


def ids() -> SearchStrategy[str]:
    """Return ids, among them such as YAML would take for something else than text."""
    parts = st.lists(st.text(alphabet="abno019", min_size=1, max_size=4), min_size=1, max_size=3)
    return st.one_of(parts.map("-".join), st.sampled_from(["true", "null", "1", "0", "no"]))


def lines() -> SearchStrategy[str]:
    """Return one tidy line of plain text, of any characters that may stand in text."""
    anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
    pieces = st.one_of(
        st.text(alphabet=_LETTERS + _MARKS, min_size=1, max_size=12),
        st.sampled_from(_ODD_WORDS),
        anything,
    )
    joined = st.lists(pieces, min_size=1, max_size=3).map(" ".join)
    return joined.map(lambda text: tidy(tidy(text).replace("\n", " "))).filter(_is_text)


def prose() -> SearchStrategy[str]:
    """Return tidy plain text of one or more lines, some of them empty or indented."""
    more = st.one_of(lines(), lines().map(lambda line: f"  {line}"), st.just(""))
    tail = st.lists(more, max_size=3)
    return st.tuples(lines(), tail).map(lambda parts: tidy("\n".join([parts[0], *parts[1]])))


def _is_text(text: str) -> bool:
    return bool(text) and not any(forbidden(text))


def _ids_of(parts: tuple[dict[str, Any], ...]) -> list[str]:
    return [part["id"] for part in parts]


def _id_lists(known: list[str]) -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(known), unique=True, max_size=3) if known else st.just([])


def _unique_ids(minimum: int, maximum: int) -> SearchStrategy[list[str]]:
    return st.lists(ids(), min_size=minimum, max_size=maximum, unique=True)


def _sentences() -> SearchStrategy[str]:
    """Return one line of Markdown that begins no block of another kind."""
    plain = st.lists(_words, min_size=1, max_size=4).map(" ".join)
    inline = st.one_of(
        plain,
        plain.map(lambda words: f"**{words}**"),
        plain.map(lambda words: f"*{words}*,"),
        plain.map(lambda words: f"[{words}](https://example.org/a)"),
    )
    # The first word is no number: `1.` would begin a list.
    return st.lists(inline, min_size=1, max_size=3).map(lambda parts: "x" + " ".join(parts))


def _paragraphs() -> SearchStrategy[str]:
    return st.lists(_sentences(), min_size=1, max_size=3).map("\n".join)


def _lists() -> SearchStrategy[str]:
    entries = st.lists(st.tuples(_sentences(), st.booleans()), min_size=1, max_size=3)
    return entries.map(
        lambda found: "\n".join(
            f"- {entry}\n\n  x" if is_loose else f"- {entry}\n  - {entry}"
            for entry, is_loose in found
        )
    )


def _tables() -> SearchStrategy[str]:
    rows = st.lists(st.tuples(_sentences(), _sentences()), min_size=1, max_size=3)
    return rows.map(
        lambda found: "| a | b |\n|---|---|\n" + "\n".join(f"| {a} | {b} |" for a, b in found)
    )


def _markdown() -> SearchStrategy[str]:
    quotes = _paragraphs().map(lambda text: "> " + text.replace("\n", "\n> "))
    code = lines().map(lambda line: f"```\n{line}\n```").filter(_is_code)
    return st.one_of(_paragraphs(), _lists(), _tables(), quotes, code, st.just("---"))


def _is_code(text: str) -> bool:
    return "```" not in text[3:-3] and "{#" not in text and "\n:::" not in text


@st.composite
def _modules(draw: DrawFn) -> dict[str, Any]:
    def named(minimum: int, maximum: int) -> list[dict[str, str]]:
        return [{"id": id, "text": draw(lines())} for id in draw(_unique_ids(minimum, maximum))]

    sources: list[dict[str, Any]] = [
        {"id": id, "title": draw(lines()), "publisher": draw(lines())}
        for id in draw(_unique_ids(0, 2))
    ]
    for source in sources:
        source.update(draw(st.sampled_from([{}, {"year": 2020}, {"url": "https://a.org/b?c=d"}])))
    signed = st.fixed_dictionaries({"by": lines(), "on": st.dates().map(lambda day: f"{day}")})
    kinds = ("legal", "practitioner", "survivor-led")
    return {
        "id": draw(ids()),
        "title": draw(lines()),
        "summary": draw(prose()),
        "audience": draw(prose()),
        "language": draw(st.sampled_from(["en", "fa-AF", "zh-Hans", "no"])),
        "minutes": draw(st.integers(1, 1000)),
        "outcomes": tuple(named(1, 2)),
        "pass_mark": draw(st.integers(1, 100)),
        "attempts": draw(st.integers(1, 20)),
        "validity_months": draw(st.integers(1, 120)),
        "sensitivity": draw(st.none() | prose()),
        "slots": tuple(named(0, 2)),
        "review": {kind: draw(st.none() | signed) for kind in kinds},
        "sources": tuple(sources),
        "licence": draw(lines()),
    }


@st.composite
def _blocks(draw: DrawFn, id: str, slots: list[str]) -> dict[str, Any]:
    kinds = ["heading", "text", "text", "key-point", "warning", "case"]
    kind = draw(st.sampled_from([*kinds, "your-country"] if slots else kinds))
    values: dict[str, Any] = {"id": id, "kind": kind}
    if kind == "heading":
        values["text"] = "## " + draw(_sentences())
    elif kind == "text":
        values["text"] = draw(_markdown())
    else:
        values["text"] = "\n\n".join(draw(st.lists(_markdown(), min_size=1, max_size=2)))
    if kind == "your-country":
        values["slot"] = draw(st.sampled_from(slots))
    return values


@st.composite
def _lessons(draw: DrawFn, id: str, number: int, module: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id,
        "number": number,
        "title": draw(lines()),
        "minutes": draw(st.integers(1, 90)),
        "outcomes": tuple(draw(_id_lists(_ids_of(module["outcomes"])))),
        "sources": tuple(draw(_id_lists(_ids_of(module["sources"])))),
        "blocks": tuple(
            draw(_blocks(block, _ids_of(module["slots"]))) for block in draw(_unique_ids(1, 4))
        ),
    }


@st.composite
def _items(draw: DrawFn, id: str, use: str, outcome: str, sources: list[str]) -> dict[str, Any]:
    type = draw(st.sampled_from(["single-choice", "multiple-choice", "true-false"]))
    values: dict[str, Any] = {
        "id": id,
        "type": type,
        "use": use,
        "level": draw(st.sampled_from(["knowledge", "application"])),
        "outcome": outcome,
        "prompt": draw(prose()),
        "explanation": draw(prose()),
        "sources": tuple(draw(_id_lists(sources))),
        "topic": draw(st.sampled_from(["a", "null", "z-1"])),
    }
    if type == "true-false":
        return {**values, "key": draw(st.booleans()), "feedback": draw(prose())}
    options = draw(_unique_ids(3, 6))
    right = 1
    if type == "multiple-choice":
        right = draw(st.integers(2, len(options) - 1))
    key = draw(st.permutations(options))[:right]
    return {
        **values,
        "options": tuple({"id": option, "text": draw(lines())} for option in options),
        "key": tuple(key) if type == "multiple-choice" else key[0],
        "feedback": {option: draw(prose()) for option in options if option not in key},
    }


@st.composite
def _banks(draw: DrawFn, module: dict[str, Any]) -> list[dict[str, Any]]:
    """Return items: for each outcome one or two of each use, in the order of their topics."""
    uses = [
        (outcome["id"], use)
        for outcome in module["outcomes"]
        for use in ("practice", "exam")
        for _ in range(draw(st.integers(1, 2)))
    ]
    found = [
        draw(_items(id, use, outcome, _ids_of(module["sources"])))
        for id, (outcome, use) in zip(draw(_unique_ids(len(uses), len(uses))), uses, strict=True)
    ]
    return sorted(found, key=lambda item: str(item["topic"]))


@st.composite
def _quizzes(
    draw: DrawFn, module: dict[str, Any], lessons: list[str], bank: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a final on all outcomes, and perhaps a pre-test and a check."""
    kinds = ["final", *draw(st.lists(st.sampled_from(["pre-test", "check"]), unique=True))]
    found = []
    for id, kind in zip(draw(_unique_ids(len(kinds), len(kinds))), kinds, strict=True):
        use = "exam" if kind == "final" else "practice"
        draws = []
        for outcome in _ids_of(module["outcomes"]):
            there = [i for i in bank if i["outcome"] == outcome and i["use"] == use]
            draws.append({"outcome": outcome, "count": draw(st.integers(1, len(there)))})
        quiz = {"id": id, "kind": kind, "title": draw(lines()), "draws": tuple(draws)}
        if kind == "check":
            quiz["lesson"] = draw(st.sampled_from(lessons))
        found.append(quiz)
    return found


@st.composite
def documents(draw: DrawFn) -> Document:
    """Return documents in which `checks.check` finds nothing."""
    module = draw(_modules())
    lesson_ids = draw(_unique_ids(1, 3))
    numbers = sorted(draw(st.sets(st.integers(1, 99), min_size=3, max_size=3)))
    bank = draw(_banks(module))
    quizzes = draw(_quizzes(module, lesson_ids, bank))
    module["requires"] = {
        "lessons": draw(st.one_of(st.just("all"), _id_lists(lesson_ids).map(tuple))),
        "quizzes": (quizzes[0]["id"],),
    }
    return Document.model_validate(
        {
            "module": module,
            "lessons": tuple(
                draw(_lessons(id, number, module))
                for id, number in zip(lesson_ids, numbers, strict=False)
            ),
            "items": tuple(bank),
            "quizzes": tuple(quizzes),
        }
    )
