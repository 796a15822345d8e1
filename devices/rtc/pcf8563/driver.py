"""The PCF8563 over I2C: set with its counters stopped, read in one burst. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.rtc.century_bit import century_bit_of, with_century_bit
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.pcf8563 import FACTS
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


def make_driver(options: Options) -> ChipDriver:
    """Make the driver; ``century-bit`` says which century the host means by the bit."""
    return declare(with_century_bit(FACTS, century_bit_of(options)))


def declare(facts: DeviceFacts) -> ChipDriver:
    """Return the driver of a chip with these registers, PCF8563 or RTC-8564."""
    return ChipDriver(
        facts=facts,
        clock=FIELDS,
        # Seconds are written with VL clear, which is how the flag is cleared.
        before=(Change(register=_CONTROL, up=_STOP),),
        after=(Change(register=_CONTROL, down=_STOP),),
        # The alarm registers store all their bits; those after them mirror the seconds.
        fingerprint=(Fingerprint(start=0x09, parts=(("alarm", 4),)),),
    )
