"""Modbus frames spoilt in one place and sound everywhere else, so that only the check of that place can tell."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from harness.link.modbus_frames import (
    ENCAPSULATED,
    EXCEPTION,
    MBAP,
    READ_HOLDING,
    READ_INPUT,
    WRITE_COIL,
    WRITE_REGISTER,
    WRITE_REGISTERS,
    rtu_frame,
)

WRITES = frozenset({WRITE_COIL, WRITE_REGISTER, WRITE_REGISTERS})
_MBAP_HEAD = 7
_OTHER_FUNCTION = {
    READ_HOLDING: READ_INPUT,
    READ_INPUT: READ_HOLDING,
    WRITE_REGISTER: WRITE_REGISTERS,
    WRITE_REGISTERS: WRITE_REGISTER,
}
_COUNTED = frozenset({1, 2, 3, 4, 17})


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, taken apart.

    Attributes:
        transaction, protocol: of the MBAP header; None on RTU.
        length: the header's own length where it shall lie.
    """

    unit: int
    pdu: bytes
    transaction: int | None = None
    protocol: int = 0
    length: int | None = None

    def join(self) -> bytes:
        """Return the frame as it stands on the wire."""
        if self.transaction is None:
            return rtu_frame(self.unit, self.pdu)
        length = len(self.pdu) + 1 if self.length is None else self.length
        return struct.pack(">HHHB", self.transaction, self.protocol, length, self.unit) + self.pdu


def take_apart(octets: bytes, framing: str) -> Frame:
    """Return the first frame in these bytes."""
    if framing == "rtu":
        return Frame(octets[0], octets[1:-2])
    transaction, _, length, unit, _ = MBAP.unpack_from(octets)
    return Frame(unit, octets[_MBAP_HEAD : _MBAP_HEAD - 1 + length], transaction)


def is_write(frame: bytes, framing: str) -> bool:
    """Tell whether a request changes the device."""
    at = 1 if framing == "rtu" else _MBAP_HEAD
    return len(frame) > at and frame[at] in WRITES


def other_content(pdu: bytes) -> bytes:
    """Return a reply of the same form that tells another, plausible story: every register holds 1."""
    if pdu[0] in _COUNTED:
        return pdu[:2] + b"\0\x01" * (len(pdu) // 2 - 1) + pdu[2 + 2 * (len(pdu) // 2 - 1) :]
    return pdu


def other_function(pdu: bytes) -> bytes:
    """Return the reply under another function code."""
    return bytes((_OTHER_FUNCTION.get(pdu[0], READ_HOLDING),)) + other_content(pdu)[1:]


def wrong_count(pdu: bytes, variant: str) -> bytes:
    """Return the reply with a register more at its head, a register less, or half a register less."""
    if pdu[0] == ENCAPSULATED:  # one object less, or half an object
        return pdu[:6] + bytes((pdu[6] + 1,)) + pdu[7:]
    if pdu[0] not in _COUNTED:
        return pdu + b"\0\x01" if variant == "long" else pdu[:-1]
    body = {"long": b"\0\x01" + pdu[2:], "short": pdu[2:-2], "odd": pdu[2:-1]}[variant]
    return bytes((pdu[0], len(body))) + body


def wrong_echo(pdu: bytes, variant: str) -> bytes:
    """Return what acknowledges a request, of the address beside it or of one register more."""
    head, address, count = struct.unpack_from(">BHH", pdu)
    if variant == "address":
        return struct.pack(">BHH", head, address + 1, count)
    return struct.pack(">BHH", head, address, (count + 1) & 0xFFFF)


def exception(function: int, code: int) -> bytes:
    """Return an exception reply."""
    return bytes((function | EXCEPTION, code))
