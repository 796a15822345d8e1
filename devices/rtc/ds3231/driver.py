"""The DS3231 over I2C: one burst to read, one to set, and a flag beside it. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from devices.options import text_option
from devices.rtc.alarm_chip import AlarmChip, ChipAlarm, Flag, whole_parts
from devices.rtc.century_bit import century_bit_of, with_century_bit
from devices.rtc.chip_driver import Change, Fingerprint
from devices.rtc.ds3231 import ALARM_1, ALARM_2, FACTS
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
_STATUS_REGISTER: Final = 0x0F
_STATUS_SETTINGS: Final = 0x78  # EN32kHz; on the DS3232 BB32kHz and the conversion rate, too
_OSF: Final = 0x80
_A1F: Final = 0x01
_A2F: Final = 0x02
_ALARM_1_FIELDS: Final = FieldMap(
    start=0x07,
    count=4,
    second=Bcd(0x07, 0x7F),
    minute=Bcd(0x08, 0x7F),
    hour=Bcd(0x09, 0x3F),
    day=Bcd(0x0A, 0x3F),
)
_ALARM_2_FIELDS: Final = FieldMap(
    start=0x0B, count=3, minute=Bcd(0x0B, 0x7F), hour=Bcd(0x0C, 0x3F), day=Bcd(0x0D, 0x3F)
)
# Every mask bit AxMy clear and DY/DT clear: all parts are compared, and the day is one of the month.
_ALARMS: Final = {
    "1": ChipAlarm(
        facts=ALARM_1,
        fields=_ALARM_1_FIELDS,
        armed=bytes(4),
        beside=whole_parts(_ALARM_1_FIELDS),
        flag=Flag(register=_STATUS_REGISTER, mask=_A1F, settings=_STATUS_SETTINGS, unchanged_by_one=_OSF | _A2F),
    ),
    "2": ChipAlarm(
        facts=ALARM_2,
        fields=_ALARM_2_FIELDS,
        armed=bytes(3),
        beside=whole_parts(_ALARM_2_FIELDS),
        flag=Flag(register=_STATUS_REGISTER, mask=_A2F, settings=_STATUS_SETTINGS, unchanged_by_one=_OSF | _A1F),
    ),
}
# The alarm that is not armed, control and aging offset; status, between the last two, has flags that rise by themselves.
_FINGERPRINTS: Final = {
    "1": Fingerprint(start=0x0B, parts=(("alarm-2", 3), ("control", 1), ("", 1), ("aging", 1))),
    "2": Fingerprint(start=0x07, parts=(("alarm-1", 4), ("", 3), ("control", 1), ("", 1), ("aging", 1))),
}


def make_driver(options: Options) -> AlarmChip:
    """Make the driver; ``century-bit`` says which century the host means by the bit, ``alarm`` which may be armed."""
    return declare(with_century_bit(FACTS, century_bit_of(options)), text_option(options, "alarm"))


def declare(facts: DeviceFacts, alarm: str) -> AlarmChip:
    """Return the driver of a chip with these registers, DS3231 or DS3232; ``alarm`` is 1 or 2."""
    return AlarmChip(
        facts=replace(facts, alarm=_ALARMS[alarm].facts),
        alarm=_ALARMS[alarm],
        clock=FIELDS,
        status=_STATUS,
        # Seconds are written first and restart the countdown, so no carry can fall between the bytes (DS3231M, p. 12).
        keeps_bits=True,
        after=(Change(register=0x0F, down=0x80),),
        fingerprint=(_FINGERPRINTS[alarm],),
    )
