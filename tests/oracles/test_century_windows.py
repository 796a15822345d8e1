"""Every century rule over every register content, both sides of every window edge included; the oracle is a search."""

from __future__ import annotations

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields


@pytest.mark.parametrize("first", range(1900, 2101))
def test_every_window_reads_two_digits_into_its_hundred_years(first: int) -> None:
    """For each window the year is the only one of the hundred that ends in the digits."""
    rule = CenturyRule.window(first)
    for digits in range(100):
        (expected,) = (year for year in range(first, first + 100) if str(year).endswith(f"{digits:02d}"))
        assert expected == rule.full_year(CalendarFields(year=digits))
        assert CalendarFields(year=digits) == rule.split(expected)
    for outside in (first - 1, first + 100):
        with pytest.raises(ValueError, match="outside"):
            rule.split(outside)


@pytest.mark.parametrize(
    ("first", "digits_before", "year_before", "digits_after", "year_after"),
    [
        (1969, 68, 2068, 69, 1969),  # gpsd, RMC
        (1970, 69, 2069, 70, 1970),  # Linux rtc-pcf8563, rtc-mc146818-lib
        (1980, 79, 2079, 80, 1980),  # Hioki 3166, Rockwell DTAM Plus
        (1990, 89, 2089, 90, 1990),  # Siemens DATE_AND_TIME, KNX
        (1994, 93, 2093, 94, 1994),  # Keithley 6517A
        (1998, 97, 2097, 98, 1998),  # MicroLogix RTC
        (2000, 99, 2099, 0, 2000),  # Linux rtc-ds1307 and most I2C clocks
    ],
)
def test_windows_of_shipping_devices_at_their_edge(
    first: int, digits_before: int, year_before: int, digits_after: int, year_after: int
) -> None:
    rule = CenturyRule.window(first)
    assert year_before == rule.full_year(CalendarFields(year=digits_before))
    assert year_after == rule.full_year(CalendarFields(year=digits_after))


@pytest.mark.parametrize("base", [1900, 1968, 1970, 1980, 1985, 1990, 2000, 2010])
@pytest.mark.parametrize("span", [64, 128, 256])
def test_every_content_of_a_counted_year(base: int, span: int) -> None:
    rule = CenturyRule.fixed(base, span)
    for held, year in enumerate(range(base, base + span)):
        assert year == rule.full_year(CalendarFields(year=held))
        assert CalendarFields(year=held) == rule.split(year)
    assert rule.full_year(CalendarFields(year=span)) is None
    for outside in (base - 1, base + span):
        with pytest.raises(ValueError, match="outside"):
            rule.split(outside)


@pytest.mark.parametrize("bit_when_low", [0, 1])
@pytest.mark.parametrize("base", [1900, 2000])
def test_every_content_of_two_digits_and_a_bit(base: int, bit_when_low: int) -> None:
    rule = CenturyRule.bit(base, bit_when_low=bit_when_low)
    contents = [(bit_when_low, digits) for digits in range(100)] + [(1 - bit_when_low, digits) for digits in range(100)]
    for year, (bit, digits) in enumerate(contents, start=base):
        fields = CalendarFields(year=digits, century_bit=bit)
        assert year == rule.full_year(fields)
        assert fields == rule.split(year)


def test_every_content_of_two_digits_and_a_century_byte() -> None:
    rule = CenturyRule.byte()
    for year in range(10_000):
        fields = CalendarFields(year=int(f"{year:04d}"[2:]), century=int(f"{year:04d}"[:2]))
        assert year == rule.full_year(fields)
        assert fields == rule.split(year)


def test_every_whole_year() -> None:
    rule = CenturyRule.digits()
    for year in range(10_000):
        assert year == rule.full_year(CalendarFields(year=year))
        assert CalendarFields(year=year) == rule.split(year)
