"""V7 on a second clock: beside a first one that is right, set along with it or left to itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.device.facts import SecondClockFacts
from harness.judge.crossing import judge_crossing
from harness.records import Judgement, Role, SecondReading, Verdict

S = 1_000_000_000
FORM = ClockForm(century=CenturyRule.digits())
ALONG = SecondClockFacts(name="system-clock", form=FORM, is_set_along=True)
APART = SecondClockFacts(name="rtc", form=FORM, is_set_along=False, lost_flags=("lost",))
Told = list[tuple[float, str, str]]
"""When, what the first clock showed, and what the second one."""

TOGETHER: Told = [
    (0.5, "1999-12-31 23:59:00", "1999-12-31 23:59:00"),
    (30.5, "1999-12-31 23:59:30", "1999-12-31 23:59:30"),
    (58.5, "1999-12-31 23:59:58", "1999-12-31 23:59:58"),
    (60.5, "2000-01-01 00:00:00", "2000-01-01 00:00:00"),
    (62.5, "2000-01-01 00:00:02", "2000-01-01 00:00:02"),
    (64.5, "2000-01-01 00:00:04", "2000-01-01 00:00:04"),
]
BY_ITSELF: Told = [
    (0.5, "1999-12-31 23:59:00", "2026-11-23 17:00:10"),
    (30.5, "1999-12-31 23:59:30", "2026-11-23 17:00:40"),
    (58.5, "1999-12-31 23:59:58", "2026-11-23 17:01:08"),
    (60.5, "2000-01-01 00:00:00", "2026-11-23 17:01:10"),
    (62.5, "2000-01-01 00:00:02", "2026-11-23 17:01:12"),
    (64.5, "2000-01-01 00:00:04", "2026-11-23 17:01:14"),
]


def second(at: float, text: str, flags: dict[str, bool] | None = None) -> SecondReading:
    unreadable = None if text else "status-1"
    year, month, day, hour, minute, second = (int(n) for n in re.findall(r"\d+", text)) if text else (None,) * 6
    return SecondReading(
        fields=CalendarFields(year=year, month=month, day=day, hour=hour, minute=minute, second=second),
        flags=flags or {},
        raw=b"\x02",
        unreadable=unreadable,
        sent_ns=round((at + 0.03) * S),
        received_ns=round((at + 0.05) * S),
    )


@pytest.fixture
def judge(scene: Callable[..., Any]) -> Callable[..., Judgement]:
    def judged(facts: SecondClockFacts, told: Told, **flags: bool) -> Judgement:
        made = scene().with_facts(second_clock=facts).set()
        for at, first, beside in told:
            role = Role.READ_BACK if at < 1 else Role.BEFORE if at < 60 else Role.AFTER
            made.read(at, first, role)
            made.readings[-1] = replace(made.readings[-1], second=second(at, beside, flags))
        return judge_crossing(made.evidence, made.facts)

    return judged


def codes(judgement: Judgement) -> dict[str, str]:
    return {f.code: f.verdict.value for f in judgement.findings if f.code.startswith("second-clock")}


def changed(told: Told, place: int, beside: str) -> Told:
    at, first, _ = told[place]
    return [*told[:place], (at, first, beside), *told[place + 1 :]]


@pytest.mark.parametrize(("facts", "told"), [(ALONG, TOGETHER), (APART, BY_ITSELF)])
def test_two_clocks_that_go_alike_conform(judge: Callable[..., Judgement], facts: SecondClockFacts, told: Told) -> None:
    judged = judge(facts, told)
    assert codes(judged) == {"second-clock-agrees": "conforms"}
    assert judged.verdict is Verdict.CONFORMS


@pytest.mark.parametrize("place", [3, 5])
@pytest.mark.parametrize(
    ("facts", "told", "wrong"),
    [
        (ALONG, TOGETHER, "1900-01-01 00:00:00"),
        (APART, BY_ITSELF, "2026-11-24 17:01:10"),
        (APART, BY_ITSELF, "2026-11-23 17:01:17"),
    ],
)
def test_one_reading_apart_does_not_conform(
    judge: Callable[..., Judgement], facts: SecondClockFacts, told: Told, wrong: str, place: int
) -> None:
    judged = judge(facts, changed(told, place, wrong))
    assert codes(judged)["second-clock-differs"] == "does-not-conform"
    assert judged.verdict is Verdict.DOES_NOT_CONFORM


def test_a_clock_that_was_to_be_set_along_and_stayed_is_found(judge: Callable[..., Judgement]) -> None:
    assert codes(judge(ALONG, BY_ITSELF))["second-clock-differs"] == "does-not-conform"


def test_a_board_without_a_second_clock_is_no_failure(judge: Callable[..., Judgement]) -> None:
    judged = judge(APART, [(at, first, "") for at, first, _ in BY_ITSELF])
    assert codes(judged) == {"second-clock-shows-none": "not-applicable"}
    assert judged.verdict is Verdict.CONFORMS


def test_a_second_clock_that_shows_nothing_any_more_leaves_the_question_open(judge: Callable[..., Judgement]) -> None:
    judged = judge(APART, changed(BY_ITSELF, 4, ""))
    assert codes(judged)["second-clock-shows-none"] == "not-determined"
    assert judged.verdict is Verdict.NOT_DETERMINED


def test_a_second_clock_that_says_it_was_lost_proves_nothing(judge: Callable[..., Judgement]) -> None:
    assert codes(judge(APART, BY_ITSELF, lost=True)) == {"second-clock-shows-none": "not-applicable"}
