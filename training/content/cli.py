"""Commands for modules: check, format, load."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from training.content import canonical_form, folder, services
from training.content.findings import Finding
from training.core.actors import System
from training.core.commands import on_current_database, one_line_errors
from training.core.errors import OperatorError
from training.core.work import unit_of_work

modules = AppGroup("modules", help="Check, format and load module folders.")
LOADER = System("loading modules")
_path = click.argument("path", required=False, type=click.Path(path_type=Path))


@modules.command("check")
@_path
@one_line_errors
def check(path: Path | None) -> None:
    """Say what is wrong with the modules in PATH: file, line, column, what to do."""
    faults = 0
    for module in folders(path):
        _, findings = folder.read_path(module)
        faults += _report(module, findings)
    if faults:
        raise OperatorError(f"{faults} findings")


@modules.command("format")
@_path
@one_line_errors
def format_(path: Path | None) -> None:
    """Write the modules in PATH in canonical form, giving ids to blocks that lack one."""
    for module in folders(path):
        files, findings = canonical_form.format(folder.files_in(module))
        if files is None:
            _report(module, findings)
            raise OperatorError(f"{module.name} was left as it is")
        for name, content in files.items():
            (module / name).write_bytes(content)


@modules.command("load")
@_path
@click.option("--replace", is_flag=True, help="Also where the latest version is an upload.")
@on_current_database
def load(path: Path | None, replace: bool) -> None:
    """Publish what is new in the modules in PATH."""
    for module in folders(path):
        outcome = load_folder(module, replace=replace)
        if outcome is services.Loaded.NOT_REPLACED:
            raise OperatorError(
                f"the latest version of {module.name} was uploaded; --replace publishes over it"
            )
        click.echo(f"{module.name}: {outcome.value}")


def load_folder(module: Path, *, replace: bool = False) -> services.Loaded:
    """Publish a module's folder if it is new. Raises OperatorError where it has findings."""
    document, findings = folder.read_path(module)
    if document is None or findings:
        _report(module, findings)
        raise OperatorError(f"{module.name} was not loaded: {len(findings)} findings")
    with unit_of_work() as work:
        return services.load(LOADER, work, document=document, replace=replace)


def folders(path: Path | None) -> Iterator[Path]:
    """Yield the module folders at a path: itself, or those in it. Raises OperatorError."""
    where: Path = path or current_app.config["SETTINGS"].modules
    if (where / "module.yaml").exists():
        yield where
        return
    found = sorted(file.parent for file in where.glob("*/module.yaml"))
    if not found:
        raise OperatorError(f"there is no module in {where}")
    yield from found


def _report(module: Path, findings: list[Finding]) -> int:
    for finding in findings:
        click.echo(f"{module.name}/{finding}", err=True)
    return len(findings)
