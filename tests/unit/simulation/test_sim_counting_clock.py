"""The counting clocks, second by second, against a counter written as plainly as can be."""

from __future__ import annotations

import pytest

from devices.simulation.almanac import LeapLaw, YearRegister, digits_of, seconds_of, two_digits
from devices.simulation.bugs import CATALOGUE, ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, CountingSeconds, DefaultDate
from devices.simulation.divider import Divider

SECOND = 1_000_000_000
LOST = DefaultDate(year=0, month=1, day=1, weekday=1)
WIDE = YearRegister(modulus=10_000, offset=0, first_year=0)
SINCE_1900 = YearRegister(modulus=256, offset=1900, first_year=1900)


def make_clock(
    written: tuple[int, int, int, int, int, int, int],
    *,
    years: YearRegister = WIDE,
    leap: LeapLaw = "gregorian",
    bugs: tuple[str, ...] = (),
    has_battery: bool = True,
    drift_ppm: int = 0,
) -> CountingClock:
    traits = ClockTraits(years=years, has_weekday=True, says_year_as_text=True)
    clock = CountingClock(
        0,
        years=years,
        leap=leap,
        default=LOST,
        weekdays=(1, 7),
        bugs=fit(bugs, traits),
        has_battery=has_battery,
        drift_ppm=drift_ppm,
    )
    year, month, day, weekday, hour, minute, second = written
    clock.set(
        0,
        reset_divider=True,
        year=year,
        month=month,
        day=day,
        weekday=weekday,
        hour=hour,
        minute=minute,
        second=second,
    )
    return clock


def shown(clock: CountingClock) -> tuple[int, int, int, int, int, int, int]:
    return (clock.year, clock.month, clock.day, clock.weekday, clock.hour, clock.minute, clock.second)


class DumbCounter:
    """Adds one second at a time; knows nothing but when to carry."""

    def __init__(self, year: int, month: int, day: int, weekday: int) -> None:
        self.year, self.month, self.day, self.weekday = year, month, day, weekday
        self.hour, self.minute, self.second = 23, 58, 0

    def add_second(self, *, gregorian: bool, modulus: int) -> None:
        self.second += 1
        if self.second == 60:
            self.second = 0
            self.minute += 1
        if self.minute == 60:
            self.minute = 0
            self.hour += 1
        if self.hour == 24:
            self.hour = 0
            self.weekday = self.weekday % 7 + 1
            self.day += 1
            if self.day > self.month_days(gregorian=gregorian):
                self.day = 1
                self.month += 1
            if self.month == 13:
                self.month = 1
                self.year = (self.year + 1) % modulus

    def month_days(self, *, gregorian: bool) -> int:
        if self.month in {4, 6, 9, 11}:
            return 30
        if self.month != 2:
            return 31
        leap = self.year % 4 == 0
        if gregorian and self.year % 100 == 0 and self.year % 400 != 0:
            leap = False
        return 29 if leap else 28

    def shown(self) -> tuple[int, int, int, int, int, int, int]:
        return (self.year, self.month, self.day, self.weekday, self.hour, self.minute, self.second)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1999, 12, 31),
        (2000, 2, 28),
        (2000, 2, 29),
        (2000, 12, 31),
        (1900, 2, 28),
        (2001, 2, 28),
        (2004, 2, 28),
        (2027, 12, 31),
        (2038, 1, 18),
        (2099, 12, 31),
        (2100, 2, 28),
        (2400, 2, 28),
        (1999, 11, 30),
        (1999, 9, 9),
    ],
)
@pytest.mark.parametrize("years", [WIDE, two_digits(1970)])
def test_every_second_across_an_edge_is_what_a_dumb_counter_says(
    year: int, month: int, day: int, years: YearRegister
) -> None:
    gregorian = years is WIDE
    register = year % years.modulus
    clock = make_clock(
        (register, month, day, 6, 23, 58, 0), years=years, leap="gregorian" if gregorian else "every-fourth"
    )
    counter = DumbCounter(register, month, day, 6)
    for second in range(1, 2 * 86_400 + 240):
        counter.add_second(gregorian=gregorian, modulus=years.modulus)
        if second < 400 or second % 3600 == 0 or second % 86_400 < 180 or second % 86_400 > 86_000:
            clock.update(second * SECOND)
            assert counter.shown() == shown(clock)


