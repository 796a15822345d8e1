"""Simulated clock chips behind their bridge, in literal register images, and second by second beside a dumb counter.

The images are worked out from the makers' maps and from captures. Layouts are written again here, from the same maps;
nothing is taken from a driver or a simulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

import pytest

from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
NOON_1996 = 835_358_400  # 1996-06-21 12:00:00: some moment, so that the chip is found in service


def make_chip(model: str, options: Mapping[str, str] | None = None) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=NOON_1996, options=options or {})
    chip: SimulatedDevice = import_module(f"devices.rtc.{model}.sim").make_simulator(setup)
    return chip, clock


def write(chip: SimulatedDevice, address: int, octets: bytes) -> None:
    assert chip.receive(bytes((0x53, address << 1, len(octets))) + octets + b"P") == b""
    assert chip.receive(b"R\x0aP") == b"\xf0"


def read(chip: SimulatedDevice, address: int, pointer: bytes, count: int) -> bytes:
    head = bytes((0x53, address << 1, len(pointer))) + pointer if pointer else b""
    return chip.receive(head + bytes((0x53, address << 1 | 1, count)) + b"P")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a chip lays out its time: ``order`` names the parts, y M d w h m s and C for a century byte."""

    model: str
    address: int
    pointer: str
    order: str = "smhwdMy"
    sunday: int = 0
    with_bits: Mapping[str, int] = field(default_factory=dict)
    century: str = "none"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    weekday_form: str = "number"
    mirrors: Mapping[str, int] = field(default_factory=dict)
    has_leap_flag: bool = False
    is_reversed: bool = False


_PCF_HELD = {"m": 0x7F, "h": 0x3F, "d": 0x3F, "w": 0x07, "M": 0x9F}
LAYOUTS = (
    Layout(model="ds1338", address=0x68, pointer="00", sunday=1),
    Layout(model="ds3231", address=0x68, pointer="00", sunday=1, century="toggle"),
    Layout(model="ds3232", address=0x68, pointer="00", sunday=1, century="toggle"),
    Layout(model="pcf8563", address=0x51, pointer="02", order="smhdwMy", century="toggle", mirrors=_PCF_HELD),
    Layout(model="rtc_8564", address=0x51, pointer="02", order="smhdwMy", century="set", mirrors=_PCF_HELD),
    Layout(model="pcf8523", address=0x68, pointer="03", order="smhdwMy"),
    Layout(
        model="mcp7940n",
        address=0x6F,
        pointer="00",
        sunday=1,
        with_bits={"s": 0x80, "w": 0x28},
        has_leap_flag=True,
    ),
    Layout(model="rv_3028", address=0x52, pointer="00"),
    Layout(model="rx_8025", address=0x32, pointer="00"),
    Layout(model="rv_8803", address=0x32, pointer="00", weekday_form="one-hot"),
    Layout(model="isl1208", address=0x6F, pointer="00", order="smhdMyw", with_bits={"h": 0x80}, before=("07 10",)),
    Layout(
        model="x1205",
        address=0x6F,
        pointer="00 30",
        order="smhdMywC",
        with_bits={"h": 0x80},
        century="set",
        before=("00 3F 02", "00 3F 06"),
        after=("00 3F 00",),
    ),
    Layout(model="s_35390a", address=0x32, pointer="", order="yMdwhms", is_reversed=True),
    Layout(model="m41t62", address=0x68, pointer="01", sunday=1, century="two-bits"),
)


