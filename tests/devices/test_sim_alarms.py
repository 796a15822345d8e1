"""The alarms of the simulated chips: when they rise, that they rise once, what clears them, and what a cut leaves of them.

The bytes are hand-worked from the makers' data sheets: PCF8563 8.5, PCF8523 8.7, MCP7940N (DS20005010) 5.4, ISL1208
(FN8085) alarm registers. Every clock starts at 1999-12-31 23:59:50, a Friday.
"""

from __future__ import annotations

from types import ModuleType

import pytest

from devices.rtc.ds3231 import sim as ds3231
from devices.rtc.isl1208 import sim as isl1208
from devices.rtc.mcp7940n import sim as mcp7940n
from devices.rtc.pcf8523 import sim as pcf8523
from devices.rtc.pcf8563 import sim as pcf8563
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
AT_1999_12_31_23_59_50 = 946_684_790


class Chip:
    """A chip behind its bridge, spoken to in literal bytes."""

    def __init__(self, sim: ModuleType, address: int, bugs: tuple[str, ...] = ()) -> None:
        self.clock = VirtualClock(0)
        self.address = address
        setup = SimulatorSetup(clock=self.clock, initial_seconds=AT_1999_12_31_23_59_50, bugs=bugs)
        self.device: SimulatedDevice = sim.make_simulator(setup)

    def write(self, octets: str) -> None:
        sent = bytes.fromhex(octets)
        self.device.receive(bytes((0x53, self.address << 1, len(sent))) + sent + b"P")
        assert self.device.receive(b"R\x0aP") == b"\xf0"

    def read(self, pointer: str, count: int = 1) -> str:
        head = bytes((0x53, self.address << 1, 1)) + bytes.fromhex(pointer)
        return self.device.receive(head + bytes((0x53, self.address << 1 | 1, count)) + b"P").hex(" ").upper()

    def wait_until(self, second: int) -> None:
        self.clock.advance_to(second * SECOND)


def pcf8523_at_midnight() -> Chip:
    """Return a PCF8523 with its alarm at 00:01 on day 1; the weekday is disabled."""
    chip = Chip(pcf8523, 0x68)
    chip.write("0A 01 00 01 80")
    return chip


def mcp7940n_at_midnight(mask: str = "77") -> Chip:
    """Return an MCP7940N with alarm 0 at Saturday 01-01 00:00:05 enabled; ALM0MSK is 111b unless told otherwise."""
    chip = Chip(mcp7940n, 0x6F)
    chip.write(f"0A 05 00 00 {mask} 01 01")
    chip.write("07 90")
    return chip


def isl1208_at_midnight() -> Chip:
    """Return an ISL1208 with its alarm at 01-01 00:00:05 enabled; the weekday is not compared."""
    chip = Chip(isl1208, 0x6F)
    chip.write("0C 85 80 80 81 81 00")
    chip.write("08 40")
    return chip


def test_the_pcf8523_raises_af_at_its_minute_whatever_interrupt_is_enabled() -> None:
    chip = pcf8523_at_midnight()
    chip.wait_until(69)
    assert "00" == chip.read("01")
    chip.wait_until(70)
    assert "08" == chip.read("01")


def test_the_pcf8523_does_not_raise_af_again_within_the_minute_it_was_cleared_in() -> None:
    """The flag is set on the increment to the matching time, and not while it lasts."""
    chip = pcf8523_at_midnight()
    chip.wait_until(71)
    chip.write("01 70")
    chip.wait_until(125)
    assert "00" == chip.read("01")


def test_a_flag_written_one_is_not_set() -> None:
    chip = pcf8523_at_midnight()
    chip.write("01 08")
    assert "00" == chip.read("01")


def test_a_pcf8523_with_every_part_disabled_never_raises_af() -> None:
    chip = Chip(pcf8523, 0x68)
    assert "80 80 80 80" == chip.read("0A", 4)
    chip.wait_until(200)
    assert "00" == chip.read("01")


def test_the_mcp7940n_raises_alm0if_at_its_second_and_keeps_the_rest_of_the_register() -> None:
    chip = mcp7940n_at_midnight()
    chip.wait_until(14)
    assert "77" == chip.read("0D")
    chip.wait_until(15)
    assert "7F" == chip.read("0D")


@pytest.mark.parametrize(("alarm", "weekday"), [("05 00 00 76 01 01", "76"), ("05 00 00 77 01 02", "77")])
def test_the_mcp7940n_compares_the_weekday_and_the_month_with_all_the_rest(alarm: str, weekday: str) -> None:
    """Neither a Friday nor February comes at that second."""
    chip = Chip(mcp7940n, 0x6F)
    chip.write(f"0A {alarm}")
    chip.write("07 90")
    chip.wait_until(60)
    assert weekday == chip.read("0D")


