"""The simulated PCF8563, RTC-8564, PCF8523 and PCF8583, in captured and literal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import pytest

from devices.rtc.pcf8523 import sim as pcf8523
from devices.rtc.pcf8563 import sim as pcf8563
from devices.rtc.pcf8583 import sim as pcf8583
from devices.rtc.rtc_8564 import sim as rtc_8564
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
MS = 1_000_000
AT_1999_12_31_23_59_50 = 946_684_790


def make_chip(
    sim: ModuleType,
    initial_seconds: int | None = AT_1999_12_31_23_59_50,
    *,
    options: Mapping[str, str | int] | None = None,
    bugs: tuple[str, ...] = (),
    phase_ns: int = 0,
) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    setup = SimulatorSetup(
        clock=clock, initial_seconds=initial_seconds, options=options or {}, bugs=bugs, initial_phase_ns=phase_ns
    )
    chip: SimulatedDevice = sim.make_simulator(setup)
    return chip, clock


def write(chip: SimulatedDevice, address: int, octets: str) -> None:
    """Send one write access: the pointer, then contents."""
    sent = bytes.fromhex(octets)
    assert chip.receive(bytes((0x53, address << 1, len(sent))) + sent + b"P") == b""
    assert chip.receive(b"R\x0aP") == b"\xf0"


def read(chip: SimulatedDevice, address: int, pointer: str, count: int) -> str:
    """Set the pointer, read, and spell what came."""
    at = bytes.fromhex(pointer)
    head = bytes((0x53, address << 1, len(at))) + at if at else b""
    return chip.receive(head + bytes((0x53, address << 1 | 1, count)) + b"P").hex(" ").upper()


BOTH = pytest.mark.parametrize("sim", [pcf8563, rtc_8564], ids=["pcf8563", "rtc-8564"])


@BOTH
def test_unused_bits_read_back_as_the_seconds_as_captured(sim: ModuleType) -> None:
    """2011-11-22 04:03:54: sigrok-dumps i2c/rtc_epson_8564je, written and read 5 ms later."""
    chip, _ = make_chip(sim)
    write(chip, 0x51, "02 54 03 04 22 02 11 11")
    assert read(chip, 0x51, "02", 7) == "54 03 44 62 52 51 11"


def test_the_captured_clock_counts_from_a_date_of_zeros() -> None:
    """00-01-01... with day 00: set once, read four times (sigrok-dumps, 8564je set_once_read_multiple)."""
    chip, clock = make_chip(rtc_8564, phase_ns=730 * MS)
    write(chip, 0x51, "02 00 00 00 01 00 01 14")
    shown = []
    for at_ms in (2, 270, 1270, 2270):
        clock.advance_to(at_ms * MS)
        shown.append(read(chip, 0x51, "02", 7))
    assert shown == [
        "00 00 00 01 00 01 14",
        "01 00 00 01 00 01 14",
        "02 00 00 01 00 01 14",
        "03 00 00 01 00 01 14",
    ]


def test_a_chip_that_lost_its_supply_reads_as_the_captured_one() -> None:
    """VL set at second 34, and all sixteen registers as recorded; then once a second (sigrok-dumps, 8564je nacks)."""
    chip, clock = make_chip(rtc_8564, None)
    write(chip, 0x51, "03 04 00 01 00 01 14 82 8D A0 A0 80 03 AD")
    clock.advance_to(34 * SECOND)
    assert read(chip, 0x51, "00", 16) == "08 80 B4 84 80 81 B0 21 14 82 8D A0 A0 B4 37 AD"
    clock.advance_to(35 * SECOND)
    assert read(chip, 0x51, "00", 16) == "08 80 B5 84 80 81 B0 21 14 82 8D A0 A0 B4 37 AD"
    clock.advance_to(36 * SECOND)
    assert read(chip, 0x51, "00", 16) == "08 80 B6 84 80 81 B0 21 14 82 8D A0 A0 B4 37 AD"


def test_ff_everywhere_reads_at_once_as_captured() -> None:
    chip, _ = make_chip(rtc_8564)
    write(chip, 0x51, "00" + " FF" * 16)
    assert read(chip, 0x51, "00", 16) == "08 40 7F 7F 7F 7F 7F FF FF FF FF FF FF FC 7F FF"


def test_a_date_of_zeros_is_taken_and_the_seconds_go_on() -> None:
    chip, clock = make_chip(rtc_8564)
    write(chip, 0x51, "02 00 00 00 00 00 00 00")
    clock.advance_to(3 * SECOND)
    assert read(chip, 0x51, "02", 7) == "03 00 00 00 00 00 00"
    assert chip.device_seconds() is None


@BOTH
def test_vl_is_set_by_a_loss_cleared_by_the_seconds_and_never_set_by_a_host(sim: ModuleType) -> None:
    chip, _ = make_chip(sim, bugs=("lost-at-power-off",))
    assert read(chip, 0x51, "02", 1) == "50"
    chip.power(False)
    chip.power(True)
    assert read(chip, 0x51, "02", 1) == "80"
    write(chip, 0x51, "03 59")
    assert read(chip, 0x51, "02", 1) == "80"
    write(chip, 0x51, "02 30")
    assert read(chip, 0x51, "02", 1) == "30"
    write(chip, 0x51, "02 B0")
    assert read(chip, 0x51, "02", 1) == "30"


@BOTH
def test_a_set_does_not_restart_the_second(sim: ModuleType) -> None:
    """First ticks after 0.27 s and 0.68 s were seen on real silicon."""
    chip, clock = make_chip(sim, phase_ns=730 * MS)
    write(chip, 0x51, "02 50 59 23 31 05 12 99")
    clock.advance_to(269 * MS)
    assert read(chip, 0x51, "02", 1) == "50"
    clock.advance_to(270 * MS)
    assert read(chip, 0x51, "02", 1) == "51"


@BOTH
def test_stop_holds_the_time_and_lets_go_half_a_second_short(sim: ModuleType) -> None:
    """PCF8563 data sheet 8.10: the first second ends 0.507813 s to 0.507935 s after STOP goes."""
    chip, clock = make_chip(sim)
    write(chip, 0x51, "00 20")
    write(chip, 0x51, "02 50 59 23 31 05 12 99")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x51, "02", 1) == "50"
    write(chip, 0x51, "00 00")
    clock.advance_to(10_507_813_000)
    assert read(chip, 0x51, "02", 1) == "50"
    clock.advance_to(10_507_935_000)
    assert read(chip, 0x51, "02", 1) == "51"
    clock.advance_to(11_507_935_000)
    assert read(chip, 0x51, "02", 1) == "52"


@BOTH
def test_the_pointer_has_four_bits_and_a_long_read_comes_round(sim: ModuleType) -> None:
    chip, _ = make_chip(sim)
    write(chip, 0x51, "FF 11")
    once = read(chip, 0x51, "00", 16)
    assert once.endswith(" 11")
    assert read(chip, 0x51, "00", 100) == " ".join([once] * 6 + [once[:11]])


@BOTH
def test_the_alarm_flag_rises_at_the_next_second_as_captured(sim: ModuleType) -> None:
    """Minute alarm off, the others 0 like the time: control 2 goes from 02 to 0A at the tick."""
    chip, clock = make_chip(sim)
    write(chip, 0x51, "02 00 00 00 00 00 00 00")
    write(chip, 0x51, "01 02")
    write(chip, 0x51, "09 80 00 00 00")
    assert read(chip, 0x51, "01", 1) == "02"
    clock.advance_to(SECOND)
    assert read(chip, 0x51, "01", 1) == "0A"
    write(chip, 0x51, "01 02")
    clock.advance_to(5 * SECOND)
    assert read(chip, 0x51, "01", 1) == "02"


def test_the_two_chips_part_at_the_next_century() -> None:
    """The PCF8563 toggles the bit, the RTC-8564 leaves it set."""
    for sim, month in ((pcf8563, "01"), (rtc_8564, "81")):
        chip, clock = make_chip(sim)
        write(chip, 0x51, "02 59 59 23 31 04 92 99")
        clock.advance_to(SECOND)
        assert read(chip, 0x51, "07", 2) == f"{month} 00"


def test_the_maker_of_the_pcf8563_lets_the_bit_be_set_in_the_1900s() -> None:
    chip, _ = make_chip(pcf8563, options={"unused-bits": "zero"})
    assert read(chip, 0x51, "02", 7) == "50 59 23 31 05 92 99"
    chip, _ = make_chip(rtc_8564, options={"unused-bits": "zero"})
    assert read(chip, 0x51, "02", 7) == "50 59 23 31 05 12 99"


def test_an_rtc_8564_may_refuse_its_address_at_first() -> None:
    chip, clock = make_chip(rtc_8564, options={"deaf-ms": 330})
    clock.advance_to(329 * MS)
    assert read(chip, 0x51, "02", 7) == ""
    assert chip.receive(b"R\x0aP") == b"\xf1"
    clock.advance_to(330 * MS)
    assert read(chip, 0x51, "02", 1) == "50"


def test_a_new_pcf8523_says_its_crystal_stopped_and_has_no_battery_switched_in() -> None:
    chip, _ = make_chip(pcf8523, None)
    assert read(chip, 0x68, "00", 4) == "00 00 E0 80"


def test_the_pcf8523_loses_its_time_while_the_battery_is_switched_out() -> None:
    chip, clock = make_chip(pcf8523)
    write(chip, 0x68, "02 E0")
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x68, "02", 2) == "E0 80"


def test_the_pcf8523_tells_that_the_battery_had_taken_over() -> None:
    chip, clock = make_chip(pcf8523)
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x68, "02", 8) == "08 10 00 00 01 06 01 00"
    write(chip, 0x68, "02 00")
    assert read(chip, 0x68, "02", 1) == "00"


def test_the_os_flag_of_the_pcf8523_is_cleared_by_writing_the_seconds() -> None:
    chip, _ = make_chip(pcf8523, None)
    write(chip, 0x68, "03 D0")
    assert read(chip, 0x68, "03", 1) == "D0"
    write(chip, 0x68, "03 50")
    assert read(chip, 0x68, "03", 1) == "50"
    write(chip, 0x68, "03 D0")
    assert read(chip, 0x68, "03", 1) == "50"


def test_stop_of_the_pcf8523_lets_go_half_a_second_short() -> None:
    """RV-8523 sheet: 0.499878 s to 0.500000 s after STOP goes."""
    chip, clock = make_chip(pcf8523)
    write(chip, 0x68, "00 20")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x68, "03", 1) == "50"
    write(chip, 0x68, "00 00")
    clock.advance_to(10_499_878_000)
    assert read(chip, 0x68, "03", 1) == "50"
    clock.advance_to(10_500_000_000)
    assert read(chip, 0x68, "03", 1) == "51"


def test_the_software_reset_of_the_pcf8523_switches_the_battery_out() -> None:
    chip, _ = make_chip(pcf8523)
    write(chip, 0x68, "00 58")
    assert read(chip, 0x68, "00", 3) == "00 00 E0"


def test_the_pcf8523_counts_twelve_hours_where_control_1_says_so() -> None:
    chip, clock = make_chip(pcf8523)
    write(chip, 0x68, "00 08")
    assert read(chip, 0x68, "05", 1) == "31"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x68, "05", 1) == "12"


def test_the_year_of_the_pcf8583_counts_to_three_and_the_host_keeps_the_rest() -> None:
    """1999 is year 3 with 99 and 19 in RAM; the host's bytes do not move with the clock."""
    chip, clock = make_chip(pcf8583)
    assert read(chip, 0x50, "02", 5) == "50 59 23 F1 B2"
    assert read(chip, 0x50, "C0", 2) == "63 13"
    assert read(chip, 0x50, "3F", 1) == "76"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x50, "02", 5) == "00 00 00 01 C1"
    assert read(chip, 0x50, "C0", 2) == "63 13"
    assert chip.device_seconds() == 946_684_800


