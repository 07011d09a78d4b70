"""YAML to plain values, each with its place; nothing is built but text, numbers and lists.

The YAML here is that of version 1.2, where `NO` is text, without what modules have no use for:
anchors and aliases (a small file could grow without bound), tags, directives, further documents.

It is slow, 20 µs a character where it is worst: `plain_yaml` takes what it can beforehand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from training.content.findings import Finding, Path, quoted
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


def read(text: str, file: str, first_line: int = 1) -> tuple[Tree | None, list[Finding]]:
    """Return what a YAML text holds, and what is wrong with it.

    The tree is None where the text cannot be understood. `first_line` is the number of the
    text's first line in its file.
    """
    reader = _Reader(file, first_line)
    try:
        # A parser of its own each time: ruamel's keep state.
        value = reader.document(YAML(typ="safe", pure=True).parse(text))
    except _RefusedError as error:
        return None, [*reader.findings, error.finding]
    except MarkedYAMLError as error:
        return None, [*reader.findings, reader.syntax_finding(error)]
    except YAMLError:
        return None, [*reader.findings, Finding(file, first_line, 1, *_UNREADABLE)]
    return Tree(value, reader.values, reader.keys), reader.findings


_UNREADABLE = ("this is not YAML", "Compare with a file that is accepted")

_OPEN_QUOTE = "found unexpected end of stream"
_SYNTAX = {
    "mapping values are not allowed here": (
        "a colon stands where none can",
        "Put text that holds `: ` in quotes, and look at the indentation",
    ),
    "found character '\\t' that cannot start any token": (
        "a tab stands where only spaces can",
        "Write spaces in its place",
    ),
    "could not find expected ':'": (
        "a line is neither text nor `key: value`",
        "Put a colon and a space after the key",
    ),
    _OPEN_QUOTE: ("a quote is not closed", "Close the quote"),
}


class _RefusedError(Exception):
    """The text is YAML, but none that a module may hold."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass
class _Reader:
    """Turns the events of one document into values."""

    file: str
    first_line: int
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def document(self, events: Iterator[Event]) -> Value:
        next(events)
        start = next(events)
        if isinstance(start, StreamEndEvent):
            message, remedy = "there is nothing here", "Fill it in"
            raise _RefusedError(Finding(self.file, self.first_line, 1, message, remedy))
        assert isinstance(start, DocumentStartEvent)
        if start.version or start.tags:
            raise self._refused(start, "directives are not used here", "Take out the `%` lines")
        value = self._node(next(events), events, ())
        after = next(events)
        if isinstance(after, DocumentEndEvent):
            after = next(events)
        if not isinstance(after, StreamEndEvent):
            raise self._refused(
                after, "a second document begins here", "Leave only one, without `---`"
            )
        return value

    def syntax_finding(self, error: MarkedYAMLError) -> Finding:
        problem = str(error.problem or error.context)
        mark = error.context_mark if problem == _OPEN_QUOTE else error.problem_mark
        line, column = self._position(mark or error.context_mark)
        message, remedy = _SYNTAX.get(
            problem,
            (f"YAML: {problem}", "Look at the indentation, colons and quotes here and just above"),
        )
        return Finding(self.file, line, column, message, remedy)

    def _node(self, event: Event, events: Iterator[Event], path: Path) -> Value:
        assert isinstance(event, NodeEvent)
        self._refuse_unwanted(event, path)
        self.values[path] = self._position(event.start_mark)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        assert isinstance(event, ScalarEvent)
        return tidy(event.value) if event.style else _tidy_plain(event.value)

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(event := next(events), CollectionEndEvent):
            if not isinstance(event, ScalarEvent):
                raise self._refused(event, "a key is not plain text", "Write `key: value`")
            self._refuse_unwanted(event, path)
            key = tidy(event.value)
            inner: Path = (*path, key)
            if key in mapping:
                # Its value is read all the same, for the findings in it, into a place apart.
                inner = (*path, key, -1 - len(self.findings))
                self._find(event, f"the key {quoted(key)} is there twice", "Take one out")
                self._node(next(events), events, inner)
                continue
            self.keys[inner] = self._position(event.start_mark)
            event = next(events)
            mapping[key] = self._node(event, events, inner)
            if event.start_mark == event.end_mark:
                # It has no text of its own: nothing is there, or a list or group on further lines.
                self.values[inner] = self.keys[inner]
        return mapping

    def _sequence(self, events: Iterator[Event], path: Path) -> tuple[Value, ...]:
        values: list[Value] = []
        while not isinstance(event := next(events), CollectionEndEvent):
            values.append(self._node(event, events, (*path, len(values))))
        return tuple(values)

    def _refuse_unwanted(self, event: NodeEvent, path: Path) -> None:
        if isinstance(event, AliasEvent) or event.anchor:
            raise self._refused(
                event, "anchors and aliases (`&`, `*`) are not used here", "Write the value out"
            )
        if getattr(event, "tag", None):
            raise self._refused(event, "tags (`!`) are not used here", "Take the tag out")
        if len(self.values) >= NODE_LIMIT:
            raise self._refused(event, *TOO_MANY)
        if len(path) > DEPTH_LIMIT:
            raise self._refused(event, *TOO_DEEP)

    def _find(self, event: Event, message: str, remedy: str) -> None:
        self.findings.append(self._refused(event, message, remedy).finding)

    def _refused(self, event: Event, message: str, remedy: str) -> _RefusedError:
        line, column = self._position(event.start_mark)
        return _RefusedError(Finding(self.file, line, column, message, remedy))

    def _position(self, mark: StreamMark | None) -> Position:
        if mark is None:
            return self.first_line, 1
        return self.first_line + mark.line, mark.column + 1


def _tidy_plain(text: str) -> Value:
    value = plain_value(text)
    return tidy(value) if isinstance(value, str) else value
