"""Any damage to a module's folder ends in findings that help, or in a module that works."""

import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.content.damage import HUGE
from tests.content.module_folder import module_files
from tests.content.mutations import KINDS, Files, mutate
from tests.content.outcomes import fault_in
from tests.counts import tries
from training.content import file_reader, folder, items, plain_yaml, yaml_reader
from training.content.findings import Finding
from training.content.schema import Document

ROOT = Path(__file__).parents[2]
MODULE = ROOT / "modules" / "trafficking-or-smuggling"
REAL_SHARE = 20
"""One in so many copies is of the real module, which takes ten times as long as the small one."""

MEMORY = 512
"""How many MiB reading a folder may take."""


@pytest.fixture(autouse=True)
def _read_a_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most files of a copy are as they were before, and each copy is read two times or more: read
    the same text only once. What a text holds depends on nothing else."""
    for where, name in ((plain_yaml, "read"), (yaml_reader, "read"), (file_reader, "read_blocks")):
        monkeypatch.setattr(where, name, lru_cache(maxsize=128)(getattr(where, name)))


def source(number: int) -> Files:
    return module_files() if number % REAL_SHARE else folder.files_in(MODULE)


def faults_of(count: int, seed: int) -> list[tuple[list[str], str]]:
    """Return what is wrong with what comes of so many damaged copies."""
    random_ = random.Random(seed)
    found = []
    for number in range(count):
        kinds, files = mutate(random_, source(number))
        if fault := fault_in(files):
            found.append((kinds, fault))
    return found


@pytest.mark.parametrize("part", range(4))
def test_damaged_copies_end_in_findings_or_in_a_sound_module(part: int) -> None:
    assert faults_of(tries(500, 5_000), seed=part) == []


def test_the_damage_is_of_all_kinds_and_some_of_it_does_no_harm() -> None:
    random_ = random.Random(5)
    sound, seen = 0, Counter[str]()
    for _ in range(300):
        kinds, files = mutate(random_, module_files())
        seen.update(kinds)
        sound += folder.read(files)[0] is not None
    assert set(seen) == set(KINDS)
    assert 15 < sound < 285


def _raise_on_null(text: str) -> Any:
    if text == "null":
        raise KeyError(text)
    return text


def _far_below(files: Mapping[str, bytes]) -> tuple[Document | None, list[Finding]]:
    return None, [Finding("module.yaml", 10_000, 1, "something", "Do something")]


@pytest.mark.parametrize(
    ("where", "name", "wrong", "said"),
    [
        (plain_yaml, "plain_value", _raise_on_null, "raised KeyError('null')"),
        (folder, "read", _far_below, "no such line: module.yaml:10000:1: something."),
        (items, "is_right", lambda item, response: False, "no answer to "),
    ],
)
def test_what_would_go_wrong_is_caught(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, wrong: object, said: str
) -> None:
    monkeypatch.setattr(where, name, wrong)
    assert any(fault.startswith(said) for _, fault in faults_of(100, seed=0))


def _written(path: Path, files: Files) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def _fits_on_disk(files: Files) -> bool:
    """Only a folder with a `module.yaml` is taken for a module, and none is left."""
    return "module.yaml" in files and not any(name.startswith(("/", "..")) for name in files)


def test_the_command_prints_the_findings_and_ends_with_1(tmp_path: Path) -> None:
    random_ = random.Random(8)
    expected = []
    for number in range(tries(40, 400)):
        _, files = mutate(random_, source(number))
        if _fits_on_disk(files):
            path = _written(tmp_path / f"module-{number:03}", files)
            expected += [f"{path.name}/{finding}" for finding in folder.read_path(path)[1]]
    assert expected
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", "modules", "check", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "WAYPOST_INSTANCE": str(tmp_path / "instance")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [*expected, f"{len(expected)} findings"]


READ_HUGE = """
from tests import peak
from tests.content import damage, module_folder
from training.content import canonical_form, folder
for file in module_folder.module_files():
    for content in damage.HUGE:
        for size in (folder.FILE_LIMIT, len(content)):
            files = module_folder.module_files()
            files[file] += content[: size - len(files[file])]
            folder.read(files)
            canonical_form.format(files)
bulk = bytearray(int(MEMORY_TO_WASTE))
bulk[::4096] = b"x" * len(bulk[::4096])
print(peak.peak_memory())
"""


def _memory(wasted: int) -> int:
    """Return the MiB that a process took which read and formatted everything huge."""
    program = READ_HUGE.replace("MEMORY_TO_WASTE", str(wasted))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert re.fullmatch(r"\d+\n", done.stdout), done.stderr
    return int(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by getrusage")
@pytest.mark.parametrize("wasted", [0, MEMORY * 2**20], ids=["as it is", "with a leak"])
def test_no_folder_takes_much_memory(wasted: int) -> None:
    assert HUGE
    assert (_memory(wasted) < MEMORY) == (not wasted)
