"""Take the figures: `python -m benchmarks [--quick] [--seconds N] [--engine E] [--part P]`."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import crowd, disturbance, imports, measures, pages, report
from benchmarks.ceiling import PASSWORD
from benchmarks.client import Crew, crew
from benchmarks.measures import CEILING, Cell, Measure
from benchmarks.plans import CSV, PEOPLE
from benchmarks.population import WHOLE, Tree
from benchmarks.report import Table
from benchmarks.servers import ENGINES, Workshop, workshop
from tests import chromium
from training.core.actors import Role

PARTS = ("ceiling", "growth", "file", "pages", "people", "import")
FILES = 3
MEMORY = ("when", "MiB (PSS)")


@dataclass(frozen=True)
class Plan:
    """How much is measured: numbers of clients, seconds a cell, crowds as people × modules,
    visits of each page, and rows of an import."""

    clients: tuple[int, ...] = (1, 8, 32)
    seconds: float = 5.0
    small: tuple[int, int] = (2_500, 4)
    large: tuple[int, int] = (250_000, 4)
    listed: tuple[int, int] = (10_000, 20)
    tree: Tree = WHOLE
    strength: int = 200_000
    visits: int = 7
    imported: int = 50_000


QUICK = Plan((8,), 0.6, (25, 4), (100, 4), (50, 4), (2, 2, 2), 100, 1, 100)


def take(engine: str, parts: Sequence[str], plan: Plan, secret: str) -> Iterator[Table]:
    """Yield the tables of one kind of database."""
    with (
        tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder,
        workshop(engine, Path(folder)) as shop,
        crew(measures.HANDS + 1) as hands,
    ):
        if "ceiling" in parts:
            yield from beside_the_ceiling(shop, hands, plan, secret)
        if "growth" in parts:
            yield from grown(shop, hands, plan)
        if "file" in parts:
            yield listed(shop, hands, plan)
        if "people" in parts:
            yield among_all(shop, hands, plan)
        if "pages" in parts:
            yield on_a_weak_link(shop, plan)
        if "import" in parts:
            yield imports.imported(shop, plan.imported)


def beside_the_ceiling(shop: Workshop, hands: Crew, plan: Plan, secret: str) -> Iterator[Table]:
    """Waypost and the bare application in turn; then answers beside trouble; memory all along."""
    with shop.waypost("small", crowd.kept(*plan.small)) as waypost, shop.bare(secret) as bare:
        servers = {"Waypost": waypost, CEILING: bare}
        memory = [_memory("after the start", waypost.memory())]
        yield report.compared(
            f"{shop.kind}: beside the ceiling",
            [
                measures.measured(hands, measure, servers, clients, plan.seconds)
                for measure in measures.compared(secret)
                for clients in plan.clients
            ],
            against=CEILING,
        )
        memory.append(_memory("after this load", waypost.memory()))
        memory.append(_memory("the ceiling's, after it", bare.memory()))
        met = disturbance.disturbed(hands, waypost, secret, plan.seconds)
        yield report.disturbed(f"{shop.kind}: 8 clients answer beside trouble", met)
    yield Table(f"{shop.kind}: memory of all serving processes", MEMORY, memory)


def grown(shop: Workshop, hands: Crew, plan: Plan) -> Iterator[Table]:
    """The same pages with few and many enrolments, in turn."""
    few, many = _enrolments(plan.small), _enrolments(plan.large)
    with (
        shop.waypost("few", crowd.kept(*plan.small)) as small,
        shop.waypost("many", crowd.kept(*plan.large)) as large,
    ):
        servers = {few: small, many: large}
        cells: list[Cell] = []
        for clients in plan.clients[:2]:
            cells += [
                measures.measured(hands, measure, servers, clients, plan.seconds)
                for measure in (
                    Measure("lesson", measures.lessons),
                    Measure("answer", measures.answers),
                    Measure("submit", measures.submissions),
                    Measure("list of people", measures.desk(PEOPLE)),
                    Measure("a State's totals", measures.desk("/desk/", "state")),
                    Measure("the region's totals", measures.desk("/desk/")),
                )
            ]
        memory = [_memory(f"after this load, {n}", one.memory()) for n, one in servers.items()]
    yield report.compared(f"{shop.kind}: growth", cells, against=few)
    yield Table(f"{shop.kind}: memory as it grows", MEMORY, memory)


def listed(shop: Workshop, hands: Crew, plan: Plan) -> Table:
    """The start, and the desk's file of everybody: how long it takes and what memory it leaves."""
    people, modules = plan.listed
    with shop.waypost("listed", crowd.kept(people, modules)):
        pass
    with shop.waypost("listed") as server:
        rows = [["second start, to the first page", f"{server.started_in:.2f} s", ""]]
        rows.append(["memory after it", "", f"{server.memory():.0f} MiB"])
        [script] = measures.desk(CSV)(server, 1, 0.0)
        for number in range(FILES):
            once = replace(script, endless=False)
            sample = hands.run(server.address, [once], 60.0)
            size = sample.bytes / 1e6
            took = f"{sample.latencies[0]:.2f} s" if sample.latencies else str(sample.failures)
            rows.append([f"file {number + 1} of {people:,} × {modules}: {size:.1f} MB", took, ""])
        rows.append(["memory after it", "", f"{server.memory():.0f} MiB"])
    return Table(f"{shop.kind}: start and the desk's file", ("what", "took", "memory (PSS)"), rows)


