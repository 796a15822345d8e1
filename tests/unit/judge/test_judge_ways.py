"""The ways beyond the first five: impossible dates, wrong weekdays, many power cuts, batteries out, stopped programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.judge.asked import ASKED, NEEDED
from harness.judge.rules import RULES
from harness.records import PowerRecord, Role, Variant, Verdict
from tests.unit.judge.conftest import MS, Y2K, S, Scene, make_fields

Make = Callable[..., Scene]
OK, BAD, OPEN, NONE = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED, Verdict.NOT_APPLICABLE
NOON = Y2K + 12 * 3600


def test_every_variant_has_its_questions_and_its_least_evidence() -> None:
    assert set(ASKED) == set(NEEDED) == set(Variant)


# --- V13 --------------------------------------------------------------------------------------------------------


def offered(scene: Make, outcome: str, shows: str) -> Scene:
    """Set noon, offer 30 February, read what came of it, set noon again and see the clock run."""
    crossing = scene(variant=Variant.IMPOSSIBLE_DATES)
    crossing.set(NOON).read(0.5, "2000-01-01 12:00:00", Role.READ_BACK)
    crossing.set(NOON, at=5, outcome=outcome)
    crossing.sets[-1] = replace(crossing.sets[-1], fields=make_fields("2000-02-30 12:34:17"))
    crossing.read(5.5, shows, Role.READ_BACK).read(9, shows, Role.BEFORE_SET)
    crossing.set(NOON, at=10).read(10.5, "2000-01-01 12:00:00", Role.READ_BACK)
    crossing.read(12.5, "2000-01-01 12:00:02").read(14.5, "2000-01-01 12:00:04").read(16.5, "2000-01-01 12:00:06")
    return crossing


PROMISED = (("illogical-dates-refused", "the manual says so"),)


@pytest.mark.parametrize("limits", [(), PROMISED])
def test_a_refused_date_conforms(scene: Make, limits: tuple[tuple[str, str], ...]) -> None:
    crossing = offered(scene, "refused", "2000-01-01 12:00:05").with_facts(limits=limits)
    assert crossing.judge().verdict == OK
    assert crossing.finding("impossible-refused").rule == "V13"


def test_a_date_that_is_acknowledged_and_left_unapplied_conforms(scene: Make) -> None:
    crossing = offered(scene, "acknowledged", "2000-01-01 12:00:05")
    assert crossing.judge().verdict == OK
    assert crossing.finding("impossible-ignored").verdict == OK


@pytest.mark.parametrize(
    ("shows", "code"),
    [("2000-02-30 12:34:17", "impossible-held"), ("2000-03-01 12:34:17", "impossible-mended")],
)
def test_a_date_that_is_taken_fails_where_a_refusal_is_promised_and_never_conforms(
    scene: Make, shows: str, code: str
) -> None:
    promised = offered(scene, "acknowledged", shows).with_facts(limits=PROMISED)
    assert promised.judge().verdict == BAD
    assert promised.finding(code).verdict == BAD
    silent = offered(scene, "acknowledged", shows)
    assert silent.judge().verdict == NONE
    assert silent.finding(code).verdict == NONE


def test_a_clock_that_stands_after_an_impossible_date_was_harmed_by_it(scene: Make) -> None:
    crossing = offered(scene, "refused", "2000-01-01 12:00:05")
    del crossing.readings[-3:]
    for at in (12.5, 14.5, 16.5):
        crossing.read(at, "2000-01-01 12:00:00")
    assert "clock-stands-still" in crossing.codes(BAD)


def test_an_impossible_date_that_nobody_read_after_is_not_determined(scene: Make) -> None:
    crossing = offered(scene, "acknowledged", "2000-01-01 12:00:05")
    del crossing.readings[1:3]
    assert crossing.finding("impossible-not-read").verdict == OPEN
    assert crossing.judge().verdict == OPEN


# --- weekdays -----------------------------------------------------------------------------------------------------


def wrong_weekday(scene: Make, *weekdays: int) -> Scene:
    """31 December 1999 is a Friday (6 with Sunday 1); Monday (2) is written, and three days are read after midnight."""
    crossing = scene(variant=Variant.WEEKDAY_SET_WRONG).set(weekday=2)
    crossing.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK, weekday=weekdays[0])
    for number, weekday in enumerate(weekdays[1:]):
        crossing.read(60.5 + 2 * number, f"2000-01-01 00:00:0{2 * number}", weekday=weekday)
    return crossing


@pytest.mark.parametrize(("weekdays", "code"), [((6, 7, 7, 7), "weekday-mended"), ((2, 3, 3, 3), "weekday-as-written")])
def test_a_wrong_weekday_may_be_mended_or_counted_on_from(scene: Make, weekdays: tuple[int, ...], code: str) -> None:
    crossing = wrong_weekday(scene, *weekdays)
    assert crossing.judge().verdict == OK
    assert code in crossing.codes(OK)


def test_a_weekday_that_is_neither_fails(scene: Make) -> None:
    assert wrong_weekday(scene, 2, 2, 2, 2).codes(BAD) == {"weekday-wrong"}


# --- power --------------------------------------------------------------------------------------------------------


def cycles(scene: Make, *texts: str) -> Scene:
    """Cross powered, then switch off and on once for each three readings, 20 s apart."""
    crossing = scene(variant=Variant.REPEATED_POWER_CYCLES).before().after()
    for number, text in enumerate(texts):
        at = 70 + 20 * number
        crossing.switch(at, on=False).switch(at + 10, on=True)
        second = int(text[-2:])
        for step in (0, 1, 2):
            crossing.read(at + 12.5 + step, f"{text[:-2]}{second + step:02d}", Role.AFTER_POWER)
    return crossing


def test_a_clock_that_keeps_its_time_through_every_cut_conforms(scene: Make) -> None:
    assert cycles(scene, "2000-01-01 00:00:22", "2000-01-01 00:00:42").judge().verdict == OK


def test_a_clock_may_lose_the_fraction_of_a_second_at_each_start_and_no_more(scene: Make) -> None:
    """22 s and 42 s would be exact: a fraction lost at each of two starts shows as one and two seconds."""
    losing = cycles(scene, "2000-01-01 00:00:21", "2000-01-01 00:00:40")
    assert losing.judge().verdict == OK
    assert "restart_ns" in losing.finding("retained").details
    leaping = cycles(scene, "2000-01-01 00:00:21", "2000-01-01 00:00:36")
    assert leaping.judge().verdict == BAD


def test_a_clock_that_jumps_at_one_start_in_many_fails(scene: Make) -> None:
    jumped = cycles(scene, "2000-01-01 00:00:22", "2009-04-17 00:00:42")
    assert jumped.judge().verdict == BAD


def test_a_start_after_which_nothing_was_read_is_not_passed_over(scene: Make) -> None:
    crossing = cycles(scene, "2000-01-01 00:00:22", "2000-01-01 00:00:42")
    del crossing.readings[-3:]
    assert crossing.judge().verdict == OPEN


def battery_out(scene: Make, *texts: str, **flags: bool) -> Scene:
    crossing = scene(variant=Variant.BATTERY_REMOVED).before().after()
    crossing.with_facts(lost_flags=("halted",))
    crossing.switch(70, on=False)
    crossing.power += [
        PowerRecord(on=False, sent_ns=71 * S, received_ns=75 * S, by="operator", confirmed=None, what="battery"),
        PowerRecord(on=True, sent_ns=80 * S, received_ns=85 * S, by="operator", confirmed=None, what="battery"),
    ]
    crossing.switch(86, on=True)
    for number, text in enumerate(texts):
        crossing.read(90.5 + number, text, Role.AFTER_POWER, flags=flags)
    return crossing


def test_a_clock_whose_battery_was_out_shows_its_default_and_never_conforms(scene: Make) -> None:
    lost = battery_out(scene, "1980-01-01 00:00:04", "1980-01-01 00:00:05", halted=True)
    assert lost.judge().verdict == NONE
    assert lost.finding("default-date-seen").verdict == NONE
    kept = battery_out(scene, "2000-01-01 00:00:30", "2000-01-01 00:00:31", halted=False)
    assert kept.judge().verdict == NONE
    assert kept.finding("kept-without-battery").verdict == NONE


def test_a_clock_that_lost_its_time_and_raises_no_flag_fails(scene: Make) -> None:
    assert battery_out(scene, "1980-01-01 00:00:04", halted=False).codes(BAD) == {"loss-not-reported"}


@pytest.mark.parametrize(("at_ms", "verdict"), [(59_100, OK), (60_500, OK), (30_000, OPEN)])
def test_a_cut_counts_as_at_the_second_only_if_the_power_went_there(scene: Make, at_ms: int, verdict: Verdict) -> None:
    crossing = scene(variant=Variant.CUT_AT_THE_SECOND).set()
    crossing.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    crossing.switch(at_ms / 1000, on=False).switch(80, on=True)
    for step in (0, 1, 2):
        crossing.read(82.5 + step, f"2000-01-01 00:00:{22 + step}", Role.AFTER_POWER)
    assert crossing.judge().verdict == verdict


def stopped(scene: Make, stop: float, run: float, confirmed: bool | None = None) -> Scene:
    crossing = scene(variant=Variant.STOPPED_PROGRAM).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    for on, at in ((False, stop), (True, run)):
        ns = round(at * S)
        crossing.power.append(
            PowerRecord(
                on=on, sent_ns=ns, received_ns=ns + 500 * MS, by="operator", confirmed=confirmed, what="program"
            )
        )
    for step in (0, 2, 4):
        crossing.read(80.5 + step, f"2000-01-01 00:00:{20 + step}")
    return crossing


def test_a_controller_that_stood_still_while_its_clock_went_over_conforms(scene: Make) -> None:
    assert stopped(scene, 20, 75).judge().verdict == OK


@pytest.mark.parametrize(("stop", "run", "confirmed"), [(70, 75, None), (20, 40, None), (20, 75, False)])
def test_a_program_that_ran_when_the_edge_fell_proves_nothing(
    scene: Make, stop: float, run: float, confirmed: bool | None
) -> None:
    crossing = stopped(scene, stop, run, confirmed)
    assert crossing.judge().verdict == OPEN
    assert "program-stop-not-proven" in crossing.codes(OPEN)


def test_a_clock_set_back_and_led_over_again_must_do_it_twice(scene: Make) -> None:
    def both(second: str) -> Scene:
        crossing = scene(variant=Variant.BACK_AND_AGAIN).before()
        del crossing.readings[1:]
        crossing.after().set(at=70).read(70.5, "1999-12-31 23:59:00", Role.READ_BACK)
        for step in (0, 2, 4):
            crossing.read(130.5 + step, f"{second}-01-01 00:00:0{step}")
        return crossing

    assert both("2000").judge().verdict == OK
    assert both("1900").codes(BAD) == {"year-is-1900"}
    once = both("2000")
    del once.readings[-1]
    assert once.judge().verdict == OPEN


def test_the_rules_that_have_no_procedure_are_never_said_to_hold(scene: Make) -> None:
    """V8 to V11 need alarms, logs and outputs: no crossing may claim them."""
    found = {finding.rule for finding in scene().before().after().judge().findings}
    assert found.isdisjoint({"V8", "V9", "V10", "V11"})
    assert {"V8", "V9", "V10", "V11"} <= set(RULES)
