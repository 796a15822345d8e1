"""Limits that many clock chips share, each worded once; what is one chip's own stands in its facts."""

from __future__ import annotations

from typing import Final

Limit = tuple[str, str]

NO_CENTURY: Final[Limit] = (
    "no-century",
    "the chip keeps two digits of the year and nothing else: the host supplies the century",
)
CENTURY_IS_CONVENTION: Final[Limit] = (
    "century-bit-is-a-convention",
    "the chip changes its century bit at the turn of the digits; which century it then means, each host decides",
)
WEEKDAY_IS_FREE: Final[Limit] = (
    "weekday-is-free",
    "the weekday is whatever the host wrote, and counts on at midnight",
)
LEAP_2100: Final[Limit] = (
    "2100-is-leap",
    "digits that four divides are a leap year, 00 included: 2000 is right, 2100 has a false 29 February",
)
ILLOGICAL_DATES: Final[Limit] = (
    "illogical-dates-undefined",
    "the maker leaves the counting of dates that do not exist undefined",
)
FIRST_SECOND_IS_HALF: Final[Limit] = (
    "first-second-is-half",
    "once its stop bit is released the chip counts its first second after half a second; a restore allows for it",
)

ON_A_BOARD: Final[Limit] = (
    "reached-through-its-board",
    "the chip is read and set by the shell of the board it stands in, whose system keeps a time of its own",
)
READ_TWICE: Final[Limit] = (
    "read-until-equal",
    "the registers are read twice in one go until both times agree; nothing is written to read them",
)
SET_ONLY_A_CLOCK: Final[Limit] = (
    "set-only-a-clock",
    "where the board's memory holds no decimal date nothing is written: the address may be another chip's",
)
