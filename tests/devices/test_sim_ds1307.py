"""The simulated DS1307 behind its bridge, in literal bytes."""

from __future__ import annotations

import pytest

from devices.rtc.ds1307.sim import make_simulator
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
READ_TIME = bytes.fromhex("53 D0 01 00 53 D1 07 50")
READ_ALL_EIGHT = bytes.fromhex("53 D0 01 00 53 D1 08 50")
READ_STATUS = bytes.fromhex("52 0A 50")
SET_1999_12_31_23_59_50 = bytes.fromhex("53 D0 08 00 50 59 23 06 31 12 99 50")  # computed from both maps, not captured


def make_chip(
    initial_seconds: int | None = None, *, bugs: tuple[str, ...] = (), phase_ns: int = 0
) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=initial_seconds, initial_phase_ns=phase_ns, bugs=bugs)
    return make_simulator(setup), clock


def test_a_new_chip_is_halted_at_2000_01_01_as_seen_on_a_bus_pirate() -> None:
    chip, clock = make_chip()
    clock.advance_to(5 * SECOND)
    assert bytes.fromhex("80 00 00 01 01 01 00 03") == chip.receive(READ_ALL_EIGHT)


def test_the_capture_of_2013_is_read_as_recorded() -> None:
    """2013-03-10 23:35:30, Sunday = 1: sigrok-dumps i2c/rtc_dallas_ds1307."""
    chip, _ = make_chip(1_362_958_530)
    assert bytes.fromhex("30 35 23 01 10 03 13") == chip.receive(READ_TIME)


def test_the_century_edge_is_crossed_as_the_register_images_say() -> None:
    chip, clock = make_chip()
    assert chip.receive(SET_1999_12_31_23_59_50) == b""
    clock.advance_to(9 * SECOND)
    assert bytes.fromhex("59 59 23 06 31 12 99") == chip.receive(READ_TIME)
    clock.advance_to(10 * SECOND)
    assert bytes.fromhex("00 00 00 07 01 01 00") == chip.receive(READ_TIME)


def test_the_leap_day_of_2000_follows_28_february() -> None:
    chip, clock = make_chip()
    chip.receive(bytes.fromhex("53 D0 08 00 59 59 23 02 28 02 00 50"))
    clock.advance_to(SECOND)
    assert bytes.fromhex("00 00 00 03 29 02 00") == chip.receive(READ_TIME)


def test_writing_the_seconds_restarts_the_divider() -> None:
    chip, clock = make_chip(946_684_700, phase_ns=900_000_000)
    chip.receive(SET_1999_12_31_23_59_50)
    clock.advance_to(SECOND - 1)
    assert chip.receive(READ_TIME)[0] == 0x50
    clock.advance_to(SECOND)
    assert chip.receive(READ_TIME)[0] == 0x51


def test_the_halt_bit_stops_the_clock_and_reads_back() -> None:
    chip, clock = make_chip(946_684_740)
    chip.receive(bytes.fromhex("53 D0 02 00 B7 50"))
    clock.advance_to(60 * SECOND)
    assert chip.receive(READ_TIME)[0] == 0xB7
    chip.receive(bytes.fromhex("53 D0 02 00 37 50"))
    clock.advance_to(61 * SECOND)
    assert chip.receive(READ_TIME)[0] == 0x38


def test_twelve_hour_mode_reads_as_in_the_captured_sample() -> None:
    """2019-02-02 8:39:41 PM, weekday 6, control 03: a published 12-hour dump of the chip."""
    chip, _ = make_chip()
    chip.receive(bytes.fromhex("53 D0 09 00 41 39 68 06 02 02 19 03 50"))
    assert bytes.fromhex("41 39 68 06 02 02 19 03") == chip.receive(READ_ALL_EIGHT)
    assert chip.device_seconds() == 1_549_139_981


@pytest.mark.parametrize(("before", "after"), [("71", "52"), ("52", "41"), ("51", "72"), ("72", "61")])
def test_the_hour_carries_in_twelve_hour_mode(before: str, after: str) -> None:
    """11 PM (71h) to 12 AM (52h) to 1 AM (41h); 11 AM (51h) to 12 PM (72h) to 1 PM (61h)."""
    chip, clock = make_chip()
    chip.receive(bytes.fromhex(f"53 D0 08 00 59 59 {before} 06 31 12 99 50"))
    clock.advance_to(SECOND)
    assert int(after, 16) == chip.receive(READ_TIME)[2]


