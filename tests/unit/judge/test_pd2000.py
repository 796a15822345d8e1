"""The four rules of PD2000-1, from literal crossings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.form import ClockForm
from harness.judge.pd2000 import CENTURY_CODES, INTERRUPTIONS, rule_verdicts, rule_verdicts_around
from harness.judge.rules import CODES
from harness.records import Judgement, Role, Verdict

Make = Callable[..., "object"]
OK, BAD, OPEN = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED


def rollover(scene: Make) -> object:
    return scene().before().after()


def leap_day(scene: Make, *texts: str) -> Judgement:
    crossing = scene(edge_seconds=951_782_400).set().read(0.5, "2000-02-28 23:59:00", Role.READ_BACK)
    crossing.read(30.5, "2000-02-28 23:59:30").read(58.5, "2000-02-28 23:59:58")
    for number, text in enumerate(texts):
        crossing.read(60.5 + 2 * number, text)
    return replace(crossing.judge(), number=2)


SOUND_LEAP_DAY = ("2000-02-29 00:00:00", "2000-02-29 00:00:02", "2000-02-29 00:00:04")


def test_the_codes_the_rules_look_for_exist() -> None:
    assert set(CODES) >= INTERRUPTIONS | CENTURY_CODES


def test_all_four_rules_hold_for_a_clock_that_crossed_the_century_and_the_leap_day(scene: Make) -> None:
    crossing = rollover(scene)
    verdicts = rule_verdicts([crossing.judge(), leap_day(scene, *SOUND_LEAP_DAY)], crossing.facts)

    assert [(1, OK, (1, 2)), (2, OK, (1, 2)), (3, OK, (1,)), (4, OK, (2,))] == [
        (v.rule, v.verdict, v.rests_on) for v in verdicts
    ]


def test_a_rule_that_nothing_tested_is_not_determined(scene: Make) -> None:
    crossing = rollover(scene)

    assert [OPEN] * 4 == [v.verdict for v in rule_verdicts([], crossing.facts)]
    assert [OK, OK, OK, OPEN] == [v.verdict for v in rule_verdicts([crossing.judge()], crossing.facts)]


def test_a_crossing_that_does_not_apply_tests_nothing(scene: Make) -> None:
    crossing = scene(not_applicable="outside-range")
    verdicts = rule_verdicts([crossing.judge()], crossing.facts)

    assert [(OPEN, ())] * 4 == [(v.verdict, v.rests_on) for v in verdicts]


def test_a_lost_century_fails_the_dates_and_the_century_and_not_the_operation(scene: Make) -> None:
    crossing = scene().before().read(62.5, "1900-01-01 00:00:02")
    one, two, three, four = rule_verdicts([crossing.judge()], crossing.facts)

    assert [OPEN, BAD, BAD, OPEN] == [v.verdict for v in (one, two, three, four)]
    assert ("year-is-1900",) == two.failing == three.failing
    assert () == one.failing


def test_a_clock_that_stops_fails_the_operation(scene: Make) -> None:
    crossing = scene().before().read(62.5, "1999-12-31 23:59:58")
    one, _, three, _ = rule_verdicts([crossing.judge()], crossing.facts)

    assert (BAD, ("clock-stands-still",)) == (one.verdict, one.failing)
    assert OPEN is three.verdict


def test_a_missing_leap_day_fails_rule_4(scene: Make) -> None:
    crossing = rollover(scene)
    verdicts = rule_verdicts([leap_day(scene, "2000-03-01 00:00:00")], crossing.facts)

    assert (BAD, ("leap-day-missing",), (2,)) == (verdicts[3].verdict, verdicts[3].failing, verdicts[3].rests_on)


def test_an_edge_of_another_age_bears_on_no_rule(scene: Make) -> None:
    later = scene(edge_seconds=2_147_483_648).set()  # 2038-01-19 03:14:08

    assert [(OPEN, ())] * 4 == [(v.verdict, v.rests_on) for v in rule_verdicts([later.judge()], later.facts)]


def test_a_judgement_without_findings_bears_on_no_rule(scene: Make) -> None:
    bare = replace(rollover(scene).judge(), findings=())

    assert [OPEN] * 4 == [v.verdict for v in rule_verdicts([bare], scene().facts)]


@pytest.mark.parametrize(
    ("form", "says", "verdict"),
    [
        (ClockForm(century=CenturyRule.window(1970)), "two digits, read as 1970-2069", OK),
        (ClockForm(century=CenturyRule.digits()), "the device keeps the whole year", OK),
        (ClockForm(counter=Counter()), "the device counts from 1970-01-01", OK),
        (ClockForm(), "no rule is stated", OPEN),
    ],
)
def test_rule_3_prints_how_the_century_is_known(scene: Make, form: ClockForm, says: str, verdict: Verdict) -> None:
    crossing = rollover(scene)
    rule = rule_verdicts([crossing.judge()], replace(crossing.facts, form=form))[2]

    assert rule.says.endswith(says)
    assert verdict is rule.verdict


def test_rule_3_without_a_stated_rule_stays_failed_where_the_century_was_lost(scene: Make) -> None:
    crossing = scene().before().read(62.5, "1900-01-01 00:00:02")

    assert BAD is rule_verdicts([crossing.judge()], replace(crossing.facts, form=ClockForm()))[2].verdict


def test_the_rules_are_given_for_any_edge_not_only_for_2000(scene: Make) -> None:
    """A clock that stops at 2038 interrupts operation then, and that says nothing of 2000."""
    edge = 2_147_483_648  # 2038-01-19 03:14:08
    crossing = scene(edge_seconds=edge)
    crossing.set().read(0.5, "2038-01-19 03:13:08", Role.READ_BACK).read(30.5, "2038-01-19 03:13:38", Role.BEFORE)
    crossing.read(58.5, "2038-01-19 03:14:06", Role.BEFORE)
    crossing.read(60.5, "2038-01-19 03:14:07").read(62.5, "2038-01-19 03:14:07").read(64.5, "2038-01-19 03:14:07")
    judgement = crossing.judge()
    rules = rule_verdicts_around("2038-01-19", [judgement], crossing.facts)
    assert [rule.verdict for rule in rules][:2] == [BAD, OPEN]
    assert rules[0].failing == ("clock-stands-still",)
    assert "2038-01-19" in rules[0].says
    assert {rule.verdict for rule in rule_verdicts([judgement], crossing.facts)} == {OPEN}
