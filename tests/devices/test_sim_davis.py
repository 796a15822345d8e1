"""The simulated Davis console, in literal bytes."""

from __future__ import annotations

from devices.agri.davis_vantage.sim import make_simulator
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
AT_2012_06_07_10_53_37 = 1_339_066_417


def make_console(*, bugs: tuple[str, ...] = ()) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    return make_simulator(SimulatorSetup(clock=clock, initial_seconds=AT_2012_06_07_10_53_37, bugs=bugs)), clock


def make_awake_console(*, bugs: tuple[str, ...] = ()) -> tuple[SimulatedDevice, VirtualClock]:
    console, clock = make_console(bugs=bugs)
    assert console.receive(b"\n") == b"\n\r"
    return console, clock


def test_the_recorded_gettime_reply_comes_out_byte_for_byte() -> None:
    """25 35 0A 07 06 70 60 BA is 2012-06-07 10:53:37, as weewx and others saw it on a console."""
    console, _ = make_awake_console()
    assert bytes.fromhex("06 25 35 0A 07 06 70 60 BA") == console.receive(b"GETTIME\n")


def test_a_console_asleep_is_only_woken_by_a_command() -> None:
    console, _ = make_console()
    assert console.receive(b"GETTIME\n") == b""
    assert console.receive(b"\n") == b"\n\r"


def test_the_console_falls_asleep_after_two_minutes_without_a_character() -> None:
    console, clock = make_awake_console()
    clock.advance_to(119 * SECOND)
    assert console.receive(b"TEST\n") == b"\n\rTEST\n\r"
    clock.advance_to(240 * SECOND)
    assert console.receive(b"TEST\n") == b""


def test_settime_crosses_the_century_edge() -> None:
    console, clock = make_awake_console()
    assert console.receive(b"SETTIME\n") == b"\x06"
    assert console.receive(bytes.fromhex("00 3B 17 1F 0C 63 DC 61")) == b"\x06"
    assert [(0, 946_684_740)] == console.recorder.sets
    clock.advance_to(59 * SECOND)
    assert bytes.fromhex("3B 3B 17 1F 0C 63") == console.receive(b"GETTIME\n")[1:7]
    clock.advance_to(60 * SECOND)
    assert bytes.fromhex("00 00 00 01 01 64") == console.receive(b"GETTIME\n")[1:7]


def test_the_year_byte_crosses_its_sign_bit_in_2028() -> None:
    console, clock = make_awake_console()
    console.receive(b"SETTIME\n")
    assert console.receive(bytes.fromhex("00 3B 17 1F 0C 7F 0F DC")) == b"\x06"
    clock.advance_to(60 * SECOND)
    assert bytes.fromhex("00 00 00 01 01 80") == console.receive(b"GETTIME\n")[1:7]


def test_settime_takes_2038() -> None:
    console, _ = make_awake_console()
    console.receive(b"SETTIME\n")
    assert console.receive(bytes.fromhex("07 0E 03 13 01 8A 85 F5")) == b"\x06"
    assert console.device_seconds() == 2_147_483_647


def test_a_wrong_crc_is_cancelled_and_changes_nothing() -> None:
    console, _ = make_awake_console()
    console.receive(b"SETTIME\n")
    assert console.receive(bytes.fromhex("00 3B 17 1F 0C 63 DC 62")) == b"\x18"
    assert console.device_seconds() == AT_2012_06_07_10_53_37


def test_a_packet_that_never_comes_is_given_up() -> None:
    console, clock = make_awake_console()
    console.receive(b"SETTIME\n")
    clock.advance_to(10 * SECOND)
    assert console.receive(b"TEST\n") == b"\n\rTEST\n\r"


def test_an_unknown_command_is_answered_with_15h() -> None:
    console, _ = make_awake_console()
    assert console.receive(b"GETTIMES\n") == b"\x15"


def test_the_console_tells_its_firmware() -> None:
    console, _ = make_awake_console()
    assert console.receive(b"NVER\n") == b"\n\rOK\n\r1.90\n\r"
    assert console.receive(b"VER\n") == b"\n\rOK\n\rApr 24 2002\n\r"


def test_a_packet_that_comes_byte_by_byte_is_taken() -> None:
    console, _ = make_awake_console()
    replies = [console.receive(bytes((octet,))) for octet in b"SETTIME\n" + bytes.fromhex("003B171F0C63DC61")]
    assert [b""] * 7 + [b"\x06"] + [b""] * 7 + [b"\x06"] == replies


def test_century_1900_shows_a_year_byte_of_zero() -> None:
    console, clock = make_awake_console(bugs=("century-1900",))
    console.receive(b"SETTIME\n")
    console.receive(bytes.fromhex("00 3B 17 1F 0C 63 DC 61"))
    clock.advance_to(60 * SECOND)
    assert bytes.fromhex("00 00 00 01 01 00") == console.receive(b"GETTIME\n")[1:7]


def test_a_console_without_supply_is_silent_and_asleep_afterwards() -> None:
    console, clock = make_awake_console()
    console.power(False)
    assert console.receive(b"\n") == b""
    clock.advance_to(20 * SECOND)
    console.power(True)
    assert console.device_seconds() == AT_2012_06_07_10_53_37 + 20
    assert console.receive(b"TEST\n") == b""