def test_one_long_gap_ends_where_the_dumb_counter_ends() -> None:
    """An unread clock is caught up by days; nothing may be lost in the years it skips."""
    clock = make_clock((99, 12, 31, 6, 23, 58, 0), years=two_digits(1970), leap="every-fourth")
    # A hundred years with 25 leap days and two minutes: 36,526 midnights, which are 5,218 whole weeks.
    clock.update((36_525 * 86_400 + 120) * SECOND)
    assert (0, 1, 1, 6, 0, 0, 0) == shown(clock)


@pytest.mark.parametrize(
    ("years", "before", "after"),
    [
        (two_digits(1970), 99, 0),
        (SINCE_1900, 99, 100),
        (SINCE_1900, 127, 128),
        (SINCE_1900, 255, 0),
        (WIDE, 1999, 2000),
    ],
)
def test_the_year_register_carries_as_wide_as_it_is(years: YearRegister, before: int, after: int) -> None:
    clock = make_clock((before, 12, 31, 6, 23, 59, 59), years=years)
    clock.update(SECOND)
    assert (after, 1, 1, 7, 0, 0, 0) == shown(clock)


def test_a_year_of_two_digits_makes_2100_leap() -> None:
    clock = make_clock((0, 2, 28, 1, 23, 59, 59), years=two_digits(2100), leap="every-fourth")
    clock.update(SECOND)
    assert (0, 2, 29, 2, 0, 0, 0) == shown(clock)


def test_a_date_that_does_not_exist_is_counted_on_from() -> None:
    """Chips that take month 00 and day 00 were seen to go on counting (RTC-8564 captures)."""
    clock = make_clock((0, 0, 0, 0, 23, 59, 59), years=two_digits(1970))
    assert clock.seconds() is None
    clock.update(SECOND)
    assert (0, 0, 1, 1, 0, 0, 0) == shown(clock)


def test_second_75_carries_into_the_minute_at_once() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 75))
    clock.update(SECOND)
    assert (2000, 1, 1, 7, 0, 0, 0) == shown(clock)


def test_a_set_with_divider_reset_gives_a_whole_first_second() -> None:
    clock = make_clock((1999, 12, 31, 6, 10, 0, 0))
    clock.set(700_000_000, reset_divider=True, second=30)
    clock.update(1_699_999_999)
    assert clock.second == 30
    clock.update(1_700_000_000)
    assert clock.second == 31


def test_a_set_without_divider_reset_gives_a_short_first_second() -> None:
    clock = make_clock((1999, 12, 31, 6, 10, 0, 0))
    clock.set(700_000_000, reset_divider=False, second=30)
    clock.update(1_000_000_000)
    assert clock.second == 31


def test_a_fast_crystal_gains_its_parts_per_million() -> None:
    clock = make_clock((1999, 12, 31, 6, 0, 0, 0), drift_ppm=100)
    clock.update(9_998 * SECOND)
    assert (2, 46, 38) == (clock.hour, clock.minute, clock.second)
    clock.update(10_000 * SECOND)
    assert (2, 46, 41) == (clock.hour, clock.minute, clock.second)


@pytest.mark.parametrize("drift_ppm", [-200, -1, 0, 1, 100, 5000])
def test_the_next_change_is_the_first_moment_that_shows_another_second(drift_ppm: int) -> None:
    divider = Divider(0, phase_ns=123_456_789, drift_ppm=drift_ppm)
    for _ in range(50):
        due_ns = divider.next_tick_ns()
        assert due_ns is not None
        assert divider.take_ticks(due_ns - 1) == 0
        assert divider.take_ticks(due_ns) == 1


def test_a_halted_clock_stands_still_and_goes_on_in_the_same_second() -> None:
    clock = make_clock((1999, 12, 31, 6, 10, 0, 0))
    clock.halt(500_000_000)
    assert clock.next_change_ns() is None
    clock.run(100 * SECOND)
    assert clock.next_change_ns() == 100 * SECOND + 500_000_000
    assert (10, 0, 0) == (clock.hour, clock.minute, clock.second)


def test_a_clock_with_a_battery_counts_across_a_power_cut() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 50))
    clock.power_off(2 * SECOND)
    clock.power_on(22 * SECOND)
    assert (2000, 1, 1, 7, 0, 0, 12) == shown(clock)
    assert not clock.was_lost


def test_a_clock_without_a_battery_comes_up_at_its_default_date() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 50), has_battery=False)
    clock.power_off(2 * SECOND)
    clock.power_on(22 * SECOND)
    clock.update(25 * SECOND)
    assert (0, 1, 1, 1, 0, 0, 3) == shown(clock)
    assert clock.was_lost


