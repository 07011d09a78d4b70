"""A document: its canonical JSON, its digest, what is looked up in it, what it refuses."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from tests.content.module_folder import changed_files, module_files
from tests.content.strategies import documents
from training.content import folder
from training.content.schema import Document


def document(files: dict[str, bytes] | None = None) -> Document:
    read, findings = folder.read(files or module_files())
    assert findings == []
    assert read is not None
    return read


def canonical() -> dict[str, Any]:
    value = json.loads(document().canonical())
    assert isinstance(value, dict)
    return value


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_canonical_json_reads_back_as_the_same_document(generated: Document) -> None:
    again = Document.from_canonical(generated.canonical())

    assert again.digest == generated.digest
    assert again == generated
    assert again.canonical() == generated.canonical()


def test_the_digest_is_that_of_the_canonical_text() -> None:
    # Digests are kept for ever: this one may only change with the text of the module.
    digest = "6ffb024e79fdfabd5d429c0a8d77f55089beaa61eb010b4e0ec79ee6e1c0580d"

    assert document().digest == digest
    assert document(changed_files("quizzes.yaml", "title: Final", "title: Last")).digest != digest


def test_what_equals_its_default_is_not_in_the_canonical_text() -> None:
    value = canonical()

    assert "lesson" not in value["quizzes"][0]
    assert "slot" not in value["lessons"][0]["blocks"][0]
    assert value["module"]["review"]["practitioner"] is None


def test_parts_are_found_by_their_ids() -> None:
    read = document()

    assert read.lesson("acting").number == 20
    assert read.lesson("acting").file == "lessons/20-acting.md"
    assert read.item("call").topic == "act"
    assert read.quiz("check-looking").lesson == "looking"
    assert read.outcome("look").text == "Look at a passport in a fixed order."
    for find in (read.lesson, read.item, read.quiz, read.outcome):
        with pytest.raises(KeyError):
            find("nowhere")


def test_a_final_takes_exam_items_and_the_others_practice() -> None:
    uses = {quiz.kind: quiz.use for quiz in document().quizzes}

    assert uses == {"pre-test": "practice", "check": "practice", "final": "exam"}


def test_all_lessons_are_required_unless_some_are_named() -> None:
    some = changed_files("module.yaml", "  lessons: all\n", "  lessons:\n    - acting\n")

    assert document().required_lessons() == ("looking", "acting")
    assert document(some).required_lessons() == ("acting",)
    assert document().required_quizzes() == ("final",)


def test_a_document_does_not_change() -> None:
    module: Any = document().module

    with pytest.raises(ValidationError, match="frozen"):
        module.title = "Other"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("module", "minutes"), 1.0),
        (("module", "minutes"), "15"),
        (("module", "minutes"), True),
        (("module", "title"), "two\nlines"),
        (("module", "title"), " space"),
        (("module", "title"), "tab\tinside"),
        (("module", "title"), "decomposed e\u0301"),
        (("module", "title"), "bell \u0007"),
        (("module", "title"), "isolate \u2066"),
        (("module", "title"), "half \ud800"),
        (("module", "summary"), "space at the end \nof a line"),
        (("module", "summary"), "x" * 4001),
        (("lessons", 0, "blocks", 0, "text"), "x" * 10_001),
        (("lessons", 0, "number"), 20),
        (("lessons", 0, "number"), 21),
        (("items", 0, "topic"), "look"),
        (("items", 0, "key"), "false"),
        (("quizzes",), [{}] * 201),
        (("extra",), 1),
    ],
)
def test_a_document_outside_the_schema_is_refused(path: tuple[Any, ...], value: Any) -> None:
    changed = canonical()
    inner: Any = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value

    with pytest.raises(ValueError, match="validation error"):
        Document.from_canonical(json.dumps(changed))


@given(documents())
@settings(max_examples=5, deadline=None)
def test_a_changed_copy_has_a_digest_and_lookups_of_its_own(document: Document) -> None:
    first = document.lessons[0]
    assert document.digest
    assert document.lesson(first.id) == first
    renamed = first.model_copy(update={"title": first.title + "x"})
    copied = document.model_copy(update={"lessons": (renamed, *document.lessons[1:])})
    assert copied.digest == Document.from_canonical(copied.canonical()).digest != document.digest
    assert copied.lesson(first.id) == renamed