def test_the_mcp7940n_compares_one_part_only_where_its_mask_says_so() -> None:
    """ALM0MSK 000b: the seconds, so once a minute."""
    chip = mcp7940n_at_midnight("07")
    chip.wait_until(15)
    assert "0F" == chip.read("0D")
    chip.write("0D 07")
    chip.wait_until(74)
    assert "07" == chip.read("0D")
    chip.wait_until(75)
    assert "0F" == chip.read("0D")


def test_an_mcp7940n_alarm_that_is_not_enabled_does_not_fire() -> None:
    chip = mcp7940n_at_midnight()
    chip.write("07 80")
    chip.wait_until(60)
    assert "77" == chip.read("0D")


def test_the_isl1208_raises_alm_in_the_second_that_matches_and_a_zero_clears_it() -> None:
    chip = isl1208_at_midnight()
    chip.wait_until(14)
    assert "00" == chip.read("07")
    chip.wait_until(15)
    assert "04" == chip.read("07")
    chip.wait_until(17)
    chip.write("07 00")
    chip.wait_until(30)
    assert "00" == chip.read("07")


def test_an_isl1208_with_arst_loses_its_flag_when_it_is_read() -> None:
    chip = isl1208_at_midnight()
    chip.write("07 80")
    chip.wait_until(15)
    assert "84" == chip.read("07")
    assert "80" == chip.read("07")


def test_an_isl1208_alarm_without_alme_does_not_fire() -> None:
    chip = isl1208_at_midnight()
    chip.write("08 00")
    chip.wait_until(30)
    assert "00" == chip.read("07")


def test_an_alarm_that_comes_due_on_battery_has_risen_when_the_supply_is_back() -> None:
    """DS3231: 00:00:05 on day 1, off from the fifth second to the sixtieth."""
    chip = Chip(ds3231, 0x68)
    chip.write("07 05 00 00 01")
    chip.write("0F 08")
    chip.wait_until(5)
    chip.device.power(False)
    chip.wait_until(60)
    chip.device.power(True)
    assert "09" == chip.read("0F")


# --- bugs -----------------------------------------------------------------------------------------------------------


def test_an_alarm_that_is_not_normalised_reads_back_past_the_end_of_the_day() -> None:
    chip = Chip(ds3231, 0x68, ("alarm-not-normalised",))
    chip.write("07 05 00 00 01")
    assert "65 59 23 01" == chip.read("07", 4)
    coarse = Chip(pcf8563, 0x51, ("alarm-not-normalised",))
    coarse.write("09 01 00 01 80")
    assert "61 23 01 80" == coarse.read("09", 4)


def test_an_alarm_at_another_hour_is_kept_by_the_same_bug() -> None:
    chip = Chip(ds3231, 0x68, ("alarm-not-normalised",))
    chip.write("07 05 00 06 01")
    assert "05 00 06 01" == chip.read("07", 4)


def test_a_month_counted_from_zero_is_one_off_where_there_is_a_month() -> None:
    with_month = Chip(mcp7940n, 0x6F, ("alarm-a-month-off",))
    with_month.write("0A 05 00 00 77 01 03")
    assert "05 00 00 77 01 02" == with_month.read("0A", 6)
    without = Chip(ds3231, 0x68, ("alarm-a-month-off",))
    without.write("07 05 00 00 02")
    assert "05 00 00 01" == without.read("07", 4)


@pytest.mark.parametrize(
    ("bug", "quiet_until", "fired_at"),
    [("alarm-at-rollover", 9, 10), ("alarm-delayed", 18, 19)],
)
def test_a_bug_moves_the_second_of_the_alarm(bug: str, quiet_until: int, fired_at: int) -> None:
    """Armed for the fifteenth second; midnight is the tenth."""
    chip = Chip(ds3231, 0x68, (bug,))
    chip.write("07 05 00 00 01")
    chip.write("0F 08")
    chip.wait_until(quiet_until)
    assert "08" == chip.read("0F")
    chip.wait_until(fired_at)
    assert "09" == chip.read("0F")


def test_a_bug_fires_the_alarm_again() -> None:
    chip = Chip(isl1208, 0x6F, ("alarm-doubled",))
    chip.write("0C 85 80 80 81 81 00")
    chip.write("08 40")
    chip.wait_until(16)
    chip.write("07 00")
    assert "00" == chip.read("07")
    chip.wait_until(18)
    assert "04" == chip.read("07")


@pytest.mark.parametrize("bug", ["alarm-lost-at-rollover", "ordinal-of-0-to-364"])
def test_a_bug_keeps_the_alarm_from_firing(bug: str) -> None:
    """The second of them from 1 March of a leap year only, so it fires here."""
    chip = Chip(ds3231, 0x68, (bug,))
    chip.write("07 05 00 00 01")
    chip.write("0F 08")
    chip.wait_until(60)
    assert ("08" if bug == "alarm-lost-at-rollover" else "09") == chip.read("0F")
