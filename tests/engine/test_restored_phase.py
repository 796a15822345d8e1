"""An aligned restore gives the second's phase back too, also on chips whose first second after a set is a short one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devices.workshop import Table, Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.clock import Clock
from harness.engine.campaign import RunRequest, run
from harness.plan.loader import load_plan
from tests.engine.benches import QUICK_PLAN, bench_text, device_text

SECOND = 1_000_000_000
PLAN = QUICK_PLAN.replace("restore: nearest", "restore: aligned")


class Watched(Workshop):
    """A workshop that tells, when the table is cleared, how far each device's ticks are from the host's seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.errors_ns: dict[str, int] = {}

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[Table]:
        with super().serve(bench, clock, record=record) as table:
            yield table
            for name, simulator in table.simulators.items():
                self.errors_ns[name] = _error_ns(simulator, clock)


def _error_ns(simulator: Any, clock: Clock) -> int:
    shown = simulator.device_seconds()
    phase_ns = simulator._chip.clock.divider.phase_ns(clock.now_ns())
    error_ns: int = shown * SECOND + phase_ns - clock.stamp().utc_ns
    return error_ns


@pytest.mark.parametrize("model", ["rtc/ds1307", "rtc/pcf8563", "rtc/pcf8523", "rtc/ds3231"])
def test_an_aligned_restore_leaves_the_ticks_where_they_were(model: str, tmp_path: Path) -> None:
    workshop = Watched()
    (tmp_path / "bench.yaml").write_text(bench_text(device_text("chip", model)), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    request = RunRequest(
        bench=load_bench(tmp_path / "bench.yaml", workshop),
        plan=load_plan(tmp_path / "plan.yaml"),
        workshop=workshop,
        runs=tmp_path / "runs",
    )
    assert run(request).owed == ()
    assert abs(workshop.errors_ns["chip"]) < SECOND // 20
