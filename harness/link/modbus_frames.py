"""Modbus requests and replies as bytes, strictly: what is not exactly the reply to the request is refused.

Pure; no port, no library. Wire classes check every raw reply here before any other decoder's opinion is taken, and
memory and tapes use nothing else. Sources: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from harness.device.asks import (
    LinkAsk,
    ReadCoils,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    WriteCoil,
    WriteRegister,
    WriteRegisters,
)
from harness.errors import DeviceRefused, LinkError

READ_COILS = 0x01
READ_INPUTS = 0x02
READ_HOLDING = 0x03
READ_INPUT = 0x04
WRITE_COIL = 0x05
WRITE_REGISTER = 0x06
WRITE_REGISTERS = 0x10
REPORT_SERVER_ID = 0x11
ENCAPSULATED = 0x2B
DEVICE_IDENTIFICATION = 0x0E
BASIC_OBJECTS = 0x01

MAX_REGISTERS_READ = 125
MAX_REGISTERS_WRITTEN = 123
MAX_COILS_READ = 2000
LAST_ADDRESS = 0xFFFF
COIL_ON = 0xFF00

EXCEPTION = 0x80
ACKNOWLEDGE = 0x05
BUSY = 0x06
GATEWAY_PATH = 0x0A
GATEWAY_TARGET = 0x0B
EXCEPTION_MEANINGS = {
    0x01: "illegal function",
    0x02: "illegal data address",
    0x03: "illegal data value",
    0x04: "server device failure",
    ACKNOWLEDGE: "acknowledged, still working on it",
    BUSY: "server device busy",
    0x08: "memory parity error",
    GATEWAY_PATH: "the gateway has no path to the unit",
    GATEWAY_TARGET: "the unit did not answer the gateway",
}

MORE_FOLLOWS = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadIdentificationFrom(LinkAsk[tuple[dict[int, bytes], int | None]]):
    """One page of the identification objects; the answer names the object the next page begins with, if there is one."""

    first: int


# --- requests ---------------------------------------------------------------------------------------------------


def request_pdu(question: LinkAsk[Any]) -> bytes:
    """Return function code and body of a request.

    Raises:
        ValueError: a number does not fit its field; nothing is ever clamped.
        TypeError: not a Modbus ask.
    """
    match question:
        case ReadRegisters(start=start, count=count, table=table):
            _check_block(start, count, MAX_REGISTERS_READ)
            return struct.pack(">BHH", READ_HOLDING if table == "holding" else READ_INPUT, start, count)
        case WriteRegisters(start=start, words=words):
            _check_block(start, len(words), MAX_REGISTERS_WRITTEN)
            _check_words(words)
            head = struct.pack(">BHHB", WRITE_REGISTERS, start, len(words), 2 * len(words))
            return head + struct.pack(f">{len(words)}H", *words)
        case WriteRegister(address=address, word=word):
            _check_block(address, 1, 1)
            _check_words((word,))
            return struct.pack(">BHH", WRITE_REGISTER, address, word)
        case ReadCoils(start=start, count=count, table=table):
            _check_block(start, count, MAX_COILS_READ)
            return struct.pack(">BHH", READ_COILS if table == "coils" else READ_INPUTS, start, count)
        case WriteCoil(address=address, on=on):
            _check_block(address, 1, 1)
            return struct.pack(">BHH", WRITE_COIL, address, COIL_ON if on else 0)
        case ReadDeviceIdentification():
            return bytes((ENCAPSULATED, DEVICE_IDENTIFICATION, BASIC_OBJECTS, 0))
        case ReadIdentificationFrom(first=first):
            return bytes((ENCAPSULATED, DEVICE_IDENTIFICATION, BASIC_OBJECTS, first))
        case ReportServerId():
            return bytes((REPORT_SERVER_ID,))
        case _:
            raise TypeError(f"{type(question).__name__} is not a Modbus ask")


def _check_block(start: int, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise ValueError(f"a count of {count} is outside 1 to {most}")
    if not (start >= 0 and start + count - 1 <= LAST_ADDRESS):
        raise ValueError(f"addresses {start} to {start + count - 1} are outside 0 to {LAST_ADDRESS}")


def _check_words(words: tuple[int, ...]) -> None:
    for word in words:
        if not 0 <= word <= LAST_ADDRESS:
            raise ValueError(f"{word} is no 16-bit word")


# --- replies ----------------------------------------------------------------------------------------------------


def decode_reply(question: LinkAsk[Any], asked: bytes, pdu: bytes) -> Any:
    """Return what the ask promised, from a reply that is exactly its reply.

    Args:
        question: what was asked.
        asked: its ``request_pdu``, as it was sent.
        pdu: function code and body of the reply, without unit, header or checksum.

    Raises:
        DeviceRefused: an exception reply.
        LinkError: ``wrong-function``, ``wrong-count``, ``wrong-echo``, ``bad-frame``; also an exception that says
            nothing of whether a write was done (``still-working``, ``gateway``).
    """
    function = asked[0]
    if pdu[0] != function:
        if pdu[0] == function | EXCEPTION:
            raise _refusal(question, pdu)
        raise LinkError("wrong-function", f"asked function {function}, the reply has function {pdu[0]}", raw=pdu)
    match question:
        case ReadRegisters(count=count):
            _expect_count(pdu, 2 * count)
            return struct.unpack_from(f">{count}H", pdu, 2)
        case ReadCoils(count=count):
            _expect_count(pdu, (count + 7) // 8)
            return tuple(bool(pdu[2 + at // 8] >> at % 8 & 1) for at in range(count))
        case WriteRegisters():
            return _expect_echo(asked[:5], pdu)
        case WriteRegister() | WriteCoil():
            return _expect_echo(asked, pdu)
        case ReportServerId():
            if len(pdu) < 2:  # noqa: PLR2004 - function and byte count
                raise LinkError("bad-frame", "the reply has no byte count", raw=pdu)
            _expect_count(pdu, pdu[1])
            return pdu[2:]
        case _:
            return _decode_identification(pdu)


def _expect_count(pdu: bytes, count: int) -> None:
    if len(pdu) != 2 + count or pdu[1] != count:
        says = f"{count} bytes were due, the reply counts {pdu[1] if len(pdu) > 1 else 'none'} and holds {len(pdu) - 2}"
        raise LinkError("wrong-count", says, raw=pdu)


def _expect_echo(echo: bytes, pdu: bytes) -> None:
    if pdu != echo:
        says = f"the acknowledgement should be {echo.hex(' ')}, it is {pdu.hex(' ')}"
        raise LinkError("wrong-echo", says, raw=pdu)


def _refusal(question: LinkAsk[Any], pdu: bytes) -> DeviceRefused | LinkError:
    """Say what an exception means; where it does not settle whether a write was done, it is no refusal."""
    if len(pdu) != 2:  # noqa: PLR2004 - function and exception code
        return LinkError("bad-frame", f"an exception reply of {len(pdu)} bytes", raw=pdu)
    code = pdu[1]
    says = f"exception {code}: {EXCEPTION_MEANINGS.get(code, 'a code the standard does not know')}"
    if code in {GATEWAY_PATH, GATEWAY_TARGET}:
        return LinkError("gateway", says, raw=pdu)
    if code in {ACKNOWLEDGE, BUSY} and question.writes:
        # "Later" is no refusal: whether the write was or will be done is for a reading to say.
        return LinkError("still-working", says, raw=pdu)
    return DeviceRefused(code, says, raw=pdu)


_IDENTIFICATION_HEAD = 7  # function, MEI type, read code, conformity, more follows, next object, number of objects


def _decode_identification(pdu: bytes) -> tuple[dict[int, bytes], int | None]:
    """Return one page of objects and where the next begins."""
    if len(pdu) < _IDENTIFICATION_HEAD or pdu[1:3] != bytes((DEVICE_IDENTIFICATION, BASIC_OBJECTS)):
        raise LinkError("wrong-echo", f"no reply to a basic identification read: {pdu.hex(' ')}", raw=pdu)
    objects: dict[int, bytes] = {}
    at = _IDENTIFICATION_HEAD
    for _ in range(pdu[6]):
        if at + 2 > len(pdu) or at + 2 + pdu[at + 1] > len(pdu):
            raise LinkError("wrong-count", "an identification object ends beyond the reply", raw=pdu)
        objects[pdu[at]] = pdu[at + 2 : at + 2 + pdu[at + 1]]
        at += 2 + pdu[at + 1]
    if at != len(pdu):
        raise LinkError("wrong-count", f"{len(pdu) - at} bytes beyond the identification objects", raw=pdu)
    return objects, pdu[5] if pdu[4] == MORE_FOLLOWS else None


# --- RTU --------------------------------------------------------------------------------------------------------


def _crc_of_byte(number: int) -> int:
    for _ in range(8):
        number = number >> 1 ^ 0xA001 if number & 1 else number >> 1
    return number


_CRC_TABLE = tuple(_crc_of_byte(number) for number in range(256))


def crc16(frame: bytes) -> bytes:
    """Return the RTU checksum as it stands on the wire, low byte first (serial line guide, 6.2.2)."""
    crc = 0xFFFF
    for byte in frame:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def rtu_frame(unit: int, pdu: bytes) -> bytes:
    """Return an RTU frame."""
    body = bytes((unit,)) + pdu
    return body + crc16(body)


_BYTE_COUNTED = {READ_COILS, READ_INPUTS, READ_HOLDING, READ_INPUT, REPORT_SERVER_ID}
_ECHOES = {WRITE_COIL, WRITE_REGISTER, 0x0F, WRITE_REGISTERS}
_ECHO_LENGTH = 8
_EXCEPTION_LENGTH = 5


def rtu_length(received: bytes) -> int | None:
    """Return the length of the reply frame that begins here, checksum included, or None when it cannot be told yet.

    Raises:
        ValueError: no reply begins like this.
    """
    if len(received) < 2:  # noqa: PLR2004 - unit and function
        return None
    function = received[1]
    if function & EXCEPTION:
        return _EXCEPTION_LENGTH
    if function in _ECHOES:
        return _ECHO_LENGTH
    if function in _BYTE_COUNTED:
        return 5 + received[2] if len(received) > 2 else None  # noqa: PLR2004
    if function == ENCAPSULATED:
        return _rtu_identification_length(received)
    raise ValueError(f"no reply has function {function}: {received.hex(' ')}")


def _rtu_identification_length(received: bytes) -> int | None:
    at = 1 + _IDENTIFICATION_HEAD
    if len(received) < at:
        return None
    for _ in range(received[7]):
        if len(received) < at + 2:
            return None
        at += 2 + received[at + 1]
    return at + 2


@dataclass(slots=True)
class RtuReply:
    """Where one unit's RTU reply ends. Sound frames of other units are overlooked, and so is a second copy.

    Attributes:
        unit: whose reply is due.
        fault: what was overlooked, if anything.
        frame: the whole frame of the reply, once it is complete.
    """

    unit: int
    fault: str = ""
    frame: bytes = b""
    quiet_ns: int = 0

    @property
    def pdu(self) -> bytes:
        """The reply's function code and body."""
        return self.frame[1:-2]

    def length(self, received: bytes) -> int | None:
        """See ``Shape``.

        Raises:
            LinkError: ``bad-crc``.
            ValueError: no reply begins like this.
        """
        at = 0
        while True:
            rest = received[at:] if at else received
            length = rtu_length(rest)
            if length is None or len(rest) < length:
                return None
            if crc16(rest[: length - 2]) != rest[length - 2 : length]:
                raise LinkError("bad-crc", f"checksum of {rest[:length].hex(' ')} is wrong", raw=received)
            if rest[0] == self.unit:
                self.frame = rest[:length]
                return self._end(received, at + length)
            self.fault = "other-unit"
            at += length

    def _end(self, received: bytes, end: int) -> int:
        if len(received) > end and _is_copy(self.frame, received[end:]):
            self.fault = "duplicate-reply"
            return len(received)
        return end

    def missing(self) -> LinkError | None:
        """Say what came in the reply's place, when nothing of the reply did."""
        if self.fault == "other-unit":
            return LinkError("wrong-unit", f"only other units answered while unit {self.unit} was asked")
        return None


