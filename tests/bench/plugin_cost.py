"""What one more check costs under our plugin, against plain pytest's own cost of a test plus its wire time.

Bar: at most 1.2 x. Both are slopes, so start-up and collection's fixed part drop out: (1,000 checks less 200 checks) / 800,
each pair taken in turn, CPU time of the whole process beside wall time. A check of ours is a crossing: the same exchanges
over loopback TCP, journalled, judged and reported in two languages; the peer only makes the exchanges.

    .venv/bin/python -m tests.bench.plugin_cost
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.make_bench import bench_of

DEVICES = 8
WAYS = 3
EDGES = ("y2k-rollover", "y2k-leap-day")
# Checks are devices x edges x ways x repeats; 192 and 960 stand for 200 and 1,000.
REPEATS = (4, 20)
ROUNDS = 5
REPORTS = ("never", "always")
PLAIN = "plain pytest and its wire"
PLAN = """\
title: {{en: Cost of a check, fr: Prix d'un essai}}
edges: [{edges}]
variants: [set-after, running, silent]
repeats: {repeats}
lead: 2 s
observe: 3 s
poll-at-edge: 500 ms
restore: nearest
"""
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:html")
PEER = "tests/bench/conventional/plain_checks.py"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took, in seconds: by the clock on the wall, and of the processors with all its children."""

    wall_s: float
    cpu_s: float

    def slope_ms(self, smaller: Cost, checks: int) -> tuple[float, float]:
        """Return what each of the further checks cost, wall and CPU, in milliseconds."""
        return (self.wall_s - smaller.wall_s) * 1000 / checks, (self.cpu_s - smaller.cpu_s) * 1000 / checks


def cost_of(words: tuple[str, ...], environment: Mapping[str, str]) -> Cost:
    """Run pytest once; all its tests must pass, or the figure means nothing."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen([*PYTEST, *words], stdout=told, stderr=told, env={**os.environ, **environment})
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            raise SystemExit(f"status {process.returncode}\n{told.read().decode()[-2000:]}")
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime)


def exchanges_of(runs: Path, checks: int) -> int:
    """Return how many exchanges a crossing makes on average, from the journal of a run."""
    (journal,) = runs.glob("*/journal.jsonl")
    wire = len(re.findall(r'"kind":"wire"', journal.read_text(encoding="utf-8")))
    return round(wire / checks)


def main() -> None:
    """Measure, and print the slopes and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder, "bench.yaml")
        bench.write_text(bench_of(DEVICES), encoding="utf-8")
        sizes = [DEVICES * len(EDGES) * WAYS * repeats for repeats in REPEATS]
        plans = [Path(folder, f"plan-{size}.yaml") for size in sizes]
        for plan, repeats in zip(plans, REPEATS, strict=True):
            plan.write_text(PLAN.format(edges=", ".join(EDGES), repeats=repeats), encoding="utf-8")

        def ours(number: int, reports: str) -> Cost:
            with tempfile.TemporaryDirectory(dir=folder) as runs:
                words = (f"--bench={bench}", f"--rollover-runs={runs}", f"--rollover-reports={reports}")
                cost = cost_of((str(plans[number]), *words), {})
                counted.append(exchanges_of(Path(runs), sizes[number]))
            return cost

        counted: list[int] = []
        ours(1, "never")
        exchanges = counted[0]

        def theirs(number: int) -> Cost:
            return cost_of((PEER,), {"CHECKS": str(sizes[number]), "EXCHANGES": str(exchanges)})

        theirs(0)
        further = sizes[1] - sizes[0]
        slopes: dict[str, list[tuple[float, float]]] = {reports: [] for reports in (*REPORTS, PLAIN)}
        for _ in range(ROUNDS):
            small = {reports: ours(0, reports) for reports in REPORTS} | {PLAIN: theirs(0)}
            large = {reports: ours(1, reports) for reports in REPORTS} | {PLAIN: theirs(1)}
            for name, cost in large.items():
                slopes[name].append(cost.slope_ms(small[name], further))
        print(f"{exchanges} exchanges a check; {sizes[0]} and {sizes[1]} checks, {ROUNDS} rounds; medians a check")
        for index, what in enumerate(("wall", "CPU")):
            plain = [slope[index] for slope in slopes[PLAIN]]
            print(f"{what:<5} {PLAIN}: {statistics.median(plain):.2f} ms")
            for reports in REPORTS:
                mine = [slope[index] for slope in slopes[reports]]
                ratios = sorted(one / other for one, other in zip(mine, plain, strict=True))
                print(
                    f"      ours, client reports {reports}: {statistics.median(mine):.2f} ms,"
                    f" x {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
                )


if __name__ == "__main__":
    main()
