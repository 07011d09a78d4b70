"""Commands for the log."""

import sys

import click
from flask.cli import AppGroup

from training.core.commands import on_current_database
from training.records import rebuild as rebuilding

records = AppGroup("records", help="Look after the log.")


@records.command("rebuild")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something differs.")
@on_current_database
def rebuild(check: bool) -> None:
    """Fold all records again: states are written, decisions compared and differences reported."""
    differences = 0
    for difference in rebuilding.rebuild(check=check):
        click.echo(str(difference))
        differences += 1
    click.echo(f"{differences} differences")
    if check and differences:
        sys.exit(1)
