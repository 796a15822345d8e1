"""The quick plan on boards behind real ptys, at a stand-in for the whole stack below the driver."""

from __future__ import annotations

from typing import Any

import pytest

from devices.registry import Registry
from devices.simulation.serve import WireServer
from devices.simulation.setup import SimulatorSetup
from harness.calendar.gregorian import parse_iso
from harness.clock import MonotonicClock
from harness.device.asks import LinkAsk
from harness.link.base import StepRunner, run_blocking
from harness.link.config import SerialConfig, SerialPort
from harness.link.opening import make_bus

pytestmark = pytest.mark.wire


class Allowing:
    """A guard that lets everything pass."""

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        assert question.writes
        assert frame

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        assert outcome == "acknowledged", question


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("board/linux-console", {"view": "system"}),
        ("board/linux-console", {"view": "hwclock"}),
        ("board/linux-console", {"view": "sysfs"}),
        ("board/u-boot", {}),
    ],
)
def test_a_board_is_read_and_set_on_a_pty(model: str, options: dict[str, str]) -> None:
    clock = MonotonicClock()
    setup = SimulatorSetup(clock=clock, options=options, initial_seconds=parse_iso("2015-06-07 08:09:10"))
    simulator = Registry().make_simulator(model, setup)
    driver = Registry().make_driver(model, options)
    with WireServer() as wires:
        port = SerialPort(url=wires.serve_pty(simulator.receive), baud=115_200)
        bus = make_bus(SerialConfig(port=port), sink=lambda _: 1, clock=clock)
        bus.open()

        def do(steps: Any) -> Any:
            return run_blocking(StepRunner(steps, bus, None, clock, Allowing())).value

        assert do(driver.identify()) == do(driver.identify())
        do(driver.set_clock(driver.facts.form.express(parse_iso("2000-02-28 23:59:30"))))
        sample = do(driver.read_clock())
        bus.close()
    assert sample.unreadable is None
    assert driver.facts.form.resolve(sample.fields) in range(951_782_370, 951_782_375)
