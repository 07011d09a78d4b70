"""YAML in plain forms is read quickly, and never otherwise than by the whole reader."""

import random
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings

from tests.content.module_folder import module_files
from tests.content.strategies import documents
from tests.counts import tries
from training.content import canonical_form, folder, plain_yaml, yaml_reader
from training.content.plain_yaml import BeyondLimitError, OtherFormError
from training.content.schema import Document
from training.content.yaml_values import DEPTH_LIMIT, Tree

MODULE = Path(__file__).parents[2] / "modules" / "trafficking-or-smuggling"

FEW = 20
FORMS = """\
# A comment.
a: plain, with {brackets} and 'quotes'  # and a comment
b:
  - one   # first
  - "two: three"
  -  'it''s'
  - - nested
    - -3
  - c: 1
    d:
      e: true

    f: [g, h-2,  i]
j:
- same column
- k: ~
empty:
l: |
  Lines

    and more
  # no comment
m: >-
  Folded
  lines


  twice
n: a text that
  goes on
    and on
"o": []
p: {}
"""


def read_or_none(text: str) -> Tree | None:
    try:
        return plain_yaml.read(text, 3)
    except (OtherFormError, BeyondLimitError):
        return None


def demand_same(text: str) -> bool:
    """Fail where the two readers differ; tell whether the text is in plain forms."""
    tree = read_or_none(text)
    if tree is not None:
        assert yaml_reader.read(text, "a.yaml", 3) == (tree, []), text
    return tree is not None


def test_plain_forms_are_read() -> None:
    assert demand_same(FORMS)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b\n  c: d\n", 1),
        ("a: b\n c\nd: 'e\n  f'\n", 2),
        ("a: &b c\n", 0),
        ("a: *b\n", 0),
        ("a: !c b\n", 0),
        ("a: b: c\n", 0),
        ("a:\n    - b\n   - c\n", 2),
        ("a:\tb\n", 0),
        ("a: 1\na: 2\n", 1),
        ("---\na: b\n", 0),
        ('a: "\\x41"\n', 0),
        ("a: |\nb: c\n", 0),
        ("a: |2\n  b\n", 0),
        ("a: >\n  b\n    c\n", 0),
        ("a: [b, [c]]\n", 0),
        ("<<: a\n", 0),
        ("- \n", 0),
        ("\n# nothing\n", 3),
        ("", 1),
    ],
)
def test_other_forms_are_left_to_the_whole_reader_from_their_line(text: str, line: int) -> None:
    with pytest.raises(OtherFormError) as caught:
        plain_yaml.read(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    ["a:\n" + "  - b\n" * FEW, "- " * (DEPTH_LIMIT + 2) + "a\n"],
    ids=["values", "depth"],
)
def test_the_limits_are_those_of_the_whole_reader(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in (plain_yaml, yaml_reader):
        monkeypatch.setattr(reader, "NODE_LIMIT", FEW)
    with pytest.raises(BeyondLimitError) as caught:
        plain_yaml.read(text)
    _, (finding,) = yaml_reader.read(text, "a.yaml")
    assert (finding.line, finding.column) == caught.value.place
    assert (finding.message, finding.remedy) == caught.value.words


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_what_is_written_differs_for_neither(document: Document) -> None:
    for file, content in canonical_form.write(document).items():
        if file.endswith(".yaml"):
            demand_same(content.decode())


def test_the_modules_are_written_in_plain_forms() -> None:
    """Otherwise reading them would take three times as long, and large ones would be refused."""
    for files in (module_files(), folder.files_in(MODULE)):
        for file, content in files.items():
            if file.endswith(".yaml"):
                assert demand_same(content.decode()), file


_PIECES = [
    *"\n\n\n\n  :-#|>'\"[]{}&*!%@`,?.~\\ab1é",
    *(": ", " #", "- ", "\n  ", "\n- ", "a: ", "|\n   b"),
]


def test_no_damage_is_read_otherwise_than_by_the_whole_reader() -> None:
    random_ = random.Random(12)
    sources = [FORMS, *(c.decode() for f, c in module_files().items() if f.endswith(".yaml"))]
    plain = 0
    for _ in range(tries(4_000, 100_000)):
        text = random_.choice(sources)
        start = random_.randrange(len(text) // 2)
        text = dedent(text[text.rfind("\n", 0, start) + 1 : start + 300])
        for _ in range(random_.randint(1, 3)):
            place = random_.randrange(len(text))
            cut = random_.choice([0, 0, 1, 2, 8])
            text = text[:place] + random_.choice(_PIECES) + text[place + cut :]
        plain += demand_same(text)
    assert plain > 100  # otherwise nothing was compared
