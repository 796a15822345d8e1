"""The simulated SCPI clock and supply, and the Modbus relay: lines and frames as literals."""

from __future__ import annotations

import pytest

from devices.instrument.scpi_clock import sim as scpi_clock
from devices.power.modbus_relay import sim as modbus_relay
from devices.power.scpi_supply import sim as scpi_supply
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
AT_2004_11_21_11_43_23 = 1_101_037_403


def make_instrument(*, bugs: tuple[str, ...] = ()) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    setup = SimulatorSetup(clock=clock, initial_seconds=AT_2004_11_21_11_43_23, bugs=bugs, serial_number="MY001")
    return scpi_clock.make_simulator(setup), clock


@pytest.mark.parametrize("header", ["SYST:DATE?", ":SYST:DATE?", "system:date?", "SYSTem:Date?"])
def test_the_date_is_told_under_every_spelling(header: str) -> None:
    """Agilent 34980A: `SYST:DATE?` gives `2004,11,21`."""
    instrument, _ = make_instrument()
    assert instrument.receive(header.encode() + b"\n") == b"2004,11,21\n"


def test_date_and_time_are_two_commands() -> None:
    instrument, clock = make_instrument()
    assert instrument.receive(b"SYST:DATE 1999,12,31\nSYST:TIME 23,59,59\n") == b""
    assert instrument.receive(b"SYST:DATE?;:SYST:TIME?\n") == b"1999,12,31;23,59,59\n"
    clock.advance_to(SECOND)
    assert instrument.receive(b"SYST:DATE?\n") == b"2000,01,01\n"
    assert instrument.receive(b"SYST:TIME?\n") == b"00,00,00\n"
    assert len(instrument.recorder.sets) == 2


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (b"SYST:DATE 1999,02,29\n", b'-222,"Data out of range"\n'),
        (b"SYST:DATE 99,12,31\n", b'-222,"Data out of range"\n'),
        (b"SYST:DATE 1979,12,31\n", b'-222,"Data out of range"\n'),
        (b"SYST:TIME 24,00,00\n", b'-222,"Data out of range"\n'),
        (b"SYST:DATE 1999,12\n", b'-109,"Missing parameter"\n'),
        (b"SYST:DATE 1999,12,31,1\n", b'-108,"Parameter not allowed"\n'),
        (b"SYST:DATE 1999,DEC,31\n", b'-104,"Data type error"\n'),
        (b"SYST:DAET?\n", b'-113,"Undefined header"\n'),
    ],
)
def test_a_command_in_error_is_queued_and_the_old_time_kept(command: bytes, error: bytes) -> None:
    """Keithley 6517A: an invalid date is an error, and the old one stands."""
    instrument, _ = make_instrument()
    assert instrument.receive(command) == b""
    assert instrument.receive(b"SYST:ERR?\n") == error
    assert instrument.receive(b"SYST:ERR?\n") == b'0,"No error"\n'
    assert instrument.receive(b"SYST:DATE?\n") == b"2004,11,21\n"


def test_the_instrument_names_itself_in_four_fields() -> None:
    instrument, _ = make_instrument()
    assert instrument.receive(b"*IDN?\n") == b"ROLLOVER BENCH,SIMULATED CLOCK,MY001,1.0\n"


def test_the_error_queue_overflows_into_its_last_place() -> None:
    instrument, _ = make_instrument()
    instrument.receive(b"X\n" * 25)
    errors = [instrument.receive(b"SYST:ERR?\n") for _ in range(21)]
    assert errors[0] == b'-113,"Undefined header"\n'
    assert errors[19] == b'-350,"Queue overflow"\n'
    assert errors[20] == b'0,"No error"\n'


def test_rst_does_not_touch_the_clock() -> None:
    instrument, _ = make_instrument()
    assert instrument.receive(b"*RST\nSYST:DATE?\n") == b"2004,11,21\n"


def test_year_19100_is_spelled_after_1999_and_only_when_switched_on() -> None:
    for bugs, spelled in ((("year-19100",), b"19100,01,01\n"), ((), b"2000,01,01\n")):
        instrument, clock = make_instrument(bugs=bugs)
        instrument.receive(b"SYST:DATE 1999,12,31\nSYST:TIME 23,59,59\n")
        assert instrument.receive(b"SYST:DATE?\n") == b"1999,12,31\n"
        clock.advance_to(SECOND)
        assert instrument.receive(b"SYST:DATE?\n") == spelled


def test_a_line_may_come_in_pieces() -> None:
    instrument, _ = make_instrument()
    assert instrument.receive(b"SYST:DA") == b""
    assert instrument.receive(b"TE?\r\n") == b"2004,11,21\n"


def test_cutting_a_supply_channel_cuts_what_is_wired_to_it() -> None:
    clock = VirtualClock(0)
    supply = scpi_supply.make_simulator(SimulatorSetup(clock=clock, options={"channels": 2}))
    first, _ = make_instrument()
    second, _ = make_instrument()
    supply.wire(1, first.power)
    supply.wire(2, second.power)
    assert supply.receive(b"OUTP OFF,(@2)\n") == b""
    assert supply.receive(b"OUTP? (@1);OUTP? (@2)\n") == b"1;0\n"
    assert (True, False) == (first.is_on, second.is_on)
    supply.receive(b"INST:NSEL 2\nOUTP ON\n")
    assert supply.receive(b"INST:NSEL?;OUTP?\n") == b"2;1\n"
    assert second.is_on


def test_a_channel_the_supply_lacks_is_an_error() -> None:
    supply = scpi_supply.make_simulator(SimulatorSetup(clock=VirtualClock(0)))
    supply.receive(b"OUTP OFF,(@3)\n")
    assert supply.receive(b"SYST:ERR?\n") == b'-222,"Data out of range"\n'


def test_letting_a_coil_go_cuts_what_is_wired_to_it() -> None:
    relay = modbus_relay.make_simulator(SimulatorSetup(clock=VirtualClock(0)))
    device, _ = make_instrument()
    relay.wire(0, device.power)
    off = bytes.fromhex("01 05 00 00 00 00 CD CA")
    assert off == relay.receive(off)
    assert not device.is_on
    assert bytes.fromhex("01 01 01 FE") == relay.receive(bytes.fromhex("01 01 00 00 00 08 3D CC"))[:4]
    on = bytes.fromhex("01 05 00 00 FF 00 8C 3A")
    assert on == relay.receive(on)
    assert device.is_on


def test_a_coil_value_that_is_neither_on_nor_off_is_exception_03() -> None:
    relay = modbus_relay.make_simulator(SimulatorSetup(clock=VirtualClock(0)))
    assert bytes.fromhex("01 85 03") == relay.receive(bytes.fromhex("01 05 00 00 12 34 C0 BD"))[:3]
