"""The bus of a chip on three wires, behind a Bus Pirate in its binary raw-wire mode (firmware, ``binwire.c``).

Two wires and CS: the data line goes both ways, CS is the chip's enable and is high while it is spoken to. The chip
acknowledges nothing, so a chip that is not there reads as ones or zeros; that is for its driver to see.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from harness.device.asks import FrameLength, LinkAsk, ThreeWireRead, ThreeWireWrite, until_count, until_terminator
from harness.link.base import Answer
from harness.link.i2c_bridge.bridge import check_length
from harness.link.i2c_bridge.bus_pirate import (
    BAUD,
    BULK_LIMIT,
    BULK_WRITE,
    enter_binary_mode,
    kept_in_step,
    step,
    until_done,
    write_bulk,
)
from harness.link.line import LineBus, Taken, Until, answer_of

T = TypeVar("T")

BUS_PIRATE_BAUD: Final = BAUD

ENTER_RAW_WIRE = b"\x05"
RAW_WIRE_MODE = b"RAW1"
DISABLE = b"\x04"
ENABLE = b"\x05"
READ_BYTE = b"\x06"
SPEED_100_KHZ = b"\x62"
OUTPUTS_TWO_WIRES_LSB_FIRST = b"\x8a"
"""Configuration 1000wxyz: w outputs drive both levels, x clear for two wires, y least significant bit first."""

_BEFORE_READS = 3  # enable, the bulk write's command, the chip's command
READ_LIMIT = 64
READS_AT_ONCE = 4
"""Read commands sent in one go: as many as the bridge's own receiver holds while it is busy with the first."""


class ThreeWireBus(LineBus):
    """Answers ``ThreeWireRead`` and ``ThreeWireWrite``."""

    def open(self) -> None:
        """Open the port and lead the bridge into raw-wire mode; one that does not answer leaves the port closed."""
        if self._line.is_open:
            return
        self._line.open()
        try:
            self._greet()
        except BaseException:
            self._line.close()
            raise

    def _greet(self) -> None:
        """Enter the mode, which raises CS without a clock; the chip takes nothing from that. Then lower it."""
        enter_binary_mode(self._line)
        self._line.exchange(None, ENTER_RAW_WIRE, Until(until_terminator(RAW_WIRE_MODE)))
        for command in (OUTPUTS_TWO_WIRES_LSB_FIRST, SPEED_100_KHZ, DISABLE):
            step(self._line, None, command)

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the bridge's message for the ask."""
        del station
        return b"".join(_steps(self._checked(question)))

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Do one access; once. After a failure the bridge is led back to where it takes commands.

        Raises:
            LinkError: the line failed, or the bridge answered what it has no cause to. A write may have been taken.
        """
        steps = _steps(self._checked(question))
        with kept_in_step(self._line, station, RAW_WIRE_MODE, DISABLE):
            takings = [taken for one in steps for taken in self._take(station, one, question.deadline_ns)]
        if isinstance(question, ThreeWireRead):
            return answer_of(b"".join(taken.reply for taken in takings[_BEFORE_READS:-1]), *takings)
        return answer_of(None, *takings)

    def _checked(self, question: LinkAsk[Any]) -> ThreeWireRead | ThreeWireWrite:
        if isinstance(question, ThreeWireRead):
            check_length(question.count, READ_LIMIT, "a Bus Pirate")
            return question
        if isinstance(question, ThreeWireWrite):
            check_length(1 + len(question.data), BULK_LIMIT, "a Bus Pirate")
            return question
        raise self.cannot(question)

    def _take(self, station: int | None, command: bytes, deadline_ns: int | None) -> tuple[Taken, ...]:
        if command[:1] == READ_BYTE:
            return (self._line.exchange(station, command, Until(until_count(len(command))), deadline_ns),)
        if command[0] & ~(BULK_LIMIT - 1) == BULK_WRITE:
            return write_bulk(self._line, station, command, _until_sent(len(command) - 1))
        return (step(self._line, station, command),)


def _until_sent(count: int) -> FrameLength:
    """Complete after a 01 for each byte."""

    def length(received: bytes) -> int | None:
        for octet in received:
            until_done(bytes((octet,)))
        return count if len(received) >= count else None

    return length


def _steps(question: ThreeWireRead | ThreeWireWrite) -> list[bytes]:
    """Return enable, command with its data, the reads of a read, disable."""
    octets = bytes((question.command,)) + (question.data if isinstance(question, ThreeWireWrite) else b"")
    reads = READ_BYTE * (question.count if isinstance(question, ThreeWireRead) else 0)
    pieces = [reads[at : at + READS_AT_ONCE] for at in range(0, len(reads), READS_AT_ONCE)]
    return [ENABLE, bytes((BULK_WRITE | len(octets) - 1,)) + octets, *pieces, DISABLE]
