"""The explanation of a plan says what will be done, and about how long it takes."""

from __future__ import annotations

from pathlib import Path

from harness.bench.model import Bench, BenchDevice, Client, Simulation
from harness.link.config import ModbusRtuConfig, SerialPort
from harness.plan.explain import estimate_seconds, explain_plan
from harness.plan.loader import read_plan

PLAN = read_plan(
    """\
title: {en: One midnight, fr: Un minuit}
edges: [y2k-rollover]
variants: [set-after, running, silent, unpowered, retained]
""",
    Path("midnight.yaml"),
)
LINE = SerialPort(url="COM7")
PUMPS = (
    BenchDevice(name="north", model="plc/modicon", link=ModbusRtuConfig(port=LINE, unit=1), power="operator"),
    BenchDevice(name="south", model="plc/modicon", link=ModbusRtuConfig(port=LINE, unit=2)),
    BenchDevice(name="rtc", model="rtc/ds1307", simulate=Simulation(on="memory")),
)


def make_bench(*devices: BenchDevice) -> Bench:
    return Bench(name="barn", client=Client(), location="", devices=devices, path=Path("b.yaml"), text="")


def test_the_five_ways_over_one_edge_take_the_waits_that_the_plan_states() -> None:
    """12 s set after; 72 s twice; 84 s unpowered (off 10 s before to 10 s after); 104 s retained; 3 s to restore."""
    assert estimate_seconds(PLAN) == 12 + 72 + 72 + (2 + 60 + 10 + 2 + 10) + (2 + 60 + 10 + 20 + 2 + 10) + 3


def test_a_device_that_shares_its_line_and_a_switch_thrown_by_hand_take_longer() -> None:
    alone = estimate_seconds(PLAN, make_bench(PUMPS[2]))
    assert estimate_seconds(PLAN) == alone
    assert estimate_seconds(PLAN, make_bench(PUMPS[1], PUMPS[2])) == alone
    assert estimate_seconds(PLAN, make_bench(*PUMPS)) == alone + 5 * 3 + 3 + 2 * 40


def test_the_explanation_names_edges_ways_devices_and_time() -> None:
    lines = explain_plan(PLAN, make_bench(*PUMPS))
    assert lines[0] == "One midnight"
    assert "  y2k-rollover (2000-01-01 00:00:00): The year 2000 begins" in lines
    assert "  unpowered: crossed without power" in lines
    assert "  north (plc/modicon): on COM7, power switched by hand" in lines
    assert "  south (plc/modicon): on COM7, nothing cuts its power" in lines
    assert "  rtc (rtc/ds1307): simulated, its own switch" in lines
    assert lines[-1] == "Takes about 7 min of clock time."
