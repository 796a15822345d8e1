"""The DS3231 over I2C: one burst to read, one to set, and a flag beside it. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.rtc.century_bit import century_bit_of, with_century_bit
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.ds3231 import FACTS
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.driver import Options
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
    century_bit=Bit(0x05, 0x80),
    year=Bcd(0x06, 0xFF),
    twelve_hour=Bit(0x02, 0x40),
)
_STATUS: Final = FieldMap(start=0x0F, count=1, oscillator_stopped=Bit(0x0F, 0x80))


def make_driver(options: Options) -> ChipDriver:
    """Make the driver; ``century-bit`` says which century the host means by the bit."""
    return declare(with_century_bit(FACTS, century_bit_of(options)))


def declare(facts: DeviceFacts) -> ChipDriver:
    """Return the driver of a chip with these registers, DS3231 or DS3232."""
    return ChipDriver(
        facts=facts,
        clock=FIELDS,
        status=_STATUS,
        # Seconds are written first and restart the countdown, so no carry can fall between the bytes (DS3231M, p. 12).
        keeps_bits=True,
        after=(Change(register=0x0F, down=0x80),),
        # Alarms, control and aging offset; the status register between them has flags that come up by themselves.
        fingerprint=(Fingerprint(start=0x07, parts=(("alarms", 7), ("control", 1), ("", 1), ("aging", 1))),),
    )
