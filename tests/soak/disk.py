"""A small disk of its own, to be filled."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_FILLER = "filler"


@dataclass(frozen=True)
class Disk:
    """A file system in memory, mounted at `path`."""

    path: Path

    def fill(self) -> None:
        """Leave no room on it."""
        with (self.path / _FILLER).open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                self._write_all(file.fileno(), b"\0" * size)

    def make_room(self) -> None:
        """Take away what filled it."""
        (self.path / _FILLER).unlink()

    @staticmethod
    def _write_all(file: int, block: bytes) -> None:
        try:
            while os.write(file, block) == len(block):
                pass
        except OSError:
            return


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """Mount a small disk, which another user can reach; skips the test where that takes rights
    that it has not."""
    if sys.platform != "linux" or not shutil.which("mount"):
        pytest.skip("makes a small disk with Linux's mount")
    path = Path(tempfile.mkdtemp(prefix="waypost-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "waypost", str(path)]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"may not mount a small disk: {mounted.stderr.strip()}")
        try:
            yield Disk(path)
        finally:
            subprocess.run(["umount", "--lazy", str(path)], check=True)
    finally:
        path.rmdir()
