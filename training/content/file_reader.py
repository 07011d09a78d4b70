"""The files of a module, one by one: bytes in, parts of a document out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError

from training.content import plain_yaml, text, yaml_reader
from training.content.fields import Model
from training.content.findings import KEY, Finding, Path
from training.content.items import Item
from training.content.lesson_source import SourceBlock, read_blocks, split_head, with_ids
from training.content.lesson_weight import Weighing
from training.content.plain_yaml import BeyondLimitError, OtherFormError
from training.content.schema import (
    MODULE_FILE,
    NOT_WRITTEN,
    QUIZZES_FILE,
    ItemFile,
    Lesson,
    ModuleFacts,
    Quiz,
    QuizFile,
)
from training.content.schema_errors import explain, unknown_key
from training.content.yaml_values import Position, Tree, Value

OTHER_YAML_LIMIT = 64 * 1024
"""How many characters of YAML in other than the plain forms the files of a module may have."""

_CHARACTERS_REPORTED = 20
_OTHER_YAML = (
    "this line is not written plainly, and the files are too long to be read in all forms of YAML",
    "Write it as in a file that is accepted, or shorten the file",
)
_Part = TypeVar("_Part", bound=Model)


@dataclass
class FileReader:
    """Reads files and remembers what is wrong with them, and where everything stands.

    A method returns None for a file that cannot be understood; the findings say why. Without
    `gives_ids` a block that lacks its id is a finding too.
    """

    gives_ids: bool
    findings: list[Finding] = field(default_factory=list)
    trees: dict[str, Tree] = field(default_factory=dict)
    weighing: Weighing = field(default_factory=Weighing)
    other_yaml: int = 0

    def module(self, data: bytes) -> ModuleFacts | None:
        """Read `module.yaml`."""
        tree = self._yaml(MODULE_FILE, self._text(MODULE_FILE, data))
        return self._validated(ModuleFacts, MODULE_FILE, tree)

    def quizzes(self, data: bytes) -> tuple[Quiz, ...] | None:
        """Read `quizzes.yaml`."""
        tree = self._yaml(QUIZZES_FILE, self._text(QUIZZES_FILE, data))
        read = self._validated(QuizFile, QUIZZES_FILE, tree)
        return read.quizzes if read else None

    def items(self, file: str, topic: str, data: bytes) -> tuple[Item, ...] | None:
        """Read a file of the bank."""
        tree = self._yaml(file, self._text(file, data))
        if tree and isinstance(tree.value, dict):
            items = tree.value.get("items")
            if isinstance(items, tuple):
                items = tuple(
                    self._with(entry, {"topic": topic}, ItemFile, file, tree, ("items", position))
                    for position, entry in enumerate(items)
                )
                tree = Tree({**tree.value, "items": items}, tree.values, tree.keys)
        read = self._validated(ItemFile, file, tree)
        return read.items if read else None

    def lesson(self, file: str, number: int, id: str, data: bytes) -> Lesson | None:
        """Read a lesson; `number` and `id` are those in the file's name."""
        source = self._text(file, data)
        if source is None:
            return None
        parts = split_head(source)
        if parts is None:
            self._find(
                file,
                (1, 1),
                "the file does not begin with a head",
                "Begin it with `---`, then `id:` and the other keys, then `---`",
            )
            return None
        head, body, first_line = parts
        if self.weighing.is_over:
            return None
        if unfit := self.weighing.refusal(body):
            line, message, remedy = unfit
            self._find(file, (first_line + line, 1), message, remedy)
            return None
        tree = self._yaml(file, head, first_line=2)
        blocks = self._blocks(file, body, first_line)
        if tree:
            tree = self._with_blocks(file, tree, number, blocks, first_line)
        lesson = self._validated(Lesson, file, tree)
        if lesson and lesson.id != id:
            place = self.trees[file].locate(("id",))
            message = f"the id is not that of the file's name, `{id}`"
            self._find(file, place, message, "Make the two the same")
            return None
        return lesson

    def _blocks(self, file: str, body: str, first_line: int) -> list[SourceBlock]:
        blocks, findings = read_blocks(body, file, first_line)
        self.findings += findings
        for block in blocks:
            if block.id is None and not self.gives_ids:
                remedy = "Run `modules format`, which gives it one"
                self._find(file, (block.line, 1), "the block has no id", remedy)
        return blocks

    def _with_blocks(
        self, file: str, tree: Tree, number: int, blocks: list[SourceBlock], first_line: int
    ) -> Tree:
        """Return the tree of a lesson's head with its blocks, as if they were in it."""
        entries: list[Value] = []
        values = {**tree.values, ("blocks",): (first_line, 1)}
        for position, (block, id) in enumerate(zip(blocks, with_ids(blocks), strict=True)):
            entry: dict[str, Value] = {"id": id, "kind": block.kind, "text": block.text}
            entries.append({**entry, "slot": block.slot} if block.slot else entry)
            path: Path = ("blocks", position)
            values[path] = values[(*path, "id")] = (block.id_line, 1)
            values[(*path, "kind")] = values[(*path, "slot")] = (block.line, 1)
            values[(*path, "text")] = (block.text_line, block.text_column)
        parts: dict[str, Value] = {"number": number, "blocks": tuple(entries)}
        return Tree(self._with(tree.value, parts, Lesson, file, tree), values, tree.keys)

    def _with(
        self,
        value: Value,
        parts: Mapping[str, Value],
        model: type[Model],
        file: str,
        tree: Tree,
        path: Path = (),
    ) -> Value:
        """Return a mapping with parts that stand elsewhere than in its YAML."""
        if not isinstance(value, dict):
            return value
        for key in NOT_WRITTEN & value.keys():
            place = tree.locate((*path, key, KEY))
            self._find(file, place, *unknown_key((*path, key), model))
        return {**value, **parts}

    def _text(self, file: str, data: bytes) -> str | None:
        try:
            source = text.with_line_feeds(data.decode("utf-8").removeprefix("\ufeff"))
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            self._find(file, _position(before), "the file is not UTF-8", "Save it as UTF-8")
            return None
        unwanted = list(islice(text.forbidden(source), _CHARACTERS_REPORTED))
        for index, message, remedy in unwanted:
            self._find(file, _position(source[:index]), message, remedy)
        return None if unwanted else source

    def _yaml(self, file: str, source: str | None, first_line: int = 1) -> Tree | None:
        if source is None:
            return None
        try:
            return plain_yaml.read(source, first_line)
        except BeyondLimitError as error:
            self._find(file, error.place, *error.words)
            return None
        except OtherFormError as error:
            place = first_line + error.line, 1
        self.other_yaml += len(source)
        if self.other_yaml > OTHER_YAML_LIMIT:
            self._find(file, place, *_OTHER_YAML)
            return None
        tree, findings = yaml_reader.read(source, file, first_line)
        self.findings += findings
        return tree

    def _validated(self, model: type[_Part], file: str, tree: Tree | None) -> _Part | None:
        if tree is None:
            return None
        self.trees[file] = tree
        try:
            return model.model_validate(tree.value)
        except ValidationError as error:
            self.findings += explain(error, model, tree, file)
            return None

    def _find(self, file: str, position: Position, message: str, remedy: str) -> None:
        self.findings.append(Finding(file, *position, message, remedy))


def _position(before: str) -> Position:
    """Return the place that follows a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
