"""The simulated MCP7940N, ISL1208, X1205 and S-35390A: chips that want more than a write to be set."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import pytest

from devices.rtc.isl1208 import sim as isl1208
from devices.rtc.mcp7940n import sim as mcp7940n
from devices.rtc.s_35390a import sim as s_35390a
from devices.rtc.x1205 import sim as x1205
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


def test_a_new_mcp7940n_stands_at_01_01_01() -> None:
    chip, clock = make_chip(mcp7940n, None)
    clock.advance_to(5 * SECOND)
    assert read(chip, 0x6F, "00", 8) == "00 00 00 01 01 01 01 80"


def test_oscrun_follows_st_after_32_periods_of_the_crystal() -> None:
    """32 / 32,768 s is 976,562.5 ns."""
    chip, clock = make_chip(mcp7940n)
    assert read(chip, 0x6F, "00", 4) == "D0 59 23 2E"
    write(chip, 0x6F, "00 50")
    clock.advance_to(976_000)
    assert read(chip, 0x6F, "03", 1) == "2E"
    clock.advance_to(977_000)
    assert read(chip, 0x6F, "03", 1) == "0E"
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x6F, "00", 1) == "50"
    write(chip, 0x6F, "00 D0")
    assert read(chip, 0x6F, "03", 1) == "0E"
    clock.advance_to(11 * SECOND)
    assert read(chip, 0x6F, "03", 1) == "2E"


def test_a_power_cut_is_stamped_on_the_mcp7940n_and_pwrfail_keeps_the_first() -> None:
    """Minute, hour, date, weekday and month of the last minute of 1999, and of the first of 2000."""
    chip, clock = make_chip(mcp7940n)
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x6F, "00", 7) == "90 00 00 3F 01 21 00"
    assert read(chip, 0x6F, "18", 8) == "59 23 31 D2 00 00 01 E1"
    chip.power(False)
    clock.advance_to(200 * SECOND)
    chip.power(True)
    assert read(chip, 0x6F, "18", 8) == "59 23 31 D2 00 00 01 E1"


def test_clearing_pwrfail_wipes_the_stamps_and_a_one_does_not_set_it() -> None:
    chip, clock = make_chip(mcp7940n)
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    write(chip, 0x6F, "03 1F")
    assert read(chip, 0x6F, "03", 1) == "3F"
    write(chip, 0x6F, "03 0F")
    assert read(chip, 0x6F, "03", 1) == "2F"
    assert read(chip, 0x6F, "18", 8) == "00 00 00 00 00 00 00 00"
    write(chip, 0x6F, "03 1F")
    assert read(chip, 0x6F, "03", 1) == "2F"


def test_writing_the_weekday_alone_switches_the_battery_out() -> None:
    chip, clock = make_chip(mcp7940n)
    write(chip, 0x6F, "03 06")
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x6F, "00", 7) == "00 00 00 01 01 01 01"


def test_the_clock_registers_of_the_mcp7940n_and_its_ram_wrap_apart() -> None:
    chip, _ = make_chip(mcp7940n)
    write(chip, 0x6F, "20 A5")
    assert read(chip, 0x6F, "1F", 2) == "00 D0"
    assert read(chip, 0x6F, "5F", 2) == "00 A5"


def test_lpyr_is_the_chips_own() -> None:
    chip, _ = make_chip(mcp7940n)
    write(chip, 0x6F, "05 32 99")
    assert read(chip, 0x6F, "05", 2) == "12 99"
    write(chip, 0x6F, "05 12 04")
    assert read(chip, 0x6F, "05", 2) == "32 04"


def test_without_wrtc_the_isl1208_acknowledges_and_ignores() -> None:
    chip, _ = make_chip(isl1208)
    write(chip, 0x6F, "00 00 00 80 29 02 00 02")
    assert read(chip, 0x6F, "00", 7) == "50 59 A3 31 12 99 05"
    assert chip.recorder.sets == []
    write(chip, 0x6F, "07 10")
    write(chip, 0x6F, "00 00 00 80 29 02 00 02")
    assert read(chip, 0x6F, "00", 7) == "00 00 80 29 02 00 02"


def test_a_new_isl1208_waits_for_its_first_write() -> None:
    chip, clock = make_chip(isl1208, None)
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x6F, "00", 8) == "00 00 00 00 00 00 00 01"
    write(chip, 0x6F, "07 10")
    assert read(chip, 0x6F, "07", 1) == "11"
    write(chip, 0x6F, "00 50 59 A3 31 12 99 05")
    assert read(chip, 0x6F, "07", 1) == "10"
    clock.advance_to(20 * SECOND)
    assert read(chip, 0x6F, "00", 7) == "00 00 80 01 01 00 06"


def test_the_stop_of_a_set_begins_the_second_of_the_isl1208() -> None:
    chip, clock = make_chip(isl1208, phase_ns=900 * MS)
    write(chip, 0x6F, "07 10")
    write(chip, 0x6F, "01 59")
    clock.advance_to(SECOND - 1)
    assert read(chip, 0x6F, "00", 1) == "50"
    clock.advance_to(SECOND)
    assert read(chip, 0x6F, "00", 1) == "51"


def test_bat_tells_of_the_battery_and_goes_by_a_zero_or_by_itself() -> None:
    chip, clock = make_chip(isl1208)
    chip.power(False)
    clock.advance_to(SECOND)
    chip.power(True)
    assert read(chip, 0x6F, "07", 1) == "02"
    write(chip, 0x6F, "07 82")
    assert read(chip, 0x6F, "07", 1) == "82"
    assert read(chip, 0x6F, "07", 1) == "80"


def test_a_host_cannot_clear_rtcf_of_the_isl1208_by_hand() -> None:
    chip, _ = make_chip(isl1208, None)
    write(chip, 0x6F, "07 00")
    assert read(chip, 0x6F, "07", 1) == "01"


@pytest.mark.parametrize(("before", "after"), [("31", "12"), ("32", "21"), ("11", "32")])
def test_the_isl1208_counts_twelve_hours_with_mil_clear(before: str, after: str) -> None:
    """11 PM then 12 AM; 12 PM then 1 PM; 11 AM then 12 PM, in this very form."""
    chip, clock = make_chip(isl1208)
    write(chip, 0x6F, "07 10")
    write(chip, 0x6F, f"00 59 59 {before} 31 12 99 05")
    clock.advance_to(SECOND)
    assert read(chip, 0x6F, "02", 1) == after


@pytest.mark.parametrize("opened", [(), ("00 3F 02",), ("00 3F 06",), ("00 3F 02", "00 3F 06", "00 3F 00")])
def test_the_x1205_ignores_a_set_unless_both_locks_were_opened_in_turn(opened: tuple[str, ...]) -> None:
    chip, _ = make_chip(x1205)
    for message in opened:
        write(chip, 0x6F, message)
    write(chip, 0x6F, "00 30 00 00 80 29 02 00 02 20")
    assert read(chip, 0x6F, "00 30", 8) == "50 59 A3 31 12 99 05 19"
    assert chip.recorder.sets == []


def test_the_x1205_takes_one_byte_a_message_and_shows_its_locks() -> None:
    chip, _ = make_chip(x1205)
    write(chip, 0x6F, "00 3F 02")
    assert read(chip, 0x6F, "00 3F", 1) == "02"
    write(chip, 0x6F, "00 3F 06")
    assert read(chip, 0x6F, "00 3F", 1) == "06"
    write(chip, 0x6F, "00 33 29")
    write(chip, 0x6F, "00 34 02")
    assert read(chip, 0x6F, "00 30", 8) == "50 59 A3 29 02 99 05 19"
    write(chip, 0x6F, "00 3F 00")
    assert read(chip, 0x6F, "00 3F", 1) == "00"


def test_the_locks_of_the_x1205_close_with_the_supply() -> None:
    chip, _ = make_chip(x1205)
    write(chip, 0x6F, "00 3F 02")
    write(chip, 0x6F, "00 3F 06")
    chip.power(False)
    chip.power(True)
    assert read(chip, 0x6F, "00 3F", 1) == "00"


def test_a_new_x1205_waits_for_its_first_write_at_century_20() -> None:
    chip, clock = make_chip(x1205, None)
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x6F, "00 30", 8) == "00 00 00 00 00 00 00 20"
    assert read(chip, 0x6F, "00 3F", 1) == "01"
    write(chip, 0x6F, "00 3F 02")
    write(chip, 0x6F, "00 3F 06")
    write(chip, 0x6F, "00 30 30")
    assert read(chip, 0x6F, "00 3F", 1) == "06"
    clock.advance_to(15 * SECOND)
    assert read(chip, 0x6F, "00 30", 1) == "35"


def test_the_century_byte_of_the_x1205_goes_from_19_to_20_and_no_further() -> None:
    chip, clock = make_chip(x1205)
    write(chip, 0x6F, "00 3F 02")
    write(chip, 0x6F, "00 3F 06")
    write(chip, 0x6F, "00 30 59 59 A3 31 12 99 04 20")
    clock.advance_to(SECOND)
    assert read(chip, 0x6F, "00 30", 8) == "00 00 80 01 01 00 05 20"
    assert chip.device_seconds() == 946_684_800


def test_a_set_does_not_restart_the_second_of_the_x1205() -> None:
    chip, clock = make_chip(x1205, phase_ns=900 * MS)
    write(chip, 0x6F, "00 3F 02")
    write(chip, 0x6F, "00 3F 06")
    write(chip, 0x6F, "00 30 30")
    clock.advance_to(100 * MS)
    assert read(chip, 0x6F, "00 30", 1) == "31"


def test_the_stuck_century_of_the_x1205_stays_19() -> None:
    chip, clock = make_chip(x1205, bugs=("century-1900",))
    clock.advance_to(10 * SECOND)
    assert read(chip, 0x6F, "00 30", 8) == "00 00 80 01 01 00 06 19"


def test_the_s_35390a_answers_at_eight_addresses() -> None:
    """Status 1 at 30h with 24H; time at 32h, its bytes turned; hour, minute and second alone at 33h."""
    chip, _ = make_chip(s_35390a)
    assert read(chip, 0x30, "", 1) == "40"
    assert read(chip, 0x31, "", 1) == "00"
    assert read(chip, 0x32, "", 7) == "99 48 8C A0 C4 9A 0A"
    assert read(chip, 0x33, "", 3) == "C4 9A 0A"
    assert chip.receive(bytes.fromhex("53 71 01 50")) == b""
    assert chip.receive(b"R\x0aP") == b"\xf1"


def test_the_time_of_day_of_the_s_35390a_is_set_alone() -> None:
    chip, _ = make_chip(s_35390a)
    write(chip, 0x33, "48 2C 6A")
    assert read(chip, 0x32, "", 7) == "99 48 8C A0 48 2C 6A"


def test_a_new_s_35390a_tells_of_its_power_on_once() -> None:
    """POC and BLD are cleared behind the read; RESET with 24H, as Linux sends it, ends the test mode.

    The status registers are not turned round: Linux rtc-s35390a.c.
    """
    chip, _ = make_chip(s_35390a, None)
    assert read(chip, 0x31, "", 1) == "01"
    assert read(chip, 0x30, "", 1) == "03"
    assert read(chip, 0x30, "", 1) == "00"
    write(chip, 0x30, "C0")
    assert read(chip, 0x31, "", 1) == "00"
    assert read(chip, 0x30, "", 1) == "40"
    assert read(chip, 0x32, "", 7) == "00 80 80 00 00 00 00"


def test_none_of_the_eight_addresses_answers_without_supply() -> None:
    chip, clock = make_chip(s_35390a)
    chip.power(False)
    for address in range(0x30, 0x38):
        assert read(chip, address, "", 1) == ""
        assert chip.receive(b"R\x0aP") == b"\xf1"
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert read(chip, 0x32, "", 7) == "00 80 80 60 00 00 08"


def test_the_s_35390a_counts_0_to_11_with_an_afternoon_flag_in_12_hour_form() -> None:
    """11:59:59 PM is 51h (turned 8Ah), midnight 00h; 11:59:59 AM is 11h (turned 88h), noon 40h (turned 02h)."""
    chip, clock = make_chip(s_35390a)
    write(chip, 0x30, "00")
    write(chip, 0x33, "8A 9A 9A")
    clock.advance_to(SECOND)
    assert read(chip, 0x33, "", 3) == "00 00 00"
    write(chip, 0x33, "88 9A 9A")
    clock.advance_to(2 * SECOND)
    assert read(chip, 0x33, "", 3) == "02 00 00"
