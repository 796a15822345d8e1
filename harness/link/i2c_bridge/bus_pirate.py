"""The Bus Pirate v3 and v4 in their binary I2C mode (Dangerous Prototypes firmware, ``binary_io.c`` and ``I2C.c``).

It has a reply for every step, so an address that is not acknowledged is told from a byte that is not. Command 08 has
no repeated start: the pointer is written in an access of its own. Power and pull-ups stay as they are, for a bench may
supply the chip itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import ClassVar, Final

from harness.device.asks import FrameLength, I2cLatch, I2cRead, I2cWrite, until_terminator
from harness.errors import LinkError
from harness.link.i2c_bridge.bridge import Heard, check_length, cut_short, not_acknowledged
from harness.link.line import Line, Taken, Until

BAUD: Final = 115_200

RESET = b"\x00"
RAW_MODE = b"BBIO1"
ENTER_I2C = b"\x02"
I2C_MODE = b"I2C1"
SPEED_100_KHZ = b"\x62"

ASK_MODE = b"\x01"
START = b"\x02"
STOP = b"\x03"
WRITE_THEN_READ = 0x08
BULK_WRITE = 0x10
BULK_LIMIT = 16
DONE = 0x01
FAILED = 0x00
ACK = 0x00
NACK = 0x01

MESSAGE_LIMIT = 4096
"""Command 08 has a buffer of 4096 bytes each way."""

ENTER_TRIES = 25
"""The firmware wants up to 20 zeros; the rest are for a greeting that was lost or came late."""
ENTER_QUIET_NS = 30_000_000

REGAIN_NS = 100_000_000
"""How long the bridge has to say its mode; it takes a few milliseconds over USB."""

NO_ADDRESS = "the chip did not acknowledge its address"
NO_BYTE = "the chip did not acknowledge a byte"


class BusPirate:
    """The bridge's messages, step by step."""

    answers_writes: ClassVar[bool] = True

    def greet(self, line: Line) -> None:
        """Lead the Bus Pirate from its terminal, or from wherever it was left, into I2C mode at 100 kHz.

        Raises:
            LinkError: it does not answer, or not as a Bus Pirate does.
        """
        enter_binary_mode(line)
        line.exchange(None, ENTER_I2C, Until(until_terminator(I2C_MODE)))
        step(line, None, SPEED_100_KHZ)

    def read_message(self, address: int, question: I2cRead) -> bytes:
        """Return the access that writes the pointer, then the one that reads; only the latter without a pointer."""
        head = b"" if question.pointer is None else b"".join(_write_steps(address, question.pointer, b""))
        return head + _read_step(address, question.count)

    def write_message(self, address: int, question: I2cWrite | I2cLatch) -> bytes:
        """Return pointer and data in one access."""
        return b"".join(_write_steps(address, question.pointer, question.data))

    def read(self, line: Line, address: int, question: I2cRead) -> Heard:
        """Write the pointer and stop; then read with command 08.

        Raises:
            DeviceRefused: the chip did not acknowledge; the bus has been freed by a stop.
            LinkError: the line failed, or the bridge answered what it has no cause to.
        """
        takings: tuple[Taken, ...] = ()
        if question.pointer is not None:
            takings, unheard = _write(line, address, question.pointer, b"")
            if unheard is not None:
                raise not_acknowledged(address, "01", NO_BYTE if unheard else NO_ADDRESS, takings[-2].reply)
        shape = Until(_until_read(question.count))
        with kept_in_step(line, address, I2C_MODE, STOP):
            taken = line.exchange(address, _read_step(address, question.count), shape, question.deadline_ns)
        if taken.reply[0] == DONE:
            return Heard(taken.reply[1:], (*takings, taken))
        step(line, address, STOP)  # after a refusal command 08 leaves the bus as it is
        raise not_acknowledged(address, "00", NO_ADDRESS, taken.reply)

    def write(self, line: Line, address: int, question: I2cWrite | I2cLatch) -> tuple[Taken, ...]:
        """Start, write, stop; once.

        Raises:
            DeviceRefused: the chip did not acknowledge its address, so it took nothing.
            LinkError: the line failed, or the chip may have taken part of the write (``write-cut-short``).
        """
        takings, unheard = _write(line, address, question.pointer, question.data)
        if unheard == 0:
            raise not_acknowledged(address, "01", NO_ADDRESS, takings[-2].reply)
        if unheard is not None:
            raise cut_short(address, NO_BYTE, takings[-2].reply)
        return takings


