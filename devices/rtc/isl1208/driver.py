"""The ISL1208 over I2C: a set is only taken while WRTC is set. Its facts stand in the package."""

from __future__ import annotations

from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.isl1208 import FACTS
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.driver import Options

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


def make_driver(options: Options) -> ChipDriver:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return ChipDriver(
        facts=with_century_window(FACTS, window_of(options)),
        clock=FIELDS,
        status=_STATUS,
        keeps_bits=True,
        before=(Change(register=_STATUS_REGISTER, up=_WRITE_ENABLE),),
        after=(Change(register=_STATUS_REGISTER, down=_WRITE_ENABLE),),
        fingerprint=(Fingerprint(start=0x0A, parts=(("trim", 2), ("alarm", 6), ("user", 2))),),
    )
