"""Tells which mutants of a module its tests find: each is tried in a process of its own."""

import importlib.util
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.soak.mutation.mutants import Mutant, mutants
from tests.soak.mutation.targets import Target

ROOT = Path(__file__).parents[3]
_KILLED = 9
_forked = multiprocessing.get_context("fork")

settings.register_profile(
    "mutation",
    max_examples=50,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    TOO_LONG = "too long"


def examined(target: Target, first: int = 0, step: int = 1) -> list[tuple[Mutant, Verdict]]:
    """Try the mutants of a module, or every so many of them, in a process that was made for this.

    Those of which only a function's body changes are tried in forks of one run of the tests, the
    others in runs of their own. Raises ValueError where the tests fail on the module as it is.
    """
    settings.load_profile("mutation")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # finding plugins takes long
    source = _source(target.module)
    chosen = list(mutants(source))[first::step]
    whole = [mutant for mutant in chosen if not mutant.in_function]
    results = [(one, verdict(partial(_alone, target, one), 120)) for one in whole]
    loop = _Loop(target.module, [mutant for mutant in chosen if mutant.in_function])
    if _tests(target, [loop]) != pytest.ExitCode.OK:
        raise ValueError(f"{target.module} as it is fails in {', '.join(target.tests)}")
    return results + loop.results


def _source(module: str) -> str:
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_text()


def _tests(target: Target, plugins: list[object]) -> int:
    """Run the tests of a module on one database, silently, until one fails."""
    silence = os.open(os.devnull, os.O_WRONLY)
    with tempfile.TemporaryDirectory() as folder:
        options = ["-x", "--tb=no", "-k", "not postgresql", f"--basetemp={folder}/tests"]
        if not target.module.endswith(".policy"):
            options.append("--noconftest")
        shown = os.dup(1)
        os.dup2(silence, 1)
        try:
            return int(pytest.main([*options, *(str(ROOT / t) for t in target.tests)], plugins))
        finally:
            os.dup2(shown, 1)


def verdict(survives: Callable[[], object], patience: float) -> Verdict:
    """Ask in a fork whether a mutant survives, for so many seconds. Raises RuntimeError where the
    question itself fails: that kills nothing."""
    child = _forked.Process(target=lambda: os._exit(0 if survives() else _KILLED))
    child.start()
    child.join(patience)
    if child.exitcode is None:
        child.kill()
        child.join()
        return Verdict.TOO_LONG
    if child.exitcode not in (0, _KILLED):
        raise RuntimeError(f"a try ended with {child.exitcode}")
    return Verdict.KILLED if child.exitcode else Verdict.SURVIVED


def _alone(target: Target, mutant: Mutant) -> bool:
    """Put a mutant in the place of a module that nothing has imported yet, and run the tests."""
    package, _, name = target.module.rpartition(".")
    module = ModuleType(target.module)
    sys.modules[target.module] = module
    setattr(importlib.import_module(package), name, module)
    try:
        exec(compile(mutant.source, target.path, "exec"), vars(module))
    except Exception:
        return False
    return _tests(target, []) == pytest.ExitCode.OK


class _Loop:
    """A plugin of pytest that runs the tests as they are, and then in a fork for each mutant."""

    def __init__(self, module: str, chosen: list[Mutant]) -> None:
        self._module = module
        self._chosen = chosen
        self.results: list[tuple[Mutant, Verdict]] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop. Here nothing is run, so that nothing that a module
        keeps for later was made before the mutant came."""
        began = time.monotonic()
        if session.testsfailed or verdict(partial(_passes, session), 300) is not Verdict.SURVIVED:
            session.testsfailed = 1
        else:
            patience = 10 + 5 * (time.monotonic() - began)
            for one in self._chosen:
                found = verdict(partial(self._survives, session, one), patience)
                self.results.append((one, found))
        return True

    def _survives(self, session: pytest.Session, mutant: Mutant) -> bool:
        module = ModuleType(self._module)
        try:
            exec(compile(mutant.source, self._module, "exec"), vars(module))
        except Exception:
            return False
        changed = dict(_functions(self._module, vars(module)))
        for name, function in _functions(self._module, vars(sys.modules[self._module])):
            function.__code__ = changed[name].__code__
            function.__defaults__ = changed[name].__defaults__
            function.__kwdefaults__ = changed[name].__kwdefaults__
        return _passes(session)


def _passes(session: pytest.Session) -> bool:
    """Run the tests until one fails."""
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return False
    return bool(session.items)


def _functions(module: str, namespace: Mapping[str, Any]) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions that a module defines, those of its classes too."""
    for value in namespace.values():
        if isinstance(value, type) and value.__module__ == module:
            yield from _functions(module, vars(value))
        names = ("fget", "func", "__wrapped__")  # of properties, kept ones, kept results
        for inner in (value, *(getattr(value, name, None) for name in names)):
            if isinstance(inner, FunctionType) and inner.__module__ == module:
                yield inner.__qualname__, inner
