"""The simulated DS1338, DS3231, DS3232 and M41T62: what each does that the others do not."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import pytest

from devices.rtc.ds1338 import sim as ds1338
from devices.rtc.ds3231 import sim as ds3231
from devices.rtc.ds3232 import sim as ds3232
from devices.rtc.m41t62 import sim as m41t62
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


def test_a_new_ds1338_runs_at_once_and_says_its_crystal_had_stopped() -> None:
    chip, clock = make_chip(ds1338, None)
    clock.advance_to(5 * SECOND)
    assert read(chip, 0x68, "00", 8) == "05 00 00 01 01 01 00 B3"


def test_the_ds1338_clears_osf_by_a_zero_and_never_sets_it_by_a_one() -> None:
    chip, _ = make_chip(ds1338, None)
    write(chip, 0x68, "07 33")
    assert read(chip, 0x68, "07", 1) == "33"
    write(chip, 0x68, "07 13")
    assert read(chip, 0x68, "07", 1) == "13"
    write(chip, 0x68, "07 FF")
    assert read(chip, 0x68, "07", 1) == "93"


def test_halting_the_ds1338_raises_osf_and_stands_the_time_still() -> None:
    chip, clock = make_chip(ds1338)
    write(chip, 0x68, "00 B7")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x68, "00", 8) == "B7 59 23 06 31 12 99 B3"
    write(chip, 0x68, "00 37")
    clock.advance_to(11 * SECOND)
    assert read(chip, 0x68, "00", 8) == "38 59 23 06 31 12 99 B3"


def test_the_ds1338_wraps_from_3f_to_00() -> None:
    chip, _ = make_chip(ds1338)
    write(chip, 0x68, "3F A5")
    assert read(chip, 0x68, "3F", 3) == "A5 50 59"


def test_a_dead_cell_brings_the_ds1338_up_anew() -> None:
    chip, clock = make_chip(ds1338, bugs=("lost-at-power-off",))
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x68, "00", 8) == "00 00 00 01 01 01 00 B3"


def test_a_time_is_read_as_the_ds3231_capture_shows_it() -> None:
    """53 05 14 01 07 09 20 is 2020-09-07 14:05:53 with Monday = 1, and 19h at 11h is 25 degrees: devices.md 2.3."""
    chip, _ = make_chip(ds3231)
    write(chip, 0x68, "00 53 05 14 01 07 09 20")
    assert read(chip, 0x68, "00", 7) == "53 05 14 01 07 09 20"
    assert read(chip, 0x68, "11", 1) == "19"


def test_a_new_ds3231_has_its_power_up_contents() -> None:
    """Control 1C, status 88: OSF with the 32 kHz output on."""
    chip, _ = make_chip(ds3231, None)
    assert read(chip, 0x68, "00", 7) == "00 00 00 01 01 01 00"
    assert read(chip, 0x68, "0E", 2) == "1C 88"


def test_the_ds3231_wraps_after_12h_and_the_ds3232_after_ffh() -> None:
    chip, _ = make_chip(ds3231)
    assert read(chip, 0x68, "12", 3) == "00 50 59"
    chip, _ = make_chip(ds3232)
    write(chip, 0x68, "FF A5")
    assert read(chip, 0x68, "FF", 3) == "A5 50 59"
    write(chip, 0x68, "14 5A")
    assert read(chip, 0x68, "12", 3) == "00 00 5A"


def test_the_ds3231_clears_its_flags_by_zeros_only() -> None:
    """Capture ex2 clears A2F by writing 08; OSF goes the same way and no one sets it."""
    chip, _ = make_chip(ds3231, None)
    write(chip, 0x68, "0F FF")
    assert read(chip, 0x68, "0F", 1) == "88"
    write(chip, 0x68, "0F 08")
    assert read(chip, 0x68, "0F", 1) == "08"
    write(chip, 0x68, "0F 88")
    assert read(chip, 0x68, "0F", 1) == "08"


def test_the_second_alarm_of_the_ds3231_rises_at_the_minute_as_captured() -> None:
    """Alarm 2 = 80 80 80, once a minute; status 0A is A2F and the 32 kHz output, without any interrupt enabled."""
    chip, clock = make_chip(ds3231)
    write(chip, 0x68, "0B 80 80 80")
    write(chip, 0x68, "0F 08")
    clock.advance_to(9 * SECOND)
    assert read(chip, 0x68, "0F", 1) == "08"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x68, "0F", 1) == "0A"


def test_the_first_alarm_of_the_ds3231_rises_at_its_day_and_second() -> None:
    """00:00:05 on day 1: fifteen seconds on."""
    chip, clock = make_chip(ds3231)
    write(chip, 0x68, "07 05 00 00 01")
    write(chip, 0x68, "0F 08")
    clock.advance_to(14 * SECOND)
    assert read(chip, 0x68, "0F", 1) == "08"
    clock.advance_to(15 * SECOND)
    assert read(chip, 0x68, "0F", 1) == "09"


def test_the_ds3231_with_eosc_stops_on_battery_and_says_so() -> None:
    chip, clock = make_chip(ds3231)
    write(chip, 0x68, "0E 9C")
    clock.advance_to(SECOND)
    chip.power(False)
    clock.advance_to(30 * SECOND)
    chip.power(True)
    assert read(chip, 0x68, "00", 7) == "51 59 23 06 31 12 99"
    assert read(chip, 0x68, "0F", 1) == "88"


def test_writing_the_seconds_begins_the_second_of_the_ds3231_anew() -> None:
    chip, clock = make_chip(ds3231, phase_ns=900 * MS)
    write(chip, 0x68, "00 50")
    clock.advance_to(SECOND - 1)
    assert read(chip, 0x68, "00", 1) == "50"
    clock.advance_to(SECOND)
    assert read(chip, 0x68, "00", 1) == "51"


@pytest.mark.parametrize(
    ("convention", "month", "seconds"),
    [
        ("set-is-2000s", "12", 946_684_790),
        ("set-is-2000s", "92", 4_102_444_790),
        ("set-is-1900s", "92", 946_684_790),
        ("set-is-2100s", "12", 4_102_444_790),
        ("set-is-2100s", "92", 7_258_118_390),
    ],
)
def test_the_century_bit_means_what_the_bench_says(convention: str, month: str, seconds: int) -> None:
    """...99-12-31 23:59:50 of 1999, 2099 or 2199, by three readers of the same chip."""
    chip, _ = make_chip(ds3231, options={"century-bit": convention})
    write(chip, 0x68, f"00 50 59 23 06 31 {month} 99")
    assert chip.device_seconds() == seconds


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(ValueError, match="set-is-2000s"):
        make_chip(ds3231, options={"century-bit": "set-is-1800s"})


def test_the_stuck_century_leaves_the_bit_as_it_was() -> None:
    chip, clock = make_chip(ds3231, bugs=("century-1900",))
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x68, "00", 7) == "00 00 00 07 01 01 00"


@pytest.mark.parametrize(("before", "after"), [("71", "52"), ("72", "61"), ("52", "41"), ("51", "72")])
def test_the_hour_carries_in_twelve_hour_mode(before: str, after: str) -> None:
    """11 PM is 71h, then 12 AM 52h, 1 AM 41h; 11 AM is 51h, then 12 PM 72h, 1 PM 61h."""
    chip, clock = make_chip(ds3231)
    write(chip, 0x68, f"00 59 59 {before} 06 31 12 99")
    clock.advance_to(SECOND)
    assert read(chip, 0x68, "02", 1) == after


def test_a_new_m41t62_raises_its_oscillator_fail_flag() -> None:
    chip, _ = make_chip(m41t62, None)
    assert read(chip, 0x68, "0F", 1) == "04"
    write(chip, 0x68, "0F 00")
    assert read(chip, 0x68, "0F", 1) == "00"


def test_the_m41t62_shows_hundredths_and_clears_them_by_any_write_to_the_time() -> None:
    chip, clock = make_chip(m41t62)
    clock.advance_to(470 * MS)
    assert read(chip, 0x68, "00", 2) == "47 50"
    write(chip, 0x68, "02 30")
    assert read(chip, 0x68, "00", 3) == "00 50 30"
    clock.advance_to(1469 * MS)
    assert read(chip, 0x68, "00", 2) == "99 50"
    clock.advance_to(1470 * MS)
    assert read(chip, 0x68, "00", 2) == "00 51"


def test_the_stop_bit_of_the_m41t62_stands_it_still() -> None:
    chip, clock = make_chip(m41t62)
    write(chip, 0x68, "01 B0")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x68, "01", 1) == "B0"
    assert read(chip, 0x68, "0F", 1) == "04"


def test_both_century_bits_of_the_m41t62_count() -> None:
    chip, clock = make_chip(m41t62)
    write(chip, 0x68, "01 59 59 23 05 31 52 99")
    clock.advance_to(SECOND)
    assert read(chip, 0x68, "06", 2) == "81 00"


def test_the_m41t62_keeps_the_square_wave_bits_beside_the_weekday() -> None:
    chip, clock = make_chip(m41t62)
    write(chip, 0x68, "01 59 59 23 F6 31 12 99")
    clock.advance_to(SECOND)
    assert read(chip, 0x68, "04", 1) == "F7"


def test_a_read_keeps_its_copy_of_the_time_until_the_pointer_wraps() -> None:
    """A host that reads slowly: the second ticks between two bytes, and shows only after 3F."""
    setup = SimulatorSetup(clock=VirtualClock(0), initial_seconds=AT_1999_12_31_23_59_50)
    chip = ds1338.Ds1338(setup, setup.make_recorder())
    chip.start(0, is_read=False)
    chip.write_byte(0x00, 0)
    chip.start(0, is_read=True)
    assert [chip.read_byte(10 * SECOND) for _ in range(7)] == [0x50, 0x59, 0x23, 0x06, 0x31, 0x12, 0x99]
    for _ in range(0x07, 0x40):
        chip.read_byte(10 * SECOND)
    assert [chip.read_byte(10 * SECOND) for _ in range(7)] == [0x00, 0x00, 0x00, 0x07, 0x01, 0x01, 0x00]
