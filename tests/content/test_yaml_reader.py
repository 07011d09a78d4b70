"""YAML to plain values with their places, and none of what makes YAML dangerous."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.strategies import lines, prose
from training.content import yaml_reader, yaml_writer
from training.content.findings import KEY
from training.content.yaml_values import OtherNumber


def value_of(text: str) -> object:
    tree, findings = yaml_reader.read(text, "a.yaml")
    assert findings == []
    assert tree is not None
    return tree.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("1:30", "1:30"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("007", 7),
        ("-3", -3),
        ("true", True),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ('"12"', "12"),
        ("1.10", OtherNumber()),
        (".inf", OtherNumber()),
        ("0x1F", OtherNumber()),
        ("1e3", OtherNumber()),
        ("9" * 5000, OtherNumber()),
        ("[]", ()),
        ("{}", {}),
        ("[a, 1]", ("a", 1)),
        ("|\n  two\n  lines \n\n", "two\nlines"),
        (">\n  one\n  line\n", "one line"),
        ('" a\\tb "', "a b"),
        ("'e\u0301'", "\u00e9"),
    ],
)
def test_values_are_those_of_yaml_1_2_made_tidy(written: str, value: object) -> None:
    assert value_of(f"a: {written}\n") == {"a": value}


def test_keys_are_always_text() -> None:
    assert value_of("1: a\ntrue: b\nnull: c\n") == {"1": "a", "true": "b", "null": "c"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: &x b", "1:4: anchors and aliases"),
        ("a:\n  - &x b\n  - *x", "2:5: anchors and aliases"),
        ("? &x a\n: b", "1:3: anchors and aliases"),
        ("a: *x", "1:4: anchors and aliases"),
        ("<<: *x", "1:5: anchors and aliases"),
        ("a: !!python/object/apply:os.system [b]", "1:4: tags"),
        ("a: !x b", "1:4: tags"),
        ("!!map\na: b", "1:1: tags"),
        ("? [a]\n: b", "1:3: a key is not plain text"),
        ("? {a: b}\n: c", "1:3: a key is not plain text"),
        ("%YAML 1.1\n---\na: b", "2:1: directives"),
        ("a: b\n---\nc: d", "2:1: a second document"),
        ("", "1:1: there is nothing here"),
        ("# only this\n\n", "1:1: there is nothing here"),
        ("a: b\na: c", "2:1: the key `a` is there twice"),
        ("a:\n  b: c\n  b: d", "3:3: the key `b` is there twice"),
        ("a: b: c", "1:5: a colon stands where none can"),
        ("a:\n\t- b", "2:1: a tab stands where only spaces can"),
        ('a: b\nc: "d\ne: f', "2:4: a quote is not closed"),
        ("a: b\nc\nd: e", "3:1: a line is neither text nor `key: value`"),
        ("a: [b", "1:6: YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: @b", "1:4: YAML: found character '@' that cannot start any token"),
        ('a: "\\q"', "1:6: YAML: found unknown escape character 'q'"),
        ("a: " + "[" * 5_000, "1:16: the values lie too deep"),
    ],
)
def test_what_modules_have_no_use_for_is_refused(text: str, finding: str) -> None:
    _, findings = yaml_reader.read(text, "a.yaml")

    assert len(findings) == 1
    assert str(findings[0]).startswith(f"a.yaml:{finding}")


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\n"

    tree, findings = yaml_reader.read(bomb, "a.yaml")

    assert tree is None
    assert [(found.line, found.column) for found in findings] == [(1, 4)]


def test_places_are_found_by_the_way_to_them() -> None:
    tree, _ = yaml_reader.read("a:\n  - b: c\n    d:\ne: f\n", "a.yaml", first_line=11)
    assert tree is not None

    assert tree.locate(("a", 0, "b")) == (12, 8)
    assert tree.locate(("a", 0, "b", KEY)) == (12, 5)
    assert tree.locate(("a", 0, "d")) == (13, 5)
    assert tree.locate(("a", 0, "some-type", "b")) == (12, 8)
    assert tree.locate(("a", 0, "missing")) == (12, 5)
    assert tree.locate(("missing",)) == (11, 1)


_scalars = st.one_of(lines(), prose(), st.booleans(), st.integers(-999, 10**14), st.none())
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple), st.dictionaries(lines(), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(lines(), _values, min_size=1, max_size=3))
def test_what_is_written_reads_back(mapping: dict[str, object]) -> None:
    text = yaml_writer.dump(mapping)

    assert value_of(text) == mapping
    assert all(line == line.rstrip(" ") for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("it's: so", '"it\'s: so"'),
        ('he said: "no"', "'he said: \"no\"'"),
        ('it\'s: "no"', "'it''s: \"no\"'"),
        ("a: \\b", "'a: \\b'"),
        ("a # b", '"a # b"'),
        ("a#b", "a#b"),
        ("- a", '"- a"'),
        ("-a", "-a"),
        ("what?", "what?"),
        ("true", '"true"'),
        ("NO", "NO"),
        ("12", '"12"'),
        ("two\nlines", "|\n  two\n  lines"),
    ],
)
def test_text_is_quoted_only_where_it_must_be(text: str, written: str) -> None:
    assert yaml_writer.dump({"a": text}) == f"a: {written}\n"
