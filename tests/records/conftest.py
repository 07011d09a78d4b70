"""What the tests of the log share."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from tests.records.log import Breaking, Log, failing_for, raising
from training.records import settling


@pytest.fixture
def log(app: Flask) -> Log:
    """The log of a fresh application, in which the module of the histories is published."""
    return Log(app)


@pytest.fixture(params=["python", "database"])
def broken(request: pytest.FixtureRequest, log: Log, monkeypatch: pytest.MonkeyPatch) -> Breaking:
    """Return what lets the fold of a table fail while a block runs: in itself, or by an error of
    the database, which on PostgreSQL spoils all of its transaction but for the savepoint."""

    @contextmanager
    def breaking(table: str) -> Iterator[None]:
        if request.param == "python":
            mend = log.break_fold(table, raising)
            yield
            mend()
        else:
            with monkeypatch.context() as patch:
                patch.setattr(settling, "write_row", failing_for(table))
                yield

    return breaking
