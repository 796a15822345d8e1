"""The RTC-8564 over I2C: the PCF8563's registers, ``voltage-low`` included. Its facts stand in the package."""

from __future__ import annotations

from devices.rtc.alarm_chip import AlarmChip
from devices.rtc.century_bit import century_bit_of, with_century_bit
from devices.rtc.pcf8563.driver import declare
from devices.rtc.rtc_8564 import FACTS
from harness.device.driver import Options


def make_driver(options: Options) -> AlarmChip:
    """Make the driver; ``century-bit`` says which century the host means by the bit."""
    return declare(with_century_bit(FACTS, century_bit_of(options)))