def among_all(shop: Workshop, hands: Crew, plan: Plan) -> Table:
    """The pages of people and units with a whole region's people, one client, and of a State."""
    whole = crowd.kept(plan.strength, 0, plan.tree)
    keeper = Role.ADMINISTRATOR
    read = {
        "people, the region's": measures.desk("/people/"),
        "people, a State's": measures.desk("/people/", "state"),
        "people, a post's": measures.desk("/people/", "post", Role.SUPERVISOR),
        "those who can't sign in, the region's": measures.desk("/people/?who=waiting"),
        "search by a name, the region": measures.desk("/people/?q=khan+199"),
        "search by a name, a State": measures.desk("/people/?q=khan+199", "state"),
        "search for nobody, the region": measures.desk("/people/?q=zzzz"),
        "search by a number, the region": measures.desk("/people/?q=4711"),
        "somebody's page": measures.desk("/people/{person}"),
        "to post somebody: choose a unit": measures.desk("/people/{person}/transfer"),
        "to post somebody: the form": measures.desk("/people/{person}/transfer?unit={post}"),
        "transfers": measures.desk("/people/transfers/"),
        "who may do what": measures.desk("/roles/", "region", keeper),
        "a unit's page": measures.desk("/admin/units/{post}", "region", keeper),
        "audit log": measures.desk("/admin/audit", "region", keeper),
        "account": measures.desk("/account/"),
    }
    with shop.waypost("people", whole) as server:
        cells = [
            measures.measured(hands, Measure(name, scripts), {"Waypost": server}, 1, plan.seconds)
            for name, scripts in read.items()
        ]
    return report.compared(f"{shop.kind}: {plan.strength:,} people", cells, against="Waypost")


def on_a_weak_link(shop: Workshop, plan: Plan) -> Table:
    """What the learner's pages weigh, and when a browser first shows something of them."""
    crowded = shop.waypost("visited", crowd.kept(*plan.small))
    with crowded as server, chromium.launched() as browser:
        weights = [pages.weighed(browser, server, page, plan.visits) for page in pages.PAGES]
    return report.weighed(f"{shop.kind}: pages on a weak link", weights)


def _enrolments(crowd: tuple[int, int]) -> str:
    return f"{crowd[0] * crowd[1]:,} enrolments"


def _memory(when: str, mebibytes: float) -> list[str]:
    return [when, f"{mebibytes:.0f}"]


def main() -> None:
    """Read the command line, take the figures, print and write them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="for each cell")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both by default")
    parser.add_argument("--part", choices=PARTS, action="append", help="all by default")
    asked = parser.parse_args()
    plan = QUICK if asked.quick else Plan(seconds=asked.seconds)
    secret = crowd.password_hash(PASSWORD)
    tables = []
    for engine in asked.engine or ENGINES:
        for table in take(engine, asked.part or PARTS, plan, secret):
            print(table.markdown(), flush=True)
            tables.append(table)
    path = report.write(crowd.KEPT, report.machine(), tables)
    print(f"{report.machine()}\nwritten to {path}")


if __name__ == "__main__":
    main()
