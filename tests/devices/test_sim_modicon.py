"""The simulated Modicon time-of-day block, in literal frames."""

from __future__ import annotations

from devices.plc.modicon.sim import make_simulator
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
# Computed from 870 USE 101 10 p.229, not captured: block at 400100, unit 1, Friday 1999-12-31 23:59:00, set bit 8000h
SET_1999_12_31_23_59_00 = bytes.fromhex("01 10 00 63 00 08 10 80 00 00 06 00 0C 00 1F 00 63 00 17 00 3B 00 00 59 98")
READ_BLOCK = bytes.fromhex("01 03 00 63 00 08 B5 D2")
FRIDAY_NOON_1999 = 946_641_600  # 1999-12-31 12:00:00


def make_controller(*, bugs: tuple[str, ...] = (), unit: int = 1) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=FRIDAY_NOON_1999, bugs=bugs, unit=unit)
    return make_simulator(setup), clock


def words(frame: bytes) -> list[int]:
    return [int.from_bytes(frame[at : at + 2], "big") for at in range(3, 3 + frame[2], 2)]


def make_frame(body: str) -> bytes:
    """Add the CRC bit by bit, so that the server's table is not its own witness."""
    octets = bytes.fromhex(body)
    crc = 0xFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return octets + bytes((crc & 0xFF, crc >> 8))


def read_block(controller: SimulatedDevice) -> list[int]:
    return words(controller.receive(make_frame("01 03 00 63 00 08")))


def test_the_published_set_is_acknowledged_and_shows_done() -> None:
    controller, _ = make_controller()
    reply = controller.receive(SET_1999_12_31_23_59_00)
    assert make_frame("01 10 00 63 00 08") == reply
    assert [0x6000, 6, 12, 31, 99, 23, 59, 0] == read_block(controller)
    assert [(0, 946_684_740)] == controller.recorder.sets


def test_the_century_edge_is_crossed_as_the_register_images_say() -> None:
    controller, clock = make_controller()
    controller.receive(SET_1999_12_31_23_59_00)
    clock.advance_to(59 * SECOND)
    assert [6, 12, 31, 99, 23, 59, 59] == read_block(controller)[1:]
    clock.advance_to(60 * SECOND)
    assert [7, 1, 1, 0, 0, 0, 0] == read_block(controller)[1:]


def test_month_13_raises_the_error_bit_and_changes_nothing() -> None:
    controller, _ = make_controller()
    controller.receive(make_frame("01 10 00 63 00 08 10 80 00 00 06 00 0D 00 1F 00 63 00 17 00 3B 00 00"))
    assert [0x5000, 6, 12, 31, 99, 12, 0, 0] == read_block(controller)
    assert controller.recorder.sets == []


def test_values_written_without_the_set_bit_are_kept_aside() -> None:
    controller, _ = make_controller()
    controller.receive(make_frame("01 10 00 64 00 07 0E 00 06 00 0C 00 1F 00 63 00 17 00 3B 00 00"))
    assert [6, 12, 31, 99, 12, 0, 0] == read_block(controller)[1:]
    controller.receive(make_frame("01 06 00 63 80 00"))
    assert [0x6000, 6, 12, 31, 99, 23, 59, 0] == read_block(controller)


def test_without_the_read_bit_the_block_is_not_renewed() -> None:
    controller, clock = make_controller()
    controller.receive(make_frame("01 10 00 63 00 08 10 00 00 00 01 00 02 00 03 00 04 00 05 00 06 00 07"))
    clock.advance_to(10 * SECOND)
    assert [0, 1, 2, 3, 4, 5, 6, 7] == read_block(controller)


def test_the_block_lies_where_the_option_puts_it() -> None:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=FRIDAY_NOON_1999, options={"base": 0x200})
    reply = make_simulator(setup).receive(make_frame("01 03 02 00 00 08"))
    assert [0x6000, 6, 12, 31, 99, 12, 0, 0] == words(reply)


def test_a_register_past_the_configured_ones_is_exception_02() -> None:
    controller, _ = make_controller()
    assert make_frame("01 83 02") == controller.receive(make_frame("01 03 FF 00 00 01"))


def test_the_battery_carries_the_clock_over_a_power_cut() -> None:
    controller, clock = make_controller()
    controller.receive(SET_1999_12_31_23_59_00)
    controller.power(False)
    assert controller.receive(make_frame("01 03 00 63 00 08")) == b""
    clock.advance_to(90 * SECOND)
    controller.power(True)
    assert [7, 1, 1, 0, 0, 0, 30] == read_block(controller)[1:]


def test_a_lost_clock_shows_cleared_registers() -> None:
    controller, clock = make_controller(bugs=("lost-at-power-off",))
    controller.power(False)
    clock.advance_to(SECOND)
    controller.power(True)
    assert [0, 0, 0, 0, 0, 0, 0] == read_block(controller)[1:]
    assert controller.device_seconds() is None


def test_a_request_to_another_unit_is_met_with_silence() -> None:
    controller, _ = make_controller(unit=3)
    assert controller.receive(make_frame("01 03 00 63 00 08")) == b""
    assert controller.receive(make_frame("03 03 00 64 00 01")) == make_frame("03 03 02 00 06")


def test_the_controller_names_itself() -> None:
    controller, _ = make_controller()
    reply = controller.receive(make_frame("01 11"))
    assert reply[:2] == b"\x01\x11"
    assert b"984-685E simulated" in reply
    assert b"Modicon" in controller.receive(make_frame("01 2B 0E 01 00"))
