"""The X1205 over I2C: two-byte pointers, and a set of single bytes behind two locks. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.rtc.chip_driver import ChipDriver, Fingerprint
from devices.rtc.x1205 import FACTS
from harness.codec.layout import Bcd, BcdHour, Bin, Bit, FieldMap
from harness.device.asks import I2cWrite, Steps, ask
from harness.device.driver import Options

_MIL: Final = 0x80
FIELDS: Final = FieldMap(
    start=0x30,
    count=8,
    second=Bcd(0x30, 0x7F),
    minute=Bcd(0x31, 0x7F),
    hour=BcdHour(0x32, twelve=_MIL, twelve_when=0),
    day=Bcd(0x33, 0x3F),
    month=Bcd(0x34, 0x1F),
    year=Bcd(0x35, 0xFF),
    weekday=Bin(0x36, 0x07),
    century=Bcd(0x37, 0xFF),
    twelve_hour=Bit(0x32, _MIL, inverted=True),
)
_STATUS_REGISTER: Final = 0x3F
_STATUS: Final = FieldMap(start=_STATUS_REGISTER, count=1, clock_failed=Bit(_STATUS_REGISTER, 0x01))
_UNLOCK: Final = (b"\x02", b"\x06")  # WEL, and only then RWEL with it
_LOCK: Final = b"\x00"


def make_driver(options: Options) -> X1205:
    """Make the driver; it has no option."""
    del options
    return X1205(
        facts=FACTS,
        clock=FIELDS,
        status=_STATUS,
        keeps_bits=True,
        fingerprint=(Fingerprint(start=0x10, parts=(("control", 4),)),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class X1205(ChipDriver):
    """The driver."""

    def open_for_set(self) -> Steps[bool]:
        """Set the two write-enable latches, one after the other."""
        for latches in _UNLOCK:
            yield from self._write_one(_STATUS_REGISTER, latches)
        return True

    def close_after_set(self) -> Steps[None]:
        """Clear the latches."""
        yield from self._write_one(_STATUS_REGISTER, _LOCK)

    def write_registers(self, register: int, octets: bytes) -> Steps[None]:
        """Write one byte an access, seconds first: all are in long before the next minute carries (rtc-x1205.c)."""
        for at, octet in enumerate(octets):
            yield from self._write_one(register + at, bytes((octet,)))

    def _write_one(self, register: int, octet: bytes) -> Steps[None]:
        yield from ask(I2cWrite(pointer=self.pointer(register), data=octet))

    def pointer(self, register: int) -> bytes:
        """Return the two-byte pointer, high byte first."""
        return register.to_bytes(2, "big")
