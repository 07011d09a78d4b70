"""The kinds of value that a module is made of, each with its bounds."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from training.content import text

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[^\s<>\"\\^`{|}]*)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Model(BaseModel):
    """A part of a module: unknown keys are refused, types are exact, nothing changes.

    A field has a default only where its key may be left out, and the default is None or empty:
    what equals its default is not written, neither to files nor to canonical JSON, so that a
    key added to the format leaves the digests of older modules as they are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, serialize_by_alias=True)


def refusal(message: str, remedy: str) -> PydanticCustomError:
    """Return the error for a validator to raise: `message` and `remedy` as in a finding."""
    return PydanticCustomError(
        "refusal", "{message}. {remedy}.", {"message": message, "remedy": remedy}
    )


def _tidy_text(value: str) -> str:
    for _, message, remedy in text.forbidden(value):
        raise refusal(message, remedy)
    if value != text.tidy(value):
        raise refusal("the text is not in its tidy form", "Run `modules format`")
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise refusal("the text goes over several lines", "Write it on one line")
    return value


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise refusal(
            "this is not an id", "Use small letters a to z, digits and single hyphens between them"
        )
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise refusal("this is not a language tag", "Write it as in `en`, `fa-AF` or `zh-Hans`")
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise refusal("this is not a web address", "Begin it with `https://`")
    return value


def _day(value: str) -> str:
    try:
        if _DAY.fullmatch(value):
            date.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise refusal("this is not a day", "Write year, month and day as in `2026-01-31`")


Id = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_id)]
"""What records, translations and other parts name a part by: ASCII, stable."""

Title = Annotated[
    str, Field(min_length=1, max_length=150), AfterValidator(_tidy_text), AfterValidator(_one_line)
]
"""A heading: one short line of plain text."""

Line = Annotated[
    str, Field(min_length=1, max_length=500), AfterValidator(_tidy_text), AfterValidator(_one_line)
]
"""One line of plain text."""

Prose = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(_tidy_text)]
"""Plain text of one or more lines."""

MARKDOWN_LENGTH = 10_000
"""How many characters a block of a lesson may have."""

Markdown = Annotated[
    str, Field(min_length=1, max_length=MARKDOWN_LENGTH), AfterValidator(_tidy_text)
]
"""The text of one block of a lesson."""

Language = Annotated[str, Field(max_length=16), AfterValidator(_language)]
"""A BCP 47 tag: language, then script and region where they matter."""

Address = Annotated[str, Field(max_length=500), AfterValidator(_address)]
"""A web address over https."""

Day = Annotated[str, Field(max_length=10), AfterValidator(_day)]
"""A day of the calendar, `YYYY-MM-DD`."""

Ids = Annotated[tuple[Id, ...], Field(max_length=100)]
"""Names of other parts."""
