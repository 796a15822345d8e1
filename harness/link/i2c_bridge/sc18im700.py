"""The NXP SC18IM700, UART to I2C (NXP data sheet SC18IM700, rev. 2).

A read returns raw bytes without any header, so a chip that does not acknowledge is silence; only the bridge's status
register tells which. The bridge says ``OK`` when it starts, and a host may hear all, part or none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.device.asks import I2cLatch, I2cRead, I2cWrite, until_count
from harness.errors import DeviceRefused, LinkError
from harness.link.i2c_bridge.bridge import Heard, check_length, cut_short, not_acknowledged
from harness.link.line import Line, Taken, Until

START = 0x53  # 'S'
STOP = 0x50  # 'P'
READ_REGISTER = 0x52  # 'R'
I2C_STATUS = 0x0A
READ_STATUS = bytes((READ_REGISTER, I2C_STATUS, STOP))

DONE = 0xF0
ADDRESS_NACK = 0xF1
DATA_NACK = 0xF2
TIMED_OUT = 0xF8
MEANINGS = {
    DONE: "the bridge calls the last transfer good",
    ADDRESS_NACK: "the chip did not acknowledge its address",
    DATA_NACK: "the chip did not acknowledge a byte",
    TIMED_OUT: "the I2C bus timed out",
}

BANNER = b"OK"
QUIET_NS = 25_000_000
"""What a read returns has neither length nor checksum; 25 ms are some twenty characters at 9600 baud."""
MESSAGE_LIMIT = 255


@dataclass(slots=True)
class _StatusAfterBanner:
    """One status byte, with what is left of the start-up banner before it."""

    fault: str = ""
    quiet_ns: int = 0

    def length(self, received: bytes) -> int | None:
        rest = received.lstrip(BANNER)
        if not rest:
            return None
        if rest[0] not in MEANINGS:
            raise ValueError(f"{received.hex(' ')} is no status of an SC18IM700")
        return len(received) - len(rest) + 1


class Sc18im700:
    """The bridge's messages, and what its silence means."""

    answers_writes: ClassVar[bool] = False

    def greet(self, line: Line) -> None:
        """Read the status once; once more if all that came was the banner, for then the first was lost in the start.

        Raises:
            LinkError: the bridge does not answer.
        """
        try:
            line.exchange(None, READ_STATUS, _StatusAfterBanner())
        except LinkError as error:
            if error.kind != "short-reply":
                raise
            line.exchange(None, READ_STATUS, _StatusAfterBanner())

    def read_message(self, address: int, question: I2cRead) -> bytes:
        """Return write-pointer, repeated start, read; only the read for a chip without a pointer."""
        check_length(question.count, MESSAGE_LIMIT, "an SC18IM700")
        head = b"" if question.pointer is None else _start_write(address, question.pointer)
        return head + bytes((START, address << 1 | 1, question.count, STOP))

    def write_message(self, address: int, question: I2cWrite | I2cLatch) -> bytes:
        """Return pointer and data in one access."""
        return _start_write(address, question.pointer + question.data) + bytes((STOP,))

    def read(self, line: Line, address: int, question: I2cRead) -> Heard:
        """Read; after a silence ask the bridge for the reason.

        Raises:
            DeviceRefused: F1, F2 or F8 of the status register.
            LinkError: the line failed, or the bridge knows of no reason.
        """
        message = self.read_message(address, question)
        try:
            taken = line.exchange(
                address, message, Until(until_count(question.count), quiet_ns=QUIET_NS), question.deadline_ns
            )
        except LinkError as error:
            if error.kind != "no-reply":
                raise
            silence = error
        else:
            return Heard(taken.reply, (taken,))
        status = self._read_status(line, address)
        if status.reply[0] == DONE:
            raise LinkError("no-reply", f"{silence}; {MEANINGS[DONE]}", raw=status.reply)
        raise _refusal(address, status.reply)

    def write(self, line: Line, address: int, question: I2cWrite | I2cLatch) -> tuple[Taken, ...]:
        """Write once, then read the status: the only acknowledgement this bridge gives.

        Raises:
            DeviceRefused: the chip did not acknowledge its address, so it took nothing.
            LinkError: the line failed, or the chip may have taken part of the write (``write-cut-short``).
        """
        sent = line.send(address, self.write_message(address, question))
        status = self._read_status(line, address)
        code = status.reply[0]
        if code == ADDRESS_NACK:
            raise _refusal(address, status.reply)
        if code != DONE:
            raise cut_short(address, MEANINGS[code], status.reply)
        return sent, status

    def _read_status(self, line: Line, address: int) -> Taken:
        return line.exchange(address, READ_STATUS, Until(_status_length))


def _status_length(received: bytes) -> int:
    if received[0] not in MEANINGS:
        raise ValueError(f"{received[0]:02X} is no status of an SC18IM700")
    return 1


def _refusal(address: int, status: bytes) -> DeviceRefused:
    code = status[0]
    return not_acknowledged(address, f"{code:02X}", MEANINGS[code], status)


def _start_write(address: int, written: bytes) -> bytes:
    check_length(len(written), MESSAGE_LIMIT, "an SC18IM700")
    return bytes((START, address << 1, len(written))) + written
