"""NTP and GPS values of moments that are on record."""

from __future__ import annotations

import pytest

from harness.calendar.gregorian import parse_iso
from harness.calendar.scales import gps_of_utc, gps_week_of_utc, ntp_of_utc, utc_of_gps


@pytest.mark.parametrize(
    ("utc", "era", "seconds"),
    [
        ("1899-12-31 23:59:59", -1, 4_294_967_295),
        ("1900-01-01 00:00:00", 0, 0),
        ("1970-01-01 00:00:00", 0, 2_208_988_800),
        ("1999-12-31 23:59:59", 0, 3_155_673_599),
        ("2036-02-07 06:28:15", 0, 4_294_967_295),
        ("2036-02-07 06:28:16", 1, 0),
    ],
)
def test_the_dates_of_rfc_5905_figure_4(utc: str, era: int, seconds: int) -> None:
    assert (era, seconds) == ntp_of_utc(parse_iso(utc))


@pytest.mark.parametrize(
    ("gps", "utc"),
    [
        ("1980-01-06 00:00:00", "1980-01-06 00:00:00"),
        ("1999-08-22 00:00:00", "1999-08-21 23:59:47"),
        ("2019-04-07 00:00:00", "2019-04-06 23:59:42"),
        ("2038-11-21 00:00:00", "2038-11-20 23:59:42"),
        ("2016-12-31 23:59:59", "2016-12-31 23:59:42"),
        ("2017-01-01 00:00:18", "2017-01-01 00:00:00"),
    ],
)
def test_gps_runs_ahead_of_utc_by_the_leap_seconds(gps: str, utc: str) -> None:
    assert parse_iso(utc) == utc_of_gps(parse_iso(gps))
    assert parse_iso(gps) == gps_of_utc(parse_iso(utc))


def test_a_leap_second_reads_as_the_second_after_it() -> None:
    assert parse_iso("2017-01-01 00:00:00") == utc_of_gps(parse_iso("2017-01-01 00:00:17"))


@pytest.mark.parametrize(
    ("utc", "week"),
    [
        ("1980-01-05 23:59:59", None),
        ("1980-01-06 00:00:00", (0, 0)),
        ("1999-08-21 23:59:46", (1023, 604_799)),
        ("1999-08-21 23:59:47", (1024, 0)),
        ("2019-04-06 23:59:42", (2048, 0)),
    ],
)
def test_gps_weeks_around_the_rollovers_on_record(utc: str, week: tuple[int, int] | None) -> None:
    assert week == gps_week_of_utc(parse_iso(utc))
