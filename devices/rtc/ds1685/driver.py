"""The DS1685 through its board's ports: an MC146818 with century and serial number in a second bank.

Its flags are ``clock-failed`` (VRT down) and ``halted`` (SET left up, or the divider held).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.rtc.cmos_clock import CmosClock
from devices.rtc.ds1685 import FACTS
from harness.device.asks import ParallelRead, Steps, ask
from harness.device.driver import DeviceIdentity, Options

_CENTURY, _BANK_1 = 0x48, 0x10
_MODEL: Final = 0x40
_SERIAL: Final = tuple(range(0x46, 0x40, -1))  # most significant byte first


def make_driver(options: Options) -> Ds1685:
    """Make the driver; it has no option."""
    del options
    return Ds1685(facts=FACTS, century=_CENTURY, century_bank=_BANK_1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ds1685(CmosClock):
    """The driver."""

    def identify(self) -> Steps[DeviceIdentity]:
        """Read model and serial number, which the maker burnt in."""
        before, after = yield from self._bank()
        question = ParallelRead(registers=(_MODEL, *_SERIAL), before=before, after=after, timing=False)
        model, *serial = yield from ask(question)
        number = bytes(serial).hex()
        is_one = len(set(serial)) > 1  # an empty bus reads as ones throughout
        return DeviceIdentity(entries=(("model", f"{model:02x}"),), serial_number=number if is_one else None)
