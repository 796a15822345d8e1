"""The Unix counter of the RV-3028 over I2C. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.rv_3028.driver import COUNTER, read_counter
from devices.rtc.rv_3028.driver import make_driver as make_calendar
from devices.rtc.rv_3028_unix import CALENDAR_WINDOW, FACTS
from harness.codec.layout import Bit, FieldMap
from harness.device.asks import Steps
from harness.device.driver import ClockSample, Options

_STATUS: Final = FieldMap(start=0x0E, count=1, power_on_reset=Bit(0x0E, 0x01))


def make_driver(options: Options) -> Rv3028Unix:
    """Make the driver; it has no option."""
    del options
    return Rv3028Unix(
        facts=FACTS,
        clock=COUNTER,
        status=_STATUS,
        after=(Change(register=0x0E, down=0x01),),
        fingerprint=(
            Fingerprint(start=0x07, parts=(("alarm", 3),)),
            Fingerprint(start=0x1F, parts=(("ram-1f-20", 2),)),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rv3028Unix(ChipDriver):
    """The driver."""

    def read_block(self) -> Steps[bytes]:
        """Read the counter until two readings in a row agree.

        Raises:
            LinkError: ``counter-unstable``: no two did.
        """
        return (yield from read_counter(self))

    def read_second_clock(self) -> Steps[ClockSample]:
        """Read the calendar beside the counter, its two digits of the year taken as 1970 to 2069."""
        return (yield from make_calendar({"century-window": CALENDAR_WINDOW}).read_clock())
