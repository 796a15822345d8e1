"""Recordings of real hardware, played through our links and drivers to the dates they were recorded at.

DS1307: sigrok-dumps i2c/rtc_dallas_ds1307 (public domain), a read at 2013-03-10 23:35:30; the chip's bytes are the
recording's, the bridge's framing around them is the NXP SC18IM700 data sheet's (rev 2).
Solis: candlerb/solis_exporter docs/packet_log (MIT), RHI-6K on RS-485, 2022-11-13.
"""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.calendar.gregorian import iso
from harness.clock import VirtualClock
from harness.device.asks import LinkAsk, ReadRegisters, Steps
from harness.errors import DeviceRefused
from harness.link.base import Bus, StepRunner, run_blocking
from harness.link.opening import make_tape_bus
from harness.records import WireRecord

T = TypeVar("T")
CLOCK = VirtualClock(0)


class Permission:
    """Lets a write through and keeps what was announced."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.outcomes: list[str] = []

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        self.frames.append(frame)

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        self.outcomes.append(outcome)


def bus_of(protocol: str, pairs: list[tuple[str, str]]) -> tuple[Bus, Any, list[WireRecord]]:
    records: list[WireRecord] = []

    def sink(record: WireRecord) -> int:
        records.append(record)
        return len(records)

    tape = [(bytes.fromhex(sent), bytes.fromhex(received)) for sent, received in pairs]
    bus, transport = make_tape_bus(protocol, tape, sink=sink, clock=CLOCK)
    bus.open()
    return bus, transport, records


def play(bus: Bus, station: int, steps: Steps[T], guard: Permission | None = None) -> T:
    runner: StepRunner[T] = StepRunner(steps, bus, station, CLOCK, guard or Permission())
    return run_blocking(runner).value


def test_the_recorded_ds1307_reads_as_10_march_2013() -> None:
    bus, tape, records = bus_of("i2c", [("52 0A 50", "F0"), ("53 D0 01 00 53 D1 07 50", "30 35 23 01 10 03 13")])
    driver = Registry().make_driver("rtc/ds1307", {})
    sample = play(bus, 0x68, driver.read_clock())
    assert CalendarFields(year=13, month=3, day=10, hour=23, minute=35, second=30, weekday=1) == sample.fields
    shown = driver.facts.form.resolve(sample.fields)
    assert isinstance(shown, int)
    assert "2013-03-10 23:35:30" == iso(shown)
    assert tape.is_finished
    assert bytes.fromhex("30 35 23 01 10 03 13") == records[-1].received


def test_the_recorded_inverter_is_read_and_set_at_its_own_second() -> None:
    """The logger read 19:39:23 and set 19:39:24 with one request; our driver says the same bytes."""
    bus, tape, _ = bus_of(
        "modbus",
        [
            ("01 04 80 FE 00 06 38 38", "01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 17 05 C9"),
            ("01 10 A7 F8 00 06 0C 00 16 00 0B 00 0D 00 13 00 27 00 18 53 3C", "01 10 A7 F8 00 06 E2 8E"),
        ],
    )
    driver = Registry().make_driver("power/solis-rhi", {})
    sample = play(bus, 1, driver.read_clock())
    shown = driver.facts.form.resolve(sample.fields)
    assert isinstance(shown, int)
    assert "2022-11-13 19:39:23" == iso(shown)
    guard = Permission()
    play(bus, 1, driver.set_clock(driver.facts.form.express(shown + 1)), guard)
    assert ["acknowledged"] == guard.outcomes
    assert [bytes.fromhex("01 10 A7 F8 00 06 0C 00 16 00 0B 00 0D 00 13 00 27 00 18 53 3C")] == guard.frames
    assert tape.is_finished


def test_the_recorded_refusal_reaches_the_caller_as_the_inverters_own() -> None:
    bus, _, records = bus_of("modbus", [("01 04 0B B7 00 01 83 C8", "01 84 02 C2 C1")])
    with pytest.raises(DeviceRefused) as caught:
        bus.answer(1, ReadRegisters(start=2999, count=1, table="input"))
    assert 2 == caught.value.code
    assert bytes.fromhex("01 84 02 C2 C1") == records[-1].received
