"""The Unix counter of the RV-3028 over I2C. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.rv_3028_unix import FACTS
from harness.codec.layout import Bit, Count, FieldMap
from harness.codec.words import Order
from harness.device.asks import Steps
from harness.device.driver import Options
from harness.errors import LinkError

COUNTER: Final = FieldMap(start=0x1B, count=4, counted=Count(0x1B, 4, Order.LOW_FIRST))
_STATUS: Final = FieldMap(start=0x0E, count=1, power_on_reset=Bit(0x0E, 0x01))
_READS: Final = 4  # the counter steps once a second and a read takes milliseconds: two in a row agree


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
        """Read the counter until two readings in a row agree: nothing freezes it while its bytes are read.

        Raises:
            LinkError: ``counter-unstable``: no two did.
        """
        before = yield from ChipDriver.read_block(self)
        for _ in range(_READS - 1):
            block = yield from ChipDriver.read_block(self)
            if block == before:
                return block
            before = block
        raise LinkError("counter-unstable", f"{_READS} readings of the counter all differ", raw=before)
