"""The meaning of a century bit, which the chip leaves to its host, as an option of the bench.

The silicon only toggles or sets the bit when its years go from 99 to 00. Which century it then stands for is the
host's convention, and hosts disagree: one chip read by two of them gives dates a hundred years apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from devices.options import text_option
from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.device.driver import Options
from harness.device.facts import DeviceFacts, Option

CENTURY_BIT: Final = "century-bit"
SET_IS_1900S: Final = "set-is-1900s"  # and clear is the 2000s: PCF8563 data sheet, U-Boot pcf8563.c
SET_IS_2000S: Final = "set-is-2000s"  # and clear is the 1900s: NuttX and U-Boot for the DS1337 family
SET_IS_2100S: Final = "set-is-2100s"  # and clear is the 2000s: Linux rtc-ds1307.c today, ds323x-rs, Makuna
_RULES: Final = {
    SET_IS_1900S: CenturyRule.bit(1900, bit_when_low=1),
    SET_IS_2000S: CenturyRule.bit(1900),
    SET_IS_2100S: CenturyRule.bit(2000),
}


def century_bit_option(default: str) -> Option:
    """Offer the three conventions that hosts are known to follow."""
    return Option(
        name=CENTURY_BIT,
        kind="choice",
        default=default,
        says="the century the host means by a set century bit; a clear bit is then the century before or after",
        choices=tuple(_RULES),
    )


def century_bit_of(options: Options) -> str:
    """Return the chosen convention."""
    return text_option(options, CENTURY_BIT)


def with_century_bit(facts: DeviceFacts, meaning: str) -> DeviceFacts:
    """Return the facts of a chip whose bit means ``meaning``.

    The range follows, and so does the century of the default date: after a loss the bit is clear.
    """
    rule = _RULES[meaning]
    default_date = facts.default_date
    if default_date is not None:
        year = rule.full_year(CalendarFields(year=int(default_date[:4]) % 100, century_bit=0))
        default_date = f"{year:04d}{default_date[4:]}"
    return replace(
        facts,
        form=replace(facts.form, century=rule),
        first=f"{rule.base:04d}-01-01 00:00:00",
        last=f"{rule.base + rule.span - 1:04d}-12-31 23:59:59",
        default_date=default_date,
    )
