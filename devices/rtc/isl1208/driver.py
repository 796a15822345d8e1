"""The ISL1208 over I2C: a set is only taken while WRTC is set. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.alarm_chip import AlarmChip, ChipAlarm, Flag
from devices.rtc.chip_driver import Change, Fingerprint
from devices.rtc.isl1208 import ALARM, FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.asks import Steps
from harness.device.driver import Options
from harness.errors import LinkError

_MIL: Final = 0x80
FIELDS: Final = FieldMap(
    start=0x00,
    count=7,
    second=Bcd(0x00, 0x7F),
    minute=Bcd(0x01, 0x7F),
    hour=BcdHour(0x02, twelve=_MIL, twelve_when=0),
    day=Bcd(0x03, 0x3F),
    month=Bcd(0x04, 0x1F),
    year=Bcd(0x05, 0xFF),
    weekday=Bin(0x06, 0x07),
    twelve_hour=Bit(0x02, _MIL, inverted=True),
)
_STATUS_REGISTER: Final = 0x07
_WRITE_ENABLE: Final = 0x10
_STATUS: Final = FieldMap(
    start=_STATUS_REGISTER, count=1, clock_failed=Bit(_STATUS_REGISTER, 0x01), on_battery=Bit(_STATUS_REGISTER, 0x02)
)
_AUTO_RESET: Final = 0x80
_ALM: Final = 0x04
_BAT: Final = 0x02
_INTERRUPT: Final = 0x08
_ALARM_ENABLED: Final = 0x40
_ALARM_FIELDS: Final = FieldMap(
    start=0x0C,
    count=6,
    second=Bcd(0x0C, 0x7F),
    minute=Bcd(0x0D, 0x7F),
    hour=Bcd(0x0E, 0x3F),
    day=Bcd(0x0F, 0x3F),
    month=Bcd(0x10, 0x1F),
)
# Bit 7 enables a part: set in all but the weekday (FN8085, alarm registers).
_ALARM: Final = ChipAlarm(
    facts=ALARM,
    fields=_ALARM_FIELDS,
    armed=b"\x80\x80\x80\x80\x80\x00",
    beside=b"\x80\x80\x80\x80\x80\x80",
    flag=Flag(register=_STATUS_REGISTER, mask=_ALM, settings=0xD0, unchanged_by_one=_BAT),
    enable=(_INTERRUPT, _ALARM_ENABLED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Isl1208(AlarmChip):
    """The driver."""

    def arm_alarm(self, moment: CalendarFields) -> Steps[None]:
        """Arm, unless the chip clears its alarm flag whenever its status is read: then nobody could see it fire.

        Raises:
            LinkError: ``alarm-flag-resets-itself``: ARST is set, which is the owner's setting; nothing was written.
        """
        status = (yield from self.read_registers(_STATUS_REGISTER, 1, timing=False))[0]
        if status & _AUTO_RESET:
            raise LinkError("alarm-flag-resets-itself", "ARST is set: reading the status clears the alarm's flag")
        yield from AlarmChip.arm_alarm(self, moment)


def make_driver(options: Options) -> Isl1208:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Isl1208(
        facts=with_century_window(FACTS, window_of(options)),
        clock=FIELDS,
        status=_STATUS,
        keeps_bits=True,
        before=(Change(register=_STATUS_REGISTER, up=_WRITE_ENABLE),),
        after=(Change(register=_STATUS_REGISTER, down=_WRITE_ENABLE),),
        alarm=_ALARM,
        # Trim and the owner's two bytes, without the alarm between them, which a test may arm.
        fingerprint=(Fingerprint(start=0x0A, parts=(("trim", 2), ("", 6), ("user", 2))),),
    )
