"""Pure rules of imports: what a row of a spreadsheet says, or all that is wrong with it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from training.core.characters import is_acceptable, is_visible
from training.people import rules

UNITS: Final = ("state", "agency", "post", "code", "since", "until")
PEOPLE: Final = (
    *("state", "agency", "post", "number", "name", "latin_name"),
    *("email", "language", "since", "leaving"),
)
COLUMNS: Final[dict[str, tuple[str, ...]]] = {"units": UNITS, "people": PEOPLE}
"""The columns of each kind of table, by their ids."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {"units": ("state",), "people": ("agency",)}
"""Columns without which a table says nothing."""

_NAME_LENGTH, _HEAD_LENGTH = 200, 80
_YEARS = range(1950, 2101)
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how a CSV file keeps the zeros of a number
_SHIELDED = re.compile(r"'(?=\W)")  # how one keeps a text from being taken for a formula
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: a key of `import_texts.fault_texts`, and what its text names."""

    key: str
    column: str | None = None
    value: str | int | None = None


@dataclass(frozen=True)
class UnitRow:
    """What a row says of a unit: the names of the way to it, of which the last is its own."""

    state: str
    agency: str | None
    post: str | None
    code: str | None
    since: date | None
    until: date | None

    @property
    def way(self) -> tuple[str, ...]:
        """The names from the State down to the unit."""
        return tuple(name for name in (self.state, self.agency, self.post) if name)


@dataclass(frozen=True)
class PersonRow:
    """What a row says of a person; None: nothing, so that what is known of it stays."""

    state: str | None
    agency: str
    post: str | None
    number: str | None
    name: str | None
    latin_name: str | None
    email: str | None
    language: str | None
    since: date | None
    leaving: date | None


def heads(row: Sequence[str], names: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return in which column of a row of heads each known one stands; `names` are what a column
    may be called, by its id. Raises KeyError with the id of one that stands there twice."""
    known = {_head(name): id for id, all_names in names.items() for name in (id, *all_names)}
    found: dict[str, int] = {}
    for place, text in enumerate(row):
        id = known.get(_head(text))
        if id in found:
            raise KeyError(id)
        if id is not None:
            found[id] = place
    return found


def read_unit(cells: Mapping[str, str]) -> tuple[UnitRow | None, list[Fault]]:
    """Return what a row says of a unit, or its faults."""
    read = _Reader(cells)
    state, agency = read.line("state"), read.line("agency")
    post = read.line("post")
    code = (read.line("code") or "").upper() or None
    since, until = read.day("since"), read.day("until")
    if not state:
        read.say("missing", "state")
    if post and not agency:
        read.say("missing", "agency")
    if code and (agency or not rules.UNIT_CODE.fullmatch(code)):
        read.say("code", "code")
    if since and until and until <= since:
        read.say("ends_before", "until")
    if read.faults:
        return None, read.faults
    return UnitRow(state or "", agency, post, code, since, until), []


def read_person(cells: Mapping[str, str]) -> tuple[PersonRow | None, list[Fault]]:
    """Return what a row says of a person, or its faults."""
    read = _Reader(cells)
    state, agency, post = read.line("state"), read.line("agency"), read.line("post")
    number, email = read.number(), read.line("email", rules.EMAIL_LENGTH)
    name, latin_name = read.line("name"), read.line("latin_name")
    language = read.line("language")
    since, leaving = read.day("since"), read.day("leaving")
    if not agency:
        read.say("missing", "agency")
    if email and not rules.is_address(email):
        read.say("email", "email")
    if language and not rules.is_language_tag(language):
        read.say("language", "language")
    if not number and not email and not read.faults:
        read.say("nobody", "number")
    if read.faults:
        return None, read.faults
    address = rules.fold_email(email) if email else None
    row = PersonRow(
        state, agency or "", post, number, name, latin_name, address, language, since, leaving
    )
    return row, []


def can_be_done(counts: Mapping[str, int]) -> bool:
    """Tell whether an import with so many rows of each deed can be applied: all of it, or nothing;
    and there is something to do."""
    return "fault" not in counts and bool(counts.keys() - {"same"})


def lost_zeros(number: str, longest_with_zero: int) -> str | None:
    """Return the number that a spreadsheet has probably made this one of by dropping zeros from its
    front, where the longest known one of its agency that begins with a zero has so many digits."""
    digits = rules.fold_number(number)
    if not digits.isdecimal() or digits.startswith("0") or len(digits) >= longest_with_zero:
        return None
    return digits.zfill(longest_with_zero)


class _Reader:
    """Reads the cells of a row and collects what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[Fault] = []

    def say(self, key: str, column: str, value: str | int | None = None) -> None:
        """Note a fault."""
        self.faults.append(Fault(key, column, value))

    def line(self, column: str, most: int = _NAME_LENGTH) -> str | None:
        """Return the text of a cell as it is kept, None where there is none."""
        text = tidy(self._cells.get(column, ""))
        if text is None:
            self.say("text", column)
        elif text.startswith("="):
            self.say("formula", column)
        elif _ERROR.fullmatch(text):
            self.say("error", column)
        elif len(text) > most:
            self.say("long", column, most)
        elif text and not is_visible(text):
            self.say("text", column)
        else:
            return text or None
        return None

    def number(self) -> str | None:
        """Return the service number."""
        text = self.line("number")
        if text and _ROUNDED.fullmatch(text):
            self.say("rounded", "number")
        elif text and not rules.is_service_number(text):
            self.say("number", "number")
        else:
            return text
        return None

    def day(self, column: str) -> date | None:
        """Return the day in a cell."""
        text = self.line(column)
        if text is None:
            return None
        day = _day("".join(str(unicodedata.digit(sign, sign)) for sign in text))
        if day is None:
            self.say("day", column)
        return day


def tidy(text: str) -> str | None:
    """Return the text of a cell in NFC, with one space between words and none around them, and
    without what a file puts around a text to keep it one; None for what is no text."""
    if not is_acceptable(text):
        return None
    text = " ".join(unicodedata.normalize("NFC", text).replace("\ufeff", "").split())
    if shielded := _AS_TEXT.fullmatch(text):
        return shielded[1].strip()
    return _SHIELDED.sub("", text, count=1) if text.startswith("'") else text


def as_json(faults: Iterable[Fault]) -> list[list[Any]]:
    """Return faults as they are kept."""
    return [[fault.key, fault.column, fault.value] for fault in faults]


def _head(text: str) -> str:
    return _SIGNS.sub(" ", rules.fold_names(text[:_HEAD_LENGTH])).strip()


def _day(text: str) -> date | None:
    """Year first, or with dots day first, as they are written wherever dots are; with slashes day
    and month can't be told apart."""
    match = _DAY.fullmatch(text.removesuffix(" 00:00:00"))
    if match is None:
        return None
    year, month, day = match.group(1, 3, 4) if match[1] else match.group(7, 6, 5)
    if int(year) not in _YEARS:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
