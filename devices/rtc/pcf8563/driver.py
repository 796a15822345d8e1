"""The PCF8563 over I2C: set with its counters stopped, read in one burst. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.rtc.alarm_chip import AlarmChip, ChipAlarm, Flag, whole_parts
from devices.rtc.century_bit import century_bit_of, with_century_bit
from devices.rtc.chip_driver import Change, Fingerprint
from devices.rtc.pcf8563 import ALARM, FACTS
from harness.codec.layout import Bcd, Bin, Bit, FieldMap
from harness.device.driver import Options
from harness.device.facts import DeviceFacts

# The masks leave out unused bits, which read back as bits of the seconds: unmasked, the hour jumps by 40 (sigrok-dumps).
FIELDS: Final = FieldMap(
    start=0x02,
    count=7,
    second=Bcd(0x02, 0x7F),
    minute=Bcd(0x03, 0x7F),
    hour=Bcd(0x04, 0x3F),
    day=Bcd(0x05, 0x3F),
    weekday=Bin(0x06, 0x07),
    month=Bcd(0x07, 0x1F),
    century_bit=Bit(0x07, 0x80),
    year=Bcd(0x08, 0xFF),
    voltage_low=Bit(0x02, 0x80),
)
_CONTROL: Final = 0x00
_STOP: Final = 0x20
_CONTROL_2: Final = 0x01
_AF: Final = 0x08
_TF: Final = 0x04
_INTERRUPTS: Final = 0x13  # TI/TP, AIE, TIE
_ALARM_FIELDS: Final = FieldMap(start=0x09, count=4, minute=Bcd(0x09, 0x7F), hour=Bcd(0x0A, 0x3F), day=Bcd(0x0B, 0x3F))
# Bit 7 disables a part: clear in minute, hour and day, set in the weekday (data sheet, 8.5).
_ALARM: Final = ChipAlarm(
    facts=ALARM,
    fields=_ALARM_FIELDS,
    armed=b"\x00\x00\x00\x80",
    beside=whole_parts(_ALARM_FIELDS),
    flag=Flag(register=_CONTROL_2, mask=_AF, settings=_INTERRUPTS, unchanged_by_one=_TF),
)


def make_driver(options: Options) -> AlarmChip:
    """Make the driver; ``century-bit`` says which century the host means by the bit."""
    return declare(with_century_bit(FACTS, century_bit_of(options)))


def declare(facts: DeviceFacts) -> AlarmChip:
    """Return the driver of a chip with these registers, PCF8563 or RTC-8564."""
    return AlarmChip(
        facts=facts,
        clock=FIELDS,
        # Seconds are written with VL clear, which is how the flag is cleared.
        before=(Change(register=_CONTROL, up=_STOP),),
        after=(Change(register=_CONTROL, down=_STOP),),
        alarm=_ALARM,
        # Unused bits of these two mirror the seconds. The alarm is left out: a test may arm it.
        fingerprint=(Fingerprint(start=0x0D, parts=(("clock-out", 1), ("timer", 1)), held=b"\x83\x83"),),
    )
