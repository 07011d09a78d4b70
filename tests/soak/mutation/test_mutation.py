"""The examination of tests by mutants is itself examined: by tests that are known to be weak."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import repeat
from pathlib import Path

import pytest

from tests.soak.mutation.__main__ import main, report
from tests.soak.mutation.examining import Verdict, examined, verdict
from tests.soak.mutation.mutants import Mutant, mutants
from tests.soak.mutation.targets import TARGETS, Target

ROOT = Path(__file__).parents[3] / "training"
SOURCE = '''
LIMIT: "int" = 10

def fits(weight: int) -> bool:
    """Tell whether it may be carried."""
    return weight <= LIMIT
'''
CHANGED = Mutant(7, "fits", "10 → 9", "")
Examine = Callable[[str], dict[str, Verdict]]


@pytest.fixture
def examine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examine:
    """Return a function that examines a small module by a test with some assertion, in a process
    of its own, and says what became of each change."""
    (tmp_path / "weighing").mkdir()
    (tmp_path / "weighing" / "scales.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)

    def run(assertion: str) -> dict[str, Verdict]:
        test = tmp_path / "test_scales.py"
        imports = "from weighing.scales import LIMIT, fits"
        test.write_text(f"{imports}\n\ndef test_it():\n    assert {assertion}\n")
        target = Target("weighing.scales", (str(test),))
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            return {one.change: found for one, found in pool.submit(examined, target).result()}

    return run


def test_a_weak_test_is_found_out(examine: Examine) -> None:
    """One that tries the very boundary kills what it lets live."""
    found = examine("fits(3) and not fits(30)")
    survived = {change for change, came in found.items() if came is Verdict.SURVIVED}
    assert survived == {"weight <= LIMIT → weight < LIMIT", "10 → 11", "10 → 9"}
    assert found.keys() - survived == {
        "weight <= LIMIT → weight > LIMIT",
        "return weight <= LIMIT → return None",
    }
    strong = examine("fits(10) and not fits(11)")
    assert strong == dict.fromkeys(found, Verdict.KILLED)


def test_tests_that_fail_on_the_module_itself_examine_nothing(examine: Examine) -> None:
    """Or every mutant would look killed."""
    with pytest.raises(ValueError, match="as it is"):
        examine("fits(11)")


def test_what_does_not_end_is_ended() -> None:
    """A mutant may turn a loop into an endless one."""
    assert verdict(partial(sum, repeat(1)), 0.1) is Verdict.TOO_LONG


def test_a_try_that_fails_by_itself_kills_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """A fault of the examination must not look like a test that works."""
    with pytest.raises(RuntimeError, match="ended with 1"):
        verdict(partial(int, "x"), 60)
    assert "ValueError" in capfd.readouterr().err


@pytest.mark.parametrize(("killed", "survived", "enough"), [(9, 1, True), (8, 1, False)])
def test_under_nine_of_ten_is_too_little(
    killed: int, survived: int, enough: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """And each survivor is named with its place and the change."""
    results = [(CHANGED, Verdict.KILLED)] * killed
    results += [(CHANGED, Verdict.SURVIVED)] * survived
    assert report(Target("weighing.scales", ()), results) is enough
    assert "weighing/scales.py:7 fits: 10 → 9" in capsys.readouterr().out


def test_every_pure_module_and_row_filter_is_examined() -> None:
    """A new one too; and no name is passed over in silence."""
    rooms = [found for room in ("rules", "folds", "policy") for found in ROOT.glob(f"*/*{room}.py")]
    assert {f"training.{path.parent.name}.{path.stem}" for path in rooms} <= {
        target.module for target in TARGETS
    }
    assert main(["training.no.such"]) == 2


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("x: int = 1", {"1 → 2", "1 → 0"}),
        ("x = a and b or c", {
            "a and b or c → (a and b) and c", "a and b or c → c", "a and b or c → a and b",
            "a and b → a or b", "a and b → b", "a and b → a",
        }),
        ("x = min(a, b)", {"min(a, b) → max(a, b)", "min(a, b) → a", "min(a, b) → b"}),
        ("x = a.strip()[:n]", {"a.strip() → a", ":n → :"}),
        ("x = {a: b}", {"{a: b} → {}"}),
        ("x = [a for a in b if a]", {"for a in b if a → for a in b"}),
        ("f(a.in_(b))", {"f(a.in_(b)) → pass", "a.in_ → a.not_in"}),
        ("if a:\n    b += c", {
            "if a: → if True:", "if a: → if False:", "b += c → pass", "b += c → b = c",
        }),
        ("@f(1)\nclass A(B[2]):\n    '''C'''\n    d: 'E'", set()),
        ("if TYPE_CHECKING:\n    f(1)", set()),
    ],
)  # fmt: skip
def test_what_a_slip_of_the_pen_makes(source: str, changes: set[str]) -> None:
    """Each once; nothing in what is only read by people and type checkers."""
    found = [mutant.change for mutant in mutants(source)]
    assert set(found) == changes
    assert len(found) == len(changes)
