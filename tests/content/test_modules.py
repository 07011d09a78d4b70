"""The modules that Waypost brings with it are sound and canonical."""

from pathlib import Path

import pytest

from training.content import canonical_form, folder

MODULES = sorted(
    path.parent for path in (Path(__file__).parents[2] / "modules").glob("*/module.yaml")
)


def test_there_are_modules() -> None:
    assert MODULES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_has_no_findings(path: Path) -> None:
    document, findings = folder.read_path(path)

    assert [str(finding) for finding in findings] == []
    assert document is not None
    assert document.module.id == path.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_canonical(path: Path) -> None:
    files = folder.files_in(path)
    written, findings = canonical_form.format(files)

    assert [str(finding) for finding in findings] == []
    assert written is not None
    # Where this fails: `flask modules format`.
    assert sorted(name for name in files | written if files.get(name) != written.get(name)) == []
