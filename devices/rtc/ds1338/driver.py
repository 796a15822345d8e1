"""The DS1338 over I2C: a DS1307 with a flag that remembers that the oscillator stopped. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.ds1338 import FACTS
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.driver import Options

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
_STATUS: Final = FieldMap(start=0x07, count=1, oscillator_stopped=Bit(0x07, 0x20))


def make_driver(options: Options) -> ChipDriver:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return ChipDriver(
        facts=with_century_window(FACTS, window_of(options)),
        clock=FIELDS,
        status=_STATUS,
        # Seconds are written first and restart the countdown, so no carry can fall between the bytes (p. 10).
        keeps_bits=True,
        written=(("halted", False),),
        after=(Change(register=0x07, down=0x20),),
        fingerprint=(Fingerprint(start=0x08, parts=(("ram-08-0f", 8),)),),
    )
