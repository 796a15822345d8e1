"""The simulated RV-3028, RV-8803 and RX-8025: clocks with the crystal inside."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import pytest

from devices.rtc.rv_3028 import sim as rv_3028
from devices.rtc.rv_3028_unix import sim as rv_3028_unix
from devices.rtc.rv_8803 import sim as rv_8803
from devices.rtc.rx_8025 import sim as rx_8025
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


def test_calendar_and_unix_counter_of_the_rv_3028_agree_on_a_chip_in_service() -> None:
    """946,684,790 is 386D4376h; ten seconds on it is 386D4380h, the first second of 2000."""
    chip, clock = make_chip(rv_3028)
    assert read(chip, 0x52, "1B", 4) == "76 43 6D 38"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x52, "1B", 4) == "80 43 6D 38"
    assert read(chip, 0x52, "00", 7) == "00 00 00 06 01 01 00"


def test_setting_one_of_the_two_leaves_the_other() -> None:
    chip, _ = make_chip(rv_3028)
    write(chip, 0x52, "00 00 00 12 02 29 02 00")
    assert read(chip, 0x52, "1B", 4) == "76 43 6D 38"
    write(chip, 0x52, "1B FF FF FF 7F")
    assert read(chip, 0x52, "00", 7) == "00 00 12 02 29 02 00"
    assert [(0, 951_825_600)] == chip.recorder.sets


@pytest.mark.parametrize(("before", "after"), [("FF FF FF 7F", "00 00 00 80"), ("FF FF FF FF", "00 00 00 00")])
def test_the_unix_counter_crosses_2038_and_wraps_in_2106(before: str, after: str) -> None:
    chip, clock = make_chip(rv_3028_unix)
    write(chip, 0x52, f"1B {before}")
    assert read(chip, 0x52, "1B", 4) == before
    clock.advance_to(SECOND)
    assert read(chip, 0x52, "1B", 4) == after


def test_the_chip_met_by_its_counter_records_sets_of_the_counter_only() -> None:
    chip, _ = make_chip(rv_3028_unix)
    write(chip, 0x52, "00 00 00 12 02 29 02 00")
    assert chip.recorder.sets == []
    write(chip, 0x52, "1B 80 43 6D 38")
    assert [(0, 946_684_800)] == chip.recorder.sets
    assert chip.device_seconds() == 946_684_800


def test_a_bug_of_the_counter_leaves_the_calendar_alone() -> None:
    chip, clock = make_chip(rv_3028_unix, bugs=("frozen",))
    clock.advance_to(15 * SECOND)
    assert read(chip, 0x52, "1B", 4) == "80 43 6D 38"
    assert read(chip, 0x52, "00", 7) == "05 00 00 06 01 01 00"


def test_writing_the_seconds_restarts_the_prescaler_of_both() -> None:
    chip, clock = make_chip(rv_3028, phase_ns=900 * MS)
    write(chip, 0x52, "00 50")
    clock.advance_to(SECOND - 1)
    assert read(chip, 0x52, "1B", 1) == "76"
    assert read(chip, 0x52, "00", 1) == "50"
    clock.advance_to(SECOND)
    assert read(chip, 0x52, "1B", 1) == "77"
    assert read(chip, 0x52, "00", 1) == "51"


def test_reset_of_the_rv_3028_restarts_the_second_and_clears_itself() -> None:
    chip, clock = make_chip(rv_3028, phase_ns=900 * MS)
    write(chip, 0x52, "10 01")
    assert read(chip, 0x52, "10", 1) == "00"
    clock.advance_to(SECOND - 1)
    assert read(chip, 0x52, "00", 1) == "50"


def test_porf_is_raised_by_a_loss_and_cleared_by_a_zero_only() -> None:
    chip, clock = make_chip(rv_3028, None)
    clock.advance_to(SECOND)
    assert read(chip, 0x52, "0E", 1) == "01"
    write(chip, 0x52, "0E FF")
    assert read(chip, 0x52, "0E", 1) == "01"
    write(chip, 0x52, "0E 00")
    assert read(chip, 0x52, "0E", 1) == "00"
    write(chip, 0x52, "0E 01")
    assert read(chip, 0x52, "0E", 1) == "00"


def test_the_rv_3028_loses_both_clocks_while_the_backup_is_switched_out() -> None:
    chip, clock = make_chip(rv_3028)
    write(chip, 0x52, "37 00")
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    clock.advance_to(21 * SECOND)
    assert read(chip, 0x52, "0E", 1) == "01"
    assert read(chip, 0x52, "00", 7) == "01 00 00 00 01 01 00"
    assert read(chip, 0x52, "1B", 4) == "01 00 00 00"
    assert read(chip, 0x52, "37", 1) == "0C"


def test_the_rv_3028_tells_that_the_backup_had_taken_over() -> None:
    chip, clock = make_chip(rv_3028)
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x52, "0E", 1) == "20"
    assert read(chip, 0x52, "1B", 4) == "8A 43 6D 38"


def test_an_eeprom_byte_is_written_by_command_while_the_chip_is_busy() -> None:
    chip, clock = make_chip(rv_3028)
    write(chip, 0x52, "25 05 A5")
    write(chip, 0x52, "27 21")
    assert read(chip, 0x52, "0E", 1) == "00"
    write(chip, 0x52, "27 00")
    write(chip, 0x52, "27 21")
    assert read(chip, 0x52, "0E", 1) == "80"
    clock.advance_to(16 * MS)
    assert read(chip, 0x52, "0E", 1) == "00"
    write(chip, 0x52, "26 00")
    write(chip, 0x52, "27 00")
    write(chip, 0x52, "27 22")
    clock.advance_to(32 * MS)
    assert read(chip, 0x52, "26", 1) == "A5"


def test_the_configuration_is_fetched_from_the_eeprom_and_kept_there_by_command() -> None:
    chip, clock = make_chip(rv_3028)
    write(chip, 0x52, "37 04")
    write(chip, 0x52, "27 00")
    write(chip, 0x52, "27 12")
    clock.advance_to(10 * MS)
    assert read(chip, 0x52, "37", 1) == "0C"
    write(chip, 0x52, "37 04")
    write(chip, 0x52, "27 00")
    write(chip, 0x52, "27 11")
    clock.advance_to(100 * MS)
    write(chip, 0x52, "37 00")
    write(chip, 0x52, "27 00")
    write(chip, 0x52, "27 12")
    assert read(chip, 0x52, "37", 1) == "04"


def test_the_hours_of_the_rv_3028_go_to_12_where_control_2_says_so() -> None:
    chip, clock = make_chip(rv_3028)
    write(chip, 0x52, "10 02")
    assert read(chip, 0x52, "02", 1) == "31"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x52, "02", 1) == "12"


def test_a_read_of_the_rv_8803_that_begins_at_59_may_end_in_the_next_minute() -> None:
    """Each byte takes 90 us at 100 kHz: seconds and minutes are sent before the carry, the rest after it."""
    chip, clock = make_chip(rv_8803)
    clock.advance_to(10 * SECOND - 300_000)
    assert read(chip, 0x32, "00", 7) == "59 59 00 40 01 01 00"
    assert read(chip, 0x32, "00", 1) == "59"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x32, "00", 7) == "00 00 00 40 01 01 00"


def test_a_read_of_the_rv_8803_that_ends_before_the_carry_is_whole() -> None:
    chip, clock = make_chip(rv_8803)
    clock.advance_to(10 * SECOND - 720_000)
    assert read(chip, 0x32, "00", 7) == "59 59 23 20 31 12 99"


def test_the_rv_8803_refuses_its_address_for_61_us_where_the_bench_wants_it() -> None:
    chip, clock = make_chip(rv_8803, options={"nack-window-us": 61})
    clock.advance_to(5 * SECOND + 60_999)
    assert read(chip, 0x32, "00", 7) == ""
    assert chip.receive(b"R\x0aP") == b"\xf1"
    clock.advance_to(5 * SECOND + 61_000)
    assert read(chip, 0x32, "00", 1) == "55"


def test_reset_stands_the_rv_8803_still_and_begins_a_whole_second() -> None:
    chip, clock = make_chip(rv_8803, phase_ns=900 * MS)
    write(chip, 0x32, "0F 01")
    write(chip, 0x32, "00 50 59 23 20 31 12 99")
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x32, "00", 7) == "50 59 23 20 31 12 99"
    assert read(chip, 0x32, "10", 1) == "00"
    write(chip, 0x32, "0F 00")
    clock.advance_to(11 * SECOND - 10 * MS)
    assert read(chip, 0x32, "00", 1) == "50"
    assert read(chip, 0x32, "10", 1) == "99"
    clock.advance_to(11 * SECOND)
    assert read(chip, 0x32, "00", 1) == "51"


def test_a_set_without_reset_keeps_the_phase_of_the_rv_8803() -> None:
    chip, clock = make_chip(rv_8803, phase_ns=900 * MS)
    write(chip, 0x32, "00 30")
    clock.advance_to(100 * MS)
    assert read(chip, 0x32, "00", 1) == "31"


def test_v1f_and_v2f_are_raised_by_a_loss_and_cleared_by_zeros_only() -> None:
    chip, _ = make_chip(rv_8803, None)
    assert read(chip, 0x32, "0E", 1) == "03"
    write(chip, 0x32, "0E FE")
    assert read(chip, 0x32, "0E", 1) == "02"
    write(chip, 0x32, "0E 00")
    assert read(chip, 0x32, "0E", 1) == "00"
    write(chip, 0x32, "0E 03")
    assert read(chip, 0x32, "0E", 1) == "00"


@pytest.mark.parametrize(("written", "after"), [("00", "01"), ("03", "01"), ("40", "01"), ("01", "02")])
def test_a_weekday_that_is_no_single_bit_is_kept_until_midnight(written: str, after: str) -> None:
    chip, clock = make_chip(rv_8803)
    write(chip, 0x32, f"00 59 59 23 {written} 31 12 99")
    assert read(chip, 0x32, "03", 1) == written
    clock.advance_to(SECOND)
    assert read(chip, 0x32, "03", 1) == after


def test_the_rx_8025_takes_its_register_from_the_high_nibble() -> None:
    chip, _ = make_chip(rx_8025)
    assert read(chip, 0x32, "60", 1) == "99"
    assert read(chip, 0x32, "E0", 2) == "20 20"
    write(chip, 0x32, "70 A5")
    assert read(chip, 0x32, "70", 1) == "A5"
    assert read(chip, 0x32, "F0", 3) == "20 50 59"


def test_a_new_rx_8025_shows_pon_without_xst_and_counts_twelve_hours() -> None:
    chip, _ = make_chip(rx_8025, None)
    assert read(chip, 0x32, "E0", 2) == "00 10"
    assert read(chip, 0x32, "20", 1) == "12"
    write(chip, 0x32, "E0 20 20")
    assert read(chip, 0x32, "E0", 2) == "20 20"
    assert read(chip, 0x32, "20", 1) == "00"
    write(chip, 0x32, "F0 70")
    assert read(chip, 0x32, "F0", 1) == "20"


@pytest.mark.parametrize(("before", "after"), [("31", "12"), ("32", "21"), ("11", "32"), ("12", "01")])
def test_the_rx_8025_writes_12_am_as_12h_and_12_pm_as_32h(before: str, after: str) -> None:
    """RX-8025SA manual p.7."""
    chip, clock = make_chip(rx_8025)
    write(chip, 0x32, "E0 00")
    write(chip, 0x32, f"00 59 59 {before} 05 31 12 99")
    clock.advance_to(SECOND)
    assert read(chip, 0x32, "20", 1) == after


def test_writing_the_seconds_begins_the_second_of_the_rx_8025_anew() -> None:
    chip, clock = make_chip(rx_8025, phase_ns=900 * MS)
    write(chip, 0x32, "00 50")
    clock.advance_to(SECOND - 1)
    assert read(chip, 0x32, "00", 1) == "50"
    clock.advance_to(SECOND)
    assert read(chip, 0x32, "00", 1) == "51"


def test_a_dead_supply_leaves_the_rx_8025_with_pon_set() -> None:
    chip, clock = make_chip(rx_8025, bugs=("lost-at-power-off",))
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x32, "E0", 2) == "00 10"
