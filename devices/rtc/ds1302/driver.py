"""The DS1302 on three wires: one burst to read, one to set. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.ds1302 import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.asks import Steps, ThreeWireRead, ThreeWireWrite, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import LinkError

READ_CLOCK, WRITE_CLOCK = 0xBF, 0xBE
READ_TRICKLE, READ_RAM = 0x91, 0xFF
WRITE_CONTROL: Final = 0x8E
_RAM_KEPT: Final = 8

FIELDS: Final = FieldMap(
    start=0,
    count=8,
    second=Bcd(0, 0x7F),
    minute=Bcd(1, 0x7F),
    hour=BcdHour(2, twelve=0x80),
    day=Bcd(3, 0x3F),
    month=Bcd(4, 0x1F),
    weekday=Bin(5, 0x07),
    year=Bcd(6, 0xFF),
    halted=Bit(0, 0x80),
    twelve_hour=Bit(2, 0x80),
    write_protected=Bit(7, 0x80),
)


def make_driver(options: Options) -> Ds1302:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Ds1302(facts=with_century_window(FACTS, window_of(options)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ds1302:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Read the trickle charger's register and the first of the RAM, which a set leaves alone."""
        trickle = yield from ask(ThreeWireRead(command=READ_TRICKLE, count=1, timing=False))
        ram = yield from ask(ThreeWireRead(command=READ_RAM, count=_RAM_KEPT, timing=False))
        return DeviceIdentity(entries=(("trickle", trickle.hex()), ("ram-00-07", ram.hex())))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time in one burst: it is copied out as the burst begins (data sheet, clock burst mode).

        Raises:
            LinkError: ``no-reply``: the data line stays at one level; a chip acknowledges nothing that could tell.
        """
        block = yield from self._read()
        fields, flags, unreadable = FIELDS.decode(block)
        return ClockSample(fields=fields, flags=flags, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write all eight registers in one burst, which the chip takes whole or not at all; WP ends as it was found.

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
            LinkError: the line failed; whether the burst was taken is for a reading to say.
        """
        found = yield from self._read(timing=False)
        block = FIELDS.encode(fields, flags={"halted": False}, base=found)
        if FIELDS.decode(found)[1]["write-protected"]:
            yield from ask(ThreeWireWrite(command=WRITE_CONTROL, data=b"\x00", timing=False))
        yield from ask(ThreeWireWrite(command=WRITE_CLOCK, data=block))

    def _read(self, *, timing: bool = True) -> Steps[bytes]:
        block = yield from ask(ThreeWireRead(command=READ_CLOCK, count=FIELDS.count, timing=timing))
        if len(set(block)) == 1 and block[:1] in {b"\x00", b"\xff"}:
            raise LinkError("no-reply", "the data line stays at one level: no chip drives it", raw=block)
        return block
