"""Loading modules from folders: what is new is published, and nobody's upload is written over."""

import shutil
from pathlib import Path

from flask import Flask

from config import ROOT
from tests import modules, way
from tests.cast import TESTER
from tests.filters import seen
from training.content import services
from training.content.models import VersionRow
from training.core.work import unit_of_work

FOLDER = ROOT / "modules" / way.MODULE


def numbers(app: Flask) -> set[int]:
    """Return the numbers of the module's versions."""
    return seen(app, VersionRow.number, VersionRow.module_id == way.MODULE)


def load(app: Flask, *arguments: object) -> tuple[int, str]:
    """Run the command; returns its exit code and what it says."""
    result = app.test_cli_runner().invoke(args=["modules", "load", *map(str, arguments)])
    return result.exit_code, result.output


def changed(tmp_path: Path) -> Path:
    """Return a copy of the module's folder under another title."""
    folder = tmp_path / way.MODULE
    shutil.copytree(FOLDER, folder)
    facts = folder / "module.yaml"
    text = facts.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title: "))
    facts.write_text(text.replace(title, "title: Another title"), "utf-8")
    return folder


def test_a_folder_that_was_published_is_passed_over(app: Flask, tmp_path: Path) -> None:
    """Whatever was published since; one that is new becomes the next version."""
    assert load(app, FOLDER)[0] == 0
    assert numbers(app) == {1}
    assert load(app, changed(tmp_path))[0] == 0
    assert numbers(app) == {1, 2}
    assert load(app, FOLDER)[0] == 0
    assert numbers(app) == {1, 2}
    assert modules.published(app).module.title == "Another title"


def test_an_upload_is_not_replaced_unless_it_is_said(app: Flask, tmp_path: Path) -> None:
    """One clear line says how; what was published before is passed over all the same."""
    uploaded = modules.with_title(modules.published(app), "Uploaded")
    with app.app_context(), unit_of_work() as work:
        services.publish(TESTER, work, document=uploaded, source="upload", note="")
    folder = changed(tmp_path)
    code, said = load(app, folder)
    assert code != 0
    assert "--replace" in said
    assert len(said.strip().splitlines()) == 1
    assert load(app, FOLDER)[0] == 0
    assert numbers(app) == {1, 2}
    assert load(app, folder, "--replace")[0] == 0
    assert numbers(app) == {1, 2, 3}