@pytest.mark.parametrize(("year_bits", "after"), [(0x00, "29"), (0x40, "41"), (0x80, "81"), (0xC0, "C1")])
def test_only_year_0_of_the_pcf8583_has_a_29_february(year_bits: int, after: str) -> None:
    chip, clock = make_chip(pcf8583)
    write(chip, 0x50, f"02 59 59 23 {0x28 | year_bits:02X} 22")
    clock.advance_to(SECOND)
    assert read(chip, 0x50, "05", 1) == after


def test_a_pcf8583_unread_for_more_than_four_years_is_taken_for_a_younger_one() -> None:
    """On 2004-12-31 its two bits say what they said in 2000, and with 1999 in RAM that is 2000-12-31: 978,220,800."""
    chip, clock = make_chip(pcf8583)
    clock.advance_to((1826 * 86_400 + 10) * SECOND)
    assert read(chip, 0x50, "02", 5) == "00 00 00 31 B2"
    assert chip.device_seconds() == 978_220_800


def test_the_mask_flag_of_the_pcf8583_hides_year_and_weekday() -> None:
    chip, _ = make_chip(pcf8583)
    write(chip, 0x50, "00 08")
    assert read(chip, 0x50, "05", 2) == "31 12"


def test_hold_freezes_what_is_read_of_the_pcf8583_and_not_the_clock() -> None:
    chip, clock = make_chip(pcf8583)
    write(chip, 0x50, "00 40")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x50, "02", 5) == "50 59 23 F1 B2"
    write(chip, 0x50, "00 00")
    assert read(chip, 0x50, "02", 5) == "00 00 00 01 C1"


