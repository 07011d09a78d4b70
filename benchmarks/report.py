"""The figures as tables, for the screen and to keep."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.client import Sample
from benchmarks.measures import Cell
from benchmarks.pages import Weight


@dataclass(frozen=True)
class Table:
    """A table under a heading."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Return it as Markdown, columns in line."""
        lines = [list(self.heads), *map(list, self.rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.heads))]
        padded = [
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            + " |"
            for line in lines
        ]
        rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        return "\n".join([f"### {self.title}", "", padded[0], rule, *padded[1:], ""])


TIMES = ("a second", "p50 ms", "p95 ms", "p99 ms", "worst ms", "failed")


def times(sample: Sample) -> list[str]:
    """Return the cells under TIMES: the rate, the times of good answers, what came instead."""
    ordered = sorted(sample.latencies)
    if not ordered:
        return ["0", "-", "-", "-", "-", _failures(sample)]
    shown = [_milliseconds(ordered[int(len(ordered) * share)]) for share in (0.5, 0.95, 0.99)]
    return [_rate(sample.rate), *shown, _milliseconds(ordered[-1]), _failures(sample)]


def compared(title: str, cells: Sequence[Cell], *, against: str) -> Table:
    """Return measures by number of clients, each server in a row, with its share of the rate of
    the server `against`."""
    rows = []
    for cell in cells:
        whole = cell.samples.get(against)
        for name, sample in cell.samples.items():
            share = "" if whole is None or name == against else _share(sample, whole)
            rows.append([cell.measure, str(cell.clients), name, *times(sample), share])
    return Table(title, ("measure", "clients", "server", *TIMES, f"of {against}"), rows)


def disturbed(title: str, found: Mapping[str, tuple[Sample, Sample]]) -> Table:
    """Return answers beside each trouble, as a share of those beside none."""
    alone = next(iter(found.values()))[0]
    rows = [
        [name, *times(answers), _share(answers, alone), _rate(others.rate), _failures(others)]
        for name, (answers, others) in found.items()
    ]
    heads = ("beside", *TIMES, "of the undisturbed", "sign-ins a second", "of them failed")
    return Table(title, heads, rows)


def weighed(title: str, weights: Sequence[Weight]) -> Table:
    """Return pages by visit: medians of what came over the wire and of the first paint."""
    rows = []
    for weight in weights:
        for kind, visits in (("first", weight.first), ("repeat", weight.repeat)):
            requests = median(len(visit.answers) for visit in visits)
            kilobytes = median(visit.bytes for visit in visits) / 1000
            paints = [visit.paint for visit in visits]
            seen = [f"{requests:.0f}", f"{kilobytes:.1f}", f"{median(paints):.2f}"]
            rows.append([weight.page, kind, *seen, f"{min(paints):.2f}"])
    heads = ("page", "visit", "requests", "kB", "first paint s", "the fastest")
    return Table(title, heads, rows)


def machine() -> str:
    """Say on what the figures were taken, without names."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def write(folder: Path, head: str, tables: Sequence[Table]) -> Path:
    """Write all tables as Markdown and JSON into a folder; returns the first file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{date.today().isoformat()}.md"
    path.write_text("\n".join([head, "", *(table.markdown() for table in tables)]))
    data: dict[str, Any] = {"head": head, "tables": [asdict(table) for table in tables]}
    path.with_suffix(".json").write_text(json.dumps(data, indent=1))
    return path


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _share(sample: Sample, whole: Sample) -> str:
    return f"{sample.rate / whole.rate:.2f}" if whole.rate else "-"


def _milliseconds(value: float) -> str:
    return f"{value * 1000:.0f}" if value >= 0.1 else f"{value * 1000:.1f}"


def _failures(sample: Sample) -> str:
    return ", ".join(f"{count} × {what}" for what, count in sample.failures.items()) or "0"
