"""The Davis Vantage over its serial line: wake it, then GETTIME or SETTIME, each block under a CCITT sum."""

from __future__ import annotations

from dataclasses import dataclass

from devices.agri.davis_vantage import FACTS
from devices.agri.davis_vantage.archive import read_archive
from devices.agri.davis_vantage.line import AWAKE, SUM_COUNT, expect_ack, until_block, wake
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import ccitt_davis
from harness.codec.layout import Bin, FieldMap
from harness.device.asks import Exchange, Steps, WriteExchange, ask, until_count
from harness.device.driver import ClockSample, DeviceIdentity, LogSample, Options
from harness.device.facts import DeviceFacts
from harness.errors import LinkError

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
_OK = b"\n\rOK\n\r"


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
        yield from wake()
        firmware_date = yield from _read_text(b"VER\n")
        firmware_version = yield from _read_text(b"NVER\n")
        return DeviceIdentity(entries=(("firmware-date", firmware_date), ("firmware-version", firmware_version)))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time in one packet.

        Raises:
            DeviceRefused: the console answered NAK.
            LinkError: it did not wake, did not answer, or the checksum is wrong.
        """
        yield from wake()
        reply = yield from ask(Exchange(data=b"GETTIME\n", until=until_clock))
        expect_ack(reply)
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
        yield from wake()
        expect_ack((yield from ask(WriteExchange(data=b"SETTIME\n", until=until_count(1), timing=False))))
        framed = block + ccitt_davis(block).to_bytes(SUM_COUNT, "big")
        expect_ack((yield from ask(WriteExchange(data=framed, until=until_count(1)))))

    def read_log(self) -> Steps[LogSample]:
        """Read the archive interval, then every record. Neither is changed by it.

        Raises:
            DeviceRefused: the console answered NAK.
            LinkError: it did not wake or answer, or a page was wrong three times.
        """
        yield from wake()
        return (yield from read_archive())


until_clock = until_block(FIELDS.count)
"""Complete at ACK and the block of GETTIME, or at a refusal of one byte."""


def until_text(received: bytes) -> int | None:
    """Complete after OK and one line, both between LF CR.

    Raises:
        ValueError: the reply does not start with OK.
    """
    if not _OK.startswith(received[: len(_OK)]):
        raise ValueError(f"the reply starts with {received[: len(_OK)].hex(' ')}, not OK")
    end = received.find(AWAKE, len(_OK))
    return None if end < 0 else end + len(AWAKE)


def _read_text(command: bytes) -> Steps[str]:
    reply = yield from ask(Exchange(data=command, until=until_text, timing=False))
    return reply[len(_OK) : -len(AWAKE)].decode("latin-1")
