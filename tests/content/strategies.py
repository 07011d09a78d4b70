"""Generated modules without a fault, in many scripts, to test what must hold for all of them."""

import string
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from training.content.schema import Document
from training.content.text import forbidden, tidy

_LETTERS = "abcXYZéßжΩあ한中强ابپےދިক\u09beরถ่มកិន្ပါ" + string.digits
_MARKS = " .,;:!?'\"()-–—«»。、။៖؟/%&@#=+~|\\"
_ODD_WORDS = (
    *("NO", "yes", "null", "~", "true", "010", "1.10", "1e3", "0x1F", ".inf", "2026-01-31"),
    *("- a", "a: b", "a #b", "'", '"', "? x", "&a", "*b", "!c", "%d", "@e", "`f", "a:", "---"),
)
_IDS = (
    *("a", "b", "a-b", "look", "act", "final", "opening", "x9", "b-3f9a1c", "z-1"),
    *("true", "false", "null", "no", "on", "1", "0", "007", "1e3", "0x1f", "2026-01-31"),
)
_ANY = st.characters(
    exclude_categories=["Cs", "Cc", "Zl", "Zp"],
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff",
)


@cache
def lines() -> SearchStrategy[str]:
    """Return one tidy line of plain text, of any characters that may stand in text."""
    pieces = st.one_of(
        st.text(alphabet=_LETTERS + _MARKS, min_size=1, max_size=12),
        st.sampled_from(_ODD_WORDS),
        st.text(alphabet=_ANY, min_size=1, max_size=8),
    )
    joined = st.lists(pieces, min_size=1, max_size=3).map(" ".join).map(tidy)
    return joined.filter(lambda text: bool(text) and not any(forbidden(text)))


@cache
def prose() -> SearchStrategy[str]:
    """Return tidy plain text of one or more lines, some of them empty or indented."""
    more = st.one_of(lines(), lines().map(lambda line: f"  {line}"), st.just(""))
    tail = st.lists(more, max_size=3)
    return st.tuples(lines(), tail).map(lambda parts: tidy("\n".join([parts[0], *parts[1]])))


@cache
def _sentences() -> SearchStrategy[str]:
    """Return one line of Markdown that begins no block of another kind."""
    words = st.text(alphabet=_LETTERS + " ", min_size=1, max_size=12).map(str.strip)
    inline = st.builds(
        str.format,
        st.sampled_from(["{}", "**{}**", "*{}*,", "[{}](https://example.org/a)", "`{}`"]),
        words,
    )
    # The first letter keeps digits from beginning a list.
    return st.lists(inline, min_size=1, max_size=3).map(lambda parts: tidy("x" + " ".join(parts)))


@cache
def markdown() -> SearchStrategy[str]:
    """Return one block of Markdown that is no heading and no container."""
    one = _sentences()
    layouts = [
        ["{}", "{}\n{}", "{}\\\n{}"],
        ["- {}\n- {}", "- {}\n  - {}\n- {}", "1. {}\n\n   {}\n2. {}", "* {}\n\n\n* {}"],
        ["| {} | {} |\n|---|---|\n| {} | {} |", "> {}\n> {}", "> - {}\n>\n> {}"],
        ["```\n{}\n\n  {}\n```", "---"],
    ]
    layout = st.sampled_from([layout for group in layouts for layout in group])
    return st.builds(
        lambda chosen, texts: str.format(chosen, *texts), layout, st.tuples(*[one] * 4)
    )


def _unique_ids(minimum: int, maximum: int) -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(_IDS), min_size=minimum, max_size=maximum, unique=True)


def _ids_of(parts: tuple[dict[str, Any], ...]) -> list[str]:
    return [part["id"] for part in parts]


