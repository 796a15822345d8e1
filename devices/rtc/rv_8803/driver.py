"""The RV-8803 over I2C: read again at second 59, patient with its window of silence. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.rv_8803 import FACTS
from harness.codec.layout import Bcd, Bit, FieldMap, OneHot
from harness.device.asks import Steps
from harness.device.driver import Options
from harness.errors import DeviceRefused, LinkError

FIELDS: Final = FieldMap(
    start=0x00,
    count=7,
    second=Bcd(0x00, 0x7F),
    minute=Bcd(0x01, 0x7F),
    hour=Bcd(0x02, 0x3F),
    weekday=OneHot(0x03, 0x7F),
    day=Bcd(0x04, 0x3F),
    month=Bcd(0x05, 0x1F),
    year=Bcd(0x06, 0xFF),
)
_FLAGS: Final = 0x0E
_VOLTAGE_FLAGS: Final = 0x03
_STATUS: Final = FieldMap(start=_FLAGS, count=1, compensation_stopped=Bit(_FLAGS, 0x01), data_lost=Bit(_FLAGS, 0x02))
_CONTROL: Final = 0x0F
_RESET: Final = 0x01
_LAST_SECOND: Final = 0x59
_REPEATS: Final = 3


def make_driver(options: Options) -> Rv8803:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Rv8803(
        facts=with_century_window(FACTS, window_of(options)),
        clock=FIELDS,
        status=_STATUS,
        before=(Change(register=_CONTROL, up=_RESET),),
        after=(Change(register=_CONTROL, down=_RESET), Change(register=_FLAGS, down=_VOLTAGE_FLAGS)),
        fingerprint=(Fingerprint(start=0x07, parts=(("ram-07", 1), ("alarm", 3))),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rv8803(ChipDriver):
    """The driver."""

    def read_block(self) -> Steps[bytes]:
        """Read the time; at second 59 read it again, and take the second reading if that has left 59 behind."""
        block = yield from ChipDriver.read_block(self)
        if block[0] & 0x7F == _LAST_SECOND:
            again = yield from ChipDriver.read_block(self)
            if again[0] & 0x7F != _LAST_SECOND:
                return again
        return block

    def read_registers(self, register: int, count: int, *, timing: bool = True) -> Steps[bytes]:
        """Read registers, up to three times more when the chip does not acknowledge; each asking is in the journal."""
        for _ in range(_REPEATS):
            try:
                return (yield from ChipDriver.read_registers(self, register, count, timing=timing))
            except DeviceRefused:
                continue
        return (yield from ChipDriver.read_registers(self, register, count, timing=timing))

    def write_registers(self, register: int, octets: bytes) -> Steps[None]:
        """Write once. This chip's silence says nothing of the date, so it is no refusal; a reading tells what was taken.

        Raises:
            LinkError: ``write-not-acknowledged``.
        """
        try:
            yield from ChipDriver.write_registers(self, register, octets)
        except DeviceRefused as refusal:
            says = f"{refusal}; it may have been in the 61 us in which it answers nothing"
            raise LinkError("write-not-acknowledged", says, raw=refusal.raw) from refusal
