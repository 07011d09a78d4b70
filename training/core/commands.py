"""How commands run: inside the application, an operator's mistake is one clear line and exit 1."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from training.core import faults, migrating
from training.core.database import db
from training.core.errors import OperatorError

_P = ParamSpec("_P")
_R = TypeVar("_R")


def one_line_errors(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Print an OperatorError, what the system refused, or that the database can't be used, as one
    line on standard error and exit with 1."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return command(*args, **kwargs)
        except OperatorError as error:
            said = str(error)
        except faults.DATABASE as error:
            said = faults.unusable(error)
        except OSError as error:
            said = f"{error.filename or 'the system'}: {error.strerror or error}"
        click.echo(said, err=True)
        sys.exit(1)

    return run


def on_current_database(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """For commands that read or write what the database holds: refuse a database of another
    revision than this release's; otherwise as `one_line_errors`."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with db.engine.connect() as connection:
            migrating.demand_current(connection)
        return command(*args, **kwargs)

    return one_line_errors(run)
