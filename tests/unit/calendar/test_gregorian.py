"""Calendar arithmetic on dates known by heart; ``tests/oracles`` walks every day."""

from __future__ import annotations

import pytest

from harness.calendar.gregorian import (
    CivilTime,
    civil_date,
    civil_seconds,
    civil_time,
    days_since_1970,
    exists,
    iso,
    iso_week,
    parse_iso,
    weekday_of,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01", 0),
        ("1999-12-31 23:59", 946_684_740),
        ("1999-12-31T23:59:00Z", 946_684_740),
        ("2000-01-01 00:00:00", 946_684_800),
        ("2038-01-19 03:14:08", 2_147_483_648),
        ("1901-12-13 20:45:52", -2_147_483_648),
        (" 2106-02-07 06:28:16 ", 4_294_967_296),
        ("10000-01-01", 253_402_300_800),
    ],
)
def test_dates_everyone_knows_in_seconds_since_1970(text: str, seconds: int) -> None:
    assert seconds == parse_iso(text)


@pytest.mark.parametrize(
    "text", ["", "1999", "31.12.1999", "99-12-31", "1999-12-31 23", "1999-1-1", "1999-12-31 23:59:00+01:00"]
)
def test_another_form_of_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not written YYYY-MM-DD"):
        parse_iso(text)


@pytest.mark.parametrize(
    "text",
    ["1999-02-29", "1900-02-29", "2100-02-29", "2000-02-30", "2000-04-31", "2000-00-01", "2000-13-01", "2000-01-00",
     "1999-12-31 24:00", "1999-12-31 23:60", "2016-12-31 23:59:60"],
)  # fmt: skip
def test_what_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        parse_iso(text)


def test_the_leap_day_of_2000_follows_28_february() -> None:
    assert (2000, 2, 29) == civil_date(days_since_1970(2000, 2, 28) + 1)
    assert (2000, 3, 1) == civil_date(days_since_1970(2000, 2, 29) + 1)


def test_the_first_of_march_follows_28_february_of_2100() -> None:
    assert (2100, 3, 1) == civil_date(days_since_1970(2100, 2, 28) + 1)


@pytest.mark.parametrize(
    ("date", "weekday"),
    [
        ((1999, 12, 31), 5),
        ((2000, 1, 1), 6),
        ((2000, 2, 29), 2),
        ((1970, 1, 1), 4),
        ((1900, 1, 1), 1),
        ((2100, 3, 1), 1),
    ],
)
def test_weekdays_from_wall_calendars(date: tuple[int, int, int], weekday: int) -> None:
    assert weekday == weekday_of(days_since_1970(*date))


@pytest.mark.parametrize(
    ("date", "week"),
    [
        ((1998, 12, 31), (1998, 53)),
        ((1999, 1, 3), (1998, 53)),
        ((1999, 1, 4), (1999, 1)),
        ((2000, 1, 1), (1999, 52)),
        ((2008, 12, 29), (2009, 1)),
        ((2026, 12, 31), (2026, 53)),
        ((2027, 1, 4), (2027, 1)),
    ],
)
def test_iso_weeks_around_new_year(date: tuple[int, int, int], week: tuple[int, int]) -> None:
    assert week == iso_week(days_since_1970(*date))


def test_seconds_and_civil_time_are_one_another_undone() -> None:
    civil = CivilTime(1999, 12, 31, 23, 59, 59)
    assert civil == civil_time(civil_seconds(civil))
    assert "1999-12-31 23:59:59" == iso(946_684_799)


def test_the_calendar_ends_with_the_year_99999() -> None:
    assert exists(99_999, 12, 31, 23, 59, 59)
    assert not exists(100_000, 1, 1)
    assert not exists(-1, 1, 1)
