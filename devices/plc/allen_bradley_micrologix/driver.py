"""The MicroLogix clock: seven words of the function file RTC:0, by typed reads and writes over DF1."""

from __future__ import annotations

from dataclasses import dataclass

from devices.plc.allen_bradley_micrologix import FACTS
from devices.plc.df1 import Df1, File, turned
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bin, FieldMap, Word
from harness.device.asks import Steps
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts

FIELDS = FieldMap(
    start=0,
    count=7,
    year=Bin(Word(0)),
    month=Bin(Word(1)),
    day=Bin(Word(2)),
    hour=Bin(Word(3)),
    minute=Bin(Word(4)),
    second=Bin(Word(5)),
    weekday=Bin(Word(6)),
)
_RTC_FILE = File(number=0, kind=0xE4, element=0)


def make_driver(options: Options) -> MicroLogix:
    """Make the driver; the options give the node and how frames are checked."""
    return MicroLogix(facts=FACTS, line=Df1.of(options))


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroLogix:
    """The driver."""

    facts: DeviceFacts
    line: Df1

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: two controllers of a kind name themselves alike."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the seven words in one request. A disabled clock reads zeros, and is flagged ``all-zero``."""
        block = yield from self.line.read(_RTC_FILE, FIELDS.block_bytes)
        moment, _, unreadable = FIELDS.decode(turned(block))
        return ClockSample(fields=moment, flags={"all-zero": not any(block)}, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the seven words in one request.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
        """
        yield from self.line.write(_RTC_FILE, turned(FIELDS.encode(fields)))
