"""Fields as a device gives them: possibly impossible, never repaired."""

from __future__ import annotations

import pytest

from harness.calendar.fields import CalendarFields


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (CalendarFields(year=0, month=2, day=30, hour=23, minute=59, second=60), "00-02-30 23:59:60"),
        (CalendarFields(), "-------- --:--:--"),
        (CalendarFields(year=99, century=19, month=12, day=31, hour=23, minute=59, second=5), "1999-12-31 23:59:05"),
        (CalendarFields(year=99, day_of_year=365, hour=0, minute=0), "99-365 00:00:--"),
        (
            CalendarFields(year=19100, month=1, day=1, weekday=7, century_bit=1),
            "19100-01-01 --:--:-- weekday 7 century bit 1",
        ),
        (CalendarFields(count=-1), "count -1"),
    ],
)
def test_a_person_reads_the_fields_as_they_stand(fields: CalendarFields, text: str) -> None:
    assert text == fields.text()


def test_only_present_fields_go_to_the_journal_and_come_back() -> None:
    fields = CalendarFields(year=0, weekday=6, count=0)
    assert {"year": 0, "weekday": 6, "count": 0} == fields.as_dict()
    assert fields == CalendarFields.from_dict({"year": 0, "weekday": 6, "count": 0})
    assert frozenset({"year", "weekday", "count"}) == fields.present()


def test_the_journal_holds_no_unknown_field() -> None:
    with pytest.raises(TypeError, match="fortnight"):
        CalendarFields.from_dict({"fortnight": 1})
