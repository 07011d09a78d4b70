"""A module goes from folder to document and back without loss, and has one form only."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.module_folder import changed_files, module_files
from tests.content.strategies import documents
from training.content import canonical_form, folder
from training.content.lesson_source import read_blocks
from training.content.schema import Document
from training.core import markup

LESSON = "lessons/10-looking.md"
HEAD = module_files()[LESSON].decode().split("{#opening}")[0]


def formatted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    written, findings = canonical_form.format(files)
    assert findings == []
    assert written is not None
    return written


def formatted_body(body: str) -> str:
    files = formatted({**module_files(), LESSON: (HEAD + body).encode()})
    return files[LESSON].decode().removeprefix(HEAD)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_writing_and_reading_are_inverse(document: Document) -> None:
    files = canonical_form.write(document)

    assert folder.read(files) == (document, [])
    assert formatted(files) == files


def test_the_small_module_is_canonical() -> None:
    assert formatted(module_files()) == module_files()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("module.yaml", "id: small-module\n", "# a comment\n\nid: 'small-module'\n"),
        ("module.yaml", "minutes: 15\n", "minutes: +015\n"),
        ("module.yaml", "    - final\n", "  - final   \n"),
        ("module.yaml", "  quizzes:\n    - final\n", "  quizzes: [final]\n"),
        ("module.yaml", "title: Passports at a glance\n", "title: >\n  Passports\n  at a glance\n"),
        ("module.yaml", "  practitioner: null\n", "  practitioner: ~\n"),
        ("module.yaml", "publisher: A publisher\n", 'publisher: "A\tpublisher "\n'),
        ("module.yaml", "pass_mark: 80\nattempts: 3\n", "attempts: 3\npass_mark: 80\n"),
        ("quizzes.yaml", "quizzes:\n", "quizzes:\r\n"),
        ("quizzes.yaml", "quizzes:\n", "\ufeffquizzes:\n"),
        ("quizzes.yaml", "title: Final\n", "title: Final\n    lesson: null\n"),
        ("items/act.yaml", "    prompt: |\n", "    prompt: |-\n"),
        (
            "items/look.yaml",
            "      picture: The picture comes second.\n      stamps: The stamps come last.\n",
            "      stamps: The stamps come last.\n      picture: The picture comes second.\n",
        ),
        (LESSON, "## The order\n", "## The order  \n\n\n"),
        (LESSON, "{#order}\n", "{#order}\n\n"),
        (LESSON, "---\n{#opening}\n", "---\n\n\n{#opening}\n"),
        (LESSON, "::: key-point\n", ":::: key-point\n\n"),
        (LESSON, "Always the same order.\n", "  Always the same order.\t\n"),
        (LESSON, "**first**?\n\n", "**first**?\n"),
        (LESSON, "| cover | emblem |\n\n", "| cover | emblem |\n"),
        ("lessons/20-acting.md", "sources: []\n", "sources:\n  []\n"),
    ],
)
def test_layout_does_not_count(file: str, old: str, new: str) -> None:
    assert formatted(changed_files(file, old, new)) == module_files()


def test_text_is_composed() -> None:
    files = formatted(changed_files("quizzes.yaml", "title: Final", "title: Finale\u0301"))

    assert "title: Final\u00e9\n".encode() in files["quizzes.yaml"]


def test_blocks_without_an_id_get_one_that_stays() -> None:
    body = "One.\n\n## Two\n\n{#three}\n- three\n\nOne.\n"

    written = formatted_body(body)

    assert written == (
        "{#b-70277b}\nOne.\n\n{#b-030bc9}\n## Two\n\n{#three}\n- three\n\n{#b-77cff7}\nOne.\n"
    )
    assert formatted_body(written) == written
    assert formatted_body("Before.\n\n" + body).endswith(written)
    assert "{#b-70277b}\nOne." not in formatted_body("{#b-70277b}\nOther.\n\nOne.\n")


def test_a_folder_whose_parts_do_not_fit_is_formatted_all_the_same() -> None:
    files = changed_files("quizzes.yaml", "lesson: looking", "lesson: 'nowhere'")

    assert b"    lesson: nowhere\n" in formatted(files)["quizzes.yaml"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("module.yaml", b"id: [\n"),
        ("notes.txt", b"Mine."),
        ("lessons/30-other.md", b"{#a}\nNo head.\n"),
    ],
)
def test_a_folder_that_cannot_be_understood_is_left_alone(file: str, content: bytes) -> None:
    written, findings = canonical_form.format({**module_files(), file: content})

    assert written is None
    assert [finding.file for finding in findings] == [file]


_PIECES = (
    *("a", "b c", "- ", "* ", "1. ", "2) ", "> ", "# ", "## ", "---", "===", "|", "|---|", "\\"),
    *("\n", "\n", "\n\n", "  ", "    ", " ", "\t", "**", "*", "`", "[x](https://a.b)", "<b>"),
    *("{#i}", "{#j}\n", ":::", ":::\n", "::: case\n", "\n::: case\n"),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=20).map("".join))
def test_formatting_changes_nothing_that_is_shown(body: str) -> None:
    files, _ = canonical_form.format({**module_files(), LESSON: (HEAD + body).encode()})
    if files is None:
        return
    assert formatted(files) == files
    if "{#" not in body and ":::" not in body:
        blocks, _ = read_blocks(files[LESSON].decode().removeprefix(HEAD), LESSON)
        tidy = "\n".join(line.expandtabs(4).rstrip() for line in body.split("\n"))
        assert "".join(markup.render(block.text) for block in blocks) == markup.render(tidy)