def test_the_pointer_wraps_from_3f_to_00() -> None:
    chip, _ = make_chip(1_362_958_530)
    chip.receive(bytes.fromhex("53 D0 02 3F A5 50"))
    assert bytes.fromhex("A5 30 35 23") == chip.receive(bytes.fromhex("53 D0 01 3F 53 D1 04 50"))


def test_a_read_without_a_pointer_goes_on_where_the_last_one_ended() -> None:
    chip, _ = make_chip(1_362_958_530)
    chip.receive(bytes.fromhex("53 D0 01 00 53 D1 02 50"))
    assert bytes.fromhex("23 01") == chip.receive(bytes.fromhex("53 D1 02 50"))


def test_unused_control_bits_read_zero() -> None:
    chip, _ = make_chip()
    chip.receive(bytes.fromhex("53 D0 02 07 FF 50"))
    assert chip.receive(READ_ALL_EIGHT)[7] == 0x93


def test_a_byte_of_50h_in_the_data_does_not_end_the_command() -> None:
    chip, _ = make_chip()
    for octet in SET_1999_12_31_23_59_50:
        assert chip.receive(bytes((octet,))) == b""
    assert bytes.fromhex("50 59 23 06 31 12 99") == chip.receive(READ_TIME)


def test_a_command_broken_off_is_forgotten_after_655_ms() -> None:
    chip, clock = make_chip(1_362_958_530)
    chip.receive(bytes.fromhex("53 D0 08 00 50"))
    clock.advance_to(700_000_000)
    assert bytes.fromhex("30 35 23 01 10 03 13") == chip.receive(READ_TIME)


def test_an_address_nobody_has_returns_nothing_and_status_f1() -> None:
    chip, _ = make_chip()
    assert chip.receive(bytes.fromhex("53 D2 01 00 53 D3 07 50")) == b""
    assert chip.receive(READ_STATUS) == b"\xf1"
    chip.receive(READ_TIME)
    assert chip.receive(READ_STATUS) == b"\xf0"


def test_a_chip_without_supply_does_not_acknowledge_and_keeps_counting() -> None:
    chip, clock = make_chip()
    chip.receive(SET_1999_12_31_23_59_50)
    chip.power(False)
    assert chip.receive(READ_TIME) == b""
    assert chip.receive(READ_STATUS) == b"\xf1"
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert bytes.fromhex("10 00 00 07 01 01 00") == chip.receive(READ_TIME)


def test_a_dead_battery_brings_up_the_factory_contents() -> None:
    chip, clock = make_chip(bugs=("lost-at-power-off",))
    chip.receive(SET_1999_12_31_23_59_50)
    chip.power(False)
    clock.advance_to(20 * SECOND)
    chip.power(True)
    assert bytes.fromhex("80 00 00 01 01 01 00 03") == chip.receive(READ_ALL_EIGHT)


def test_the_chip_keeps_its_own_record_of_sets() -> None:
    chip, clock = make_chip()
    clock.advance_to(3 * SECOND)
    chip.receive(SET_1999_12_31_23_59_50)
    assert [(3 * SECOND, 946_684_790)] == chip.recorder.sets
    assert (3 * SECOND, SET_1999_12_31_23_59_50, b"") == chip.recorder.exchanges[-1]


def test_the_bridges_own_registers_read_9600_baud_after_reset() -> None:
    """7,372,800 / 9,600 - 16 = 02F0h, low byte in register 00."""
    chip, _ = make_chip()
    assert bytes.fromhex("F0 02") == chip.receive(bytes.fromhex("52 00 01 50"))


def test_a_written_bridge_register_reads_back() -> None:
    chip, _ = make_chip()
    chip.receive(bytes.fromhex("57 02 AA 03 50 50"))
    assert bytes.fromhex("AA 50") == chip.receive(bytes.fromhex("52 02 03 50"))


def test_the_output_pins_read_back() -> None:
    chip, _ = make_chip()
    chip.receive(bytes.fromhex("4F A5 50"))
    assert chip.receive(bytes.fromhex("49 50")) == b"\xa5"
