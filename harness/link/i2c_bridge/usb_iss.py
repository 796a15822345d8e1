"""The Devantech USB-ISS in I2C mode (Devantech, USB-ISS technical specifications, general and I2C).

Its plain register commands do not say whether a read was acknowledged. The direct sequence (57) does, so everything
goes that way; and as that does not say *which* byte of a write was refused, the address is tried first (58).
"""

from __future__ import annotations

from typing import ClassVar, Final

from harness.device.asks import FrameLength, I2cLatch, I2cRead, I2cWrite, until_count
from harness.errors import LinkError
from harness.link.i2c_bridge.bridge import Heard, check_length, cut_short, greet_patiently, not_acknowledged
from harness.link.line import Line, Taken, Until

BAUD: Final = 9600  # a USB port; any speed will do

VERSION = b"\x5a\x01"
MODULE_ID = 7
# 100 kHz in hardware; the two free pins inputs, so that nothing they touch is driven.
I2C_MODE = b"\x5a\x02\x60\xaa"
MODE_SET = 0xFF

DIRECT = 0x57
TEST = 0x58
START = b"\x01"
RESTART = b"\x02"
STOP = b"\x03"
NACK_NEXT = b"\x04"
READ = 0x20
WRITE = 0x30
PIECE = 16
ACKNOWLEDGED = 0xFF
REFUSED = 0x00
ERRORS = {
    0x01: "the chip did not acknowledge",
    0x02: "the module's buffer is too small for the message",
    0x03: "the message ended before the sequence did",
    0x04: "the module does not know the sequence",
}

MESSAGE_LIMIT = 60
"""Bytes the module takes or gives in one message (believed)."""

NO_ADDRESS = "the chip did not acknowledge its address"


class UsbIss:
    """The bridge's messages."""

    answers_writes: ClassVar[bool] = True

    def greet(self, line: Line) -> None:
        """Ask who it is and put it into I2C mode.

        Raises:
            LinkError: it does not answer, is another module, or refuses the mode (firmware without I2C).
        """
        greet_patiently(lambda: _expect_module(line))
        reply = line.exchange(None, I2C_MODE, Until(until_count(2))).reply
        if reply[0] != MODE_SET:
            raise LinkError("bad-frame", f"{line.name}: the USB-ISS refuses I2C mode: {reply.hex(' ')}", raw=reply)

    def read_message(self, address: int, question: I2cRead) -> bytes:
        """Return one sequence: write-pointer, repeated start, read; only the read for a chip without a pointer."""
        check_length(question.count, MESSAGE_LIMIT, "a USB-ISS")
        head = START
        if question.pointer is not None:
            head += _write(bytes((address << 1,)) + question.pointer) + RESTART
        return _sequence(head + _write(bytes((address << 1 | 1,))) + _read(question.count))

    def write_message(self, address: int, question: I2cWrite | I2cLatch) -> bytes:
        """Return one sequence with pointer and data."""
        return _sequence(START + _write(bytes((address << 1,)) + question.pointer + question.data))

    def read(self, line: Line, address: int, question: I2cRead) -> Heard:
        """Do the whole read as one sequence.

        Raises:
            DeviceRefused: the chip did not acknowledge.
            LinkError: the line failed, or the module could not do the sequence.
        """
        message = self.read_message(address, question)
        taken = line.exchange(address, message, Until(_until_told(question.count)), question.deadline_ns)
        if taken.reply[0] == ACKNOWLEDGED:
            return Heard(taken.reply[2:], (taken,))
        meaning = _expect_known_error(line, taken.reply)
        raise not_acknowledged(address, "01", meaning, taken.reply)

    def write(self, line: Line, address: int, question: I2cWrite | I2cLatch) -> tuple[Taken, ...]:
        """Try the address, then write, once.

        Raises:
            DeviceRefused: the chip did not acknowledge its address, so it took nothing.
            LinkError: the line failed, or the chip may have taken part of the write (``write-cut-short``).
        """
        message = self.write_message(address, question)
        tried = line.exchange(address, bytes((TEST, address << 1)), Until(until_count(1)))
        if tried.reply[0] == REFUSED:
            raise not_acknowledged(address, "00", NO_ADDRESS, tried.reply)
        taken = line.exchange(address, message, Until(_until_told(0)))
        if taken.reply[0] != ACKNOWLEDGED:
            raise cut_short(address, _expect_known_error(line, taken.reply), taken.reply)
        return tried, taken


def _expect_module(line: Line) -> None:
    reply = line.exchange(None, VERSION, Until(until_count(3))).reply
    if reply[0] != MODULE_ID:
        raise LinkError("bad-frame", f"{line.name}: module {reply[0]} answers; a USB-ISS is 7", raw=reply)


def _sequence(steps: bytes) -> bytes:
    message = bytes((DIRECT,)) + steps + STOP
    check_length(len(message), MESSAGE_LIMIT, "a USB-ISS")
    return message


def _write(octets: bytes) -> bytes:
    pieces = (octets[at : at + PIECE] for at in range(0, len(octets), PIECE))
    return b"".join(bytes((WRITE | len(piece) - 1,)) + piece for piece in pieces)


def _read(count: int) -> bytes:
    """Return reads of up to 16 bytes; the very last byte, apart, is not acknowledged, as a chip expects."""
    before = count - 1
    reads = bytes((READ | PIECE - 1,)) * (before // PIECE)
    if rest := before % PIECE:
        reads += bytes((READ | rest - 1,))
    return reads + NACK_NEXT + bytes((READ,))


def _until_told(count: int) -> FrameLength:
    """Complete after FF, the count and the bytes, or after 00 and why."""

    def length(received: bytes) -> int | None:
        if received[0] not in {ACKNOWLEDGED, REFUSED}:
            raise ValueError(f"a USB-ISS answered {received[0]:02X}, neither FF nor 00")
        if len(received) < 2:  # noqa: PLR2004 - the answer, then the count or the reason
            return None
        if received[0] == REFUSED:
            return 2
        if received[1] != count:
            raise ValueError(f"a USB-ISS tells of {received[1]} bytes where {count} were read")
        return 2 + count if len(received) >= 2 + count else None

    return length


def _expect_known_error(line: Line, reply: bytes) -> str:
    """Return what the module says of the chip.

    Raises:
        LinkError: it speaks of the message and not of the chip; nothing of the sequence is known to have been done.
    """
    if reply[1] == 1:
        return ERRORS[1]
    meaning = ERRORS.get(reply[1], "an unknown reason")
    raise LinkError("bad-frame", f"{line.name}: {meaning} ({reply[1]:02X})", raw=reply)
