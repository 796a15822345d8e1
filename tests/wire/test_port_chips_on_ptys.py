"""Chips on three wires and on a board's parallel bus, on real ptys; and one behind a real shell with real dd and od."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.registry import Registry
from devices.simulation.bench import serve_bench
from devices.simulation.serve import WireServer
from harness.bench.model import Bench, BenchDevice, Client, Simulation
from harness.calendar.gregorian import parse_iso
from harness.clock import MonotonicClock
from harness.link.base import Bus, StepRunner, run_blocking
from harness.link.config import ParallelConfig, RegisterWindow, SerialPort
from harness.link.opening import make_bus
from tests.wire.test_board_on_ptys import Allowing

pytestmark = pytest.mark.wire

CHIPS = ["rtc/ds1302", "rtc/ds12c887", "rtc/ds1685", "rtc/m48t59", "rtc/mc146818", "rtc/msm6242"]
LEAP_EVE = "2000-02-28 23:59:30"


def do(steps: Any, bus: Bus) -> Any:
    return run_blocking(StepRunner(steps, bus, None, MonotonicClock(), Allowing())).value


@pytest.mark.parametrize("model", CHIPS)
def test_a_chip_without_i2c_is_read_and_set_on_a_pty(model: str) -> None:
    clock = MonotonicClock()
    device = BenchDevice(name="chip", model=model, simulate=Simulation(on="pty"))
    bench = Bench(name="b", client=Client(), location="", devices=(device,), path=Path("bench.yaml"), text="")
    driver = Registry().make_driver(model)
    with serve_bench(
        bench,
        clock=clock,
        simulator_for=lambda one, setup: Registry().make_simulator(one.model, setup),
        links_of=lambda one: Registry().facts(one.model).links,
    ) as served:
        bus = make_bus(served.links["chip"], sink=lambda _: 1, clock=clock)
        with contextlib.closing(bus):
            bus.open()
            assert do(driver.identify(), bus) == do(driver.identify(), bus)
            do(driver.set_clock(driver.facts.form.express(parse_iso(LEAP_EVE))), bus)
            sample = do(driver.read_clock(), bus)
    assert sample.unreadable is None
    assert driver.facts.form.resolve(sample.fields) in range(951_782_370, 951_782_375)


class RealShell:
    """A shell of this machine on a terminal of its own; what it says is taken up to its prompt, however busy it is."""

    PROMPT = b"# "
    PATIENCE_S = 10

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "PS1": "# ", "ENV": "", "TERM": "dumb"}
        self._process = subprocess.Popen(
            ["sh", "-i"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        self.receive(b"")

    def receive(self, sent: bytes) -> bytes:
        os.write(self._ours, sent)
        said = b""
        while not said.endswith(self.PROMPT) and select.select([self._ours], [], [], self.PATIENCE_S)[0]:
            said += os.read(self._ours, 4096)
        return said

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


@pytest.fixture
def shell() -> Iterator[RealShell]:
    one = RealShell()
    yield one
    one.close()


def test_a_real_shell_reads_and_sets_registers_in_a_file(shell: RealShell, tmp_path: Path) -> None:
    """The file stands for the board's memory; nothing counts in it, so the time stands where it was set."""
    cells = tmp_path / "mem"
    cells.write_bytes(bytes(0x18) + bytes.fromhex("0A 50 59 23 06 31 12 99"))
    driver = Registry().make_driver("rtc/m48t59")
    with WireServer() as wires:
        port = SerialPort(url=wires.serve_pty(shell.receive), baud=115_200)
        window = RegisterWindow(device=str(cells), base=0x10, stride=1)
        bus = make_bus(ParallelConfig(port=port, window=window), sink=lambda _: 1, clock=MonotonicClock())
        with contextlib.closing(bus):
            bus.open()
            assert driver.facts.form.resolve(do(driver.read_clock(), bus).fields) == parse_iso("1999-12-31 23:59:50")
            do(driver.set_clock(driver.facts.form.express(parse_iso(LEAP_EVE))), bus)
            assert driver.facts.form.resolve(do(driver.read_clock(), bus).fields) == parse_iso(LEAP_EVE)
    assert cells.read_bytes()[0x18:] == bytes.fromhex("0A 30 59 23 02 28 02 00")
