"""V8: what is said of a log that was read before and after an edge, entry by entry, in literal dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.device.facts import LogFacts
from harness.judge.crossing import judge_crossing
from harness.records import Judgement, LogEntry, LogReading, Question, Role, Variant, Verdict

S = 1_000_000_000
# Files every ten minutes; two entries before midnight and three after it fall due until the log is read at 00:21:05.
HELD = LogFacts(
    form=ClockForm(century=CenturyRule.digits(), has_seconds=False),
    first="1990-01-01 00:00:00",
    last="2050-12-31 23:59:00",
    longest_interval_seconds=7_200,
    capacity=8,
    late_ns=60 * S,
)
OLD = ("2026-11-23 17:40", "2026-11-23 17:50")
NEW = ("1999-12-31 23:40", "1999-12-31 23:50", "2000-01-01 00:00", "2000-01-01 00:10", "2000-01-01 00:20")


def entries(*dates: str) -> tuple[LogEntry, ...]:
    """Return entries whose raw bytes differ as often as their dates are written differently."""
    made = []
    for date in dates:
        year, month, day, hour, minute = (int(n) for n in date[:16].replace("-", " ").replace(":", " ").split())
        fields = CalendarFields(year=year, month=month, day=day, hour=hour, minute=minute)
        made.append(LogEntry(fields=fields, raw=date.encode()))
    return tuple(made)


def log(role: Role, at: float, *dates: str, interval: int = 600) -> LogReading:
    sent_ns = round(at * S)
    return LogReading(
        role=role,
        entries=entries(*dates),
        interval_seconds=interval,
        sent_ns=sent_ns,
        received_ns=sent_ns + S,
        exchanges=(200, 201, 202),
    )


@pytest.fixture
def judge(scene: Callable[..., object]) -> Callable[..., Judgement]:
    """Return what judges a log read after a sound clock went from 23:38:55 to 00:21:05."""

    def judged(
        after: Sequence[str], *, facts: LogFacts = HELD, before: Sequence[str] = OLD, found: str = "2026-11-23 17:58:00"
    ) -> Judgement:
        told = scene(variant=Variant.LOG_ACROSS, lead=1_265).with_facts(log=facts)  # type: ignore[attr-defined]
        if found:
            told.read(-20, found, Role.ORIGINAL)
        told.set().read(0.5, "1999-12-31 23:38:55", Role.READ_BACK)
        for at, text in (
            (2526.5, "2000-01-01 00:21:01"),
            (2528.5, "2000-01-01 00:21:03"),
            (2530.5, "2000-01-01 00:21:05"),
        ):
            told.read(at, text)
        logs = (log(Role.BEFORE, -10, *before), log(Role.AFTER, 2532, *after))
        return judge_crossing(replace(told.evidence, logs=logs), told.facts)

    return judged


def codes(judgement: Judgement) -> dict[str, str]:
    return {f.code: f.verdict.value for f in judgement.findings if f.rule == "V8"}


def test_a_log_that_is_whole_and_in_order_conforms(judge: Callable[..., Judgement]) -> None:
    judged = judge((*OLD, *NEW))
    assert codes(judged) == {"log-as-expected": "conforms"}
    assert judged.verdict is Verdict.CONFORMS


def test_an_entry_that_may_or_may_not_be_there_yet_is_not_asked_for(judge: Callable[..., Judgement]) -> None:
    """00:20 was due 67 s before the log was read; with entries up to two minutes late it may still be missing."""
    assert codes(judge((*OLD, *NEW[:-1]), facts=replace(HELD, late_ns=120 * S))) == {"log-as-expected": "conforms"}


@pytest.mark.parametrize("place", range(5))
def test_each_missing_entry_is_lost(judge: Callable[..., Judgement], place: int) -> None:
    judged = judge((*OLD, *NEW[:place], *NEW[place + 1 :]))
    assert codes(judged) == {"log-entry-lost": "does-not-conform"}
    assert judged.questions[Question.PROGRESS] is Verdict.DOES_NOT_CONFORM
    lost = next(f for f in judged.findings if f.code == "log-entry-lost")
    assert lost.expected == f"{NEW[place]}:00"


def test_a_log_sorted_by_two_digits_is_out_of_order(judge: Callable[..., Judgement]) -> None:
    assert codes(judge((*NEW[2:], *OLD, *NEW[:2]))) == {"log-out-of-order": "does-not-conform"}


def test_an_entry_there_twice_is_said(judge: Callable[..., Judgement]) -> None:
    assert codes(judge((*OLD, *NEW, "2000-01-01 00:20 again"))) == {"log-entry-twice": "does-not-conform"}


def test_an_entry_with_another_date_is_a_wrong_stamp_and_not_a_lost_entry(judge: Callable[..., Judgement]) -> None:
    judged = judge((*OLD, *NEW[:2], "1900-01-01 00:00", *NEW[3:]))
    assert codes(judged) == {"log-stamp-wrong": "does-not-conform"}
    wrong = next(f for f in judged.findings if f.code == "log-stamp-wrong")
    assert (wrong.expected, wrong.read) == ("2000-01-01 00:00:00", "1900-01-01 00:00:00")


def test_a_date_1024_weeks_early_is_named_by_its_weeks(judge: Callable[..., Judgement]) -> None:
    judged = judge((*OLD, *NEW[:2], "1980-05-17 00:00", *NEW[3:]))
    wrong = next(f for f in judged.findings if f.code == "log-stamp-wrong")
    assert wrong.details["weeks"] == "1024"


def test_an_impossible_date_is_a_wrong_stamp(judge: Callable[..., Judgement]) -> None:
    assert codes(judge((*OLD, *NEW[:2], "1999-12-32 00:00", *NEW[3:]))) == {"log-stamp-wrong": "does-not-conform"}


def test_entries_of_before_that_are_gone_were_purged(judge: Callable[..., Judgement]) -> None:
    assert codes(judge(NEW)) == {"log-purged": "does-not-conform"}


def test_a_full_log_may_overwrite_its_oldest_entries(judge: Callable[..., Judgement]) -> None:
    assert codes(judge((OLD[1], *NEW), facts=replace(HELD, capacity=6))) == {"log-as-expected": "conforms"}
    assert codes(judge((OLD[0], *NEW), facts=replace(HELD, capacity=6))) == {"log-purged": "does-not-conform"}


def test_an_entry_filed_between_the_first_reading_and_the_set_is_no_stray(judge: Callable[..., Judgement]) -> None:
    judged = judge((*OLD, "2026-11-23 17:58", *NEW))
    assert codes(judged) == {"log-as-expected": "conforms"}


def test_where_the_clock_was_found_at_no_time_a_stray_entry_proves_nothing(judge: Callable[..., Judgement]) -> None:
    assert codes(judge((*OLD, "2026-11-23 17:58", *NEW), found="")) == {"log-stamp-wrong": "not-determined"}


def test_dates_the_log_cannot_hold_are_a_documented_limit_and_never_conform(judge: Callable[..., Judgement]) -> None:
    """What stands in place of 1999 is not judged; what it files in 2000 is."""
    from_2000 = replace(HELD, first="2000-01-01 00:00:00")
    judged = judge((*OLD, "2127-12-31 23:40", "2127-12-31 23:50", *NEW[2:]), facts=from_2000)
    assert codes(judged) == {"log-cannot-hold-the-date": "not-applicable"}
    assert judged.verdict is Verdict.NOT_APPLICABLE
    lost = judge((*OLD, "2127-12-31 23:40", "2127-12-31 23:50", *NEW[3:]), facts=from_2000)
    assert codes(lost)["log-entry-lost"] == "does-not-conform"
    assert lost.verdict is Verdict.DOES_NOT_CONFORM


def test_a_log_never_read_again_leaves_the_question_open(
    judge: Callable[..., Judgement], scene: Callable[..., object]
) -> None:
    told = scene(variant=Variant.LOG_ACROSS, lead=1_265).with_facts(log=HELD)  # type: ignore[attr-defined]
    told.set().read(0.5, "1999-12-31 23:38:55", Role.READ_BACK)
    for at, text in ((2526.5, "2000-01-01 00:21:01"), (2528.5, "2000-01-01 00:21:03"), (2530.5, "2000-01-01 00:21:05")):
        told.read(at, text)
    judged = judge_crossing(replace(told.evidence, logs=(log(Role.BEFORE, -10, *OLD),)), told.facts)
    assert codes(judged) == {"log-not-read": "not-determined"}
    assert judged.verdict is Verdict.NOT_DETERMINED


def test_an_interval_too_long_for_an_entry_on_each_side_leaves_the_question_open(
    scene: Callable[..., object],
) -> None:
    told = scene(variant=Variant.LOG_ACROSS, lead=60).with_facts(log=HELD)  # type: ignore[attr-defined]
    told.before().after()
    logs = (log(Role.BEFORE, -10, *OLD, interval=3_600), log(Role.AFTER, 200, *OLD, NEW[2], interval=3_600))
    judged = judge_crossing(replace(told.evidence, logs=logs), told.facts)
    assert codes(judged) == {"log-too-few-entries": "not-determined"}


def test_where_the_clock_itself_is_wrong_its_log_is_not_judged(scene: Callable[..., object]) -> None:
    told = scene(variant=Variant.LOG_ACROSS, lead=60).with_facts(log=HELD)  # type: ignore[attr-defined]
    told.before().read(60.5, "1900-01-01 00:00:00").read(62.5, "1900-01-01 00:00:02")
    logs = (log(Role.BEFORE, -10, *OLD), log(Role.AFTER, 200, *OLD))
    judged = judge_crossing(replace(told.evidence, logs=logs), told.facts)
    assert codes(judged) == {}
    assert judged.verdict is Verdict.DOES_NOT_CONFORM