@dataclass
class DumbCounter:
    """Adds one second at a time; knows nothing but when to carry."""

    century: int
    year: int
    month: int
    day: int
    weekday: int
    hour: int = 23
    minute: int = 58
    second: int = 57

    def add_second(self) -> None:
        self.second += 1
        if self.second == 60:
            self.second = 0
            self.minute += 1
        if self.minute == 60:
            self.minute = 0
            self.hour += 1
        if self.hour == 24:
            self.hour = 0
            self.day += 1
            self.weekday = 0 if self.weekday == 6 else self.weekday + 1
        last = {2: 29 if self.year in range(0, 100, 4) else 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(self.month, 31)
        if self.day > last:
            self.day = 1
            self.month += 1
        if self.month == 13:
            self.month = 1
            self.year += 1
        if self.year == 100:
            self.year = 0
            self.century += 1


def bcd(number: int) -> int:
    return int(str(number), 16)


def image(layout: Layout, now: DumbCounter) -> bytes:
    """Spell the counter as the chip's registers."""
    centuries = {"none": 0, "toggle": now.century % 2 << 7, "set": (now.century > 0) << 7, "two-bits": now.century << 6}
    hundred = 0 if layout.model == "x1205" else centuries[layout.century]
    weekday = 1 << now.weekday if layout.weekday_form == "one-hot" else now.weekday + layout.sunday
    parts = {
        "s": bcd(now.second),
        "m": bcd(now.minute),
        "h": bcd(now.hour),
        "w": weekday,
        "d": bcd(now.day),
        "M": bcd(now.month) | hundred | (0x20 if layout.has_leap_flag and now.year % 4 == 0 else 0),
        "y": bcd(now.year),
        "C": 0x20 if now.century else 0x19,
    }
    octets = [parts[part] | layout.with_bits.get(part, 0) for part in layout.order]
    octets = [
        octet | (parts["s"] & ~layout.mirrors[part] if part in layout.mirrors else 0)
        for part, octet in zip(layout.order, octets, strict=True)
    ]
    return bytes(int(f"{octet:08b}"[::-1], 2) if layout.is_reversed else octet for octet in octets)


EDGES = {
    "1999-12-31": DumbCounter(0, 99, 12, 31, 5),
    "2000-02-28": DumbCounter(1, 0, 2, 28, 1),
    "2000-02-29": DumbCounter(1, 0, 2, 29, 2),
    "2001-02-28": DumbCounter(1, 1, 2, 28, 3),
    "2004-02-29": DumbCounter(1, 4, 2, 29, 0),
    "2009-12-31": DumbCounter(1, 9, 12, 31, 4),
    "2010-04-30": DumbCounter(1, 10, 4, 30, 5),
    "2038-01-18": DumbCounter(1, 38, 1, 18, 1),
    "2099-12-31": DumbCounter(1, 99, 12, 31, 4),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.model)
def test_every_second_across_an_edge_is_counted_as_the_dumb_counter_counts(layout: Layout, edge: str) -> None:
    """2100 is a leap year to every one of these chips, as its digits are those of 2000."""
    options = {"century-bit": "set-is-2000s"} if layout.century == "toggle" else {}
    chip, clock = make_chip(layout.model, options)
    counter = DumbCounter(**vars(EDGES[edge]))
    pointer = bytes.fromhex(layout.pointer)
    for message in layout.before:
        write(chip, layout.address, bytes.fromhex(message))
    sent = image(Layout(**{**vars(layout), "mirrors": {}}), counter)
    if layout.is_reversed or layout.model != "x1205":
        write(chip, layout.address, pointer + sent)
    else:
        for at, octet in enumerate(sent):
            write(chip, layout.address, bytes((0x00, 0x30 + at, octet)))
    for message in layout.after:
        write(chip, layout.address, bytes.fromhex(message))
    assert image(layout, counter) == read(chip, layout.address, pointer, len(sent))
    for second in range(1, 130):
        counter.add_second()
        clock.advance_to(second * SECOND)
        assert image(layout, counter) == read(chip, layout.address, pointer, len(sent))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.model)
def test_digits_00_are_a_leap_year_after_2099_too(layout: Layout) -> None:
    """2100-02-28 goes to 29 February: seen on a DS3231, and the rule of all the others."""
    chip, clock = make_chip(layout.model, {"century-bit": "set-is-2000s"} if layout.century == "toggle" else {})
    for message in layout.before:
        write(chip, layout.address, bytes.fromhex(message))
    counter = DumbCounter(2 if layout.century in {"toggle", "two-bits"} else 1, 0, 2, 28, 0)
    sent = image(Layout(**{**vars(layout), "mirrors": {}}), counter)
    write(chip, layout.address, bytes.fromhex(layout.pointer) + sent)
    for _ in range(63 + 86_400 + 1):
        counter.add_second()
    clock.advance_to((63 + 86_400 + 1) * SECOND)
    assert (3, 1) == (counter.month, counter.day)
    assert image(layout, counter) == read(chip, layout.address, bytes.fromhex(layout.pointer), len(sent))


