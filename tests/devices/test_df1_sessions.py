"""Driver and simulator of the Allen-Bradley controllers, one session after another, where duplicates are dropped."""

from __future__ import annotations

from typing import Any

import pytest

from devices.registry import Registry
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from harness.device.asks import LinkAsk
from harness.link.base import StepRunner, run_blocking
from harness.link.line import Line
from harness.link.loopback import MemoryTransport
from harness.link.stream import StreamBus

REGISTRY = Registry()
FRIDAY_1999_12_31_23_59_00 = 946_684_740


class Allowing:
    """A guard that lets everything pass."""

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        assert question.writes
        assert frame

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        assert outcome == "acknowledged", question


@pytest.mark.parametrize("model", ["plc/allen-bradley-slc", "plc/allen-bradley-micrologix"])
@pytest.mark.parametrize("reads", [1, 2])
def test_sessions_that_end_with_any_number_do_not_stop_the_next(model: str, reads: int) -> None:
    """A session of one read ends with the very number the next one begins with."""
    clock = VirtualClock(0)
    options = {"duplicate-detection": True}
    setup = SimulatorSetup(clock=clock, options=options, initial_seconds=FRIDAY_1999_12_31_23_59_00)
    simulator = REGISTRY.make_simulator(model, setup)
    bus = StreamBus(Line(name="df1", transport=MemoryTransport(simulator.receive), sink=lambda _: 1, clock=clock))
    bus.open()

    def do(steps: Any) -> Any:
        return run_blocking(StepRunner(steps, bus, None, clock, Allowing())).value

    for session in range(3):
        driver = REGISTRY.make_driver(model)
        for _ in range(reads):
            shown = driver.facts.form.resolve(do(driver.read_clock()).fields)
            assert FRIDAY_1999_12_31_23_59_00 + session == shown
        do(driver.set_clock(driver.facts.form.express(FRIDAY_1999_12_31_23_59_00 + session + 1)))
        do(driver.read_clock())
        lonely = REGISTRY.make_driver(model)
        do(lonely.read_clock())  # the next session follows one that was a single read
    assert 3 == len(simulator.recorder.sets)
