"""What a driver may ask of the wire. Drivers ask, links do.

A driver's methods are generators that yield these and are sent the answers, so the same driver runs blocking, under
the engine beside a thousand others, in memory in virtual time, and from a recorded tape.

``writes`` marks an ask that changes the device. The safety kernel lets one through only under an open obligation, and
the link sends it once, ever.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

T = TypeVar("T")

Steps = Generator["LinkAsk[Any]", Any, T]
"""A driver's method: yields asks, is sent answers, returns T."""

FrameLength = Callable[[bytes], int | None]
"""Given what has arrived so far, the length of the complete reply, or None when more must come.

Raises ValueError when the bytes can no longer become a valid reply.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsk(Generic[T]):
    """One thing asked of a link.

    Attributes:
        timing: this exchange brackets the instant the device sampled its clock. False for a wake-up, a password
            or any chatter whose length says nothing of when the clock was read.
        replies: the device answers it, which shows that it is still there.
        deadline_ns: longest time for the whole exchange; None takes the link's own.
    """

    writes: ClassVar[bool] = False
    replies: ClassVar[bool] = True
    timing: bool = True
    deadline_ns: int | None = None


def ask(question: LinkAsk[T]) -> Steps[T]:
    """Ask one question and return its answer.

    Example:
        ``block = yield from ask(ReadRegisters(start=0, count=7))``
    """
    answer: T = yield question
    return answer


# --- byte streams: serial lines, and whatever pyserial has a URL for ---------------------------------------------


def until_count(count: int) -> FrameLength:
    """Complete once ``count`` bytes are there."""
    return lambda received: count if len(received) >= count else None


def until_terminator(terminator: bytes) -> FrameLength:
    """Complete at the first ``terminator``, which belongs to the reply."""

    def length(received: bytes) -> int | None:
        at = received.find(terminator)
        return None if at < 0 else at + len(terminator)

    return length


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(LinkAsk[bytes]):
    """Send bytes and return the reply; bytes beyond the reply are an error of the line, never kept."""

    data: bytes
    until: FrameLength


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretExchange(LinkAsk[bytes]):
    """Send a secret, which the driver does not know, and return the reply.

    The link fetches it, and keeps it out of every record: neither what is sent nor an echo of it reaches the evidence,
    an error, a dry run or the driver. It changes nothing on the device.

    Attributes:
        name: what the secret is called: the environment variable it comes from.
        after: bytes sent behind it.
    """

    name: str
    until: FrameLength
    after: bytes = b"\r"
    timing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteExchange(Exchange):
    """An exchange whose sending changes the device; sent once, ever."""

    writes: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(LinkAsk[None]):
    """Send bytes that have no reply and change nothing (a wake-up)."""

    data: bytes
    timing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSend(Send):
    """Bytes that have no reply and change the device: what a time master tells it."""

    writes: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain(LinkAsk[bytes]):
    """Read and return whatever comes until the line has been quiet for ``quiet_ns``."""

    quiet_ns: int
    timing: bool = False


# --- I2C: register devices behind any bridge --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class I2cRead(LinkAsk[bytes]):
    """Write the register ``pointer``, repeated start, read ``count`` bytes (NACK on the last).

    Attributes:
        pointer: the register; None for a chip that has no pointer and is only read.
        count: bytes to read.
        address_offset: added to the device's address, for chips that take a command in their lowest address bits.
    """

    pointer: bytes | None
    count: int
    address_offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class I2cWrite(LinkAsk[None]):
    """Write the register ``pointer`` and ``data`` in one access; ``address_offset`` as in ``I2cRead``."""

    writes: ClassVar[bool] = True
    pointer: bytes
    data: bytes
    address_offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class I2cLatch(LinkAsk[None]):
    """A write that only freezes or frees the copy a read needs; it changes neither the time nor any setting."""

    pointer: bytes
    data: bytes
    address_offset: int = 0


# --- chips on three wires: clock, data, and an enable line of their own -----------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWireRead(LinkAsk[bytes]):
    """Enable the chip, send the ``command`` byte, read ``count`` bytes, disable; bits go least significant first."""

    command: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWireWrite(LinkAsk[None]):
    """Enable the chip, send the ``command`` byte and ``data``, disable. Such a chip acknowledges nothing."""

    writes: ClassVar[bool] = True
    command: int
    data: bytes


# --- chips on the parallel bus of the machine they stand in -----------------------------------------------------

Octets = tuple[tuple[int, int], ...]
"""Registers and what is written to each, in the order of writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelRead(LinkAsk[bytes]):
    """Read registers one by one, in the order given; a register may be named more than once.

    Attributes:
        registers: as the chip numbers them.
        before, after: writes that only choose which registers are seen, and the choice put back. They change neither
            the time nor any setting, and are done in one message with the reads.
    """

    registers: tuple[int, ...]
    before: Octets = ()
    after: Octets = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelWrite(LinkAsk[None]):
    """Write registers one by one, in the order given and in one message."""

    writes: ClassVar[bool] = True
    octets: Octets


# --- Modbus -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRegisters(LinkAsk[tuple[int, ...]]):
    """Read registers: function 3 (holding) or 4 (input). ``start`` is the wire's address, counted from 0."""

    start: int
    count: int
    table: Literal["holding", "input"] = "holding"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRegisters(LinkAsk[None]):
    """Write registers in one block: function 16."""

    writes: ClassVar[bool] = True
    start: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRegister(LinkAsk[None]):
    """Write one register: function 6."""

    writes: ClassVar[bool] = True
    address: int
    word: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCoils(LinkAsk[tuple[bool, ...]]):
    """Read coils (function 1) or discrete inputs (function 2)."""

    start: int
    count: int
    table: Literal["coils", "inputs"] = "coils"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCoil(LinkAsk[None]):
    """Write one coil: function 5."""

    writes: ClassVar[bool] = True
    address: int
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDeviceIdentification(LinkAsk[dict[int, bytes]]):
    """Read the basic identification objects: function 2Bh/0Eh. Object 0 vendor, 1 product, 2 revision."""

    timing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportServerId(LinkAsk[bytes]):
    """Read the server's own description: function 11h."""

    timing: bool = False


# --- SCPI -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(LinkAsk[str]):
    """Send one SCPI query and return the reply without its terminator."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(LinkAsk[None]):
    """Send one SCPI command; it changes the instrument and has no reply."""

    writes: ClassVar[bool] = True
    replies: ClassVar[bool] = False
    text: str


# --- time and people --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(LinkAsk[None]):
    """Let device time pass: a settling time, a paced write. The bus stays ours meanwhile."""

    duration_ns: int
    timing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(LinkAsk[int]):
    """Which opening of the wire this is. What a driver agreed on with its device holds for the same opening only."""

    timing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOperator(LinkAsk[str]):
    """Ask the person at the bench; the answer is evidence.

    Attributes:
        code: the question's stable code; the words in each language belong to the catalogue of messages.
        details: what the question's words name (device, what to type).
    """

    code: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOperatorToSet(AskOperator):
    """Ask the person at the bench to change the device by hand; once asked, whether it was done is theirs to say."""

    writes: ClassVar[bool] = True
