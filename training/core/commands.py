"""How commands run: inside the application, an operator's mistake is one clear line and exit 1."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from training.core.errors import OperatorError

_P = ParamSpec("_P")
_R = TypeVar("_R")


def one_line_errors(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Print an OperatorError as one line on standard error and exit with 1."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return command(*args, **kwargs)
        except OperatorError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return run
