"""Whether a server runs here: what must not be done meanwhile finds out by a lock.

The kernel frees it when the last process of a server has ended, however it ended. Windows has no
such lock; there a file that is open can't be replaced.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.core.errors import OperatorError

if sys.platform != "win32":
    import fcntl

_FILE = "serving.lock"


@contextmanager
def serving(instance: Path) -> Iterator[None]:
    """Be seen to serve while the block runs, by this process and those forked from it.

    Raises OperatorError while the database is being replaced.
    """
    with _locked(instance, exclusive=False) as free:
        if not free:
            raise OperatorError("a backup is being put in place: start again when that is done")
        yield


@contextmanager
def nobody_serving(instance: Path) -> Iterator[None]:
    """Keep servers from starting while the block runs. Raises OperatorError where one runs."""
    with _locked(instance, exclusive=True) as free:
        if not free:
            raise OperatorError("Waypost is running: stop it first")
        yield


@contextmanager
def _locked(instance: Path, *, exclusive: bool) -> Iterator[bool]:
    """Yield whether the lock could be had."""
    if sys.platform == "win32":
        yield True
        return
    path = instance / _FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OperatorError(f"{path} can't be opened: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_NB | (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
