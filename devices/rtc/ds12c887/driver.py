"""The DS12C887 through its board's ports: an MC146818 with a century of its own. Its facts stand in the package.

Its flags are ``clock-failed`` (VRT down) and ``halted`` (SET left up, or the divider held).
"""

from __future__ import annotations

from devices.rtc.cmos_clock import CmosClock
from devices.rtc.ds12c887 import FACTS
from harness.device.driver import Options

_CENTURY = 0x32


def make_driver(options: Options) -> CmosClock:
    """Make the driver; it has no option."""
    del options
    return CmosClock(facts=FACTS, century=_CENTURY)