def enter_binary_mode(line: Line) -> None:
    """Lead a Bus Pirate from its terminal, or from wherever it was left, into the mode from which all others begin.

    Raises:
        LinkError: ``no-reply``: it does not answer as a Bus Pirate does.
    """
    for _ in range(ENTER_TRIES):
        line.send(None, RESET)
        if RAW_MODE in line.drain(None, ENTER_QUIET_NS).reply:
            return
    raise LinkError("no-reply", f"{line.name}: {ENTER_TRIES} zeros did not bring a Bus Pirate into binary mode")


def _write_steps(address: int, pointer: bytes, data: bytes) -> tuple[bytes, ...]:
    """Return start, bulk writes of 16 bytes at most, and stop.

    The data go in bulks of their own: where a byte of the address or the pointer is lost, none of them is sent.
    """
    octets = bytes((address << 1,)) + pointer
    check_length(len(octets + data), MESSAGE_LIMIT, "a Bus Pirate")
    pieces = [part[at : at + BULK_LIMIT] for part in (octets, data) for at in range(0, len(part), BULK_LIMIT)]
    return START, *(bytes((BULK_WRITE | len(piece) - 1,)) + piece for piece in pieces), STOP


def _read_step(address: int, count: int) -> bytes:
    check_length(count, MESSAGE_LIMIT, "a Bus Pirate")
    head = bytes((WRITE_THEN_READ,)) + (1).to_bytes(2, "big") + count.to_bytes(2, "big")
    return head + bytes((address << 1 | 1,))


def _write(line: Line, address: int, pointer: bytes, data: bytes) -> tuple[tuple[Taken, ...], int | None]:
    """Do one access, its stop included; return which byte was not acknowledged, the address being byte 0."""
    takings: list[Taken] = []
    sent = 0
    unheard: int | None = None
    start, *bulks, stop = _write_steps(address, pointer, data)
    with kept_in_step(line, address, I2C_MODE, STOP):
        takings.append(step(line, address, start))
        for bulk in bulks:
            takings += write_bulk(line, address, bulk, _until_heard(len(bulk) - 1))
            at = takings[-1].reply.find(NACK)
            if at >= 0:
                unheard = sent + at
                break
            sent += len(bulk) - 1
        takings.append(step(line, address, stop))
    return tuple(takings), unheard


def write_bulk(line: Line, address: int | None, bulk: bytes, until: FrameLength) -> tuple[Taken, Taken]:
    """Send a bulk write's command, and its bytes once the bridge has taken that: else it would take them for commands."""
    return step(line, address, bulk[:1]), line.exchange(address, bulk[1:], Until(until))


@contextlib.contextmanager
def kept_in_step(line: Line, address: int | None, mode: bytes, stop: bytes) -> Iterator[None]:
    """Lead the bridge back to where it takes commands when an exchange fails.

    A bridge that lost part of a message waits for the rest without end, and takes what comes next for it: the start of
    another access would be written into the chip. So it is asked for its mode, a byte at a time, until it says it. While
    it waits, each such byte fills one place of the lost message and no more, and the message is a failed one already.
    Where it says nothing at all it is left alone.
    """
    try:
        yield
    except LinkError:
        with contextlib.suppress(LinkError):
            for _ in range(BULK_LIMIT + 1):
                if line.exchange(address, ASK_MODE, Until(_until_mode(mode)), REGAIN_NS).reply == mode:
                    step(line, address, stop)
                    break
        raise


def _until_mode(mode: bytes) -> FrameLength:
    """Complete after the mode's name, or after the one byte that says a byte was taken."""
    return lambda received: (len(mode) if len(received) >= len(mode) else None) if received[:1] == mode[:1] else 1


def step(line: Line, address: int | None, command: bytes) -> Taken:
    """Give one command that is answered by 01."""
    return line.exchange(address, command, Until(until_done))


def until_done(received: bytes) -> int:
    """Complete at 01; ValueError for anything else."""
    if received[0] != DONE:
        raise ValueError(f"a Bus Pirate answered {received[0]:02X}, not 01")
    return 1


def _until_heard(count: int) -> FrameLength:
    """Complete after one acknowledgement for each byte."""

    def length(received: bytes) -> int | None:
        if strange := received.strip(bytes((ACK, NACK))):
            raise ValueError(f"a Bus Pirate answered {strange.hex(' ')}, neither ACK nor NACK")
        return count if len(received) >= count else None

    return length


def _until_read(count: int) -> FrameLength:
    """Complete at 00, or after 01 and the bytes."""

    def length(received: bytes) -> int | None:
        if received[0] == FAILED:
            return 1
        until_done(received)
        return 1 + count if len(received) > count else None

    return length
