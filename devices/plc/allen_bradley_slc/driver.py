"""The SLC 500 clock: words 37 to 42 of the status file, by typed reads and writes over DF1."""

from __future__ import annotations

from dataclasses import dataclass

from devices.plc.allen_bradley_slc import FACTS
from devices.plc.df1 import Df1, File, turned
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bin, FieldMap, Word
from harness.device.asks import Steps
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts

FIELDS = FieldMap(
    start=37,
    count=6,
    year=Bin(Word(37)),
    month=Bin(Word(38)),
    day=Bin(Word(39)),
    hour=Bin(Word(40)),
    minute=Bin(Word(41)),
    second=Bin(Word(42)),
)
_STATUS_FILE = File(number=2, kind=0x84, element=FIELDS.start)


def make_driver(options: Options) -> Slc:
    """Make the driver; the options give the node and how frames are checked."""
    return Slc(facts=FACTS, line=Df1.of(options))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slc:
    """The driver."""

    facts: DeviceFacts
    line: Df1

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: two controllers of a kind name themselves alike."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the six words in one request. A disabled clock reads zeros, and is flagged ``all-zero``."""
        block = yield from self.line.read(_STATUS_FILE, FIELDS.block_bytes)
        moment, _, unreadable = FIELDS.decode(turned(block))
        return ClockSample(fields=moment, flags={"all-zero": not any(block)}, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the six words in one request.

        Raises:
            ValueError: a field is missing or does not fit, or all six are zero, which would stop the clock; nothing has
                been sent.
        """
        block = turned(FIELDS.encode(fields))
        if not any(block):
            raise ValueError("six words of zero would disable the clock")
        yield from self.line.write(_STATUS_FILE, block)
