"""Commands for whoever runs Waypost."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from training.core.commands import one_line_errors
from training.core.errors import OperatorError
from training.operations import backup as backups

backup = AppGroup("backup", help="Back everything up, and bring it back.")
_path = click.Path(path_type=Path)


@backup.command("create")
@click.argument("path", required=False, type=_path)
@one_line_errors
def create(path: Path | None) -> None:
    """Write a backup to PATH.

    PATH is a new file or a folder; without it the backup lies in instance/backups. The server may
    go on meanwhile.
    """
    if path is None:
        path = backups.new_path(current_app)
    elif path.is_dir():
        path = path / backups.new_name()
    made = backups.create(path)
    click.echo(f"{made.path}: {made.rows} rows, {made.bytes} bytes")


@backup.command("restore")
@click.argument("path", type=_path)
@click.option("--replace", is_flag=True, help="Put it in the place of what the database holds.")
@click.option("--yes", is_flag=True, help="Replace without asking.")
@one_line_errors
def restore(path: Path, replace: bool, yes: bool) -> None:
    """Fill an empty database with a backup.

    The database is then migrated to this release. One that holds anything is left as it is, unless
    --replace is given: then what it holds is kept under another name, nothing is deleted, and the
    backup takes its place. Stop the server first.
    """
    if not replace:
        found = backups.restore(path)
        click.echo(f"{found.path}: {found.rows} rows are back")
        return
    question = f"Put {path} in the place of all that the database holds now, which is kept aside?"
    if not yes and not click.confirm(question, err=True):
        raise OperatorError("nothing was changed")
    found, aside = backups.replace(current_app, path)
    click.echo(f"{found.path}: {found.rows} rows are back; what was there is kept as {aside}")
