"""The RX-8025 over I2C: the register stands in the high nibble of its pointer. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint, always_twelve
from devices.rtc.rx_8025 import FACTS
from harness.codec.layout import Bcd, Bin, Bit, Encoding, FieldMap
from harness.device.driver import Options


def _fields(hour: Encoding) -> FieldMap:
    """Return the map in one hour mode."""
    return FieldMap(
        start=0x00,
        count=7,
        second=Bcd(0x00, 0x7F),
        minute=Bcd(0x01, 0x7F),
        hour=hour,
        weekday=Bin(0x03, 0x07),
        day=Bcd(0x04, 0x3F),
        month=Bcd(0x05, 0x1F),
        year=Bcd(0x06, 0xFF),
    )


_CONTROL_2: Final = 0x0F
_HEALTHY: Final = 0x20  # XST: the host writes 1, and a crystal that stops makes it 0
_POWER_FLAGS: Final = 0x50  # VDET and PON
_STATUS: Final = FieldMap(
    start=0x0E,
    count=2,
    twelve_hour=Bit(0x0E, 0x20, inverted=True),
    power_on_reset=Bit(_CONTROL_2, 0x10),
    crystal_stopped=Bit(_CONTROL_2, _HEALTHY, inverted=True),
    voltage_dropped=Bit(_CONTROL_2, 0x40),
)


def make_driver(options: Options) -> Rx8025:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Rx8025(
        facts=with_century_window(FACTS, window_of(options)),
        clock=_fields(Bcd(0x02, 0x3F)),
        twelve=_fields(always_twelve(0x02)),
        status=_STATUS,
        # Seconds are written first and restart the second, so no carry can fall between the bytes (p. 7).
        after=(Change(register=_CONTROL_2, up=_HEALTHY, down=_POWER_FLAGS),),
        fingerprint=(Fingerprint(start=0x07, parts=(("digital-offset", 1), ("alarms", 5))),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rx8025(ChipDriver):
    """The driver."""

    def pointer(self, register: int) -> bytes:
        """Return the register in the high nibble; the low one chooses the kind of transfer."""
        return bytes((register << 4,))
