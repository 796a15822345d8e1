"""What is said beyond the verdict: severity, mechanism, whether setting by hand helps, and years of the same calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.judge.advice import (
    MECHANISMS,
    Severity,
    advise,
    equivalent_years,
    has_same_calendar,
    period_code,
    severity_of,
    worst_severity,
)
from harness.judge.rules import CODES
from harness.records import Finding, Judgement, Question, Variant, Verdict
from tests.unit.judge.conftest import FACTS

FAILS, HOLDS, OPEN = Verdict.DOES_NOT_CONFORM, Verdict.CONFORMS, Verdict.NOT_DETERMINED


def judged(variant: Variant, questions: dict[Question, Verdict], code: str = "as-expected") -> Judgement:
    worst = next(v for v in (FAILS, OPEN, HOLDS) if v in questions.values())
    finding = Finding(
        rule="V1",
        code=code,
        question=Question.SET,
        verdict=worst,
        expected="",
        read="",
        says="",
        details={"edge": "2000-01-01 00:00:00"},
    )
    return Judgement(
        number=1,
        device="pump",
        edge="y2k-rollover",
        variant=variant,
        repeat=1,
        verdict=worst,
        questions=questions,
        findings=(finding,),
    )


ROLLS_TO_1900 = judged(Variant.RUNNING, {Question.SET: HOLDS, Question.PROGRESS: FAILS}, "year-is-1900")


def test_a_clock_that_fails_to_roll_but_takes_the_date_is_settable_by_hand() -> None:
    (advice,) = advise([ROLLS_TO_1900, judged(Variant.SET_AFTER, {Question.SET: HOLDS})], FACTS)
    assert advice.settable_after is True
    assert advice.codes == ("year-is-1900",)
    assert advice.mechanisms == ("the year is kept as two digits and the century is a constant",)
    assert advice.severity is Severity.MAJOR


@pytest.mark.parametrize(("verdict", "settable"), [(FAILS, False), (OPEN, None)])
def test_a_clock_that_was_not_seen_to_take_the_date_is_not_called_settable(
    verdict: Verdict, settable: bool | None
) -> None:
    (advice,) = advise([ROLLS_TO_1900, judged(Variant.SET_AFTER, {Question.SET: verdict})], FACTS)
    assert advice.settable_after is settable


def test_without_a_direct_set_nothing_is_known_of_setting_by_hand() -> None:
    (advice,) = advise([ROLLS_TO_1900], FACTS)
    assert advice.settable_after is None


def test_no_advice_is_given_where_nothing_failed() -> None:
    assert advise([judged(Variant.RUNNING, {Question.SET: HOLDS})], FACTS) == ()


def test_the_contingency_years_of_2000_are_1972_and_2028() -> None:
    early = replace(FACTS, first="1970-01-01")
    assert equivalent_years(2000, early) == (1972, 2028)
    assert equivalent_years(2000, FACTS) == (2028, 2056)


def test_a_year_that_the_device_cannot_hold_whole_is_not_offered() -> None:
    short = replace(FACTS, first="1972-06-01", last="2028-03-01")
    assert equivalent_years(2000, short) == ()


@pytest.mark.parametrize(
    ("year", "other", "same"),
    [
        (2000, 1972, True),
        (2000, 2028, True),
        (1999, 1971, True),
        (2000, 1999, False),
        (2100, 2072, False),
        (1900, 1928, False),
    ],
)
def test_calendars_are_alike_only_when_weekdays_and_leap_day_are(year: int, other: int, same: bool) -> None:
    """1900 and 2100 have no leap day: 28 years do not bring their calendar back."""
    assert has_same_calendar(year, other) is same


def test_a_clock_that_stands_is_graver_than_a_wrong_year_and_that_than_a_weekday() -> None:
    assert severity_of("clock-stands-still", FAILS) is Severity.CRITICAL
    assert severity_of("year-is-1900", FAILS) is Severity.MAJOR
    assert severity_of("weekday-wrong", FAILS) is Severity.MINOR
    assert severity_of("clock-stands-still", OPEN) is Severity.NONE
    assert worst_severity(ROLLS_TO_1900) is Severity.MAJOR


def test_every_code_with_a_mechanism_is_a_code_of_the_judge() -> None:
    assert set(MECHANISMS) <= set(CODES)


def test_the_result_code_has_a_digit_a_question() -> None:
    retained = judged(Variant.RETAINED, {Question.SET: HOLDS, Question.PROGRESS: HOLDS, Question.RETAIN: OPEN})
    assert period_code([ROLLS_TO_1900]) == "019"
    assert period_code([ROLLS_TO_1900, retained]) == "012"
    assert period_code([]) == "999"
