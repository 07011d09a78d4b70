"""The forms of YAML in which modules are nearly always written, read line by line.

This takes a tenth of the time of a whole reader of YAML, for the same values and places. Text in
other forms may be sound YAML all the same: only a whole reader can tell.
"""

import re
from dataclasses import dataclass, field

from training.content.findings import Path
from training.content.text import tidy
from training.content.yaml_values import (
    DEPTH_LIMIT,
    NODE_LIMIT,
    TOO_DEEP,
    TOO_MANY,
    Position,
    Tree,
    Value,
    plain_value,
)

_ODD = re.compile("[^\n -~\xa0-\u2027\u202f-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_TEXT = r"(?:[^-?:.,\[\]{}#&*!|>'\"%@`\s]|[-+.]?[0-9])(?:(?!: | #|:$).)*"
_COMMENT = r"(?: +#.*)?"
_ENTRY = re.compile(r"""([A-Za-z0-9][A-Za-z0-9_-]{0,99}|"[A-Za-z0-9-]{1,99}"):(?: +(?=[^ #])|$)""")
_DASH = re.compile(r"- +(?=[^ #])")
_PLAIN = re.compile(rf"({_TEXT}){_COMMENT}")
_MORE = re.compile(rf" *({_TEXT})")
_QUOTED = re.compile(rf"""(?:"([^"\\]*)"|'((?:[^']|'')*)'){_COMMENT}""")
_BLOCK = re.compile(r"[|>][-+]?")
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_LIST = re.compile(rf"\[ *(?:{_NAME}(?:, +{_NAME})*)? *\]")
_LINE_ENDS = re.compile(r"\n(\n*)")


class OtherFormError(Exception):
    """From `line` on, counted from 0 in the text, it is in none of these forms."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class BeyondLimitError(Exception):
    """A file may not hold so much: message, remedy, and the place of what is too much."""

    def __init__(self, words: tuple[str, str], place: Position) -> None:
        super().__init__(words)
        self.words, self.place = words, place


def read(text: str, first_line: int = 1) -> Tree:
    """Return what a text holds. Raises OtherFormError, or BeyondLimitError.

    `first_line` is the number of the text's first line in its file.
    """
    if odd := _ODD.search(text):
        raise OtherFormError(text.count("\n", 0, odd.start()))
    written = text.split("\n")
    return _Reader(written, [line.rstrip(" ") for line in written], first_line).tree()


@dataclass
class _Reader:
    """Stands, counting from 0, at the line and column of what is to be read next.

    `lines` are those that are `written`, without spaces at their ends.
    """

    written: list[str]
    lines: list[str]
    first_line: int
    line: int = -1
    column: int = 0
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)

    def tree(self) -> Tree:
        self._go_on()
        if self._stands_at(0):
            value = self._collection((), self._place())
            if self.line == len(self.lines):
                return Tree(value, self.values, self.keys)
        raise OtherFormError(self.line)

    def _collection(self, path: Path, place: Position) -> Value:
        self._keep(path, place)
        if _DASH.match(self.lines[self.line], self.column):
            return self._sequence(path)
        return self._mapping(path)

    def _mapping(self, path: Path) -> dict[str, Value]:
        indent, mapping = self.column, dict[str, Value]()
        while self._stands_at(indent):
            line = self.lines[self.line]
            match = _ENTRY.match(line, indent)
            key = match[1].strip('"') if match else ""
            if match is None or key in mapping:
                raise OtherFormError(self.line)
            inner: Path = (*path, key)
            self.keys[inner] = self._place()
            self.column = match.end()
            mapping[key] = (
                self._scalar(indent, inner)
                if match.end() < len(line)
                else self._below(indent, inner)
            )
        return mapping

    def _below(self, indent: int, path: Path) -> Value:
        """Read what stands on the lines after a key. A list may begin in the key's own column."""
        self._go_on()
        if self._stands_at(indent) and _DASH.match(self.lines[self.line], indent):
            return self._collection(path, self._place())
        if self.column > indent:
            return self._collection(path, self.keys[path])
        self._keep(path, self.keys[path])
        return None

    def _sequence(self, path: Path) -> tuple[Value, ...]:
        indent, found = self.column, list[Value]()
        while self._stands_at(indent) and (match := _DASH.match(self.lines[self.line], indent)):
            inner: Path = (*path, len(found))
            line, self.column = self.lines[self.line], match.end()
            if _DASH.match(line, self.column) or _ENTRY.match(line, self.column):
                found.append(self._collection(inner, self._place()))
            else:
                found.append(self._scalar(indent, inner))
        return tuple(found)

    def _scalar(self, indent: int, path: Path) -> Value:
        """Read the value that begins here, of an entry that stands at `indent`."""
        self._keep(path, self._place())
        text = self.lines[self.line][self.column :]
        if _BLOCK.fullmatch(text):
            return self._block(indent, folds=text[0] == ">")
        if match := _PLAIN.fullmatch(text):
            return self._plain(match, indent)
        value: Value = {}
        if match := _QUOTED.fullmatch(text):
            value = tidy(match[1] if match[2] is None else match[2].replace("''", "'"))
        elif _LIST.fullmatch(text):
            value = self._list(path, text)
        elif text != "{}":
            raise OtherFormError(self.line)
        self._go_on()
        return value

    def _list(self, path: Path, text: str) -> tuple[Value, ...]:
        line, column = self._place()
        names = list(re.finditer(_NAME, text))
        for number, name in enumerate(names):
            self._keep((*path, number), (line, column + name.start()))
        return tuple(_tidy_plain(name[0]) for name in names)

    def _plain(self, match: re.Match[str], indent: int) -> Value:
        """Read plain text, which goes on over lines that stand deeper than its entry."""
        parts = [match[1]]
        while match.end(1) == match.end() and self.line + 1 < len(self.lines):
            more = _MORE.fullmatch(self.lines[self.line + 1])
            if more is None or more.start(1) <= indent:
                break
            parts.append(more[1])
            self.line += 1
        self._go_on()
        return _tidy_plain(" ".join(parts))

    def _block(self, indent: int, *, folds: bool) -> Value:
        start = self.line + 1
        while start < len(self.lines) and not self.lines[start]:
            start += 1
        width = self._indent_of(start)
        if width <= indent or any(self.written[self.line + 1 : start]):
            raise OtherFormError(self.line)
        end = start
        while end < len(self.lines) and (not self.lines[end] or self._indent_of(end) >= width):
            end += 1
        inner = [line[width:] for line in self.written[start:end]]
        if folds and any(line != line.strip(" ") for line in inner):
            raise OtherFormError(self.line)
        self.line = end - 1
        self._go_on()
        text = tidy("\n".join(inner))
        return _LINE_ENDS.sub(lambda ends: ends[1] or " ", text) if folds else text

    def _go_on(self) -> None:
        """Go to the next line that holds more than a comment, or to the end."""
        self.line += 1
        while self.line < len(self.lines):
            self.column = self._indent_of(self.line)
            if self.lines[self.line][self.column :][:1] not in ("", "#"):
                return
            self.line += 1
        self.column = -1

    def _indent_of(self, line: int) -> int:
        if line == len(self.lines):
            return -1
        return len(self.lines[line]) - len(self.lines[line].lstrip(" "))

    def _stands_at(self, column: int) -> bool:
        return self.line < len(self.lines) and self.column == column

    def _place(self) -> Position:
        return self.first_line + self.line, self.column + 1

    def _keep(self, path: Path, place: Position) -> None:
        if len(self.values) >= NODE_LIMIT:
            raise BeyondLimitError(TOO_MANY, place)
        if len(path) > DEPTH_LIMIT:
            raise BeyondLimitError(TOO_DEEP, place)
        self.values[path] = place


def _tidy_plain(text: str) -> Value:
    value = plain_value(text.rstrip(" "))
    return tidy(value) if isinstance(value, str) else value
