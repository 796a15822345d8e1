"""What a bridge to I2C can do over a line, and the bus that stands on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from harness.device.asks import I2cLatch, I2cRead, I2cWrite, LinkAsk
from harness.errors import DeviceRefused, LinkError
from harness.link.base import Answer
from harness.link.line import Line, LineBus, Taken, answer_of

T = TypeVar("T")

LAST_ADDRESS = 0x77
FIRST_ADDRESS = 0x08
"""Addresses outside 0x08-0x77 are reserved by the I2C specification (UM10204, 3.1.12); 0 is the general call."""

_LOST = {"no-reply", "short-reply", "extra-bytes"}


class Heard(NamedTuple):
    """What a chip gave, and every exchange with the bridge that it took, first to last."""

    octets: bytes
    takings: tuple[Taken, ...]


class Bridge(Protocol):
    """Turns register accesses into a bridge's own messages. It holds no port and no state.

    Attributes:
        answers_writes: what it says after a write belongs to that write. A status that is asked for afterwards tells of
            the last transfer it made, whichever that was.
    """

    answers_writes: ClassVar[bool]

    def greet(self, line: Line) -> None:
        """Prove that the bridge listens, whatever it said when it started.

        Raises:
            LinkError: it does not.
        """
        ...

    def read_message(self, address: int, question: I2cRead) -> bytes:
        """Return the bytes that make the bridge do a register read, in the order they are sent."""
        ...

    def write_message(self, address: int, question: I2cWrite | I2cLatch) -> bytes:
        """Return the bytes that make the bridge do a register write, in the order they are sent."""
        ...

    def read(self, line: Line, address: int, question: I2cRead) -> Heard:
        """Read ``question.count`` bytes.

        Raises:
            DeviceRefused: the chip did not acknowledge.
            LinkError: the line or the bridge failed.
        """
        ...

    def write(self, line: Line, address: int, question: I2cWrite | I2cLatch) -> tuple[Taken, ...]:
        """Write once and return once the chip's acknowledgement is known.

        Raises:
            DeviceRefused: the chip did not acknowledge its address, so it took nothing.
            LinkError: the line failed, or the chip may have taken part of the write (``write-cut-short``).
        """
        ...


class I2cBus(LineBus):
    """Answers ``I2cRead``, ``I2cWrite`` and ``I2cLatch`` for all chips behind one bridge."""

    def __init__(self, line: Line, bridge: Bridge) -> None:
        super().__init__(line)
        self._bridge = bridge

    def open(self) -> None:
        """Open the port and greet the bridge; a bridge that does not answer leaves the port closed."""
        if self._line.is_open:
            return
        self._line.open()
        try:
            self._bridge.greet(self._line)
        except BaseException:
            self._line.close()
            raise

    def render(self, station: int | None, question: LinkAsk[Any]) -> bytes:
        """Return the bridge's message for the ask."""
        if isinstance(question, I2cRead):
            return self._bridge.read_message(self._address(station, question), question)
        if isinstance(question, (I2cWrite, I2cLatch)):
            return self._bridge.write_message(self._address(station, question), question)
        raise self.cannot(question)

    def answer(self, station: int | None, question: LinkAsk[T]) -> Answer[T]:
        """Do one register access; once.

        Raises:
            DeviceRefused: the chip did not acknowledge.
            LinkError: the line or the bridge failed.
        """
        if isinstance(question, I2cRead):
            heard = self._bridge.read(self._line, self._address(station, question), question)
            return answer_of(heard.octets, *heard.takings)
        if isinstance(question, (I2cWrite, I2cLatch)):
            answer = answer_of(None, *self._bridge.write(self._line, self._address(station, question), question))
            return answer if self._bridge.answers_writes else replace(answer, is_answered=False)
        raise self.cannot(question)

    def _address(self, station: int | None, question: I2cRead | I2cWrite | I2cLatch) -> int:
        address = None if station is None else station + question.address_offset
        if address is None or not FIRST_ADDRESS <= address <= LAST_ADDRESS:
            raise ValueError(f"{self.name}: {address!r} is not a 7-bit I2C address from 0x08 to 0x77")
        return address


def not_acknowledged(address: int, code: str, meaning: str, raw: bytes) -> DeviceRefused:
    """Say that a chip did not acknowledge; nothing of a write was taken."""
    return DeviceRefused(code, f"chip {address:#04x}: {meaning} ({code})", raw=raw)


def cut_short(address: int, meaning: str, raw: bytes) -> LinkError:
    """Say that a write stopped on its way.

    A chip that stops acknowledging has kept the bytes before; that is no refusal, it is an unknown.
    """
    return LinkError("write-cut-short", f"chip {address:#04x}: {meaning}; bytes before it may have been taken", raw=raw)


def greet_patiently(greet: Callable[[], None]) -> None:
    """Greet once more if the first greeting was lost: it changes nothing, and a bridge may just be starting.

    Raises:
        LinkError: the bridge does not answer, or is another one.
    """
    try:
        greet()
    except LinkError as error:
        if error.kind not in _LOST:
            raise
        greet()


def check_length(count: int, limit: int, bridge: str) -> None:
    """Refuse an access that the bridge has no room for; nothing has been sent."""
    if not 1 <= count <= limit:
        raise ValueError(f"{bridge} moves 1 to {limit} bytes in one access, not {count}")
