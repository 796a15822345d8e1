"""Whoever watches a run cannot stop it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.engine.task import Nobody
from harness.records import Reading, Verdict
from tests.engine.benches import bench_text, device_text, run_text

PLAN = """\
title: {en: View, fr: Vue}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
"""


class Torn(Nobody):
    """A view that breaks at the first, second, third ... thing it is told."""

    def __init__(self, breaks_at: int) -> None:
        self.breaks_at = breaks_at
        self.told = 0

    def _hear(self) -> None:
        self.told += 1
        if self.told >= self.breaks_at:
            raise UnicodeError("the screen is gone")

    def reading(self, device: str, reading: Reading) -> None:
        self._hear()

    def state(self, device: str, word: str) -> None:
        self._hear()


@pytest.mark.parametrize("breaks_at", range(1, 10))
def test_a_view_that_breaks_costs_neither_the_verdict_nor_the_clock(breaks_at: int, tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("rtc", "rtc/ds1307")), PLAN, listener=Torn(breaks_at))
    assert () == ran.outcome.owed
    assert Verdict.CONFORMS is ran.report.run_verdict
