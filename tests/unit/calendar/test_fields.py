"""Fields as a device gives them: possibly impossible, never repaired."""

from __future__ import annotations

import pytest

from harness.calendar.fields import CalendarFields


def test_an_impossible_date_is_spelled_as_it_stands() -> None:
    fields = CalendarFields(year=0, month=2, day=30, hour=23, minute=59, second=60)
    assert "00-02-30 23:59:60" == fields.text()


def test_absent_fields_are_dashes() -> None:
    assert "-- -- --" == CalendarFields().text().replace("-----", "--").replace("--:--:--", "-- --")[:8]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (CalendarFields(), "--------" + " --:--:--"),
        (CalendarFields(year=99, century=19, month=12, day=31, hour=23, minute=59, second=5), "1999-12-31 23:59:05"),
        (CalendarFields(year=99, day_of_year=365, hour=0, minute=0), "99-365 00:00:--"),
        (CalendarFields(year=19100, month=1, day=1, weekday=7, century_bit=1), "19100-01-01 --:--:-- weekday 7 century bit 1"),
        (CalendarFields(count=-1), "count -1"),
    ],
)
def test_what_a_person_reads(fields: CalendarFields, text: str) -> None:
    assert text == fields.text()
