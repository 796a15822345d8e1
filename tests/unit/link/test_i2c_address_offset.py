"""Chips that take a command in the lowest bits of their address, and have no register pointer (S-35390A)."""

from __future__ import annotations

import pytest

from harness.clock import VirtualClock
from harness.device.asks import I2cLatch, I2cRead, I2cWrite
from harness.link.base import Bus
from harness.link.opening import make_tape_bus
from harness.link.tape import TapeTransport

S35390A = 0x30
TIME = bytes.fromhex("99 48 8C A0 C4 9A 9A")
STATUS = bytes.fromhex("52 0A 50")


def open_tape(*pairs: tuple[bytes, bytes]) -> tuple[Bus, TapeTransport]:
    bus, tape = make_tape_bus("i2c", [(STATUS, b"\xf0"), *pairs], sink=lambda _: 1, clock=VirtualClock(0))
    bus.open()
    return bus, tape


def test_a_read_without_a_pointer_is_only_a_read_at_the_offset_address() -> None:
    """Address 32h read is 65h on the wire, and nothing is written before it."""
    bus, tape = open_tape((bytes.fromhex("53 65 07 50"), TIME))
    assert bus.answer(S35390A, I2cRead(pointer=None, count=7, address_offset=2)).value == TIME
    assert tape.is_finished


@pytest.mark.parametrize("kind", [I2cWrite, I2cLatch])
def test_a_write_goes_to_the_offset_address(kind: type[I2cWrite | I2cLatch]) -> None:
    bus, tape = open_tape((bytes.fromhex("53 64 07 99 48 8C A0 C4 9A 9A 50"), b""), (STATUS, b"\xf0"))
    bus.answer(S35390A, kind(pointer=b"", data=TIME, address_offset=2))
    assert tape.is_finished


def test_an_offset_cannot_lead_out_of_the_seven_bits() -> None:
    bus, tape = open_tape()
    with pytest.raises(ValueError, match="7-bit"):
        bus.answer(0x77, I2cRead(pointer=None, count=1, address_offset=1))
    assert tape.is_finished
