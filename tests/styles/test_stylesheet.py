"""The stylesheet: small, one for both directions, whole in the oldest browsers that we serve."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import brotli
import pytest
import tinycss2
from tinycss2.ast import Declaration, FunctionBlock, IdentToken, Node, QualifiedRule

from config import ROOT

SHEET = (ROOT / "static" / "css" / "waypost.css").read_text(encoding="utf-8")
SUPPORT = {
    kind: set(names)
    for kind, names in json.loads(
        Path(__file__).with_name("support.json").read_text(encoding="utf-8")
    ).items()
}
MOST_BYTES = 12_000
ENHANCEMENTS = {
    "accent-color": "a box to tick keeps the browser's own colour",
    "break-after: avoid": "a title may stand alone at the end of a printed page",
    "print-color-adjust": "beside the prefixed one that older ones know",
    "font-family: ui-monospace": "the next of the fonts named is taken",
    "forced-color-adjust": "comes with the media feature below",
    "@media prefers-contrast": "the contrast is 7:1 without it",
    "@media forced-colors": "an older browser draws its high contrast by itself",
    "text-size-adjust": "beside the prefixed one that older ones know",
}
PHYSICAL = re.compile(
    r"(margin|padding|border)-(left|right|top|bottom)|^(left|right|top|bottom|width|height)$"
    r"|^(min|max)-(width|height)$"
)


def test_the_sheet_is_small() -> None:
    """As it is sent."""
    assert len(brotli.compress(SHEET.encode())) <= MOST_BYTES


def test_the_oldest_browsers_know_all_that_is_no_enhancement() -> None:
    """Chrome 87 and Firefox 115; what is an enhancement is used, and is named with what happens
    without it."""
    newer = set(newer_than_the_oldest(SHEET))
    assert newer - ENHANCEMENTS.keys() == set()
    assert ENHANCEMENTS.keys() - newer == set()


@pytest.mark.parametrize(
    ("written", "newer"),
    [
        ("p { aspect-ratio: 1 }", "aspect-ratio"),
        ("p { overflow: clip }", "overflow: clip"),
        ("p { color: color-mix(in srgb, red, blue) }", "color-mix()"),
        (":is(p) { color: red }", ":is"),
        ("p:has(a) { color: red }", ":has"),
        ("@layer a { p { color: red } }", "@layer"),
        ("@media (prefers-contrast: more) { p { color: red } }", "@media prefers-contrast"),
        ("@media print { p { inset-area: none } }", "inset-area"),
        ("p { colour: red }", "colour"),
    ],
)
def test_control_what_is_newer_is_found(written: str, newer: str) -> None:
    """And what no browser has ever known."""
    assert list(newer_than_the_oldest(written)) == [newer]


def test_nothing_says_left_or_right() -> None:
    """One sheet for both directions of writing."""
    names = {declaration.name for _, declarations in rules(SHEET) for declaration in declarations}
    assert {name for name in names if PHYSICAL.search(name)} == set()


def test_sizes_and_colours_have_names() -> None:
    """Outside :root no colour is written out."""
    written = [
        f"{selector}: {declaration.name}"
        for selector, declarations in rules(SHEET)
        for declaration in declarations
        if not declaration.name.startswith("--")
        and re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", tinycss2.serialize(declaration.value))
    ]
    assert written == []


def newer_than_the_oldest(sheet: str) -> Iterator[str]:
    """Yield the names in a sheet of what one of the oldest browsers does not know."""
    for selector, declarations in rules(sheet):
        for pseudo in re.findall(r"::?([a-z-]+)", selector):
            if pseudo not in SUPPORT["selectors"]:
                yield f":{pseudo}"
        for declaration in declarations:
            yield from _newer_in(declaration)
    for name, prelude in at_rules(tinycss2.parse_stylesheet(sheet, True, True)):
        if name not in SUPPORT["at-rules"]:
            yield f"@{name}"
        for feature in re.findall(r"\(\s*(?:min-|max-)?([a-z-]+)", prelude):
            if name == "media" and f"media {feature}" not in SUPPORT["at-rules"]:
                yield f"@media {feature}"


def _newer_in(declaration: Declaration) -> Iterator[str]:
    name = declaration.lower_name
    if not name.startswith(("--", "-webkit-")) and name not in SUPPORT["properties"]:
        yield name
        return
    for token in _inside(declaration.value):
        if isinstance(token, IdentToken) and f"{name} {token.lower_value}" in SUPPORT["lacking"]:
            yield f"{name}: {token.value}"
        if isinstance(token, FunctionBlock) and token.lower_name not in SUPPORT["functions"]:
            yield f"{token.name}()"


def _inside(tokens: Iterable[Node]) -> Iterator[Node]:
    for token in tokens:
        yield token
        yield from _inside(
            getattr(token, "arguments", None) or getattr(token, "content", None) or ()
        )


def rules(sheet: str) -> Iterator[tuple[str, list[Declaration]]]:
    """Yield the selectors of each rule of a sheet, wherever it stands, with its declarations."""
    yield from _rules(tinycss2.parse_stylesheet(sheet, True, True))


def _rules(nodes: Iterable[Node]) -> Iterator[tuple[str, list[Declaration]]]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            found = tinycss2.parse_declaration_list(node.content, True, True)
            yield tinycss2.serialize(node.prelude).strip(), found
        elif node.content and node.lower_at_keyword in ("media", "supports", "layer"):
            yield from _rules(tinycss2.parse_rule_list(node.content, True, True))


def at_rules(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Yield the name of each at-rule and what stands before its braces."""
    for node in nodes:
        if node.type == "at-rule":
            yield node.lower_at_keyword, tinycss2.serialize(node.prelude)
            if node.content and node.lower_at_keyword in ("media", "supports", "layer"):
                yield from at_rules(tinycss2.parse_rule_list(node.content, True, True))
