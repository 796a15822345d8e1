"""Impossible dates are impossible in the clock's own fields, and every kind of them is there."""

from __future__ import annotations

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import SUNDAY_1, ClockForm, Impossible
from harness.calendar.gregorian import parse_iso
from harness.calendar.impossible import impossible_dates

NEAR = parse_iso("2000-01-01 12:00:17")
TWO_DIGITS = ClockForm(century=CenturyRule.window(1970), weekday=SUNDAY_1)


def test_a_calendar_clock_is_offered_every_kind_of_impossible_date() -> None:
    names = [name for name, _ in impossible_dates(TWO_DIGITS, NEAR)]
    assert names == [
        "february-30",
        "february-29-of-a-common-year",
        "april-31",
        "month-0",
        "month-13",
        "day-0",
        "day-32",
        "hour-24",
        "minute-60",
        "second-60",
    ]


def test_the_30th_of_february_of_2000_stands_in_the_clock_s_own_fields() -> None:
    offered = dict(impossible_dates(TWO_DIGITS, NEAR))["february-30"]
    assert offered == CalendarFields(year=0, month=2, day=30, hour=12, minute=34, second=17, weekday=3)


def test_nothing_that_exists_is_offered() -> None:
    assert all(isinstance(TWO_DIGITS.resolve(fields), Impossible) for _, fields in impossible_dates(TWO_DIGITS, NEAR))


def test_a_clock_that_counts_has_no_impossible_date() -> None:
    assert impossible_dates(ClockForm(counter=Counter()), NEAR) == ()


def test_a_clock_of_minutes_is_not_offered_a_second() -> None:
    form = ClockForm(century=CenturyRule.window(1970), has_seconds=False)
    assert "second-60" not in dict(impossible_dates(form, NEAR))


def test_an_ordinal_clock_is_offered_days_of_the_year() -> None:
    form = ClockForm(century=CenturyRule.window(1970), day_of_year=True)
    assert {"day-of-year-0", "day-of-year-367"} <= set(dict(impossible_dates(form, NEAR)))
