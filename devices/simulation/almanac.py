"""The simulators' own month table, leap rules and year registers.

Deliberately not `harness.calendar`: the harness is judged against these clocks, so the two are reckoned apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

DAY_SECONDS = 86_400
_MONTH_LENGTHS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_FEBRUARY = 2
_DECEMBER = 12
_EPOCH_YEAR = 1970
_EPOCH_WEEKDAY = 4  # 1 January 1970 was a Thursday; Sunday is 0

LeapLaw = Literal["every-fourth", "gregorian", "none"]


class Digits(NamedTuple):
    """A date and time as civil digits; ``weekday`` has Sunday = 0."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int


def is_gregorian_leap(year: int) -> bool:
    """Tell whether the Gregorian year has 366 days."""
    if year % 100 == 0:
        return year % 400 == 0
    return year % 4 == 0


def month_length(month: int, *, leap: bool) -> int:
    """Return the days of a month; a month number that is no month runs to 31, as a comparator of two digits would."""
    if month == _FEBRUARY and leap:
        return 29
    return _MONTH_LENGTHS.get(month, 31)


def digits_of(seconds: int) -> Digits:
    """Return the digits of civil seconds by taking whole years, then whole months, off a day count."""
    days, rest = divmod(seconds, DAY_SECONDS)
    weekday = (days + _EPOCH_WEEKDAY) % 7
    year = _EPOCH_YEAR
    while days < 0:
        year -= 1
        days += 366 if is_gregorian_leap(year) else 365
    while days >= (length := 366 if is_gregorian_leap(year) else 365):
        days -= length
        year += 1
    month = 1
    while days >= (length := month_length(month, leap=is_gregorian_leap(year))):
        days -= length
        month += 1
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    return Digits(year, month, days + 1, hour, minute, second, weekday)


def time_exists(hour: int, minute: int, second: int) -> bool:
    """Tell whether a 24-hour clock shows this time."""
    return 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60  # noqa: PLR2004 - a day's own numbers


def date_exists(year: int, month: int, day: int) -> bool:
    """Tell whether the Gregorian calendar has this date."""
    return 1 <= month <= _DECEMBER and 1 <= day <= month_length(month, leap=is_gregorian_leap(year))


def seconds_of(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int | None:
    """Return civil seconds, or None when the Gregorian calendar has no such moment."""
    if not date_exists(year, month, day) or not time_exists(hour, minute, second):
        return None
    days = day - 1
    days += sum(month_length(earlier, leap=is_gregorian_leap(year)) for earlier in range(1, month))
    if year >= _EPOCH_YEAR:
        days += sum(366 if is_gregorian_leap(passed) else 365 for passed in range(_EPOCH_YEAR, year))
    else:
        days -= sum(366 if is_gregorian_leap(ahead) else 365 for ahead in range(year, _EPOCH_YEAR))
    return days * DAY_SECONDS + hour * 3600 + minute * 60 + second


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRegister:
    """How a device's year register counts, and which years its contents stand for.

    Attributes:
        modulus: how many values it has before it is 0 again: 100, 256, 10,000.
        offset: the year that is kept as 0; any multiple of 100 where only two digits are kept.
        first_year: the earliest year its contents can stand for. For two digits that is a convention of whoever reads
            them, and serves here only to say what the device would call its civil time.
    """

    modulus: int
    offset: int
    first_year: int

    def register_of(self, year: int) -> int:
        """Return what the register holds in ``year``; digits it does not keep are lost."""
        return (year - self.offset) % self.modulus

    def year_of(self, register: int) -> int:
        """Return the year the register's content stands for."""
        return self.first_year + (register + self.offset - self.first_year) % self.modulus

    @property
    def millennium(self) -> int:
        """What the register holds in 2000: the content at which century bugs wake."""
        return self.register_of(2000)

    @property
    def holds_century(self) -> bool:
        """Whether 1900 and 2000 are different contents."""
        return self.register_of(1900) != self.register_of(2000)

    def can_hold(self, year: int) -> bool:
        """Tell whether some content stands for ``year``."""
        return self.first_year <= year < self.first_year + self.modulus

    def is_leap(self, register: int, law: LeapLaw) -> bool:
        """Tell whether the device gives this year a 29 February.

        Clock chips look at the low two bits of the register and nothing else (RX-8564LC manual p.15, and reports on
        the DS3231 in 2100); only firmware that keeps whole years can follow the Gregorian rule.
        """
        if law == "every-fourth":
            return register % 4 == 0
        return law == "gregorian" and is_gregorian_leap(self.year_of(register))


def two_digits(first_year: int) -> YearRegister:
    """Return a register of two year digits, read as ``first_year`` and the 99 years after it."""
    return YearRegister(modulus=100, offset=0, first_year=first_year)
