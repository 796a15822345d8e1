"""From fields to an instant and back, and every reason why fields name none."""

from __future__ import annotations

import dataclasses

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import MONDAY_1, MONDAY_1_SUNDAY_0, SUNDAY_0, SUNDAY_1, ClockForm, Impossible, WeekdayRule

TWO_DIGITS = ClockForm(century=CenturyRule.window(1970), weekday=SUNDAY_1)
ORDINAL = ClockForm(century=CenturyRule.window(1970), day_of_year=True)
UNIX = ClockForm(counter=Counter(signed=True))
LAST_SECOND = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=59, weekday=6)


def test_the_last_second_of_1999_both_ways() -> None:
    assert 946_684_799 == TWO_DIGITS.resolve(LAST_SECOND)
    assert LAST_SECOND == TWO_DIGITS.express(946_684_799)


def test_the_weekday_plays_no_part_in_the_instant() -> None:
    """A wrong weekday is judged on its own; it must not make a right date unreadable."""
    assert 946_684_799 == TWO_DIGITS.resolve(dataclasses.replace(LAST_SECOND, weekday=3))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"year": None}, "year-unreadable"),
        ({"year": 100}, "year-unreadable"),
        ({"month": None}, "field-missing"),
        ({"day": None}, "field-missing"),
        ({"hour": None}, "field-missing"),
        ({"minute": None}, "field-missing"),
        ({"second": None}, "field-missing"),
        ({"month": 13}, "date-does-not-exist"),
        ({"month": 0}, "date-does-not-exist"),
        ({"month": 2, "day": 29}, "date-does-not-exist"),
        ({"day": 0}, "date-does-not-exist"),
        ({"hour": 24}, "time-does-not-exist"),
        ({"minute": 60}, "time-does-not-exist"),
        ({"second": 60}, "time-does-not-exist"),
    ],
)
def test_fields_that_name_no_instant_say_why(change: dict[str, int | None], reason: str) -> None:
    assert Impossible(reason) == TWO_DIGITS.resolve(dataclasses.replace(LAST_SECOND, **change))


@pytest.mark.parametrize(
    ("year", "ordinal", "seconds"),
    [(99, 365, 946_598_400), (0, 1, 946_684_800), (0, 60, 951_782_400), (0, 366, 978_220_800)],
)
def test_an_ordinal_day_both_ways(year: int, ordinal: int, seconds: int) -> None:
    fields = CalendarFields(year=year, day_of_year=ordinal, hour=0, minute=0, second=0)
    assert seconds == ORDINAL.resolve(fields)
    assert fields == ORDINAL.express(seconds)


@pytest.mark.parametrize(
    ("year", "ordinal", "hour", "reason"),
    [
        (99, 366, 0, "date-does-not-exist"),
        (0, 367, 0, "date-does-not-exist"),
        (99, 0, 0, "date-does-not-exist"),
        (99, 365, 24, "time-does-not-exist"),
        (99, None, 0, "field-missing"),
    ],
)
def test_an_ordinal_that_names_no_day_says_why(year: int, ordinal: int | None, hour: int, reason: str) -> None:
    fields = CalendarFields(year=year, day_of_year=ordinal, hour=hour, minute=0, second=0)
    assert Impossible(reason) == ORDINAL.resolve(fields)


def test_a_year_beyond_the_calendar_is_no_date_even_as_an_ordinal() -> None:
    form = ClockForm(century=CenturyRule.digits(), day_of_year=True)
    fields = CalendarFields(year=100_000, day_of_year=1, hour=0, minute=0, second=0)
    assert Impossible("date-does-not-exist") == form.resolve(fields)


def test_a_clock_without_seconds_names_the_whole_minute() -> None:
    form = ClockForm(century=CenturyRule.window(1970), has_seconds=False)
    fields = CalendarFields(year=99, month=12, day=31, hour=23, minute=59)
    assert 946_684_740 == form.resolve(fields)
    assert fields == form.express(946_684_799)


def test_a_counting_clock_both_ways() -> None:
    assert -2_147_483_648 == UNIX.resolve(CalendarFields(count=-2_147_483_648))
    assert CalendarFields(count=2_147_483_647) == UNIX.express(2_147_483_647)
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        UNIX.express(2_147_483_648)


@pytest.mark.parametrize(
    ("count", "reason"),
    [(None, "count-missing"), (2_147_483_648, "count-out-of-range"), (-2_147_483_649, "count-out-of-range")],
)
def test_a_count_that_names_no_instant_says_why(count: int | None, reason: str) -> None:
    assert Impossible(reason) == UNIX.resolve(CalendarFields(count=count))


def test_a_form_without_any_rule_names_and_expresses_nothing() -> None:
    assert Impossible("no-century-rule") == ClockForm().resolve(LAST_SECOND)
    with pytest.raises(ValueError, match="neither a century rule nor a counter"):
        ClockForm().express(0)


@pytest.mark.parametrize(
    ("rule", "numbers"),
    [
        (SUNDAY_1, [1, 2, 3, 4, 5, 6, 7]),
        (SUNDAY_0, [0, 1, 2, 3, 4, 5, 6]),
        (MONDAY_1, [7, 1, 2, 3, 4, 5, 6]),
        (MONDAY_1_SUNDAY_0, [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_weekday_numbers_from_sunday_to_saturday(rule: WeekdayRule, numbers: list[int]) -> None:
    assert numbers == [rule.number_of(weekday) for weekday in range(7)]
    assert list(range(7)) == [rule.weekday_of(number) for number in numbers]
    assert all(rule.weekday_of(number) is None for number in range(-1, 10) if number not in numbers)
