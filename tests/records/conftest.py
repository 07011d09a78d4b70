"""What the tests of the log share."""

import pytest
from flask import Flask

from tests.records.log import Log


@pytest.fixture
def log(app: Flask) -> Log:
    """The log of a fresh application, in which the module of the histories is published."""
    return Log(app)
