"""Two PLCs on one RTU line and one supply: staggered on the line, together at the power cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.records import Variant, Verdict
from tests.engine.benches import QUICK_PLAN, Ran, run_text

BENCH = """\
bench: two
client: {name: Test, sector: other, size: 1-9, language: en}
devices:
  north:
    model: plc/modicon
    simulate: {on: pty, line: A}
    power: supply.1
  south:
    model: plc/modicon
    simulate: {on: pty, line: A, bugs: [weekday-stuck]}
    power: supply.1
power:
  supply: {simulated: yes, channels: 1}
"""


def power_times(ran: Ran, device: str) -> list[tuple[int, bool]]:
    lines = (ran.outcome.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [
        (record["body"]["sent_ns"], record["body"]["on"])
        for record in records
        if record["kind"] == "power" and record["body"]["device"] == device
    ]


@pytest.mark.wire
def test_two_plcs_on_one_line_and_one_supply(tmp_path: Path) -> None:
    ran = run_text(tmp_path, BENCH, QUICK_PLAN)
    assert {Verdict.CONFORMS} == {judgement.verdict for judgement in ran.of("north")}
    assert Verdict.DOES_NOT_CONFORM in {judgement.verdict for judgement in ran.of("south")}
    assert power_times(ran, "north") == power_times(ran, "south")
    assert 8 == len(power_times(ran, "north"))
    running = [c for c in ran.report.evidence.crossings if c.variant is Variant.RUNNING and c.edge == "y2k-rollover"]
    first, second = (crossing.sets[0].sent_ns for crossing in running)
    assert abs(first - second) >= 1_000_000_000, "each has the line to itself at its instant"
    assert () == ran.outcome.owed
