"""Every second within two hours of every edge, against a clock that only ever adds one second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from harness.calendar.edges import Edge, load_edges
from harness.calendar.gregorian import CivilTime, civil_seconds, civil_time

TWO_HOURS = 7200
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def dumb_seconds(start: dt.datetime) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Count on from ``start`` with carries written out one by one."""
    year, month, day, hour, minute, second = start.timetuple()[:6]
    while True:
        yield year, month, day, hour, minute, second
        second += 1
        if second == 60:
            second, minute = 0, minute + 1
        if minute == 60:
            minute, hour = 0, hour + 1
        if hour == 24:
            hour, day = 0, day + 1
            has_leap_day = month == 2 and year % 4 == 0 and year not in {1900, 2100, 2200}
            if day > MONTH_LENGTHS[month - 1] + has_leap_day:
                day, month = 1, month + 1
        if month == 13:
            month, year = 1, year + 1


@pytest.mark.parametrize("edge", load_edges(), ids=lambda edge: edge.id)
def test_every_second_two_hours_around_an_edge(edge: Edge) -> None:
    first = edge.seconds - TWO_HOURS
    start = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=first)  # noqa: DTZ001 - civil time has no zone
    expected = dumb_seconds(start)
    for seconds in range(first, edge.seconds + TWO_HOURS + 1):
        assert CivilTime(*next(expected)) == civil_time(seconds)
    assert edge.seconds == civil_seconds(civil_time(edge.seconds))
