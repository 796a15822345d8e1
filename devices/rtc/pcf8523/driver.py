"""The PCF8523 over I2C: set with its counters stopped, read in one burst. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint, always_twelve
from devices.rtc.pcf8523 import FACTS
from harness.codec.layout import Bcd, Bin, Bit, Encoding, FieldMap
from harness.device.driver import Options


def _fields(hour: Encoding) -> FieldMap:
    """Return the map in one hour mode; the day stands before the weekday, unlike the DS1307's."""
    return FieldMap(
        start=0x03,
        count=7,
        second=Bcd(0x03, 0x7F),
        minute=Bcd(0x04, 0x7F),
        hour=hour,
        day=Bcd(0x06, 0x3F),
        weekday=Bin(0x07, 0x07),
        month=Bcd(0x08, 0x1F),
        year=Bcd(0x09, 0xFF),
        oscillator_stopped=Bit(0x03, 0x80),
    )


_CONTROL_1: Final = 0x00
_STOP: Final = 0x20
_STATUS: Final = FieldMap(start=_CONTROL_1, count=1, twelve_hour=Bit(_CONTROL_1, 0x08))


def make_driver(options: Options) -> ChipDriver:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return ChipDriver(
        facts=with_century_window(FACTS, window_of(options)),
        clock=_fields(Bcd(0x05, 0x3F)),
        twelve=_fields(always_twelve(0x05)),
        status=_STATUS,
        # Seconds are written with OS clear, which is how the flag is cleared.
        before=(Change(register=_CONTROL_1, up=_STOP),),
        after=(Change(register=_CONTROL_1, down=_STOP),),
        fingerprint=(Fingerprint(start=0x0A, parts=(("alarm", 4), ("offset", 1))),),
    )
