"""Literal evidence of sets: taken, ignored, lost on the way, or made to a date the clock showed already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.judge.crossing import judge_crossing, judge_run
from harness.records import CrossingEvidence, Judgement, Question, Role, Variant, Verdict
from tests.unit.judge.conftest import FACTS, Y2K, Scene

Make = Callable[..., Scene]
OK, BAD, OPEN = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED
LEAP_DAY = 951_782_400  # 2000-02-29 00:00:00


def set_after(scene: Make, found: str, *shown: str, is_answered: bool = True) -> Scene:
    """Find a clock, set it 17 s past the year 2000, and read it 0.5, 2.5, 4.5 ... s later."""
    crossing = scene(variant=Variant.SET_AFTER).read(-1, found, Role.BEFORE_SET)
    crossing.set(Y2K + 17, is_answered=is_answered).read(0.5, shown[0], Role.READ_BACK)
    for number, text in enumerate(shown[1:]):
        crossing.read(2.5 + 2 * number, text)
    return crossing


# --- the date the clock shows already ---------------------------------------------------------------------------


@pytest.mark.parametrize("found", ["2000-01-01 00:00:16", "2000-01-01 00:00:17", "2000-01-01 00:00:15"])
def test_a_set_to_where_the_clock_stands_proves_nothing(scene: Make, found: str) -> None:
    """A device that ignored it would show the same: the worst defect there is, were it called a pass."""
    crossing = set_after(scene, found, "2000-01-01 00:00:17", "2000-01-01 00:00:19", "2000-01-01 00:00:21")
    assert crossing.judge().verdict is OPEN
    assert {"set-shows-nothing"} == crossing.codes(OPEN)


@pytest.mark.parametrize("found", ["2000-01-01 00:00:12", "2000-01-01 00:00:20", "1999-12-31 00:00:17"])
def test_a_set_away_from_where_the_clock_stands_is_a_proof(scene: Make, found: str) -> None:
    crossing = set_after(scene, found, "2000-01-01 00:00:17", "2000-01-01 00:00:19", "2000-01-01 00:00:21")
    assert crossing.judge().verdict is OK


def test_a_clock_that_stood_may_show_what_it_stood_at(scene: Make) -> None:
    """Found standing at the target ten seconds ago: running on it would be past it, standing it would not."""
    crossing = scene(variant=Variant.SET_AFTER).read(-10, "2000-01-01 00:00:17", Role.BEFORE_SET)
    crossing.set(Y2K + 17).read(0.5, "2000-01-01 00:00:17", Role.READ_BACK).read(2.5, "2000-01-01 00:00:19")
    assert {"set-shows-nothing"} == crossing.codes(OPEN)


def test_another_weekday_on_the_same_day_shows_that_a_set_was_taken(scene: Make) -> None:
    """1 January 2000 was a Saturday (7 with Sunday 1); the clock was found with a Monday."""
    crossing = scene(variant=Variant.SET_AFTER).read(-1, "2000-01-01 00:00:16", Role.BEFORE_SET, weekday=2)
    crossing.set(Y2K + 17).read(0.5, "2000-01-01 00:00:17", Role.READ_BACK, weekday=7)
    crossing.read(2.5, "2000-01-01 00:00:19", weekday=7)
    assert crossing.judge().verdict is OK


def test_a_set_that_nothing_was_read_before_proves_nothing(scene: Make) -> None:
    crossing = scene().before().after()
    crossing.found.clear()
    assert {"not-read-before-set"} == crossing.codes(OPEN)
    assert {Question.SET: OPEN, Question.PROGRESS: OK} == crossing.judge().questions


@pytest.mark.parametrize(("times", "verdict"), [(1, OPEN), (2, OK)])
def test_a_clock_that_held_no_date_before_is_believed_at_the_second_reading(
    scene: Make, times: int, verdict: Verdict
) -> None:
    crossing = scene(variant=Variant.SET_AFTER)
    for number in range(times):
        crossing.read(-2 + number, "2000-13-01 00:00:16", Role.BEFORE_SET)
    crossing.set(Y2K + 17).read(0.5, "2000-01-01 00:00:17", Role.READ_BACK).read(2.5, "2000-01-01 00:00:19")
    assert crossing.judge().verdict is verdict


# --- acknowledged, and not taken --------------------------------------------------------------------------------

OLD = ("2026-05-04 10:00:01", "2026-05-04 10:00:03", "2026-05-04 10:00:05")


def test_a_device_that_answered_the_write_and_went_on_ignored_it(scene: Make) -> None:
    crossing = set_after(scene, "2026-05-04 10:00:00", *OLD)
    assert "set-ignored" in crossing.codes()


def test_one_set_that_nothing_answered_for_may_have_been_lost(scene: Make) -> None:
    crossing = set_after(scene, "2026-05-04 10:00:00", *OLD, is_answered=False)
    assert crossing.judge().verdict is OPEN
    assert "set-not-taken" in crossing.codes(OPEN)
    assert set() == crossing.codes()


@pytest.mark.parametrize("mixed", ["2026-05-04 00:00:17", "2000-01-01 10:00:01"])
def test_half_a_set_that_nothing_answered_for_may_have_been_lost(scene: Make, mixed: str) -> None:
    """Date and time of day are two commands of an instrument: either may be the one that did not arrive."""
    crossing = set_after(scene, "2026-05-04 10:00:00", mixed, is_answered=False)
    assert crossing.judge().verdict is OPEN
    assert "set-not-taken" in crossing.codes(OPEN)


def test_a_date_that_is_neither_the_old_nor_the_new_one_is_the_devices_own(scene: Make) -> None:
    """Something arrived, for something changed: that the write was lost explains nothing."""
    crossing = set_after(scene, "2026-05-04 10:00:00", "1900-01-01 00:00:17", is_answered=False)
    assert {"year-is-1900"} == crossing.codes()


# --- several crossings of one run -------------------------------------------------------------------------------


def lost(scene: Make, number: int, target: int) -> CrossingEvidence:
    """Return a crossing whose set left no trace."""
    crossing = scene(variant=Variant.SET_AFTER).read(-1, "2026-05-04 10:00:00", Role.BEFORE_SET)
    crossing.set(target, is_answered=False).read(0.5, OLD[0], Role.READ_BACK).read(2.5, OLD[1])
    return replace(crossing.evidence, number=number)


def taken(scene: Make, number: int, target: int, shown: str) -> CrossingEvidence:
    """Return a crossing whose set was taken."""
    crossing = scene(variant=Variant.SET_AFTER).read(-1, "2026-05-04 10:00:00", Role.BEFORE_SET)
    crossing.set(target, is_answered=False).read(0.5, shown, Role.READ_BACK)
    return replace(crossing.evidence, number=number)


def judged(*crossings: CrossingEvidence) -> tuple[Judgement, ...]:
    return judge_run(crossings, {"clock": FACTS})


def test_sets_of_two_crossings_that_fared_alike_were_ignored(scene: Make) -> None:
    found = judged(lost(scene, 1, Y2K + 17), lost(scene, 2, LEAP_DAY + 17))
    assert [BAD, BAD] == [each.verdict for each in found]
    assert all("set-ignored" in {f.code for f in each.findings} for each in found)


def test_a_set_that_was_taken_between_their_dates_makes_two_losses_of_them(scene: Make) -> None:
    """What a device ignores is a range of dates; what a line loses is anything."""
    between = taken(scene, 2, Y2K + 86_417, "2000-01-02 00:00:17")
    found = judged(lost(scene, 1, Y2K + 17), between, lost(scene, 3, LEAP_DAY + 17))
    assert [OPEN, OPEN] == [found[0].verdict, found[2].verdict]


def test_a_set_that_was_taken_beside_their_dates_excuses_nothing(scene: Make) -> None:
    """The device takes 1999 and no later date."""
    before = taken(scene, 2, Y2K - 86_400, "1999-12-31 00:00:00")
    found = judged(lost(scene, 1, Y2K + 17), before, lost(scene, 3, LEAP_DAY + 17))
    assert [BAD, BAD] == [found[0].verdict, found[2].verdict]


def test_a_loss_with_a_fault_beside_it_bears_no_witness(scene: Make) -> None:
    disturbed = scene(variant=Variant.SET_AFTER).incident("no-reply", spoils=False)
    disturbed.read(-1, "2026-05-04 10:00:00", Role.BEFORE_SET).set(Y2K + 17, is_answered=False)
    disturbed.read(0.5, OLD[0], Role.READ_BACK)
    found = judged(disturbed.evidence, lost(scene, 2, LEAP_DAY + 17))
    assert [OPEN, OPEN] == [each.verdict for each in found]


def test_two_sets_of_one_crossing_are_one_witness(scene: Make) -> None:
    """What struck the first may have struck the second."""
    twice = scene(variant=Variant.SET_AFTER).read(-1, "2026-05-04 10:00:00", Role.BEFORE_SET)
    twice.set(Y2K + 17, is_answered=False).read(0.5, OLD[0], Role.READ_BACK)
    twice.set(Y2K + 17, at=3, is_answered=False).read(3.5, "2026-05-04 10:00:04", Role.READ_BACK)
    assert judge_crossing(twice.evidence, FACTS, (twice.evidence,)).verdict is OPEN


# --- led away first ---------------------------------------------------------------------------------------------


def test_a_step_away_that_was_ignored_tells_of_a_device_that_ignores_sets(scene: Make) -> None:
    """The clock stood at the target, was to be led a day off, and still stood at the target."""
    crossing = scene(variant=Variant.SET_AFTER).read(-2, "2000-01-01 00:00:15", Role.BEFORE_SET)
    crossing.set(Y2K + 17 - 86_400, at=-1.5).read(-1, "2000-01-01 00:00:16", Role.BEFORE_SET)
    crossing.set(Y2K + 17).read(0.5, "2000-01-01 00:00:17", Role.READ_BACK).read(2.5, "2000-01-01 00:00:19")
    assert {"set-ignored"} == crossing.codes()
    assert "set-shows-nothing" in crossing.codes(OPEN)


def test_a_step_away_that_was_taken_makes_a_proof_of_the_set(scene: Make) -> None:
    crossing = scene(variant=Variant.SET_AFTER).read(-2, "2000-01-01 00:00:15", Role.BEFORE_SET)
    crossing.set(Y2K + 17 - 86_400, at=-1.5).read(-1, "1999-12-31 00:00:17", Role.BEFORE_SET)
    crossing.set(Y2K + 17).read(0.5, "2000-01-01 00:00:17", Role.READ_BACK).read(2.5, "2000-01-01 00:00:19")
    assert crossing.judge().verdict is OK


# --- lost with the set ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("was_up", "verdict"), [(False, OPEN), (True, BAD)])
def test_a_clock_that_starts_anew_while_it_is_set_and_says_so_is_not_determined(
    scene: Make, was_up: bool, verdict: Verdict
) -> None:
    """A dip of the supply does that to a sound one; a flag that was up before excuses nothing."""
    lost = scene().with_facts(lost_flags=("halted",), default_date="2000-01-01")
    lost.read(-1, "2026-05-04 10:00:00", Role.BEFORE_SET, flags={"halted": was_up}).set()
    lost.read(0.5, "2000-01-01 00:00:00", Role.READ_BACK, flags={"halted": True})
    assert lost.judge().verdict is verdict
