"""The Davis Vantage over its serial line: wake it, then GETTIME or SETTIME, each block under a CCITT sum."""

from __future__ import annotations

from dataclasses import dataclass

from devices.agri.davis_vantage import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import ccitt_davis
from harness.codec.layout import Bin, FieldMap
from harness.device.asks import Drain, Exchange, Steps, WriteExchange, ask, until_count, until_terminator
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError

FIELDS = FieldMap(
    start=0,
    count=6,
    second=Bin(0),
    minute=Bin(1),
    hour=Bin(2),
    day=Bin(3),
    month=Bin(4),
    year=Bin(5),  # years since 1900, unsigned
)
_ACK = 0x06
_REFUSALS = {
    0x15: "NAK: the console does not take this",
    0x18: "CAN: the console found the block's checksum wrong",
    0x21: "21h, which the reference prints for NAK",
}
_SUM_COUNT = 2
_BLOCK_COUNT = FIELDS.count + _SUM_COUNT
_AWAKE = b"\n\r"
_OK = b"\n\rOK\n\r"
_WAKE_TRIES = 3
_WAKE_NS = 1_200 * MS_NS
_QUIET_NS = 500 * MS_NS  # weewx flushes after the same pause
_HALF_AWAKE = {"no-reply", "short-reply", "extra-bytes", "bad-frame"}


def make_driver(options: Options) -> DavisVantage:
    """Make the driver; it takes no options."""
    del options
    return DavisVantage(facts=FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DavisVantage:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Read the firmware's date and version; two consoles with the same firmware look alike."""
        yield from _wake()
        firmware_date = yield from _read_text(b"VER\n")
        firmware_version = yield from _read_text(b"NVER\n")
        return DeviceIdentity(entries=(("firmware-date", firmware_date), ("firmware-version", firmware_version)))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time in one packet.

        Raises:
            DeviceRefused: the console answered NAK.
            LinkError: it did not wake, did not answer, or the checksum is wrong.
        """
        yield from _wake()
        reply = yield from ask(Exchange(data=b"GETTIME\n", until=until_clock))
        _expect_ack(reply)
        block = reply[1:]
        if ccitt_davis(block):  # over a block and its sum it is 0
            raise LinkError("bad-crc", f"the checksum of {block.hex(' ')} is wrong", raw=reply)
        fields, flags, unreadable = FIELDS.decode(block[: FIELDS.count])
        return ClockSample(fields=fields, flags=flags, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the time in one packet.

        SETTIME itself is marked as a write though it changes nothing yet: a console left waiting for its block would
        take the next command for the time.

        Raises:
            ValueError: a field is missing or does not fit a byte; nothing has been sent.
            DeviceRefused: the console answered NAK or found the checksum wrong.
        """
        block = FIELDS.encode(fields)
        yield from _wake()
        _expect_ack((yield from ask(WriteExchange(data=b"SETTIME\n", until=until_count(1), timing=False))))
        framed = block + ccitt_davis(block).to_bytes(_SUM_COUNT, "big")
        _expect_ack((yield from ask(WriteExchange(data=framed, until=until_count(1)))))


def until_clock(received: bytes) -> int | None:
    """Complete at ACK and a block, or at a refusal of one byte.

    Raises:
        ValueError: the reply starts with anything else.
    """
    if not received:
        return None
    if received[0] in _REFUSALS:
        return 1
    if received[0] != _ACK:
        raise ValueError(f"the reply starts with {received[0]:02X}h, neither ACK nor a refusal")
    return 1 + _BLOCK_COUNT if len(received) > _BLOCK_COUNT else None


def until_text(received: bytes) -> int | None:
    """Complete after OK and one line, both between LF CR.

    Raises:
        ValueError: the reply does not start with OK.
    """
    if not _OK.startswith(received[: len(_OK)]):
        raise ValueError(f"the reply starts with {received[: len(_OK)].hex(' ')}, not OK")
    end = received.find(_AWAKE, len(_OK))
    return None if end < 0 else end + len(_AWAKE)


def _wake() -> Steps[None]:
    """Send line feeds until the console answers LF CR. This sets nothing, so it may be tried again."""
    for tries_left in reversed(range(_WAKE_TRIES)):
        try:
            yield from ask(Exchange(data=b"\n", until=until_terminator(_AWAKE), timing=False, deadline_ns=_WAKE_NS))
        except LinkError as error:
            if not tries_left or error.kind not in _HALF_AWAKE:
                raise
            yield from ask(Drain(quiet_ns=_QUIET_NS))
        else:
            return


def _read_text(command: bytes) -> Steps[str]:
    reply = yield from ask(Exchange(data=command, until=until_text, timing=False))
    return reply[len(_OK) : -len(_AWAKE)].decode("latin-1")


def _expect_ack(reply: bytes) -> None:
    if reply[0] == _ACK:
        return
    if reply[0] in _REFUSALS:
        raise DeviceRefused(reply[0], f"the console answered {_REFUSALS[reply[0]]}", raw=reply)
    raise LinkError("bad-frame", f"the console answered {reply[0]:02X}h, neither ACK nor a refusal", raw=reply)
