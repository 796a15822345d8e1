"""Every day from 1970 to 2199, against Python's datetime and against a counter too simple to be wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from harness.calendar.gregorian import (
    civil_date,
    day_of_year,
    days_in_month,
    days_since_1970,
    is_leap,
    iso_week,
    weekday_of,
)

FIRST, LAST = dt.date(1970, 1, 1), dt.date(2199, 12, 31)
MONTH_LENGTHS = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def dumb_days() -> Iterator[tuple[int, int, int, int, int]]:
    """Add one day at a time from Thursday 1970-01-01: year, month, day, weekday, ordinal. Only 2100 is special here."""
    year, month, day, weekday, ordinal = 1970, 1, 1, 4, 1
    while year < 2200:
        yield year, month, day, weekday, ordinal
        leap = year % 4 == 0 and year != 2100
        length = MONTH_LENGTHS.get(month, 29 if leap else 28)
        weekday = 0 if weekday == 6 else weekday + 1
        day, ordinal = day + 1, ordinal + 1
        if day > length:
            day, month = 1, month + 1
        if month > 12:
            year, month, ordinal = year + 1, 1, 1


def test_every_day_from_1970_to_2199_against_a_dumb_counter() -> None:
    count = -1
    for count, (year, month, day, weekday, ordinal) in enumerate(dumb_days()):
        assert count == days_since_1970(year, month, day)
        assert (year, month, day) == civil_date(count)
        assert weekday == weekday_of(count)
        assert ordinal == day_of_year(year, month, day)
    assert 84_006 == count + 1


def test_every_day_from_1970_to_2199_against_datetime() -> None:
    for ordinal in range(FIRST.toordinal(), LAST.toordinal() + 1):
        date = dt.date.fromordinal(ordinal)
        days = ordinal - FIRST.toordinal()
        assert (date.year, date.month, date.day) == civil_date(days)
        assert days == days_since_1970(date.year, date.month, date.day)
        assert date.isoweekday() % 7 == weekday_of(days)
        assert date.timetuple().tm_yday == day_of_year(date.year, date.month, date.day)
        assert date.isocalendar()[:2] == iso_week(days)


@pytest.mark.parametrize(
    "year", [*range(1, 10_000, 100), *range(4, 10_000, 400), *range(396, 10_000, 400), 1582, 1752, 9999]
)
def test_both_ends_of_years_of_every_kind_against_datetime(year: int) -> None:
    for date in (dt.date(year, 1, 1), dt.date(year, 2, 28), dt.date(year, 12, 31)):
        days = date.toordinal() - FIRST.toordinal()
        assert (date.year, date.month, date.day) == civil_date(days)
        assert days == days_since_1970(date.year, date.month, date.day)


def test_the_calendar_repeats_after_400_years_far_beyond_datetime() -> None:
    """146,097 days, which are whole weeks; datetime ends with the year 9999."""
    for days in range(days_since_1970(99_590, 1, 1), days_since_1970(99_592, 1, 1)):
        year, month, day = civil_date(days)
        assert (year - 400, month, day) == civil_date(days - 146_097)
        assert days == days_since_1970(year, month, day)
        assert weekday_of(days) == weekday_of(days - 146_097)


@pytest.mark.parametrize("year", [1972, 1996, 2000, 2004, 2008, 2020, 2024, 2028, 2036, 2040, 2068, 2080, 2400])
def test_leap_years_have_a_29_february(year: int) -> None:
    assert is_leap(year)
    assert 29 == days_in_month(year, 2)


@pytest.mark.parametrize("year", [1900, 1999, 2001, 2010, 2022, 2038, 2070, 2079, 2090, 2100, 2200, 2300])
def test_common_years_have_none(year: int) -> None:
    assert not is_leap(year)
    assert 28 == days_in_month(year, 2)


@pytest.mark.parametrize(
    ("year", "twins"), [(2000, (1972, 2028, 2056, 2084)), (1999, (1971, 1982, 1993, 2010, 2021, 2027, 2038))]
)
def test_years_with_the_calendar_of_1999_and_2000(year: int, twins: tuple[int, ...]) -> None:
    """Contingency years of 1999: a device that fails in 2000 can run 28 years back with the right weekdays."""
    for twin in twins:
        assert is_leap(year) == is_leap(twin)
        assert weekday_of(days_since_1970(year, 1, 1)) == weekday_of(days_since_1970(twin, 1, 1))