# model, options, address, first register, messages before, written, read at once, read one second later
IMAGES = (
    ("ds1338", "", 0x68, "00", (), "59 59 23 06 31 12 99", "59 59 23 06 31 12 99", "00 00 00 07 01 01 00"),
    ("ds3231", "", 0x68, "00", (), "59 59 23 06 31 12 99", "59 59 23 06 31 12 99", "00 00 00 07 01 81 00"),
    ("ds3231", "", 0x68, "00", (), "59 59 23 06 31 92 99", "59 59 23 06 31 92 99", "00 00 00 07 01 01 00"),
    ("ds3232", "", 0x68, "00", (), "59 59 23 06 31 12 99", "59 59 23 06 31 12 99", "00 00 00 07 01 81 00"),
    ("pcf8563", "", 0x51, "02", (), "59 59 23 31 05 92 99", "59 59 63 71 5D D2 99", "00 00 00 01 06 01 00"),
    ("pcf8563", "zero", 0x51, "02", (), "59 59 23 31 05 92 99", "59 59 23 31 05 92 99", "00 00 00 01 06 01 00"),
    ("rtc_8564", "zero", 0x51, "02", (), "59 59 23 31 05 12 99", "59 59 23 31 05 12 99", "00 00 00 01 06 81 00"),
    ("rtc_8564", "zero", 0x51, "02", (), "59 59 23 31 05 92 99", "59 59 23 31 05 92 99", "00 00 00 01 06 81 00"),
    ("pcf8523", "", 0x68, "03", (), "59 59 23 31 05 12 99", "59 59 23 31 05 12 99", "00 00 00 01 06 01 00"),
    ("mcp7940n", "", 0x6F, "00", (), "D9 59 23 0E 31 12 99", "D9 59 23 2E 31 12 99", "80 00 00 2F 01 21 00"),
    ("rv_3028", "", 0x52, "00", (), "59 59 23 05 31 12 99", "59 59 23 05 31 12 99", "00 00 00 06 01 01 00"),
    ("rx_8025", "", 0x32, "00", (), "59 59 23 05 31 12 99", "59 59 23 05 31 12 99", "00 00 00 06 01 01 00"),
    ("rv_8803", "", 0x32, "00", (), "59 59 23 20 31 12 99", "59 59 23 20 31 12 99", "00 00 00 40 01 01 00"),
    ("isl1208", "", 0x6F, "00", ("07 10",), "59 59 A3 31 12 99 05", "59 59 A3 31 12 99 05", "00 00 80 01 01 00 06"),
    ("s_35390a", "", 0x32, "", (), "99 48 8C A0 C4 9A 9A", "99 48 8C A0 C4 9A 9A", "00 80 80 60 00 00 00"),
    ("pcf8583", "", 0x50, "02", (), "59 59 23 F1 B2", "59 59 23 F1 B2", "00 00 00 01 C1"),
    (
        "x1205",
        "",
        0x6F,
        "00 30",
        ("00 3F 02", "00 3F 06"),
        "59 59 A3 31 12 99 05 19",
        "59 59 A3 31 12 99 05 19",
        "00 00 80 01 01 00 06 20",
    ),
    ("m41t62", "", 0x68, "01", (), "59 59 23 06 31 12 99", "59 59 23 06 31 12 99", "00 00 00 07 01 41 00"),
    ("m41t62", "", 0x68, "01", (), "59 59 23 05 31 D2 99", "59 59 23 05 31 D2 99", "00 00 00 06 01 01 00"),
)


@pytest.mark.parametrize(
    ("model", "unused", "address", "first", "before", "written", "at_once", "later"),
    IMAGES,
    ids=[f"{row[0]}-{row[5].replace(' ', '')}-{row[1]}" for row in IMAGES],
)
def test_the_century_edge_is_crossed_as_the_register_images_say(
    model: str, unused: str, address: int, first: str, before: tuple[str, ...], written: str, at_once: str, later: str
) -> None:
    chip, clock = make_chip(model, {"unused-bits": unused} if unused else {})
    for message in before:
        write(chip, address, bytes.fromhex(message))
    write(chip, address, bytes.fromhex(first + written))
    if model == "mcp7940n":
        clock.advance_to(SECOND // 2)
    assert bytes.fromhex(at_once) == read(chip, address, bytes.fromhex(first), len(bytes.fromhex(at_once)))
    clock.advance_to(SECOND)
    assert bytes.fromhex(later) == read(chip, address, bytes.fromhex(first), len(bytes.fromhex(later)))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.model)
def test_a_good_cell_carries_the_clock_through_a_power_cut(layout: Layout) -> None:
    chip, clock = make_chip(layout.model)
    chip.power(False)
    assert read(chip, layout.address, bytes.fromhex(layout.pointer), 7) == b""
    assert chip.receive(b"R\x0aP") == b"\xf1"
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert NOON_1996 + 20 == chip.device_seconds()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.model)
def test_the_lost_bug_loses_the_time(layout: Layout) -> None:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=NOON_1996, bugs=("lost-at-power-off",))
    chip: SimulatedDevice = import_module(f"devices.rtc.{layout.model}.sim").make_simulator(setup)
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert chip.device_seconds() != NOON_1996 + 20


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.model)
def test_a_chip_in_service_shows_the_moment_it_was_given(layout: Layout) -> None:
    """1996-06-21 was a Friday."""
    chip, _ = make_chip(layout.model)
    assert chip.device_seconds() == NOON_1996
    century = {"pcf8563": 1}.get(layout.model, 0)  # its maker lets the bit be set in the 1900s
    shown = image(layout, DumbCounter(century, 96, 6, 21, 5, 12, 0, 0))
    if layout.model == "x1205":
        assert shown[7] == 0x19
    assert shown == read(chip, layout.address, bytes.fromhex(layout.pointer), len(shown))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.model)
def test_a_set_is_recorded_once_with_the_moment_it_shows(layout: Layout) -> None:
    """2000-02-29 12:34:56 is 951,827,696."""
    chip, clock = make_chip(layout.model)
    clock.advance_to(3 * SECOND)
    for message in layout.before:
        write(chip, layout.address, bytes.fromhex(message))
    century = {"pcf8563": 0}.get(layout.model, 1)
    sent = image(Layout(**{**vars(layout), "mirrors": {}}), DumbCounter(century, 0, 2, 29, 2, 12, 34, 56))
    write(chip, layout.address, bytes.fromhex(layout.pointer) + sent)
    assert [(3 * SECOND, 951_827_696)] == chip.recorder.sets
