"""The DS1307 over I2C: one burst to read, one burst to set. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.ds1307 import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.asks import I2cRead, I2cWrite, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts

FIELDS: Final = FieldMap(
    start=0x00,
    count=7,
    second=Bcd(0x00, 0x7F),
    minute=Bcd(0x01, 0x7F),
    hour=BcdHour(0x02),
    weekday=Bin(0x03, 0x07),
    day=Bcd(0x04, 0x3F),
    month=Bcd(0x05, 0x1F),
    year=Bcd(0x06, 0xFF),
    halted=Bit(0x00, 0x80),
    twelve_hour=Bit(0x02, 0x40),
)
_CLOCK = b"\x00"
_CONTROL = b"\x07"
_FINGERPRINT_COUNT = 9  # control, and the first eight bytes of RAM


def make_driver(options: Options) -> Ds1307:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Ds1307(facts=with_century_window(FACTS, window_of(options)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ds1307:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Read control and eight bytes of RAM, which no set of ours touches.

        The chip holds no number of its own, so this only shows that the same chip still answers; who it is, the
        operator vouches for. A chip that lost its battery has other RAM, and is rightly taken for a stranger.
        """
        stable = yield from ask(I2cRead(pointer=_CONTROL, count=_FINGERPRINT_COUNT))
        return DeviceIdentity(entries=(("control", stable[:1].hex()), ("ram-08-0f", stable[1:].hex())))

    def read_clock(self) -> Steps[ClockSample]:
        """Read all seven registers in one burst: the chip buffers them at the start of an access (datasheet, p. 8)."""
        block = yield from ask(I2cRead(pointer=_CLOCK, count=FIELDS.count))
        fields, flags, unreadable = FIELDS.decode(block)
        return ClockSample(fields=fields, flags=flags, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write all seven registers in one burst and let the oscillator run.

        The registers are read first, only to keep the 12- or 24-hour mode the chip was found in. Seconds go first and
        restart the divider, so no carry can fall between the bytes (datasheet, p. 8).

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
        """
        found = yield from ask(I2cRead(pointer=_CLOCK, count=FIELDS.count, timing=False))
        block = FIELDS.encode(fields, flags={"halted": False}, base=found)
        yield from ask(I2cWrite(pointer=_CLOCK, data=block))
