"""A connection goes with the device's power: it is opened anew when the power is back, and the journal says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.records import Verdict
from tests.engine.benches import bench_text, device_text, run_text

PLAN = """\
title: {en: Power, fr: Alimentation}
edges: [y2k-rollover]
variants: [unpowered, retained]
lead: 10 s
observe: 6 s
power-off: 8 s
restore: nearest
"""


def journal_of(folder: Path) -> list[tuple[str, dict[str, object]]]:
    lines = next(folder.glob("runs/*/journal.jsonl")).read_text("utf-8").splitlines()
    return [(line["kind"], line["body"]) for line in map(json.loads, lines)]


def test_the_first_read_of_an_s7_after_a_power_cut_is_not_lost(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("plc", "plc/siemens-s7-300")), PLAN)
    journal = journal_of(tmp_path)
    assert [Verdict.CONFORMS] * 2 == [judged.verdict for judged in ran.of("plc")]
    assert [] == [body for kind, body in journal if kind == "incident"]
    kinds = [kind for kind, _ in journal]
    assert 2 == kinds.count("link-opened-anew")
    at = kinds.index("link-opened-anew")
    assert ["power", "identity-voided"] == kinds[at - 2 : at], "it stands right behind the power's return"
    assert {"device": "plc", "crossing": 1} == journal[at][1]


@pytest.mark.wire
@pytest.mark.parametrize("model", ["plc/siemens-s7-300", "plc/modicon"])
def test_a_real_connection_is_made_anew_after_each_power_cut(model: str, tmp_path: Path) -> None:
    quick = PLAN.replace("[unpowered, retained]", "[retained]")
    ran = run_text(tmp_path, bench_text(device_text("plc", model, on="tcp")), quick)
    journal = journal_of(tmp_path)
    assert [Verdict.CONFORMS] == [judged.verdict for judged in ran.of("plc")]
    assert [] == [body for kind, body in journal if kind == "incident"]
    assert 1 == [kind for kind, _ in journal].count("link-opened-anew")


@pytest.mark.parametrize("model", ["rtc/ds1307", "plc/omron-fins", "plc/modicon"])
def test_a_line_that_does_not_go_with_the_power_stays_open(model: str, tmp_path: Path) -> None:
    """A bridge keeps its port, a datagram has no connection, and opening a serial port can reset what it is wired to."""
    run_text(tmp_path, bench_text(device_text("one", model)), PLAN)
    assert "link-opened-anew" not in [kind for kind, _ in journal_of(tmp_path)]
