"""`python -m tests.soak.mutation [MODULE …]`: examine the pure modules and the row filters, print
what survived, and end with 1 where a module's tests find less than nine mutants of ten."""

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.soak.mutation.examining import Verdict, examined
from tests.soak.mutation.mutants import Mutant
from tests.soak.mutation.survivors import ACCEPTED
from tests.soak.mutation.targets import TARGETS, Target

LEAST = 0.9
PARTS = 2


def main(names: list[str]) -> int:
    """Examine modules (all, or those named) and print a line for each, with its survivors."""
    began = time.monotonic()
    targets = [target for target in TARGETS if not names or target.module in names]
    if len(targets) < len(names):
        print(f"examined are only {', '.join(one.module for one in TARGETS)}", file=sys.stderr)
        return 2
    spawned = multiprocessing.get_context("spawn")
    workers = os.cpu_count() or 1
    failed = []
    with ProcessPoolExecutor(workers, mp_context=spawned, max_tasks_per_child=1) as pool:
        under_way = [
            (target, [pool.submit(examined, target, part, PARTS) for part in range(PARTS)])
            for target in targets
        ]
        print(f"{'module':32}{'mutants':>9}{'killed':>9}{'survived':>10}")
        for target, parts in under_way:
            results = [result for part in parts for result in part.result()]
            if not report(target, results):
                failed.append(target.module)
    print(f"{time.monotonic() - began:.0f} s;", f"under {LEAST:.0%}: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def report(target: Target, results: list[tuple[Mutant, Verdict]]) -> bool:
    """Print a module's line and its survivors; tell whether enough were killed."""
    survivors = [mutant for mutant, verdict in results if verdict is Verdict.SURVIVED]
    killed = len(results) - len(survivors)
    print(f"{target.module:32}{len(results):9}{killed:9}{len(survivors):10}", flush=True)
    name = target.module.removeprefix("training.")
    for mutant in sorted(survivors, key=lambda mutant: mutant.line):
        why = ACCEPTED.get((name, mutant.function, mutant.change), "no test finds it")
        print(f"  {target.path}:{mutant.line} {mutant.function}: {mutant.change}\n    {why}")
    return killed >= LEAST * len(results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
