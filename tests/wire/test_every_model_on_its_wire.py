"""Every model once on the wire it is met on: a pty for serial lines, RTU and bridges; TCP and UDP where it has a network.

Bytes go through the host's own ptys and sockets and through the same libraries as in a real run. Time is virtual, so no
pause is waited for; only a receiver that speaks by itself is listened to in real time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.registry import MANUAL
from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.calendar.gregorian import parse_iso
from harness.clock import Clock, MonotonicClock, VirtualClock
from harness.device.asks import LinkAsk
from harness.link.base import StepRunner, run_blocking
from harness.link.config import (
    I2cConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    ParallelConfig,
    ScpiConfig,
    SerialConfig,
    SocketConfig,
    ThreeWireConfig,
)
from harness.link.opening import make_bus
from tests.engine.benches import bench_text

pytestmark = pytest.mark.wire

WORKSHOP = Workshop()
AFTERNOON = "2026-11-23 14:30:45"
LEAP_DAY = parse_iso("2004-02-29 12:34:56")  # within the range of every clock here
CHOSEN = {
    "climate/enervent-eda": {"mailbox": 582},
    "plc/directlogic": {"mailbox": 0o2000},
    "plc/schneider-sw-block": {"mailbox": 76},
}
SPEAKS_UNASKED = {"gps/nmea-receiver"}
SHOWS_ZEROS = {"agri/plant-lighting"}  # its registers hold a new time until it is taken, and nothing else
FORMS = {
    "pty": {
        "serial": SerialConfig,
        "i2c": I2cConfig,
        "three-wire": ThreeWireConfig,
        "parallel": ParallelConfig,
        "modbus": ModbusRtuConfig,
        "scpi": ScpiConfig,
    },
    "tcp": {"tcp": SocketConfig, "udp": SocketConfig, "modbus": ModbusTcpConfig, "scpi": ScpiConfig},
}


def wires() -> Iterator[tuple[str, str]]:
    """Every model with the wire forms of the first link that its facts name."""
    for model in WORKSHOP.models():
        if model != MANUAL:
            first = WORKSHOP.facts(model, CHOSEN.get(model, {})).links[0]
            yield from ((model, on) for on, links in FORMS.items() if first in links)


class Allowing:
    """A guard that lets everything pass, and sees that nothing is lost or refused."""

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        assert question.writes
        assert frame

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        assert outcome == "acknowledged", question


@pytest.mark.parametrize(("model", "on"), list(wires()))
def test_a_clock_is_read_and_set_on_its_real_wire(model: str, on: str, tmp_path: Path) -> None:
    options = CHOSEN.get(model, {})
    chosen = ", ".join(f"{name}: {said}" for name, said in options.items())
    path = tmp_path / "bench.yaml"
    path.write_text(bench_text(f"  one: {{model: {model}, simulate: {{on: {on}}}, options: {{{chosen}}}}}\n"), "utf-8")
    clock: Clock = MonotonicClock()
    if model not in SPEAKS_UNASKED:
        clock = VirtualClock(utc_ns=parse_iso(AFTERNOON) * 1_000_000_000)
    driver = WORKSHOP.make_driver(model, options)
    with WORKSHOP.serve(load_bench(path, WORKSHOP), clock) as table:
        link = table.links["one"]
        assert type(link) is FORMS[on][driver.facts.links[0]]
        bus = make_bus(link, sink=lambda _: 1, clock=clock, latency_ns=1_000_000)

        def do(steps: Any) -> Any:
            bus.open()
            return run_blocking(StepRunner(steps, bus, link.station, clock, Allowing())).value

        try:
            assert do(driver.identify()) == do(driver.identify())
            found = do(driver.read_clock())
            assert found.unreadable is None
            assert any(found.flags.get(flag) for flag in driver.facts.lost_flags) is (model in SHOWS_ZEROS)
            if model not in SPEAKS_UNASKED | SHOWS_ZEROS:
                shown = driver.facts.form.resolve(found.fields)
                assert isinstance(shown, int)
                assert parse_iso(AFTERNOON) - shown in range(driver.facts.unit_ns // 1_000_000_000)
            if driver.facts.can_be_set:
                do(driver.set_clock(driver.facts.form.express(LEAP_DAY)))
                clock.sleep_until(clock.now_ns() + driver.facts.settle_ns)
                set_to = driver.facts.form.resolve(do(driver.read_clock()).fields)
                assert isinstance(set_to, int)
                assert LEAP_DAY - set_to in range(-10, driver.facts.unit_ns // 1_000_000_000)
                assert table.simulators["one"].recorder.sets
        finally:
            bus.close()


def test_every_kind_of_wire_is_among_them() -> None:
    assert {model for model, _ in wires()} == set(WORKSHOP.models()) - {MANUAL}
    links = {(WORKSHOP.facts(model, CHOSEN.get(model, {})).links[0], on) for model, on in wires()}
    every = {(link, "pty") for link in ("serial", "i2c", "three-wire", "parallel", "modbus", "scpi")}
    assert every | {("modbus", "tcp"), ("tcp", "tcp"), ("udp", "tcp"), ("scpi", "tcp")} == links
