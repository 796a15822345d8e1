"""After a power cut: kept, lost, or not to be told; and the default date that looks right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.records import Question, Role, Variant, Verdict

Make = Callable[..., "object"]


def off_before_on_after(scene: Make) -> object:
    """The edge is due at 60 s; the power is off from 50 to 70 s."""
    crossing = scene(variant=Variant.UNPOWERED).set()
    return crossing.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).cut()


def rolled_then_cut(scene: Make) -> object:
    crossing = scene(variant=Variant.RETAINED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    return crossing.after().switch(70, on=False).switch(90, on=True)


# --- kept -------------------------------------------------------------------------------------------------------


def test_a_clock_that_crossed_the_edge_without_power_and_is_right_conforms(scene: Make) -> None:
    judgement = off_before_on_after(scene).after_power().judge()

    assert judgement.verdict is Verdict.CONFORMS
    assert {Question.SET: Verdict.CONFORMS, Question.RETAIN: Verdict.CONFORMS} == judgement.questions


def test_a_clock_that_keeps_a_crossed_edge_through_a_power_cut_conforms(scene: Make) -> None:
    crossing = rolled_then_cut(scene)
    crossing.read(91.5, "2000-01-01 00:00:31", Role.AFTER_POWER).read(93.5, "2000-01-01 00:00:33", Role.AFTER_POWER)
    judgement = crossing.read(95.5, "2000-01-01 00:00:35", Role.AFTER_POWER).judge()

    assert judgement.verdict is Verdict.CONFORMS
    assert 3 == len(judgement.questions)


def test_two_readings_after_the_cut_are_too_few(scene: Make) -> None:
    crossing = off_before_on_after(scene).read(71.5, "2000-01-01 00:00:11").read(73.5, "2000-01-01 00:00:13")

    assert {"too-few-readings"} == crossing.codes(Verdict.NOT_DETERMINED)


@pytest.mark.parametrize(("after", "after_power"), [(2, 3), (3, 2)])
def test_a_retained_crossing_needs_three_readings_before_the_cut_and_three_after(
    scene: Make, after: int, after_power: int
) -> None:
    crossing = scene(variant=Variant.RETAINED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    for second in (0, 2, 4)[:after]:
        crossing.read(60.5 + second, f"2000-01-01 00:00:0{second}")
    crossing.switch(70, on=False).switch(90, on=True)
    for second in (31, 33, 35)[:after_power]:
        crossing.read(60.5 + second, f"2000-01-01 00:00:{second}", Role.AFTER_POWER)

    assert crossing.judge().verdict is Verdict.NOT_DETERMINED
    assert {"too-few-readings"} == crossing.codes(Verdict.NOT_DETERMINED)


# --- lost -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keeps", "verdict"),
    [
        (True, Verdict.DOES_NOT_CONFORM),
        (None, Verdict.NOT_DETERMINED),
        (False, Verdict.NOT_APPLICABLE),
    ],
)
def test_a_clock_at_its_default_is_judged_by_what_its_maker_promised(
    scene: Make, keeps: bool | None, verdict: Verdict
) -> None:
    crossing = off_before_on_after(scene).with_facts(keeps_time_unpowered=keeps)
    for at, second in ((71.5, 1), (73.5, 3), (75.5, 5)):
        crossing.read(at, f"1980-01-01 00:00:0{second}", Role.AFTER_POWER)

    assert verdict is crossing.judge().verdict
    assert verdict is crossing.judge().questions[Question.RETAIN]


@pytest.mark.parametrize("keeps", [True, None])
def test_a_lost_clock_is_named_and_the_battery_advised(scene: Make, keeps: bool | None) -> None:
    crossing = off_before_on_after(scene).with_facts(keeps_time_unpowered=keeps)
    details = crossing.read(71.5, "1980-01-01 00:00:01", Role.AFTER_POWER).finding("clock-lost-at-power-off").details

    assert ("reset-to-default", "check-battery") == (details["mechanism"], details["advice"])
    assert "1980-01-01 00:00:00" == details["default"]


def test_a_clock_that_stood_while_the_power_was_off_was_lost(scene: Make) -> None:
    crossing = off_before_on_after(scene)
    finding = crossing.read(71.5, "1999-12-31 23:59:51", Role.AFTER_POWER).finding("clock-lost-at-power-off")

    assert "off-by-seconds" == finding.details["mechanism"]
    assert "-20" == finding.details["offset_seconds"]


@pytest.mark.parametrize("keeps", [True, None])
def test_a_clock_that_ran_on_and_lost_only_its_century_was_not_lost(scene: Make, keeps: bool | None) -> None:
    """The time of day went on through the cut: no flat battery does that."""
    crossing = off_before_on_after(scene).with_facts(keeps_time_unpowered=keeps)

    assert {"year-is-1900"} == crossing.read(71.5, "1900-01-01 00:00:11", Role.AFTER_POWER).codes()


def test_a_wrong_century_that_the_default_date_explains_is_a_lost_clock(scene: Make) -> None:
    """The default is 1900-01-01 and the power came back with the edge: nothing tells the two apart."""
    crossing = scene(variant=Variant.UNPOWERED).with_facts(default_date="1900-01-01", keeps_time_unpowered=None)
    crossing.set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).switch(50, on=False).switch(60.2, on=True)

    assert set() == crossing.read(71.5, "1900-01-01 00:00:11", Role.AFTER_POWER).codes()
    assert "clock-lost-at-power-off" in crossing.codes(Verdict.NOT_DETERMINED)


def test_no_date_at_all_after_the_cut_is_a_lost_clock(scene: Make) -> None:
    crossing = off_before_on_after(scene).read(71.5, "0-00-00 00:00:00", Role.AFTER_POWER)

    assert {"clock-lost-at-power-off"} == crossing.codes()


def test_a_device_documented_to_lose_its_time_is_not_passed_when_it_did_not(scene: Make) -> None:
    """A capacitor may have held: the maker promises nothing, so there is nothing to conform to."""
    crossing = off_before_on_after(scene).with_facts(keeps_time_unpowered=False).after_power()

    assert crossing.judge().verdict is Verdict.NOT_APPLICABLE
    assert {"does-not-keep-time-unpowered"} == crossing.codes(Verdict.NOT_APPLICABLE) - {"no-weekday"}


def test_a_documented_limit_needs_no_reading(scene: Make) -> None:
    crossing = off_before_on_after(scene).with_facts(keeps_time_unpowered=False)

    assert crossing.judge().verdict is Verdict.NOT_APPLICABLE


def test_a_wrong_date_while_the_device_still_starts_proves_nothing(scene: Make) -> None:
    crossing = off_before_on_after(scene).with_facts(boot_ns=1_000_000_000)
    crossing.read(70.5, "1980-01-01 00:00:00", Role.AFTER_POWER).after_power()

    assert crossing.judge().verdict is Verdict.CONFORMS


# --- the default date that looks right --------------------------------------------------------------------------


def back_with_the_edge(scene: Make, default: str | None) -> object:
    """The power comes back as the edge is due: a lost clock that starts at 2000-01-01 looks exactly right."""
    crossing = scene(variant=Variant.UNPOWERED).with_facts(default_date=default).set()
    crossing.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).switch(50, on=False).switch(60.2, on=True)
    return crossing.after_power()


@pytest.mark.parametrize("default", ["2000-01-01", None])
def test_a_right_date_that_a_lost_clock_would_show_is_not_determined(scene: Make, default: str | None) -> None:
    crossing = back_with_the_edge(scene, default)

    assert crossing.judge().verdict is Verdict.NOT_DETERMINED
    assert {"could-be-default-date"} == crossing.codes(Verdict.NOT_DETERMINED)


def test_a_right_date_that_no_default_explains_conforms(scene: Make) -> None:
    assert back_with_the_edge(scene, "1980-01-01").judge().verdict is Verdict.CONFORMS


def test_a_default_that_started_when_the_power_went_is_recognised_too(scene: Make) -> None:
    """Off at 23:59:59.9 and back 10 s later: a clock that was reset by the dip and ran on looks right."""
    crossing = scene(variant=Variant.UNPOWERED).with_facts(default_date="2000-01-01").set()
    crossing.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).switch(59.9, on=False).switch(70, on=True).after_power()

    assert "could-be-default-date" in crossing.codes(Verdict.NOT_DETERMINED)


# --- was it cut at all ------------------------------------------------------------------------------------------


def test_readings_after_power_without_a_cut_prove_nothing(scene: Make) -> None:
    crossing = scene(variant=Variant.UNPOWERED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).after_power()

    assert crossing.judge().verdict is Verdict.NOT_DETERMINED
    assert {"power-cut-not-proven"} == crossing.codes(Verdict.NOT_DETERMINED)


def test_a_power_that_never_came_back_is_no_cut_yet(scene: Make) -> None:
    crossing = scene(variant=Variant.UNPOWERED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    crossing.switch(50, on=False).read(71.5, "1980-01-01 00:00:01", Role.AFTER_POWER)

    assert crossing.judge().verdict is Verdict.NOT_DETERMINED


@pytest.mark.parametrize(("off", "on"), [(False, True), (True, False)])
def test_a_switch_that_was_read_back_otherwise_proves_nothing(scene: Make, off: bool, on: bool) -> None:
    crossing = scene(variant=Variant.UNPOWERED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    crossing.switch(50, on=False, confirmed=off).switch(70, on=True, confirmed=on).after_power()

    assert "power-cut-not-proven" in crossing.codes(Verdict.NOT_DETERMINED)


def test_an_operators_switch_has_no_read_back_and_counts(scene: Make) -> None:
    crossing = scene(variant=Variant.UNPOWERED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    crossing.switch(50, on=False, confirmed=None).switch(70, on=True, confirmed=None).after_power()

    assert crossing.judge().verdict is Verdict.CONFORMS


@pytest.mark.parametrize(("off", "on"), [(60, 70), (40, 59)])
def test_a_power_that_was_on_at_the_edge_makes_no_unpowered_crossing(scene: Make, off: float, on: float) -> None:
    crossing = scene(variant=Variant.UNPOWERED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    crossing.switch(off, on=False).switch(on, on=True).after_power()

    assert crossing.judge().verdict is Verdict.NOT_DETERMINED
    assert {"power-cut-not-proven"} == crossing.codes(Verdict.NOT_DETERMINED)


def test_a_lost_clock_is_no_failure_where_the_cut_is_not_proven(scene: Make) -> None:
    crossing = scene(variant=Variant.UNPOWERED).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    crossing.switch(50, on=False, confirmed=False).switch(70, on=True)

    assert set() == crossing.read(71.5, "1980-01-01 00:00:01", Role.AFTER_POWER).codes()


def test_a_clock_never_seen_before_the_cut_is_not_determined(scene: Make) -> None:
    """Perhaps the set never took effect."""
    crossing = scene(variant=Variant.UNPOWERED).set().cut()
    crossing.read(71.5, "1980-01-01 00:00:01", Role.AFTER_POWER)

    assert crossing.judge().verdict is Verdict.NOT_DETERMINED
    assert "edge-not-approached" in crossing.codes(Verdict.NOT_DETERMINED)
