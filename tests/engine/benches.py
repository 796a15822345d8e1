"""Benches and runs for tests: everything simulated, judged from the journal as a report would be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.clock import SECOND_NS, MonotonicClock
from harness.engine.campaign import RunOutcome, RunRequest, run
from harness.journal.evidence import read_run
from harness.plan.loader import load_plan
from harness.records import Judgement
from reports.client.view import RunReport, build

QUICK_PLAN = """\
title: {en: Quick, fr: Rapide}
edges: [y2k-rollover, y2k-leap-day]
variants: [set-after, running, silent, unpowered, retained]
lead: 10 s
observe: 6 s
power-off: 8 s
restore: nearest
"""


FOUND_AT_NS = 1_781_515_800 * SECOND_NS
"""2026-06-15 09:30:00. Where virtual time begins in tests: every simulated model can hold that, whatever the host's date."""
LAST_COMMON_SECONDS = 3_124_224_000
"""2069-01-01. Two digits counted from 1970 end with that year, and clocks are found some time before they are put back."""
FIRST_COMMON_SECONDS = 978_307_200
"""2001-01-01."""
BACK_SECONDS = 11_500 * 86_400


def seconds_out_of_reach() -> int:
    """Return by how much simulated clocks in real time must be behind this host's date to be able to hold theirs."""
    return BACK_SECONDS if MonotonicClock().stamp().utc_ns // SECOND_NS > LAST_COMMON_SECONDS else 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A run and what the judge says of it."""

    outcome: RunOutcome
    report: RunReport

    def of(self, device: str) -> list[Judgement]:
        """Return one device's judgements."""
        return [judgement for judgement in self.report.judgements if judgement.device == device]


def bench_text(devices: str) -> str:
    """Return a bench file around some devices' lines."""
    return f"bench: test\nclient: {{name: Test, sector: other, size: 1-9, language: en}}\ndevices:\n{devices}"


def is_before_2001() -> bool:
    """Tell whether this host's date is too early for a clock that begins in 2000 and is kept some time."""
    return MonotonicClock().stamp().utc_ns // SECOND_NS < FIRST_COMMON_SECONDS


def within_reach(lines: str) -> str:
    """Return a simulated device's lines, its clock as far behind this host's as it must be in real time."""
    behind = seconds_out_of_reach()
    return lines.replace("simulate: {", f"simulate: {{offset: -{behind} s, ", 1) if behind else lines


def device_text(name: str, model: str, *, on: str = "memory", bugs: tuple[str, ...] = (), rest: str = "") -> str:
    """Return one simulated device's lines."""
    return f"  {name}:\n    model: {model}\n    simulate: {{on: {on}, bugs: [{', '.join(bugs)}]}}\n" + (
        f"    {rest}\n" if rest else ""
    )


def run_text(folder: Path, bench: str, plan: str = QUICK_PLAN, **request: object) -> Ran:
    """Run a plan on a bench, both given as text."""
    workshop = Workshop()
    (folder / "bench.yaml").write_text(bench, encoding="utf-8")
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    outcome = run(
        RunRequest(
            bench=load_bench(folder / "bench.yaml", workshop),
            plan=load_plan(folder / "plan.yaml"),
            workshop=workshop,
            runs=folder / "runs",
            **{"virtual_utc_ns": FOUND_AT_NS, **request},  # type: ignore[arg-type]
        )
    )
    return Ran(outcome, build(read_run(outcome.folder)))
