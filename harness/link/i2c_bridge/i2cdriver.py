"""The Excamera I2CDriver (its command set as in the maker's Python and C sources).

A serial line at 1,000,000 baud; every start and every write is answered by a status byte, reads by raw bytes, a stop by
nothing. Speed and pull-ups stay as they are found.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import ClassVar, Final

from harness.device.asks import I2cLatch, I2cRead, I2cWrite, until_count
from harness.errors import DeviceRefused, LinkError
from harness.link.i2c_bridge.bridge import Heard, check_length, cut_short, greet_patiently, not_acknowledged
from harness.link.line import Line, Taken, Until

BAUD: Final = 1_000_000

LEAVE_MONITOR = b"@"
LEAVE_MONITOR_TIMES = 64
LEAVE_MONITOR_NS = 50_000_000
ECHO = b"e"
ECHO_TESTS = bytes((0x55, 0x00, 0xFF, 0xAA))

REGAIN = ECHO + ECHO_TESTS[:1]
REGAIN_NS = 30_000_000

START = b"s"
STOP = b"p"
READ_LAST = 0x80
READ_ON = b"a"
WRITE = 0xC0
PIECE = 64
MESSAGE_LIMIT = 256

ACKNOWLEDGED = 0x01
TIMED_OUT = 0x02

NO_ADDRESS = "the chip did not acknowledge its address"
NO_BYTE = "the chip did not acknowledge a byte"
STUCK = "the I2C bus timed out"


class I2cDriver:
    """The bridge's messages, step by step."""

    answers_writes: ClassVar[bool] = True

    def greet(self, line: Line) -> None:
        """Bring it out of its monitor, then have four bytes echoed.

        Raises:
            LinkError: it does not answer, or not as an I2CDriver does.
        """
        line.send(None, LEAVE_MONITOR)
        line.drain(None, LEAVE_MONITOR_NS)
        line.send(None, LEAVE_MONITOR * LEAVE_MONITOR_TIMES)
        line.drain(None, LEAVE_MONITOR_NS)
        greet_patiently(lambda: _echo(line))

    def read_message(self, address: int, question: I2cRead) -> bytes:
        """Return the access that writes the pointer, then the one that reads; only the latter without a pointer."""
        head = b"" if question.pointer is None else b"".join(_write_steps(address, question.pointer, b"")) + STOP
        reads = b"".join(command for command, _ in _reads(question.count))
        return head + START + bytes((address << 1 | 1,)) + reads + STOP

    def write_message(self, address: int, question: I2cWrite | I2cLatch) -> bytes:
        """Return pointer and data in one access."""
        return b"".join(_write_steps(address, question.pointer, question.data)) + STOP

    def read(self, line: Line, address: int, question: I2cRead) -> Heard:
        """Write the pointer and stop; then start, read and stop.

        With a repeated start in place of the first stop, a start that is lost on its way would leave the bridge
        writing: what finds it again would go into the chip.

        Raises:
            DeviceRefused: the chip did not acknowledge, or held the bus; the bus has been freed by a stop.
            LinkError: the line failed, or the bridge answered what it has no cause to.
        """
        reads = _reads(question.count)
        takings: list[Taken] = []
        steps = () if question.pointer is None else _write_steps(address, question.pointer, b"")
        for number, step in enumerate((*steps, START + bytes((address << 1 | 1,)))):
            if number and number == len(steps):
                takings.append(line.send(address, STOP))
            takings.append(_status(line, address, step))
            if (meaning := _meaning(takings[-1], is_address=number in {0, len(steps)})) is not None:
                line.send(address, STOP)
                raise _refusal(address, meaning, takings[-1])
        octets = b""
        for command, count in reads:
            with _kept_in_step(line, address):
                takings.append(line.exchange(address, command, Until(until_count(count)), question.deadline_ns))
            octets += takings[-1].reply
        takings.append(line.send(address, STOP))
        return Heard(octets, tuple(takings))

    def write(self, line: Line, address: int, question: I2cWrite | I2cLatch) -> tuple[Taken, ...]:
        """Start, write, stop; once.

        Raises:
            DeviceRefused: the chip did not acknowledge its address, so it took nothing.
            LinkError: the line failed, or the chip may have taken part of the write (``write-cut-short``).
        """
        takings: list[Taken] = []
        for number, step in enumerate(_write_steps(address, question.pointer, question.data)):
            takings.append(_status(line, address, step))
            if (meaning := _meaning(takings[-1], is_address=number == 0)) is None:
                continue
            line.send(address, STOP)
            if number == 0 and meaning == NO_ADDRESS:
                raise _refusal(address, meaning, takings[-1])
            raise cut_short(address, meaning, takings[-1].reply)
        return *takings, line.send(address, STOP)


def _echo(line: Line) -> None:
    for octet in ECHO_TESTS:
        test = bytes((octet,))
        reply = line.exchange(None, ECHO + test, Until(until_count(1))).reply
        if reply != test:
            raise LinkError("bad-frame", f"{line.name}: no I2CDriver echoes {test.hex()} as {reply.hex()}", raw=reply)


def _write_steps(address: int, pointer: bytes, data: bytes) -> tuple[bytes, ...]:
    """Return the start with its address, and one write for every 64 bytes; no bytes are no write.

    The data go in writes of their own: where the pointer is lost, none of them is sent.
    """
    if pointer or data:
        check_length(len(pointer + data), MESSAGE_LIMIT, "an I2CDriver")
    pieces = [part[at : at + PIECE] for part in (pointer, data) for at in range(0, len(part), PIECE)]
    return START + bytes((address << 1,)), *(bytes((WRITE | len(piece) - 1,)) + piece for piece in pieces)


def _reads(count: int) -> list[tuple[bytes, int]]:
    """Return the commands of a read and what each brings: 64 at a time acknowledged, the last one not."""
    check_length(count, MESSAGE_LIMIT, "an I2CDriver")
    whole = (count - 1) // PIECE
    last = count - whole * PIECE
    return [(READ_ON + bytes((PIECE,)), PIECE)] * whole + [(bytes((READ_LAST | last - 1,)), last)]


def _status(line: Line, address: int, step: bytes) -> Taken:
    with _kept_in_step(line, address):
        return line.exchange(address, step, Until(until_count(1)))


@contextlib.contextmanager
def _kept_in_step(line: Line, address: int) -> Iterator[None]:
    """Lead the bridge back to where it takes commands when an exchange fails.

    A bridge that lost part of a message waits for the rest without end, and takes what comes next for it. So it is
    asked for an echo until one comes; while it waits, what is sent fills the places of the lost message, and the message
    is a failed one already. Where the command itself was lost, a byte behind it may have begun a longest write, of 64.
    """
    try:
        yield
    except LinkError:
        with contextlib.suppress(LinkError):
            for _ in range(PIECE // len(REGAIN) + 2):
                line.send(address, REGAIN)
                if line.drain(address, REGAIN_NS).reply.endswith(ECHO_TESTS[:1]):
                    line.send(address, STOP)
                    break
        raise


def _meaning(taken: Taken, *, is_address: bool) -> str | None:
    """Return what a status says against the step, None when it was acknowledged."""
    status = taken.reply[0]
    if status & TIMED_OUT:
        return STUCK
    if status & ACKNOWLEDGED:
        return None
    return NO_ADDRESS if is_address else NO_BYTE


def _refusal(address: int, meaning: str, taken: Taken) -> DeviceRefused:
    return not_acknowledged(address, taken.reply.hex().upper(), meaning, taken.reply)