@pytest.mark.parametrize(("years", "century_year", "year_shown"), [(WIDE, 1999, 1900), (SINCE_1900, 99, 0)])
def test_century_1900_goes_to_1900_and_only_when_switched_on(
    years: YearRegister, century_year: int, year_shown: int
) -> None:
    broken = make_clock((century_year, 12, 31, 6, 23, 59, 59), years=years, bugs=("century-1900",))
    sound = make_clock((century_year, 12, 31, 6, 23, 59, 59), years=years)
    for clock in (broken, sound):
        clock.update(SECOND)
    assert (year_shown, 1, 1, 7, 0, 0, 0) == shown(broken)
    assert (century_year + 1, 1, 1, 7, 0, 0, 0) == shown(sound)


@pytest.mark.parametrize(("years", "year"), [(WIDE, 2000), (two_digits(1970), 0), (SINCE_1900, 100)])
def test_no_leap_2000_skips_29_february_and_only_when_switched_on(years: YearRegister, year: int) -> None:
    broken = make_clock((year, 2, 28, 2, 23, 59, 59), years=years, bugs=("no-leap-2000",))
    sound = make_clock((year, 2, 28, 2, 23, 59, 59), years=years)
    for clock in (broken, sound):
        clock.update(SECOND)
    assert (year, 3, 1, 3, 0, 0, 0) == shown(broken)
    assert (year, 2, 29, 3, 0, 0, 0) == shown(sound)


def test_no_leap_2000_leaves_2004_alone() -> None:
    clock = make_clock((2004, 2, 28, 7, 23, 59, 59), bugs=("no-leap-2000",))
    clock.update(SECOND)
    assert (2004, 2, 29, 1, 0, 0, 0) == shown(clock)


def test_frozen_stands_still_in_2000_until_it_is_set() -> None:
    clock = make_clock((99, 12, 31, 6, 23, 59, 59), years=two_digits(1970), bugs=("frozen",))
    clock.update(3600 * SECOND)
    assert (0, 1, 1, 7, 0, 0, 0) == shown(clock)
    assert clock.next_change_ns() is None
    clock.set(3600 * SECOND, reset_divider=True, second=5)
    clock.update(3601 * SECOND)
    assert clock.second == 6


def test_frozen_does_not_wake_at_another_new_year() -> None:
    clock = make_clock((98, 12, 31, 5, 23, 59, 59), years=two_digits(1970), bugs=("frozen",))
    clock.update(3 * SECOND)
    assert (99, 1, 1, 6, 0, 0, 2) == shown(clock)


def test_weekday_stuck_keeps_the_weekday_over_every_midnight() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 59), bugs=("weekday-stuck",))
    clock.update(3 * 86_400 * SECOND)
    assert (2000, 1, 3, 6, 23, 59, 59) == shown(clock)


def test_lost_at_power_off_loses_the_time_in_spite_of_a_battery() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 50), bugs=("lost-at-power-off",))
    clock.power_off(SECOND)
    clock.power_on(2 * SECOND)
    assert (0, 1, 1, 1, 0, 0, 0) == shown(clock)


def test_reset_to_1980_waits_for_the_first_power_up_after_the_century() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 50), bugs=("reset-to-1980",))
    clock.power_off(SECOND)
    clock.power_on(2 * SECOND)
    assert (1999, 12, 31, 6, 23, 59, 52) == shown(clock)
    clock.power_off(3 * SECOND)
    clock.power_on(30 * SECOND)
    assert (1980, 1, 4, 6, 0, 0, 0) == shown(clock)
    clock.power_off(31 * SECOND)
    clock.power_on(40 * SECOND)
    assert (1980, 1, 4, 6, 0, 0, 10) == shown(clock)


def test_runs_backwards_counts_down_across_the_edge_it_came_from() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 59), bugs=("runs-backwards",))
    clock.update(SECOND)
    assert (2000, 1, 1, 7, 0, 0, 0) == shown(clock)
    clock.update(4 * SECOND)
    assert (1999, 12, 31, 6, 23, 59, 57) == shown(clock)


def test_bugs_compose() -> None:
    clock = make_clock((1999, 12, 31, 6, 23, 59, 59), bugs=("century-1900", "weekday-stuck", "frozen"))
    clock.update(60 * SECOND)
    assert (1900, 1, 1, 6, 0, 0, 0) == shown(clock)