def test_stop_stands_the_pcf8583_still() -> None:
    chip, clock = make_chip(pcf8583)
    write(chip, 0x50, "00 80")
    write(chip, 0x50, "01 00 59 59 23 F1 B2")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x50, "01", 6) == "00 59 59 23 F1 B2"
    write(chip, 0x50, "00 00")
    clock.advance_to(11 * SECOND - 1)
    assert read(chip, 0x50, "01", 2) == "99 59"
    clock.advance_to(11 * SECOND)
    assert read(chip, 0x50, "01", 6) == "00 00 00 00 01 C1"


def test_a_new_pcf8583_stands_at_1_january_of_year_0_and_no_host_has_kept_a_year() -> None:
    chip, _ = make_chip(pcf8583, None)
    assert read(chip, 0x50, "00", 7) == "00 00 00 00 00 01 01"
    assert chip.device_seconds() is None


@pytest.mark.parametrize(("before", "after"), [("D1", "92"), ("D2", "C1"), ("92", "81"), ("91", "D2")])
def test_the_hour_of_the_pcf8583_carries_in_twelve_hour_format(before: str, after: str) -> None:
    """Bit 7 is the format, bit 6 the afternoon: 11 PM, then 12 AM; 12 PM, then 1 PM."""
    chip, clock = make_chip(pcf8583)
    write(chip, 0x50, f"02 59 59 {before} F1 B2")
    clock.advance_to(SECOND)
    assert read(chip, 0x50, "04", 1) == after


def test_the_afternoon_flag_is_merely_kept_in_24_hour_format() -> None:
    chip, clock = make_chip(pcf8583)
    write(chip, 0x50, "02 59 59 62 F1 B2")
    clock.advance_to(SECOND)
    assert read(chip, 0x50, "04", 1) == "63"
