"""The one way to write a module as a folder: the same document gives the same bytes."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from training.content.fields import Model
from training.content.findings import Finding
from training.content.folder import FolderReading
from training.content.items import Item
from training.content.lesson_source import write_lesson
from training.content.schema import (
    MODULE_FILE,
    NOT_WRITTEN,
    QUIZZES_FILE,
    Document,
    topic_file,
)
from training.content.yaml_writer import dump


def write(document: Document) -> dict[str, bytes]:
    """Return the files of a document by their paths in the module's folder."""
    files = {MODULE_FILE: dump(_keys(document.module))}
    for lesson in document.lessons:
        files[lesson.file] = write_lesson(dump(_keys(lesson)), lesson)
    for topic, items in groupby(document.items, key=lambda item: item.topic):
        files[topic_file(topic)] = dump({"items": [_item_keys(item) for item in items]})
    files[QUIZZES_FILE] = dump({"quizzes": [_keys(quiz) for quiz in document.quizzes]})
    return {file: text.encode() for file, text in files.items()}


def format(files: Mapping[str, bytes]) -> tuple[dict[str, bytes] | None, list[Finding]]:
    """Return the same folder in canonical form, where a block that lacked an id has got one.

    None, with the findings, where the files cannot be understood. What is understood is written
    even if its parts do not fit together: `folder.read` tells of that.
    """
    reading = FolderReading(files, gives_ids=True)
    document = reading.document()
    findings = reading.findings()
    return write(document) if document and not findings else None, findings


def _keys(part: Model) -> dict[str, Any]:
    """Return what is written of a part, in the order of the schema."""
    return part.model_dump(exclude=set(NOT_WRITTEN), exclude_defaults=True)


def _item_keys(item: Item) -> dict[str, Any]:
    """Return what is written of an item; feedback stands in the order of the options."""
    keys = _keys(item)
    feedback = keys["feedback"]
    if isinstance(feedback, dict):
        order = [*item.option_ids(), *sorted(feedback)]
        keys["feedback"] = {id: feedback[id] for id in sorted(feedback, key=order.index)}
    return keys
