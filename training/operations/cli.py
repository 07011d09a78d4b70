"""Commands for whoever runs Waypost."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from training.core.commands import one_line_errors
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
@one_line_errors
def restore(path: Path) -> None:
    """Fill an empty database with a backup.

    The database is then migrated to this release. One that holds anything is left as it is.
    """
    found = backups.restore(path)
    click.echo(f"{found.path}: {found.rows} rows are back")
