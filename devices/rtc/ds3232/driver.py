"""The DS3232 over I2C: the DS3231's registers, ``oscillator-stopped`` included. Its facts stand in the package."""

from __future__ import annotations

from devices.options import text_option
from devices.rtc.alarm_chip import AlarmChip
from devices.rtc.century_bit import century_bit_of, with_century_bit
from devices.rtc.ds3231.driver import declare
from devices.rtc.ds3232 import FACTS
from harness.device.driver import Options


def make_driver(options: Options) -> AlarmChip:
    """Make the driver; ``century-bit`` says which century the host means by the bit, ``alarm`` which may be armed."""
    return declare(with_century_bit(FACTS, century_bit_of(options)), text_option(options, "alarm"))
