"""What the schema refuses, said in plain words and with its place in the file."""

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from training.content.findings import FINDING_LIMIT, KEY, Finding, Path, quoted
from training.content.schema import NOT_WRITTEN
from training.content.yaml_values import OtherNumber, Tree

_KINDS: list[tuple[type | tuple[type, ...], str]] = [
    (bool, "a truth value"),
    (int, "a whole number"),
    (OtherNumber, "a number of another kind"),
    (str, "text"),
    (tuple, "a list"),
    (dict, "a group of keys"),
]

_TEXT = ("text", "Put it in quotes")
_MAPPING = ("a group of keys", "Write `key: value`, each on a line of its own")
_EXPECTED = {
    "string_type": _TEXT,
    "literal_error": _TEXT,
    "int_type": ("a whole number", "Write it in digits, without quotes"),
    "bool_type": ("`true` or `false`", "Write it without quotes"),
    "tuple_type": ("a list", "Write each entry on a line of its own after `- `"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}


def explain(
    error: ValidationError, model: type[BaseModel], tree: Tree, file: str
) -> Iterator[Finding]:
    """Yield a finding for each thing in `tree` that `model` refused."""
    for detail in error.errors(include_url=False)[:FINDING_LIMIT]:
        path: Path = detail["loc"]
        if detail["type"] == "extra_forbidden":
            yield Finding(file, *tree.locate((*path, KEY)), *unknown_key(path, model))
        elif words := _words(detail):
            yield Finding(file, *tree.locate(path), *words)


def unknown_key(path: Path, model: type[BaseModel]) -> tuple[str, str]:
    """Return message and remedy for the key at the end of `path`, which `model` does not know."""
    models = [model]
    for part in path[:-1]:
        models = list(_step(models, part))
    known = {  # as a dict, which keeps the order of the schema
        field.alias or name: None
        for found in models
        for name, field in found.model_fields.items()
        if name not in NOT_WRITTEN
    }
    message = f"the key {quoted(str(path[-1]))} is not known here"
    nearest = difflib.get_close_matches(str(path[-1]), known, n=1)
    if nearest:
        return message, f"Did you mean `{nearest[0]}`?"
    return message, f"Keys known here: {', '.join(known)}"


def _words(detail: ErrorDetails) -> tuple[str, str] | None:
    """Return message and remedy, or None where another error says it better."""
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "refusal":
        return context["message"], context["remedy"]
    if kind == "missing":
        return f"the key `{detail['loc'][-1]}` is missing", "Add it"
    if kind == "union_tag_not_found":
        return f"the key `{context['discriminator'][1:-1]}` is missing", "Add it"
    if kind == "union_tag_invalid":
        return _not_one_of(context["tag"], context["expected_tags"])
    if kind == "literal_error" and isinstance(given, str):
        return _not_one_of(given, context["expected"])
    if kind in _EXPECTED:
        return _not_the_kind(given, *_EXPECTED[kind])
    return _beyond_bounds(kind, given, context)


def _not_one_of(given: str, expected: str) -> tuple[str, str]:
    known = expected.replace("'", "").replace(" or ", ", ")
    return f"{quoted(given)} is not known here", f"Use one of: {known}"


def _not_the_kind(given: Any, expected: str, remedy: str) -> tuple[str, str]:
    if given is None:
        return f"{expected} is expected here, but there is nothing", "Fill it in"
    found = next(name for kind, name in _KINDS if isinstance(given, kind))
    if expected == "text" and isinstance(given, tuple | dict):
        remedy = "Write it on the line of its key"
    return f"{expected} is expected here, not {found}", remedy


def _beyond_bounds(kind: str, given: Any, context: dict[str, Any]) -> tuple[str, str] | None:
    if kind == "string_too_short":
        return "the text is empty", "Fill it in"
    if kind == "string_unicode":
        return "the text holds one half of a character (a lone surrogate)", "Take it out"
    if kind == "string_too_long":
        return (
            f"the text has {len(given)} characters, more than {context['max_length']}",
            "Shorten it",
        )
    if kind == "too_short":
        if len(given) >= context["min_length"]:
            return None  # Enough of them, but not all are sound: each says so itself.
        if not given:
            return "there is nothing in it", "Fill it in"
        return f"there are fewer than {context['min_length']} entries", "Add what is missing"
    if kind == "too_long":
        return f"there are more than {context['max_length']} entries", "Take some out"
    if kind == "greater_than_equal":
        return f"{given} is too small", f"Write {context['ge']} or more"
    if kind == "less_than_equal":
        return f"{given} is too large", f"Write {context['le']} or less"
    return f"{quoted(str(given))} is not accepted here", "Compare with a module that is accepted"


def _step(models: list[type[BaseModel]], part: str | int) -> Iterator[type[BaseModel]]:
    """Yield the models that lie one step along a path: a field, a position or a type's name."""
    for model in models:
        kind = model.model_fields.get("type")
        if isinstance(part, int) or (kind and part in get_args(kind.annotation)):
            yield model
            continue
        for name, field in model.model_fields.items():
            if part == (field.alias or name):
                yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
