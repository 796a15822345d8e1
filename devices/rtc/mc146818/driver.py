"""The MC146818 through its board's ports 70h and 71h. Its facts stand in the package.

Its flags are ``clock-failed`` (VRT down) and ``halted`` (SET left up, or the divider held).
"""

from __future__ import annotations

from dataclasses import replace

from devices.options import text_option, window_of, with_century_window
from devices.rtc.cmos_clock import CmosClock
from devices.rtc.mc146818 import CENTURY_REGISTER, CENTURY_REGISTERS, FACTS, NO_CENTURY_REGISTER
from harness.calendar.century import CenturyRule
from harness.device.driver import Options


def make_driver(options: Options) -> CmosClock:
    """Make the driver; with a century register the two digits need no window."""
    said = text_option(options, CENTURY_REGISTER)
    century = CENTURY_REGISTERS.get(said)
    facts = with_century_window(FACTS, window_of(options))
    if century is not None:
        form = replace(facts.form, century=CenturyRule.byte())
        facts = replace(facts, form=form, first="1900-01-01 00:00:00", last="2099-12-31 23:59:59")
    watched = tuple(CENTURY_REGISTERS.values()) if said == NO_CENTURY_REGISTER else ()
    return CmosClock(facts=facts, century=century, watched=watched)