@dataclass
class _Author:
    """Writes the parts of a module out of a few texts, which keeps the drawing short."""

    draw: DrawFn
    lines: list[str]
    prose: list[str]
    markdown: list[str]

    def line(self) -> str:
        return self.draw(st.sampled_from(self.lines))

    def text(self) -> str:
        return self.draw(st.sampled_from(self.prose))

    def some(self, ids: list[str]) -> tuple[str, ...]:
        return tuple(id for id in ids if self.draw(st.booleans()))

    def module(self) -> dict[str, Any]:
        draw = self.draw
        kinds = ("legal", "practitioner", "survivor-led")
        more: list[dict[str, Any]] = [{"year": 2020}, {"url": "https://a.org:80/b?c=d#e"}, {}]
        sources = [
            {"id": id, "title": self.line(), "publisher": self.line(), **extra}
            for id, extra in zip(draw(_unique_ids(0, 3)), more, strict=False)
        ]
        return {
            "id": draw(st.sampled_from(_IDS)),
            "title": self.line(),
            "summary": self.text(),
            "audience": self.text(),
            "language": draw(st.sampled_from(["en", "fa-AF", "zh-Hans", "no"])),
            "minutes": draw(st.integers(1, 1000)),
            "outcomes": self._named(1, 2),
            "pass_mark": draw(st.integers(1, 100)),
            "attempts": draw(st.integers(1, 20)),
            "validity_months": draw(st.integers(1, 120)),
            "sensitivity": draw(st.sampled_from([None, *self.prose])),
            "slots": self._named(0, 2),
            "review": {kind: self._sign_off() for kind in kinds},
            "sources": tuple(sources),
            "licence": self.line(),
        }

    def _named(self, minimum: int, maximum: int) -> tuple[dict[str, str], ...]:
        ids = self.draw(_unique_ids(minimum, maximum))
        return tuple({"id": id, "text": self.line()} for id in ids)

    def _sign_off(self) -> dict[str, str] | None:
        return self.draw(st.sampled_from([None, {"by": self.line(), "on": "2024-02-29"}]))

    def lesson(self, id: str, number: int, module: dict[str, Any]) -> dict[str, Any]:
        slots = _ids_of(module["slots"])
        return {
            "id": id,
            "number": number,
            "title": self.line(),
            "minutes": self.draw(st.integers(1, 90)),
            "outcomes": self.some(_ids_of(module["outcomes"])),
            "sources": self.some(_ids_of(module["sources"])),
            "blocks": tuple(self._block(block, slots) for block in self.draw(_unique_ids(1, 5))),
        }

    def _block(self, id: str, slots: list[str]) -> dict[str, Any]:
        kinds = ["heading", "text", "text", "key-point", "warning", "case"]
        kind = self.draw(st.sampled_from([*kinds, "your-country"] if slots else kinds))
        text = self.draw(st.sampled_from(self.markdown))
        if kind == "heading":
            return {"id": id, "kind": kind, "text": "## " + self.draw(_sentences())}
        if kind == "text":
            return {"id": id, "kind": kind, "text": text}
        text += self.draw(st.sampled_from(["", f"\n\n{self.draw(_sentences())}"]))
        slot = {"slot": slots[0]} if kind == "your-country" else {}
        return {"id": id, "kind": kind, "text": text, **slot}

    def bank(self, module: dict[str, Any]) -> list[dict[str, Any]]:
        """Return items: for each outcome one or two of each use, in the order of their topics."""
        uses = [
            (outcome, use)
            for outcome in _ids_of(module["outcomes"])
            for use in ("practice", "exam")
            for _ in range(self.draw(st.integers(1, 2)))
        ]
        ids = self.draw(_unique_ids(len(uses), len(uses)))
        found = [
            {**self._item(), "id": id, "outcome": outcome, "use": use}
            | {"sources": self.some(_ids_of(module["sources"]))}
            for id, (outcome, use) in zip(ids, uses, strict=True)
        ]
        return sorted(found, key=lambda item: str(item["topic"]))

    def _item(self) -> dict[str, Any]:
        draw = self.draw
        type = draw(st.sampled_from(["single-choice", "multiple-choice", "true-false"]))
        values = {
            "type": type,
            "level": draw(st.sampled_from(["knowledge", "application"])),
            "prompt": self.text(),
            "explanation": self.text(),
            "topic": draw(st.sampled_from(["a", "null", "z-1"])),
        }
        if type == "true-false":
            return {**values, "key": draw(st.booleans()), "feedback": self.text()}
        options = draw(_unique_ids(3, 6))
        several = type == "multiple-choice"
        key = options[: draw(st.integers(2, len(options) - 1))] if several else options[-1:]
        return {
            **values,
            "options": tuple({"id": option, "text": self.line()} for option in options),
            "key": tuple(key) if several else key[0],
            "feedback": {option: self.text() for option in options if option not in key},
        }

    def quizzes(
        self, module: dict[str, Any], lessons: list[str], bank: list[dict[str, Any]]
    ) -> tuple[dict[str, Any], ...]:
        """Return a final on all outcomes, and perhaps a pre-test and a check."""
        found = []
        ids = self.draw(_unique_ids(1, 3))
        for id, kind in zip(ids, ("final", "check", "pre-test"), strict=False):
            use = "exam" if kind == "final" else "practice"
            draws = []
            for outcome in _ids_of(module["outcomes"]):
                there = [i for i in bank if i["outcome"] == outcome and i["use"] == use]
                draws.append({"outcome": outcome, "count": self.draw(st.integers(1, len(there)))})
            quiz = {"id": id, "kind": kind, "title": self.line(), "draws": tuple(draws)}
            found.append({**quiz, "lesson": lessons[-1]} if kind == "check" else quiz)
        return tuple(found)


@st.composite
def documents(draw: DrawFn) -> Document:
    """Return documents in which `checks.check` finds nothing."""
    author = _Author(
        draw,
        lines=draw(st.lists(lines(), min_size=1, max_size=5)),
        prose=draw(st.lists(prose(), min_size=1, max_size=3)),
        markdown=draw(st.lists(markdown(), min_size=1, max_size=4)),
    )
    module = author.module()
    lesson_ids = draw(_unique_ids(1, 3))
    numbers = draw(st.sampled_from([(1, 2, 3), (10, 20, 30), (9, 50, 99)]))
    bank = author.bank(module)
    quizzes = author.quizzes(module, lesson_ids, bank)
    required = draw(st.sampled_from(["all", tuple(lesson_ids[:1]), ()]))
    module["requires"] = {"lessons": required, "quizzes": (quizzes[0]["id"],)}
    lessons = [
        author.lesson(id, number, module) for id, number in zip(lesson_ids, numbers, strict=False)
    ]
    return Document.model_validate(
        {"module": module, "lessons": tuple(lessons), "items": tuple(bank), "quizzes": quizzes}
    )
