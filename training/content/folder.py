"""A module's folder: read into a document, with everything that is wrong about its files.

Paths are relative to the folder, with `/`.
"""

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from training.content.checks import check
from training.content.file_reader import FileReader
from training.content.findings import FINDING_LIMIT, Finding
from training.content.items import Item
from training.content.schema import (
    MODULE_FILE,
    QUIZZES_FILE,
    Document,
    Lesson,
    ModuleFacts,
    Quiz,
)
from training.content.schema_errors import explain
from training.content.yaml_values import Tree

FILE_LIMIT = 2**19
"""How many bytes a file may have."""

FOLDER_LIMIT = 2**20
"""How many bytes all files may have together."""

COUNT_LIMIT = 400
"""How many files a folder may hold."""

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_LESSON = re.compile(rf"lessons/(0[1-9]|[1-9][0-9])-({_ID})\.md")
_ITEMS = re.compile(rf"items/({_ID})\.yaml")
_WHOLE = "."


def read(files: Mapping[str, bytes]) -> tuple[Document | None, list[Finding]]:
    """Return the document that the files hold, or, if there is anything to mend, all findings."""
    reading = FolderReading(files)
    document = reading.document()
    if document:
        reading.check(document)
    findings = reading.findings()
    return None if findings else document, findings


def read_path(path: Path) -> tuple[Document | None, list[Finding]]:
    """Read a folder on disk as `read` does. Raises OSError if it cannot be read.

    Links and devices are findings: what is no file in the folder is not followed.
    """
    document, findings = read(files_in(path))
    message, remedy = "this is a link or a device, not a file", "Put the file itself here"
    unfit = [
        Finding(_visible(name), 1, 1, message, remedy)
        for name, entry in _entries(path)
        if not _is_file(entry)
    ]
    return None if unfit else document, sorted([*unfit, *findings])


def files_in(path: Path) -> dict[str, bytes]:
    """Return the regular files in a folder on disk. Raises OSError if they cannot be read.

    Of what is too large or too much, only so much is returned as shows that.
    """
    files: dict[str, bytes] = {}
    for name, entry in _entries(path):
        if _is_file(entry) and len(files) <= COUNT_LIMIT:
            with entry.open("rb") as opened:
                files[name] = opened.read(FILE_LIMIT + 1)
    return files


def _entries(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield what lies in a folder and the folders in it, with its path from the first."""
    folders = [path]
    while folders:
        for entry in sorted(folders.pop().iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                folders.append(entry)
            else:
                yield entry.relative_to(path).as_posix(), entry


def _is_file(entry: Path) -> bool:
    return stat.S_ISREG(entry.lstat().st_mode)


class FolderReading:
    """The files of one folder on their way to a document."""

    def __init__(self, files: Mapping[str, bytes], *, gives_ids: bool = False) -> None:
        """Take the files. With `gives_ids`, a block that lacks an id gets one."""
        self._files = files
        self._reader = FileReader(gives_ids)
        self._module: ModuleFacts | None = None
        self._lessons: dict[int, Lesson | None] = {}
        self._items: list[tuple[Item, ...] | None] = []
        self._quizzes: tuple[Quiz, ...] | None = None

    def findings(self) -> list[Finding]:
        """Return what was found so far, in order."""
        return sorted(set(self._reader.findings))[:FINDING_LIMIT]

    def document(self) -> Document | None:
        """Return the document, if the files can be understood; findings may remain even so."""
        if not self._is_within_limits():
            return None
        for file in sorted(self._files):
            if len(self._reader.findings) > FINDING_LIMIT:
                return None
            self._read(file)
        self._find_missing()
        lessons = [lesson for _, lesson in sorted(self._lessons.items()) if lesson]
        items = [item for read in self._items for item in read or ()]
        is_whole = len(lessons) == len(self._lessons) and None not in self._items
        if not (self._module and lessons and is_whole) or self._quizzes is None:
            return None
        try:
            return Document(
                module=self._module,
                lessons=tuple(lessons),
                items=tuple(items),
                quizzes=self._quizzes,
            )
        except ValidationError as error:
            nowhere = Tree(None, {(): (1, 1)}, {})
            self._reader.findings += explain(error, Document, nowhere, _WHOLE)
            return None

    def check(self, document: Document) -> None:
        """Note what is wrong with the document, where it stands in the files."""
        for problem in check(document):
            line, column = self._reader.trees[problem.file].locate(problem.path)
            self._reader.findings.append(
                Finding(
                    problem.file,
                    line + problem.line,
                    column + problem.column,
                    problem.message,
                    problem.remedy,
                )
            )

    def _read(self, file: str) -> None:
        data = self._files[file]
        if len(data) > FILE_LIMIT:
            self._find(file, f"the file has more than {FILE_LIMIT} bytes", "Divide it")
        elif file == MODULE_FILE:
            self._module = self._reader.module(data)
        elif file == QUIZZES_FILE:
            self._quizzes = self._reader.quizzes(data)
        elif match := _ITEMS.fullmatch(file):
            self._items.append(self._reader.items(file, match[1], data))
        elif match := _LESSON.fullmatch(file):
            number = int(match[1])
            if number in self._lessons:
                message = f"another lesson has the number {number} too"
                self._find(file, message, "Give each lesson a number of its own")
            self._lessons[number] = self._reader.lesson(file, number, match[2], data)
        else:
            self._find_unknown(file)

    def _is_within_limits(self) -> bool:
        if len(self._files) > COUNT_LIMIT:
            self._find(_WHOLE, f"there are more than {COUNT_LIMIT} files", "Divide the module")
            return False
        if sum(map(len, self._files.values())) > FOLDER_LIMIT:
            message = f"the files have more than {FOLDER_LIMIT} bytes together"
            self._find(_WHOLE, message, "Divide the module")
            return False
        return True

    def _find_unknown(self, file: str) -> None:
        if file.startswith("lessons/"):
            words = "no lesson is named like this", "Name it as in `lessons/10-short-id.md`"
        elif file.startswith("items/"):
            words = "no file of items is named like this", "Name it as in `items/short-id.yaml`"
        else:
            words = (
                "a module holds no such file",
                f"Keep only `{MODULE_FILE}`, `{QUIZZES_FILE}`, `lessons/` and `items/`",
            )
        self._find(_visible(file), *words)

    def _find_missing(self) -> None:
        for file in (MODULE_FILE, QUIZZES_FILE):
            if file not in self._files:
                self._find(file, "the file is missing", "Add it")
        if not self._lessons:
            self._find("lessons", "there is no lesson", "Add one, named as in `10-short-id.md`")

    def _find(self, file: str, message: str, remedy: str) -> None:
        self._reader.findings.append(Finding(file, 1, 1, message, remedy))


def _visible(name: str) -> str:
    """Return a file's name fit to be shown: whoever packs a folder chooses its names."""
    return name if name.isprintable() else ascii(name)[1:-1]
