"""The calendar of the RV-3028 over I2C: one burst to read, one to set. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import window_of, with_century_window
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint, always_twelve
from devices.rtc.rv_3028 import FACTS
from harness.codec.layout import Bcd, Bin, Bit, Count, Encoding, FieldMap
from harness.codec.words import Order
from harness.device.asks import Steps
from harness.device.driver import ClockSample, Options
from harness.errors import LinkError

COUNTER: Final = FieldMap(start=0x1B, count=4, counted=Count(0x1B, 4, Order.LOW_FIRST))
_READS: Final = 4  # the counter steps once a second and a read takes milliseconds: two in a row agree


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


_STATUS_REGISTER: Final = 0x0E
_POWER_ON_RESET: Final = 0x01
_STATUS: Final = FieldMap(
    start=_STATUS_REGISTER,
    count=3,  # status, control 1, control 2
    power_on_reset=Bit(_STATUS_REGISTER, _POWER_ON_RESET),
    twelve_hour=Bit(0x10, 0x02),
)


def read_counter(chip: ChipDriver) -> Steps[bytes]:
    """Read the Unix counter until two readings in a row agree: nothing freezes it while its bytes are read.

    Raises:
        LinkError: ``counter-unstable``: no two did.
    """
    before = yield from chip.read_registers(COUNTER.start, COUNTER.count)
    for _ in range(_READS - 1):
        block = yield from chip.read_registers(COUNTER.start, COUNTER.count)
        if block == before:
            return block
        before = block
    raise LinkError("counter-unstable", f"{_READS} readings of the counter all differ", raw=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rv3028(ChipDriver):
    """The driver of the calendar, which reads the Unix counter beside it."""

    def read_second_clock(self) -> Steps[ClockSample]:
        """Read the Unix counter.

        Raises:
            LinkError: ``counter-unstable``.
        """
        block = yield from read_counter(self)
        fields, flags, unreadable = COUNTER.decode(block)
        return ClockSample(fields=fields, flags=flags, raw=block, unreadable=unreadable)


def make_driver(options: Options) -> Rv3028:
    """Make the driver; ``century-window`` says how its two digits are read."""
    return Rv3028(
        facts=with_century_window(FACTS, window_of(options)),
        clock=_fields(Bcd(0x02, 0x3F)),
        twelve=_fields(always_twelve(0x02)),
        status=_STATUS,
        # Seconds are written first and restart the second, so no carry can fall between the bytes (rtc-rv3028.c).
        after=(Change(register=_STATUS_REGISTER, down=_POWER_ON_RESET),),
        fingerprint=(
            Fingerprint(start=0x07, parts=(("alarm", 3),)),
            Fingerprint(start=0x1F, parts=(("ram-1f-20", 2),)),
        ),
    )
