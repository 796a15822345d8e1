"""Each wrong reading is named by its mechanism; the edges and dates are literals from published calendars."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.judge.mechanism import COMMON_DEFAULTS, default_dates
from harness.records import Role, Verdict

Make = Callable[..., "object"]

LEAP_DAY = 951_782_400  # 2000-02-29 00:00:00
MARCH_2000 = 951_868_800  # 2000-03-01 00:00:00
MARCH_2001 = 983_404_800  # 2001-03-01 00:00:00
YEAR_2001 = 978_307_200  # 2001-01-01 00:00:00
JUNE_2000 = 959_817_600  # 2000-06-01 00:00:00


def led_to(scene: Make, edge_seconds: int, last_day: str) -> object:
    """Set a clock 60 s before the edge and see it right there."""
    led = scene(edge_seconds=edge_seconds).set()
    led.read(0.5, f"{last_day} 23:59:00", Role.READ_BACK).read(30.5, f"{last_day} 23:59:30", Role.BEFORE)
    return led.read(58.5, f"{last_day} 23:59:58", Role.BEFORE)


@pytest.mark.parametrize(
    ("edge_seconds", "last_day", "read", "code"),
    [
        (946_684_800, "1999-12-31", "1900-01-01 00:00:10", "year-is-1900"),
        (946_684_800, "1999-12-31", "19100-01-01 00:00:10", "year-is-19100"),
        (YEAR_2001, "2000-12-31", "19101-01-01 00:00:10", "year-is-19100"),
        (946_684_800, "1999-12-31", "100-01-01 00:00:10", "year-is-100"),
        (YEAR_2001, "2000-12-31", "1901-01-01 00:00:10", "century-lost"),
        (946_684_800, "1999-12-31", "2100-01-01 00:00:10", "century-ahead"),
        (946_684_800, "1999-12-31", "2001-01-01 00:00:10", "year-skipped"),
        (946_684_800, "1999-12-31", "2002-01-01 00:00:10", "year-skipped"),
        (946_684_800, "1999-12-31", "1999-01-01 00:00:10", "year-not-carried"),
        (JUNE_2000, "2000-05-31", "1999-06-01 00:00:10", "year-wrong"),
        (946_684_800, "1999-12-31", "2016-01-01 00:00:10", "year-wrong"),
        (946_684_800, "1999-12-31", "1980-01-01 00:00:10", "reset-to-default"),
        (JUNE_2000, "2000-05-31", "1980-01-01 00:00:02", "reset-to-default"),
        (LEAP_DAY, "2000-02-28", "2000-03-01 00:00:10", "leap-day-missing"),
        (MARCH_2001, "2001-02-28", "2001-02-29 00:00:10", "leap-day-false"),
        (MARCH_2000, "2000-02-29", "2000-02-30 00:00:10", "date-impossible"),
        (MARCH_2000, "2000-02-29", "2000-03-02 00:00:10", "leap-day-missing"),
        (JUNE_2000, "2000-05-31", "2000-05-32 00:00:10", "date-impossible"),
        (JUNE_2000, "2000-05-31", "2000-05-31 24:00:10", "time-impossible"),
        (JUNE_2000, "2000-05-31", "2000-05-31 00:00:10", "date-not-carried"),
        (JUNE_2000, "2000-05-31", "2000-06-02 00:00:10", "day-skipped"),
        (JUNE_2000, "2000-05-31", "2000-06-01 00:00:30", "off-by-seconds"),
        (JUNE_2000, "2000-05-31", "1980-10-16 00:00:10", "week-rollover"),
        (JUNE_2000, "2000-05-31", "2000-07-06 00:00:10", "date-wrong"),
        (JUNE_2000, "2000-05-31", "2036-02-07 12:34:56", "date-wrong"),
        (JUNE_2000, "2000-05-31", "2000-05-31 23:59:58", "clock-stands-still"),
        (JUNE_2000, "2000-05-31", "2000-05-31 23:59:57", "runs-backwards"),
    ],
)
def test_a_wrong_reading_fails_and_its_mechanism_is_named(
    scene: Make, edge_seconds: int, last_day: str, read: str, code: str
) -> None:
    led = led_to(scene, edge_seconds, last_day)

    assert {code} == led.read(70.5, read).codes()
    assert led.judge().verdict is Verdict.DOES_NOT_CONFORM


def test_a_false_leap_day_is_still_named_the_day_after(scene: Make) -> None:
    """The set was on 28 February 2001; a day later the device is at 1 March where 2 March is due."""
    led = led_to(scene, MARCH_2001, "2001-02-28")

    assert {"leap-day-false"} == led.read(86_460.5 + 10, "2001-03-01 00:00:10").codes()


def test_a_day_lost_in_march_has_nothing_to_do_with_february(scene: Make) -> None:
    """The set was on 31 March: the leap day lies before it."""
    led = led_to(scene, 954_547_200, "2000-03-31")  # the edge is 2000-04-01

    assert {"date-wrong"} == led.read(70.5, "2000-03-30 00:00:10").codes() - {"clock-stands-still"}


def test_the_day_before_is_no_missing_carry_when_no_midnight_passed(scene: Make) -> None:
    led = led_to(scene, JUNE_2000, "2000-05-31")

    assert {"date-wrong"} == led.read(59.2, "2000-05-30 23:59:59").codes()


# --- standing still ---------------------------------------------------------------------------------------------


def test_a_read_back_that_shows_the_set_time_long_after_is_a_clock_that_stands_still(scene: Make) -> None:
    halted = scene().set().read(5.5, "1999-12-31 23:59:00", Role.READ_BACK)

    assert {"clock-stands-still"} == halted.codes()


def test_a_clock_that_never_leaves_the_set_time_stands_still(scene: Make) -> None:
    halted = scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK).read(5.5, "1999-12-31 23:59:00")

    assert "4980000000" == halted.finding("clock-stands-still").details["standing_ns"]


def test_a_clock_that_stops_at_the_last_second_is_not_called_off_by_seconds(scene: Make) -> None:
    """In a silent crossing the first reading past the edge is off; the next ones show why."""
    stopped = scene().before()
    stopped.read(70.5, "1999-12-31 23:59:59").read(71.0, "1999-12-31 23:59:59").read(73.5, "1999-12-31 23:59:59")

    assert {"clock-stands-still"} == stopped.codes()


def test_the_same_wrong_second_read_twice_within_it_is_no_standstill(scene: Make) -> None:
    wrong = scene().before().read(70.1, "1900-01-01 00:00:10").read(70.5, "1900-01-01 00:00:10")

    assert {"year-is-1900"} == wrong.codes()


def test_an_impossible_date_that_never_changes_is_a_clock_that_stands_still(scene: Make) -> None:
    stuck = scene().before().read(60.5, "2000-00-00 00:00:00").read(64.5, "2000-00-00 00:00:00")

    assert {"date-impossible", "clock-stands-still"} == stuck.codes()


def test_a_clock_that_stands_within_its_tolerance_is_found_between_readings(scene: Make) -> None:
    """Against the set alone, an unknown first second would forgive it; between two readings nothing does."""
    stopped = scene().with_facts(divider_resets=None).before().after()
    stopped.read(66.9, "2000-01-01 00:00:07").read(68.6, "2000-01-01 00:00:07")

    assert {"clock-stands-still"} == stopped.codes()


def test_a_second_that_is_due_and_does_not_come_is_a_clock_that_stands_still(scene: Make) -> None:
    """Two readings 0.4 s apart prove it here, because the first one was right."""
    stopped = scene().set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
    stopped.read(58.9, "1999-12-31 23:59:58").read(59.3, "1999-12-31 23:59:58")

    assert {"clock-stands-still"} == stopped.codes()


@pytest.mark.parametrize(("early", "late"), [("23:10:10", "23:43:32"), ("23:10:10", "23:43:28")])
def test_legal_drift_between_two_readings_is_no_jump(scene: Make, early: str, late: str) -> None:
    """1000 ppm of 2000 s is 2 s, fast or slow."""
    drifting = scene(lead=3000).with_facts(drift_ppm=1000, divider_resets=None).set()

    assert set() == drifting.read(10, f"1999-12-31 {early}").read(2010, f"1999-12-31 {late}").codes()


def test_a_device_that_starts_to_count_late_is_not_held_to_its_first_second(scene: Make) -> None:
    """It shows the new time at once and counts from there within its settling time."""
    late = scene().with_facts(settle_ns=1_200_000_000).set().read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)

    assert set() == late.read(1.7, "1999-12-31 23:59:00").read(30.5, "1999-12-31 23:59:29").codes()


def test_a_backward_step_within_the_tolerance_is_out_of_order(scene: Make) -> None:
    back = scene().with_facts(divider_resets=None).before().after()
    back.read(66.1, "2000-01-01 00:00:07").read(66.5, "2000-01-01 00:00:06")

    assert {"time-jumped", "out-of-order"} == back.codes()


def test_a_jump_within_the_tolerance_is_found_between_readings(scene: Make) -> None:
    jumped = scene().with_facts(divider_resets=None).before().after()
    finding = jumped.read(66.2, "2000-01-01 00:00:07").read(66.5, "2000-01-01 00:00:07").finding("time-jumped")

    assert ("3", "1700000000") == (finding.details["moved_seconds"], finding.details["passed_ns"])


# --- the order of readings --------------------------------------------------------------------------------------


def test_a_passing_mixture_of_both_sides_is_a_torn_read(scene: Make) -> None:
    torn = scene().before().read(60.1, "1999-01-01 00:00:00").after()

    assert {"torn-read"} == torn.codes()


def test_a_mixture_far_from_the_edge_is_not_torn(scene: Make) -> None:
    late = scene().before().after().read(70.5, "1999-01-01 00:00:10").read(72.5, "2000-01-01 00:00:12")

    assert {"year-not-carried"} == late.codes()


@pytest.mark.parametrize("read", ["1900-01-01 00:00:00", "1999-12-31 23:59:57"])
def test_a_passing_error_that_is_no_mixture_is_not_torn(scene: Make, read: str) -> None:
    passing = scene().before().read(60.1, read).after()

    assert "torn-read" not in passing.codes()
    assert set() != passing.codes()


def test_nothing_is_torn_where_one_side_cannot_be_expressed(scene: Make) -> None:
    """The far side of 2100 is beyond this window, so there is nothing to mix with."""
    end = scene(edge_seconds=4_102_444_800).with_form(century=CenturyRule.window(2000), weekday=None).set()
    end.read(0.5, "99-12-31 23:59:00", Role.READ_BACK)
    end.read(59.5, "99-01-01 00:00:00").read(59.9, "99-12-31 23:59:59")

    assert {"date-wrong"} == end.codes()


def test_a_clock_that_falls_back_from_an_impossible_date_is_not_said_to_run_backwards(scene: Make) -> None:
    odd = scene().before().read(60.5, "2000-00-01 00:00:00").read(62.5, "1999-12-31 23:59:50")

    assert {"date-impossible", "off-by-seconds"} == odd.codes()


def test_a_first_reading_that_is_off_has_nothing_before_it_to_run_back_from(scene: Make) -> None:
    assert {"off-by-seconds"} == scene().set().read(0.5, "1999-12-31 23:58:00", Role.READ_BACK).codes()


# --- years of every form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "fields", "code"),
    [
        (CenturyRule.window(1970), {"year": 100}, "year-is-100"),
        (CenturyRule.window(1970), {"year": 19100}, "year-is-19100"),
        (CenturyRule.byte(), {"year": 100, "century": 19}, "year-is-19100"),
        (CenturyRule.byte(), {"year": 165, "century": 20}, "year-impossible"),
        (CenturyRule.digits(), {"year": -1}, "year-impossible"),
    ],
)
def test_year_digits_that_mean_no_year_are_named(
    scene: Make, rule: CenturyRule, fields: dict[str, int], code: str
) -> None:
    before = {"century": 19} if rule.kind == "byte" else {}
    year = "1999" if rule.kind == "digits" else "99"
    odd = scene().with_form(century=rule, weekday=None).set()
    odd.read(0.5, f"{year}-12-31 23:59:00", Role.READ_BACK, **before)

    assert {code} == odd.read(62.5, "00-01-01 00:00:02", **fields).codes()


@pytest.mark.parametrize("fields", [{"year": 0}, {"year": None, "century": 20}])
def test_a_missing_part_of_the_year_is_no_failure_of_the_device(scene: Make, fields: dict[str, int | None]) -> None:
    lacking = scene().with_form(century=CenturyRule.byte(), weekday=None).set()
    lacking.read(0.5, "99-12-31 23:59:00", Role.READ_BACK, century=19)

    assert set() == lacking.read(62.5, "00-01-01 00:00:02", **fields).codes()


def test_29_february_of_a_shown_year_that_lacks_it_does_not_hide_the_century(scene: Make) -> None:
    """The device fell to 1900 and gave it a 29 February, which that year has not."""
    led = led_to(scene, LEAP_DAY, "2000-02-28")

    assert {"leap-day-false"} == led.read(70.5, "1900-02-29 00:00:10").codes()


def test_a_date_that_the_expected_year_lacks_is_no_mere_wrong_year(scene: Make) -> None:
    """29 February 1996, read on 28 February 2001."""
    led = led_to(scene, 983_318_400, "2001-02-27")  # the edge is 2001-02-28

    assert {"date-wrong"} == led.read(70.5, "1996-02-29 00:00:10").codes()


def test_a_counter_that_falls_back_by_its_whole_span_rolled_over(scene: Make) -> None:
    counter = (
        scene(edge_seconds=2_147_483_648).with_form(century=None, weekday=None, counter=Counter(signed=True)).set()
    )
    counter.read(0.5, count=2_147_483_588, role=Role.READ_BACK)
    finding = counter.read(62.5, count=-2_147_483_646).finding("counter-rolled-over")

    assert "1901-12-13 20:45:54" == finding.details["shown"]
    assert "32" == finding.details["bits"]


def test_a_counter_that_is_off_by_other_than_its_span_did_not_roll_over(scene: Make) -> None:
    counter = (
        scene(edge_seconds=2_147_483_648).with_form(century=None, weekday=None, counter=Counter(signed=True)).set()
    )
    counter.read(0.5, count=2_147_483_588, role=Role.READ_BACK)

    assert {"off-by-seconds"} == counter.read(62.5, count=2_147_483_500).codes()


def test_a_device_without_a_known_default_may_fall_back_to_any_common_one(scene: Make) -> None:
    led = led_to(scene, JUNE_2000, "2000-05-31").with_facts(default_date=None)
    finding = led.read(70.5, "1970-01-01 00:00:05").finding("reset-to-default")

    assert "1970-01-01 00:00:00" == finding.details["default"]
    assert len(COMMON_DEFAULTS) == len(default_dates(led.facts))