def _is_copy(frame: bytes, rest: bytes) -> bool:
    """Tell whether what follows a frame is that frame again, whole or begun."""
    return (frame * (len(rest) // len(frame) + 1)).startswith(rest)


# --- TCP --------------------------------------------------------------------------------------------------------

MBAP = struct.Struct(">HHHBB")  # transaction, protocol, length, unit, function
_MBAP_BEFORE_UNIT = 6
_MBAP_LENGTHS = range(3, 255)  # unit, function and at least one byte; a PDU has at most 253 bytes

LAST_TRANSACTION = 65_000
"""pymodbus begins again at 1 after this one; so do we, for a transaction number is never 0 here."""

_STALE_WINDOW = 16
"""How many requests back a frame may belong to and still be called late rather than wrong."""


def next_transaction(transaction: int) -> int:
    """Return the number of the request after ``transaction``."""
    return 1 if transaction >= LAST_TRANSACTION else transaction + 1


def mbap_frame(transaction: int, unit: int, pdu: bytes) -> bytes:
    """Return a Modbus TCP frame."""
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu


@dataclass(slots=True)
class MbapReply:
    """Where the TCP reply to one transaction ends. Late replies to recent transactions are overlooked, as are copies.

    Attributes:
        transaction, unit: whose reply is due.
        fault: what was overlooked, if anything.
        frame: the whole frame of the reply, once it is complete.
    """

    transaction: int
    unit: int
    fault: str = ""
    frame: bytes = b""
    quiet_ns: int = 0

    @property
    def pdu(self) -> bytes:
        """The reply's function code and body."""
        return self.frame[MBAP.size - 1 :]

    def length(self, received: bytes) -> int | None:
        """See ``Shape``.

        Raises:
            LinkError: ``wrong-transaction``, ``wrong-unit``.
            ValueError: no Modbus TCP frame begins like this.
        """
        at = 0
        while len(received) - at >= MBAP.size:
            transaction, protocol, length, unit, _ = MBAP.unpack_from(received, at)
            if protocol or length not in _MBAP_LENGTHS:
                raise ValueError(f"no Modbus TCP frame: protocol {protocol}, length {length}")
            end = at + _MBAP_BEFORE_UNIT + length
            if len(received) < end:
                return None
            if transaction == self.transaction:
                return self._accept(received, at, end, unit)
            if not 0 < self.transaction - transaction <= _STALE_WINDOW or not transaction:
                says = f"asked transaction {self.transaction}, the reply is to {transaction}"
                raise LinkError("wrong-transaction", says, raw=received)
            self.fault = "late-reply"
            at = end
        return None

    def _accept(self, received: bytes, at: int, end: int, unit: int) -> int:
        if unit != self.unit:
            raise LinkError("wrong-unit", f"asked unit {self.unit}, unit {unit} answered", raw=received)
        self.frame = received[at:end]
        if len(received) > end and _is_copy(self.frame, received[end:]):
            self.fault = "duplicate-reply"
            return len(received)
        return end

    def missing(self) -> LinkError | None:
        """Say what came in the reply's place, when nothing of the reply did."""
        if self.fault == "late-reply":
            return LinkError("late-reply", f"only late replies came while transaction {self.transaction} was open")
        return None
