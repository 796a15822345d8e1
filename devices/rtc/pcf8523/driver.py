"""The PCF8523 over I2C: set with its counters stopped, read in one burst. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.alarm_chip import AlarmChip, ChipAlarm, Flag, whole_parts
from devices.rtc.chip_driver import Change, Fingerprint, always_twelve
from devices.rtc.pcf8523 import ALARM, FACTS
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
_CONTROL_2: Final = 0x01
_AF: Final = 0x08
_OTHER_FLAGS: Final = 0x70  # CTAF, CTBF, SF
_INTERRUPTS: Final = 0x07  # WTAIE, CTAIE, CTBIE
_ALARM_FIELDS: Final = FieldMap(start=0x0A, count=4, minute=Bcd(0x0A, 0x7F), hour=Bcd(0x0B, 0x3F), day=Bcd(0x0C, 0x3F))
# Bit 7 disables a part: clear in minute, hour and day, set in the weekday (data sheet, 8.7).
_ALARM: Final = ChipAlarm(
    facts=ALARM,
    fields=_ALARM_FIELDS,
    armed=b"\x00\x00\x00\x80",
    beside=whole_parts(_ALARM_FIELDS),
    flag=Flag(register=_CONTROL_2, mask=_AF, settings=_INTERRUPTS, unchanged_by_one=_OTHER_FLAGS),
)
_STATUS: Final = FieldMap(start=_CONTROL_1, count=1, twelve_hour=Bit(_CONTROL_1, 0x08))


def make_driver(options: Options) -> AlarmChip:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return AlarmChip(
        facts=with_century_window(FACTS, window_of(options)),
        clock=_fields(Bcd(0x05, 0x3F)),
        twelve=_fields(always_twelve(0x05)),
        status=_STATUS,
        # Seconds are written with OS clear, which is how the flag is cleared.
        before=(Change(register=_CONTROL_1, up=_STOP),),
        after=(Change(register=_CONTROL_1, down=_STOP),),
        alarm=_ALARM,
        # Without the alarm, which a test may arm, and without the flags of control 2.
        fingerprint=(Fingerprint(start=0x0E, parts=(("offset", 1), ("timer-control", 1))),),
    )
