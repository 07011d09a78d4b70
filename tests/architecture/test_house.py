"""Rules about the code itself, where no tool of the trade checks them."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests.apps import make_settings
from training.app import create_app
from training.core import permissions

TRAINING = ROOT / "training"
FEATURES = {path.name for path in TRAINING.iterdir() if (path / "__init__.py").exists()}
SOURCES = sorted(path for path in TRAINING.rglob("*.py") if "migrations" not in path.parts)
NO_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "base_views"}
LONGEST = 400


def relative(path: Path) -> str:
    """Return a path as messages name it."""
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> set[str]:
    """Return the names of the methods and functions that a file calls."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                found.add(node.func.attr)
            elif isinstance(node.func, ast.Name):
                found.add(node.func.id)
    return found


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_the_unit_of_work_begins_and_commits() -> None:
    """Whoever commits elsewhere acknowledges what may not be whole. Savepoints of folds, which
    end inside the unit, are the records' own."""
    for path in SOURCES:
        if "core" in path.parts or path == TRAINING / "records" / "settling.py":
            continue
        assert not calls(path) & {"commit", "begin", "begin_nested"}, relative(path)


def test_services_know_no_request() -> None:
    """A service is called from pages, commands and the clock alike."""
    for path in SOURCES:
        if path.stem in ("services", "queries", "policy", "models", "rules", "folds"):
            names = {"flask.request", "flask.session", "flask.render_template", "flask_login"}
            assert not imports(path) & names, relative(path)


def test_views_and_templates_of_one_feature_bear_its_name() -> None:
    """A reader guesses the folder."""
    shared = {"layouts", "macros", "errors", "emails"}
    folders = {path.name for path in (ROOT / "templates").iterdir()}
    assert folders - shared <= FEATURES


def test_tests_mirror_the_features() -> None:
    """Tests lie where what they test lies."""
    own = {"architecture", "journeys", "soak", "styles"}
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert folders - own <= FEATURES
    assert folders >= FEATURES


def test_no_module_has_a_name_that_says_nothing() -> None:
    """`util` is where things go that nobody finds again."""
    assert not {path.stem for path in SOURCES} & NO_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_can_be_kept_in_mind(path: Path) -> None:
    """A longer one becomes a folder."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_a_package_says_what_it_is_for_and_nothing_else() -> None:
    """An `__init__` with code in it hides where things live; a registry of item types is one."""
    for path in TRAINING.rglob("__init__.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), relative(path)
        if path.parent.name != "items":
            assert len(tree.body) == 1, relative(path)


def test_a_route_without_a_permission_stops_the_start(tmp_path: Path) -> None:
    """Nothing is public by being forgotten."""
    app: Flask = create_app(make_settings(f"sqlite:///{tmp_path}/x.db", tmp_path))

    @app.get("/forgotten")
    def forgotten() -> str:
        return ""

    with pytest.raises(RuntimeError, match="forgotten"):
        permissions.demand_rules(app)