def test_a_count_of_seconds_wraps_at_its_width() -> None:
    clock = CountingSeconds(0)
    clock.set(0, 0xFFFF_FFFF, reset_divider=True)
    clock.update(SECOND)
    assert clock.count == 0


def test_a_count_passes_the_signed_limit_of_2038() -> None:
    clock = CountingSeconds(0)
    clock.set(0, 0x7FFF_FFFF, reset_divider=True)
    clock.update(SECOND)
    assert clock.count == 0x8000_0000


def test_a_frozen_count_stands_at_2000() -> None:
    clock = CountingSeconds(0, bugs=fit(("frozen",), ClockTraits(years=None)))
    clock.set(0, 946_684_790, reset_divider=True)
    clock.update(3600 * SECOND)
    assert clock.count == 946_684_800


def test_a_count_that_runs_backwards_leaves_2000_again() -> None:
    clock = CountingSeconds(0, bugs=fit(("runs-backwards",), ClockTraits(years=None)))
    clock.set(0, 946_684_790, reset_divider=True)
    clock.update(15 * SECOND)
    assert clock.count == 946_684_795


@pytest.mark.parametrize(
    ("traits", "offered", "withheld"),
    [
        (
            ClockTraits(years=two_digits(1970), has_weekday=True),
            {"no-leap-2000", "frozen", "weekday-stuck", "lost-at-power-off", "reset-to-1980", "century-bit-unmasked"},
            {"century-1900", "year-19100", "year-100", "century-bit-inverted", "year-byte-a0", "leap-2100"},
        ),
        (
            ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True),
            {"year-byte-a0", "day-zero", "lost-at-power-off"},
            {"leap-day-cannot-be-set", "century-bit-unmasked", "stops-on-day-366", "century-bit-inverted"},
        ),
        (
            ClockTraits(years=WIDE, says_year_as_text=True, leap="gregorian"),
            {"century-1900", "year-19100", "no-leap-2000", "leap-2100", "pivot-2020", "signed-32-bit-seconds"},
            {"weekday-stuck", "year-byte-a0"},
        ),
        (
            ClockTraits(years=None),
            {"frozen", "lost-at-power-off", "runs-backwards", "gps-week-of-ten-bits", "stands-still-after-set"},
            {"century-1900", "no-leap-2000", "weekday-stuck", "torn-read", "year-skipped"},
        ),
        (
            ClockTraits(years=two_digits(2000), survives_power_off=False),
            {"no-leap-2000", "frozen", "runs-backwards"},
            {"lost-at-power-off", "century-lost-at-boot", "restores-last-set", "reset-to-1980"},
        ),
        (
            ClockTraits(years=WIDE, is_read_as_count=True),
            {"no-leap-2000", "year-skipped"},
            {"century-1900", "year-100", "signed-32-bit-seconds", "november-31"},
        ),
    ],
)
def test_a_bug_is_offered_only_where_it_can_exist(traits: ClockTraits, offered: set[str], withheld: set[str]) -> None:
    possible = set(bugs_possible_on(traits))
    assert offered <= possible
    assert not withheld & possible


def test_a_bug_that_cannot_exist_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="its year has two digits"):
        fit(("century-1900",), ClockTraits(years=two_digits(1970)))
    with pytest.raises(ValueError, match="no bug is called 'century-1901'"):
        fit(("century-1901",), ClockTraits(years=WIDE))


def test_every_bug_says_how_it_must_be_caught() -> None:
    for bug in CATALOGUE.values():
        assert bug.caught_by.edges
        assert bug.caught_by.variants
        assert bug.caught_by.rules
        assert "conforms" not in bug.caught_by.verdicts


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (0, (1970, 1, 1, 0, 0, 0, 4)),
        (946_684_799, (1999, 12, 31, 23, 59, 59, 5)),
        (951_782_400, (2000, 2, 29, 0, 0, 0, 2)),
        (2_147_483_647, (2038, 1, 19, 3, 14, 7, 2)),
        (4_102_444_800, (2100, 1, 1, 0, 0, 0, 5)),
        (-1, (1969, 12, 31, 23, 59, 59, 3)),
        (-2_208_988_800, (1900, 1, 1, 0, 0, 0, 1)),
    ],
)
def test_civil_seconds_and_digits_agree_with_published_instants(seconds: int, digits: tuple[int, ...]) -> None:
    assert digits == tuple(digits_of(seconds))
    assert seconds == seconds_of(*digits[:6])
