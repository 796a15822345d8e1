"""Weekday, day of year, leap day and views, each failed by one literal reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.form import WeekdayRule
from harness.records import Question, Role, Verdict

Make = Callable[..., "object"]

LEAP_DAY = 951_782_400  # 2000-02-29 00:00:00, a Tuesday


def led_to_a_weekday(scene: Make, weekday: int | None) -> object:
    """The clock of these tests numbers Sunday 1; 1999-12-31 was a Friday, 6."""
    led = scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, weekday=6)
    led.read(30.5, "1999-12-31 23:59:30", weekday=6).read(58.5, "1999-12-31 23:59:58", weekday=6)
    led.read(60.5, "2000-01-01 00:00:00", weekday=weekday).read(62.5, "2000-01-01 00:00:02", weekday=weekday)
    return led.read(64.5, "2000-01-01 00:00:04", weekday=weekday)


def test_friday_is_followed_by_saturday(scene: Make) -> None:
    led = led_to_a_weekday(scene, 7)

    assert led.judge().verdict is Verdict.CONFORMS
    assert {"weekday 6", "weekday 7"} == {f.read for f in led.judge().findings if f.code == "weekday-as-expected"}


def test_a_weekday_that_stays_friday_stands_still(scene: Make) -> None:
    finding = led_to_a_weekday(scene, 6).finding("weekday-stands-still")

    assert ("V2", "weekday 7", "weekday 6") == (finding.rule, finding.expected, finding.read)
    assert Question.PROGRESS is finding.question
    assert finding.verdict is Verdict.DOES_NOT_CONFORM


@pytest.mark.parametrize("number", [1, 0, 9])
def test_any_other_weekday_is_wrong(scene: Make, number: int) -> None:
    assert {"weekday-wrong"} == led_to_a_weekday(scene, number).codes()


def test_a_wrong_weekday_in_the_read_back_is_wrong_not_standing(scene: Make) -> None:
    assert {"weekday-wrong"} == scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, weekday=5).codes()


def test_a_device_without_weekday_is_not_judged_by_it(scene: Make) -> None:
    led = led_to_a_weekday(scene, 3).with_form(weekday=None)

    assert led.judge().verdict is Verdict.CONFORMS
    assert {"no-weekday"} == led.codes(Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize(("written", "after", "code"), [(3, 4, None), (7, 1, None), (3, 3, "weekday-stands-still")])
def test_a_free_weekday_is_judged_by_what_was_written(scene: Make, written: int, after: int, code: str | None) -> None:
    """The chip counts on from any number; 3 on that Friday is wrong for people, and right for this rule."""
    led = scene().with_form(weekday=WeekdayRule(sunday=1, monday=2, free=True)).set(weekday=written)
    led.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, weekday=written)
    led.read(60.5, "2000-01-01 00:00:00", weekday=after)

    assert ({code} if code else set()) == led.codes()


@pytest.mark.parametrize("written", [None, 0])
def test_a_free_weekday_that_was_not_written_is_not_judged(scene: Make, written: int | None) -> None:
    """0 is no weekday of a device that counts from 1."""
    led = scene().with_form(weekday=WeekdayRule(sunday=1, monday=2, free=True)).set(weekday=written)

    assert set() == led.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, weekday=5).codes()


@pytest.mark.parametrize(("day", "code"), [(1, "day-of-year-as-expected"), (366, "day-of-year-wrong")])
def test_the_day_of_year_belongs_to_the_date(scene: Make, day: int, code: str) -> None:
    led = scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, day_of_year=365)
    led.read(60.5, "2000-01-01 00:00:00", day_of_year=day)

    assert f"day {day}" in {f.read for f in led.judge().findings if f.code == code}


def test_a_clock_of_ordinal_days_conforms_across_the_year(scene: Make) -> None:
    led = scene().with_form(day_of_year=True, weekday=None)
    led.read(-1, "2026-0-0 10:00:00", Role.BEFORE_SET, month=None, day=None, day_of_year=124).set()
    for at, second in ((0.5, 0), (30.5, 30), (58.5, 58)):
        led.read(at, f"1999-0-0 23:59:{second}", month=None, day=None, day_of_year=365)
    for at, second in ((60.5, 0), (62.5, 2), (64.5, 4)):
        led.read(at, f"2000-0-0 00:00:{second}", month=None, day=None, day_of_year=1)

    assert led.judge().verdict is Verdict.CONFORMS


def test_an_ordinal_day_that_the_year_lacks_is_impossible(scene: Make) -> None:
    led = scene().with_form(day_of_year=True, weekday=None).set()
    led.read(0.5, "1999-0-0 23:59:00", month=None, day=None, day_of_year=365)

    assert {"date-impossible"} == led.read(60.5, "1999-0-0 00:00:00", month=None, day=None, day_of_year=366).codes()


def test_the_leap_day_of_2000_follows_28_february(scene: Make) -> None:
    led = scene(edge_seconds=LEAP_DAY).set().read(0.5, "2000-02-28 23:59:00", Role.READ_BACK)

    assert led.read(62.5, "2000-02-29 00:00:02").finding("leap-rule-followed").rule == "V4"


@pytest.mark.parametrize(("century", "code"), [(20, "views-agree"), (19, "views-disagree")])
def test_a_century_byte_agrees_with_four_digits(scene: Make, century: int, code: str) -> None:
    led = scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, century=19)
    led.read(62.5, "2000-01-01 00:00:02", century=century)

    assert f"century {century}" in {f.read for f in led.judge().findings if f.code == code}


def test_a_century_byte_beside_two_digits_is_one_view(scene: Make) -> None:
    led = scene().with_form(century=CenturyRule.byte(), weekday=None).set()
    led.read(0.5, "99-12-31 23:59:00", Role.READ_BACK, century=19)

    assert not {f for f in led.judge().findings if f.rule == "V7"}


@pytest.mark.parametrize(
    ("text", "verdict", "read"),
    [
        ("1999-12-31 23:59:00", Verdict.CONFORMS, "1999-12-31 23:59:00"),
        ("1999-12-31 23:58:59", Verdict.DOES_NOT_CONFORM, "1999-12-31 23:58:59"),
        ("1999-13-31 23:59:00", Verdict.DOES_NOT_CONFORM, "date-does-not-exist"),
    ],
)
def test_a_count_agrees_with_the_calendar_beside_it(scene: Make, text: str, verdict: Verdict, read: str) -> None:
    """946,684,740 s after 1970 is 1999-12-31 23:59:00."""
    led = scene().with_form(counter=Counter(), weekday=None).set()
    led.read(0.5, text, Role.READ_BACK, count=946_684_740)

    assert (verdict, read) in {(f.verdict, f.read) for f in led.judge().findings if f.rule == "V7"}
