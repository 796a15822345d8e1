"""The simulated clock chips that are not on I2C: what each does, register by register, as its maker's sheet has it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from devices.rtc.ds12c887 import sim as ds12c887
from devices.rtc.ds1302 import sim as ds1302
from devices.rtc.ds1685 import sim as ds1685
from devices.rtc.m48t59 import sim as m48t59
from devices.rtc.mc146818 import sim as mc146818
from devices.rtc.msm6242 import sim as msm6242
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
MS = 1_000_000
AT_1999_12_31_23_59_50 = 946_684_790
AT_2000_02_28_23_59_50 = 951_782_390
AT_2099_12_31_23_59_50 = 4_102_444_790


class OnABoard:
    """A chip in its board, poked by register at the virtual time."""

    def __init__(self, sim: ModuleType, initial: int | None = AT_1999_12_31_23_59_50, **setup: Any) -> None:
        self.clock = VirtualClock(0)
        self.board = sim.make_simulator(SimulatorSetup(clock=self.clock, initial_seconds=initial, **setup))
        self._chip = self.board._model.chip

    def read(self, first: int, count: int = 1) -> str:
        now_ns = self.clock.now_ns()
        return bytes(self._chip.peek(first + at, now_ns) for at in range(count)).hex(" ").upper()

    def write(self, first: int, octets: str) -> None:
        now_ns = self.clock.now_ns()
        for at, octet in enumerate(bytes.fromhex(octets)):
            self._chip.poke(first + at, octet, now_ns)
        self._chip.rest(now_ns)

    def wait(self, duration_ns: int) -> None:
        self.clock.advance_to(self.clock.now_ns() + duration_ns)


def on_wires(initial: int | None = AT_1999_12_31_23_59_50, **setup: Any) -> tuple[Any, VirtualClock]:
    """Return a DS1302 behind its bridge, which is in raw-wire mode, least significant bit first."""
    clock = VirtualClock(0)
    bridge = ds1302.make_simulator(SimulatorSetup(clock=clock, initial_seconds=initial, **setup))
    assert bridge.receive(b"\x00" * 20) == b"BBIO1"
    assert bridge.receive(b"\x05") == b"RAW1"
    assert bridge.receive(bytes.fromhex("8A 62 04")) == b"\x01\x01\x01"
    return bridge, clock


def access(bridge: Any, octets: str, reads: int = 0) -> str:
    """Raise CS, send bytes, read bytes, lower CS; spell what was read."""
    sent = bytes.fromhex(octets)
    assert bridge.receive(b"\x05" + bytes((0x10 | len(sent) - 1,)) + sent) == b"\x01" * (len(sent) + 2)
    found: bytes = bridge.receive(b"\x06" * reads)
    assert bridge.receive(b"\x04") == b"\x01"
    return found.hex(" ").upper()


# --- DS1302 -----------------------------------------------------------------------------------------------------------


def test_a_ds1302_counts_over_the_century_in_its_burst() -> None:
    bridge, clock = on_wires()
    clock.advance_to(9 * SECOND)
    assert access(bridge, "BF", 8) == "59 59 23 31 12 06 99 80"
    clock.advance_to(10 * SECOND)
    assert access(bridge, "BF", 8) == "00 00 00 01 01 07 00 80"
    assert access(bridge, "8D", 2) == "00 00"


def test_a_protected_ds1302_takes_nothing_but_its_control_register() -> None:
    bridge, _ = on_wires()
    access(bridge, "80 30")
    access(bridge, "C0 55")
    assert access(bridge, "81", 1) == "50"
    assert access(bridge, "C1", 1) == "00"
    access(bridge, "8E 00")
    access(bridge, "C0 55")
    assert access(bridge, "C1", 1) == "55"


@pytest.mark.parametrize(
    ("octets", "held"), [("30 20 10 01 02 03 04", "50 59 23"), ("30 20 10 01 02 03 04 00", "30 20 10")]
)
def test_a_clock_burst_of_a_ds1302_is_taken_whole_or_not_at_all(octets: str, held: str) -> None:
    bridge, _ = on_wires()
    access(bridge, "8E 00")
    access(bridge, f"BE {octets}")
    assert access(bridge, "BF", 3) == held


def test_a_ds1302_read_in_one_burst_does_not_carry_on_the_way() -> None:
    bridge, clock = on_wires()
    clock.advance_to(9 * SECOND + 999 * MS)
    assert bridge.receive(bytes.fromhex("05 10 BF 06")) == b"\x01\x01\x01\x59"
    clock.advance_to(10 * SECOND + MS)
    assert bridge.receive(b"\x06" * 3).hex(" ") == "59 23 31"


def test_a_ds1302_in_twelve_hour_mode_shows_pm_in_bit_5() -> None:
    bridge, _ = on_wires()
    access(bridge, "8E 00")
    access(bridge, "84 B1")
    assert access(bridge, "85", 1) == "B1"
    assert bridge.device_seconds() == AT_1999_12_31_23_59_50


def test_ch_stops_a_ds1302_and_a_lost_one_comes_up_stopped() -> None:
    bridge, clock = on_wires(has_battery=False)
    access(bridge, "8E 00")
    access(bridge, "80 80")
    clock.advance_to(5 * SECOND)
    assert access(bridge, "81", 1) == "80"
    bridge.power(False)
    assert access(bridge, "BF", 3) == "00 00 00"
    bridge.power(True)
    clock.advance_to(9 * SECOND)
    assert access(bridge, "BF", 7) == "80 00 00 01 01 01 00"


def test_the_bridge_turns_bytes_round_until_it_is_told_which_bit_is_first() -> None:
    bridge, _ = on_wires()
    assert bridge.receive(b"\x88") == b"\x01"
    assert bridge.receive(bytes.fromhex("05 10 FD 06")) == bytes.fromhex("01 01 01 0A")  # BF and 50, turned round


# --- MC146818 and kin -------------------------------------------------------------------------------------------------


def test_an_mc146818_counts_over_the_century_in_either_data_mode() -> None:
    chip = OnABoard(mc146818)
    chip.wait(9 * SECOND)
    assert chip.read(0x00, 10) == "59 00 59 00 23 00 06 31 12 99"
    chip.wait(SECOND)
    assert chip.read(0x00, 10) == "00 00 00 00 00 00 07 01 01 00"
    chip.write(0x0B, "86")
    for register, octet in ((0, "3B"), (2, "3B"), (4, "17"), (6, "03"), (7, "1F"), (8, "0C"), (9, "63")):
        chip.write(register, octet)
    chip.write(0x0B, "06")
    assert chip.read(0x09) == "63"
    chip.wait(SECOND)
    assert chip.read(0x00, 10) == "00 00 00 00 00 00 04 01 01 00"


def test_set_freezes_what_the_bus_sees_and_the_chain_runs_on() -> None:
    chip = OnABoard(mc146818)
    chip.write(0x0B, "82")
    chip.wait(5 * SECOND)
    assert chip.read(0x00) == "50"
    chip.write(0x0B, "02")
    assert chip.read(0x00) == "55"


def test_what_is_written_under_set_counts_from_when_set_falls_and_the_second_is_not_begun_anew() -> None:
    chip = OnABoard(mc146818)
    chip.wait(700 * MS)
    chip.write(0x0B, "82")
    chip.write(0x00, "10")
    assert chip.read(0x00) == "10"
    chip.write(0x0B, "02")
    chip.wait(300 * MS)
    assert chip.read(0x00) == "11"


def test_uip_is_up_from_244_us_before_an_update_and_reading_d_sets_vrt() -> None:
    chip = OnABoard(mc146818)
    chip.wait(997 * MS)
    assert chip.read(0x0A) == "26"
    chip.wait(MS)
    assert chip.read(0x0A) == "A6"
    lost = OnABoard(mc146818, None)
    assert lost.read(0x0D) == "00"
    assert lost.read(0x0D) == "80"


def test_a_divider_let_go_makes_the_first_second_half_as_long() -> None:
    """Data sheet, p. 11: the next update comes 500 ms after 010 is written."""
    chip = OnABoard(mc146818)
    chip.write(0x0A, "76")
    chip.wait(10 * SECOND)
    assert chip.read(0x00) == "50"
    chip.write(0x0A, "26")
    chip.wait(499 * MS)
    assert chip.read(0x00) == "50"
    chip.wait(MS)
    assert chip.read(0x00) == "51"


def test_twelve_hour_form_has_pm_in_bit_7() -> None:
    chip = OnABoard(mc146818)
    chip.write(0x0B, "80")
    chip.write(0x04, "91")
    chip.write(0x0B, "00")
    assert chip.read(0x04) == "91"
    assert chip.board.device_seconds() == AT_1999_12_31_23_59_50


def test_a_century_byte_in_ram_stays_and_one_of_the_chips_own_counts() -> None:
    ram = OnABoard(mc146818, options={"century-register": "0x32"})
    own = OnABoard(ds12c887)
    assert ram.read(0x32) == "20"
    ram.write(0x32, "19")
    assert own.read(0x32) == "19"
    for chip in (ram, own):
        chip.wait(10 * SECOND)
    assert ram.read(0x32) == "19"
    assert own.read(0x32) == "20"


def test_the_century_of_a_ds1685_is_in_its_second_bank_with_its_serial_number() -> None:
    chip = OnABoard(ds1685)
    chip.write(0x48, "55")
    assert chip.read(0x48) == "55"
    chip.write(0x0A, "36")
    assert chip.read(0x48) == "19"
    assert chip.read(0x40, 7) == "71 01 23 45 67 89 AB"
    chip.wait(10 * SECOND)
    assert chip.read(0x48) == "20"
    chip.write(0x0A, "26")
    assert chip.read(0x48) == "55"


def test_a_ds12c887_turns_2100_into_a_leap_year() -> None:
    chip = OnABoard(ds12c887, AT_2099_12_31_23_59_50)
    chip.wait(59 * 86_400 * SECOND)
    assert chip.read(0x07, 3) == "28 02 00"
    chip.wait(86_400 * SECOND)
    assert chip.read(0x07, 3) == "29 02 00"


# --- M48T59 -----------------------------------------------------------------------------------------------------------


def test_an_m48t59_counts_over_the_century_and_turns_cb_over_where_ceb_is_up() -> None:
    plain, counting = OnABoard(m48t59), OnABoard(m48t59, options={"century": "century-bit"})
    for chip in (plain, counting):
        chip.wait(9 * SECOND)
    assert plain.read(0x09, 7) == "59 59 23 06 31 12 99"
    assert counting.read(0x09, 7) == "59 59 23 26 31 12 99"
    for chip in (plain, counting):
        chip.wait(SECOND)
    assert plain.read(0x09, 7) == "00 00 00 07 01 01 00"
    assert counting.read(0x09, 7) == "00 00 00 37 01 01 00"


@pytest.mark.parametrize("bit", ["80", "40"])
def test_w_and_r_hold_what_the_bus_sees(bit: str) -> None:
    chip = OnABoard(m48t59)
    chip.write(0x08, bit)
    chip.wait(5 * SECOND)
    assert chip.read(0x09) == "50"
    chip.write(0x08, "00")
    assert chip.read(0x09) == ("55" if bit == "40" else "50")


def test_a_time_is_taken_when_w_falls_and_only_under_w() -> None:
    chip = OnABoard(m48t59)
    chip.write(0x09, "11")
    assert chip.read(0x09) == "50"
    chip.write(0x08, "80")
    chip.write(0x09, "30 20 10 03 28 02 00")
    assert chip.board.device_seconds() == AT_1999_12_31_23_59_50
    chip.write(0x08, "00")
    assert chip.read(0x09, 7) == "30 20 10 03 28 02 00"


def test_st_stops_an_m48t59_and_reading_the_flags_clears_them() -> None:
    chip = OnABoard(m48t59)
    chip.write(0x08, "80")
    chip.write(0x09, "D0")
    chip.write(0x08, "00")
    chip.wait(5 * SECOND)
    assert chip.read(0x09) == "D0"
    chip.write(0x00, "40")
    assert chip.read(0x00) == "40"
    assert chip.read(0x00) == "00"


# --- MSM6242 ----------------------------------------------------------------------------------------------------------

CENTURY_TURN = {9: "F9 F5 F9 F5 F3 F2 F1 F3 F2 F1 F9 F9 F5", 10: "F0 F0 F0 F0 F0 F0 F1 F0 F1 F0 F0 F0 F6"}


@pytest.mark.parametrize(("after_s", "digits"), CENTURY_TURN.items())
def test_an_msm6242_counts_digit_by_digit(after_s: int, digits: str) -> None:
    chip = OnABoard(msm6242)
    chip.wait(after_s * SECOND)
    assert chip.read(0x00, 13) == digits


@pytest.mark.parametrize(("held_ms", "second"), [(400, "F0"), (900, "F1"), (5_000, "F1")])
def test_of_what_ticked_under_hold_one_second_is_counted_and_no_more(held_ms: int, second: str) -> None:
    """Data sheet, CD register: a carry is made up for while HOLD does not last over a second."""
    chip = OnABoard(msm6242, initial_phase_ns=200 * MS)
    chip.write(0x0D, "05")
    chip.wait(held_ms * MS)
    assert chip.read(0x00) == "F0"
    chip.write(0x0D, "04")
    assert chip.read(0x00) == second


def test_busy_shows_around_a_carry_while_hold_is_up() -> None:
    for phase_ms, shown in ((500, "F1"), (0, "F3")):
        chip = OnABoard(msm6242, initial_phase_ns=phase_ms * MS)
        assert chip.read(0x0D) == "F0"
        chip.write(0x0D, "05")
        assert chip.read(0x0D) == shown


@pytest.mark.parametrize(
    ("wait_s", "shown"), [(0, "F0 F0 F0 F0 F0 F0 F1"), (35, "F0 F0 F0 F0 F0 F0 F1"), (45, "F0 F0 F1 F0")]
)
def test_thirty_second_adjustment_goes_to_the_nearer_minute(wait_s: int, shown: str) -> None:
    chip = OnABoard(msm6242)
    chip.wait(wait_s * SECOND)
    chip.write(0x0D, "0C")
    assert chip.read(0x00, len(shown.split())) == shown


def test_stop_holds_an_msm6242_and_its_form_changes_only_as_reset_falls() -> None:
    chip = OnABoard(msm6242)
    chip.write(0x0F, "06")
    chip.wait(5 * SECOND)
    assert chip.read(0x00) == "F0"
    chip.write(0x0F, "00")
    assert chip.read(0x0F) == "F4"
    chip.write(0x0F, "01")
    chip.write(0x0F, "00")
    assert chip.read(0x0F) == "F0"
    assert chip.read(0x04, 2) == "F1 F5"  # 11 PM


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sim", [ds1302, ds12c887, ds1685, m48t59, mc146818, msm6242], ids=lambda sim: sim.__name__)
@pytest.mark.parametrize(
    ("start", "steps"),
    [(AT_1999_12_31_23_59_50, 20), (AT_2000_02_28_23_59_50, 20), (AT_2000_02_28_23_59_50 + 86_400, 20)],
)
def test_every_second_over_an_edge_is_counted_once(sim: ModuleType, start: int, steps: int) -> None:
    clock = VirtualClock(0)
    device = sim.make_simulator(SimulatorSetup(clock=clock, initial_seconds=start))
    for second in range(steps):
        clock.advance_to(second * SECOND + 500 * MS)
        assert device.device_seconds() == start + second


@pytest.mark.parametrize("options", [{}, {"century": "century-bit"}])
def test_a_board_is_dead_without_supply_and_asks_for_a_login_when_it_is_back(options: Mapping[str, str]) -> None:
    chip = OnABoard(m48t59, options=options)
    console = chip.board
    assert console.receive(b"\r").endswith(b"board login: ")
    assert console.receive(b"root\r").endswith(b"~ # \x1b[6n")
    console.power(False)
    assert console.receive(b"\r") == b""
    chip.wait(3 * SECOND)
    console.power(True)
    assert console.receive(b"\r") == b""
    chip.wait(13 * SECOND)
    assert console.receive(b"\r").endswith(b"board login: ")
    assert console.device_seconds() == AT_1999_12_31_23_59_50 + 16
