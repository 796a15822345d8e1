"""Proleptic Gregorian arithmetic on plain integers, for any year from 0 to 99999.

*Civil seconds* are the seconds from 1970-01-01 00:00:00 to a civil date and time, in whatever zone that civil time is
meant, with 86,400 seconds in every day. Every instant in the bench is one of these integers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DAY_SECONDS = 86_400
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_0000_TO_1970 = 719_528
_THURSDAY = 4  # 1970-01-01, with Sunday = 0
MAX_YEAR = 99_999


@dataclass(frozen=True, slots=True, order=True)
class CivilTime:
    """A date and time that exists."""

    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: int = 0

    def iso(self) -> str:
        """Return ``YYYY-MM-DD HH:MM:SS``."""
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d} {self.hour:02d}:{self.minute:02d}:{self.second:02d}"


def is_leap(year: int) -> bool:
    """Tell whether ``year`` has a 29 February: every fourth, not every hundredth, yet every four-hundredth."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return 28 to 31; ``month`` is 1 to 12."""
    return 29 if month == 2 and is_leap(year) else _DAYS_IN_MONTH[month - 1]  # noqa: PLR2004 - February


def day_of_year(year: int, month: int, day: int) -> int:
    """Return 1 to 366."""
    after_february = month > 2  # noqa: PLR2004
    return _DAYS_BEFORE_MONTH[month - 1] + day + (1 if after_february and is_leap(year) else 0)


def days_since_1970(year: int, month: int, day: int) -> int:
    """Return the day number, negative before 1970."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400 + 1  # year 0 is leap and counts
    return year * 365 + leaps - _DAYS_0000_TO_1970 + day_of_year(year, month, day) - 1


def weekday_of(days: int) -> int:
    """Return the weekday of a day number, Sunday = 0."""
    return (days + _THURSDAY) % 7


def exists(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> bool:
    """Tell whether the calendar has this date and the clock this time; 24:00 and second 60 do not exist here."""
    return (
        0 <= year <= MAX_YEAR
        and 1 <= month <= 12  # noqa: PLR2004
        and 1 <= day <= days_in_month(year, month)
        and 0 <= hour <= 23  # noqa: PLR2004
        and 0 <= minute <= 59  # noqa: PLR2004
        and 0 <= second <= 59  # noqa: PLR2004
    )


def civil_seconds(civil: CivilTime) -> int:
    """Return civil seconds.

    Raises:
        ValueError: the date or time does not exist.
    """
    if not exists(civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second):
        raise ValueError(f"{civil.iso()} does not exist")
    days = days_since_1970(civil.year, civil.month, civil.day)
    return days * DAY_SECONDS + civil.hour * 3600 + civil.minute * 60 + civil.second


def civil_date(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a day number."""
    # The mean year has 146,097 / 400 days. Rounded up by one day, the estimate is the year itself or the one after.
    year = (days + _DAYS_0000_TO_1970 + 1) * 400 // 146_097
    if days < days_since_1970(year, 1, 1):
        year -= 1
    rest = days - days_since_1970(year, 1, 1)
    month = 1
    while rest >= (length := days_in_month(year, month)):
        rest -= length
        month += 1
    return year, month, rest + 1


def iso_week(days: int) -> tuple[int, int]:
    """Return the ISO 8601 week-year and week (1-53) of a day number: a week belongs to the year of its Thursday."""
    thursday = days - (days + _THURSDAY - 1) % 7 + 3
    year, month, day = civil_date(thursday)
    return year, (day_of_year(year, month, day) - 1) // 7 + 1


def civil_time(seconds: int) -> CivilTime:
    """Return the date and time of civil seconds."""
    days, rest = divmod(seconds, DAY_SECONDS)
    year, month, day = civil_date(days)
    return CivilTime(year, month, day, rest // 3600, rest // 60 % 60, rest % 60)


_ISO = re.compile(r"(\d{4,5})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?Z?")


def parse_iso(text: str) -> int:
    """Return civil seconds of ``1999-12-31``, ``1999-12-31 23:59`` or ``1999-12-31T23:59:00``.

    Raises:
        ValueError: the form is another one, or the date does not exist.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text}' is not written YYYY-MM-DD [HH:MM[:SS]]")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return civil_seconds(CivilTime(year, month, day, hour, minute, second))


def iso(seconds: int) -> str:
    """Return civil seconds as ``YYYY-MM-DD HH:MM:SS``."""
    return civil_time(seconds).iso()
