"""What each switch does to a counting clock, in literal dates; how a bug that comes and goes is written and made again."""

from __future__ import annotations

import pytest

from devices.simulation.almanac import YearRegister, two_digits
from devices.simulation.bugs import CATALOGUE, ClockTraits, fit
from devices.simulation.bugs.intermittent import read_written
from devices.simulation.clockwork import CountingClock, CountingSeconds, DefaultDate
from devices.simulation.movement import ClockBug, overrides

SECOND = 1_000_000_000
MINUTE, DAY = 60 * SECOND, 86_400 * SECOND
WIDE = YearRegister(modulus=10_000, offset=0, first_year=0)
LOST = DefaultDate(year=1970, month=1, day=1, weekday=5)
Moment = tuple[int, int, int, int, int, int]


def make_clock(*bugs: str, years: YearRegister = WIDE, is_chip: bool = False) -> CountingClock:
    traits = ClockTraits(years=years, has_weekday=True, says_year_as_text=True, leap="gregorian", is_chip=is_chip)
    fitted = fit(bugs, traits)
    return CountingClock(0, years=years, leap="gregorian", default=LOST, weekdays=(1, 7), bugs=fitted)


def put(clock: CountingClock, moment: Moment, now_ns: int = 0, weekday: int = 1) -> None:
    year, month, day, hour, minute, second = moment
    clock.set(
        now_ns,
        reset_divider=True,
        year=clock.years.register_of(year),
        month=month,
        day=day,
        weekday=weekday,
        hour=hour,
        minute=minute,
        second=second,
    )


def shown(clock: CountingClock, now_ns: int) -> Moment:
    clock.update(now_ns)
    return clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second


@pytest.mark.parametrize(
    ("bug", "start", "expected"),
    [
        ("century-1900", (1999, 12, 31, 23, 59, 59), (1900, 1, 1, 0, 0, 0)),
        ("century-mended-at-boot", (1999, 12, 31, 23, 59, 59), (1900, 1, 1, 0, 0, 0)),
        ("year-skipped", (1999, 12, 31, 23, 59, 59), (2001, 1, 1, 0, 0, 0)),
        ("year-skipped", (2027, 12, 31, 23, 59, 59), (2028, 1, 1, 0, 0, 0)),
        ("two-years-on-new-year", (2028, 12, 31, 23, 59, 59), (2030, 1, 1, 0, 0, 0)),
        ("year-100", (1999, 12, 31, 23, 59, 59), (100, 1, 1, 0, 0, 0)),
        ("year-of-two-bits", (1999, 12, 31, 23, 59, 59), (1996, 1, 1, 0, 0, 0)),
        ("year-of-two-bits", (2000, 12, 31, 23, 59, 59), (2001, 1, 1, 0, 0, 0)),
        ("year-tens-not-carried", (2019, 12, 31, 23, 59, 59), (2010, 1, 1, 0, 0, 0)),
        ("bcd-taken-for-hex", (2009, 12, 31, 23, 59, 59), (2016, 1, 1, 0, 0, 0)),
        ("bcd-taken-for-hex", (2025, 12, 31, 23, 59, 59), (2038, 1, 1, 0, 0, 0)),
        ("century-bit-unmasked", (1999, 12, 31, 23, 59, 59), (2000, 81, 1, 0, 0, 0)),
        ("zero-zero-is-2100", (1999, 12, 31, 23, 59, 59), (2100, 1, 1, 0, 0, 0)),
        ("pivot-2020", (2019, 12, 31, 23, 59, 59), (1920, 1, 1, 0, 0, 0)),
        ("signed-32-bit-seconds", (2038, 1, 19, 3, 14, 7), (1901, 12, 13, 20, 45, 52)),
        ("unsigned-32-bit-seconds", (2106, 2, 7, 6, 28, 15), (1970, 1, 1, 0, 0, 0)),
        ("gps-week-of-ten-bits", (2019, 4, 6, 23, 59, 41), (1999, 8, 21, 23, 59, 42)),
        ("gps-epoch-of-the-firmware", (2006, 8, 16, 23, 59, 59), (1987, 1, 1, 0, 0, 0)),
        ("gps-week-and-an-hour", (2022, 1, 1, 23, 59, 41), (2002, 5, 19, 0, 59, 42)),
        ("gps-two-eras-stale", (2019, 4, 6, 23, 59, 41), (1980, 1, 5, 23, 59, 42)),
        ("no-leap-2000", (2000, 2, 28, 23, 59, 59), (2000, 3, 1, 0, 0, 0)),
        ("leap-base-1970", (2000, 2, 28, 23, 59, 59), (2000, 3, 1, 0, 0, 0)),
        ("leap-base-1969", (2021, 2, 28, 23, 59, 59), (2021, 2, 29, 0, 0, 0)),
        ("leap-base-2001", (2020, 2, 28, 23, 59, 59), (2020, 3, 1, 0, 0, 0)),
        ("even-years-leap", (2010, 2, 28, 23, 59, 59), (2010, 2, 29, 0, 0, 0)),
        ("leap-2100", (2100, 2, 28, 23, 59, 59), (2100, 2, 29, 0, 0, 0)),
        ("november-31", (2001, 11, 30, 23, 59, 59), (2001, 11, 31, 0, 0, 0)),
        ("month-lengths-shifted", (2001, 4, 30, 23, 59, 59), (2001, 4, 31, 0, 0, 0)),
        ("month-lengths-shifted", (2001, 12, 30, 23, 59, 59), (2002, 1, 1, 0, 0, 0)),
        ("day-zero", (2001, 1, 31, 23, 59, 59), (2001, 2, 0, 0, 0, 0)),
        ("torn-read", (1999, 12, 31, 23, 59, 59), (1999, 12, 31, 0, 0, 0)),
        ("jumps-35-days", (1999, 12, 31, 23, 59, 59), (2000, 2, 5, 0, 0, 0)),
        ("noon-is-24", (2001, 6, 15, 11, 59, 59), (2001, 6, 15, 24, 0, 0)),
        ("hour-tens-from-seconds", (2001, 6, 15, 17, 30, 41), (2001, 6, 15, 47, 30, 42)),
    ],
)
def test_one_second_over_the_edge(bug: str, start: Moment, expected: Moment) -> None:
    clock = make_clock(bug)
    put(clock, start)
    assert expected == shown(clock, SECOND)


@pytest.mark.parametrize(
    ("bug", "start", "expected"),
    [
        ("1999-becomes-2095", (1999, 12, 31, 0, 0, 0), (2095, 12, 31, 0, 0, 0)),
        ("1999-becomes-2095", (1970, 1, 1, 0, 0, 0), (2066, 1, 1, 0, 0, 0)),
        ("sets-1900s-as-2000s", (1999, 12, 31, 0, 0, 0), (2099, 12, 31, 0, 0, 0)),
        ("year-tens-masked", (1999, 12, 31, 0, 0, 0), (1919, 12, 31, 0, 0, 0)),
        ("century-byte-of-one", (1999, 12, 31, 0, 0, 0), (99, 12, 31, 0, 0, 0)),
        ("century-byte-from-20-only", (1950, 6, 1, 0, 0, 0), (2050, 6, 1, 0, 0, 0)),
        ("padded-boundary-2038", (2038, 1, 18, 0, 0, 0), (1970, 1, 1, 0, 0, 0)),
        ("padded-boundary-2038", (2038, 1, 16, 23, 0, 0), (2038, 1, 16, 23, 0, 0)),
        ("december-stored-as-january", (1999, 12, 31, 0, 0, 0), (1999, 1, 31, 0, 0, 0)),
        ("torn-write", (1999, 12, 31, 23, 59, 55), (2000, 1, 1, 23, 59, 55)),
        ("torn-write", (1999, 12, 31, 23, 59, 49), (1999, 12, 31, 23, 59, 49)),
        ("sets-after-1999-ignored", (2000, 1, 1, 0, 0, 17), (1970, 1, 1, 0, 0, 0)),
        ("sets-before-2000-ignored", (1999, 12, 31, 0, 0, 0), (1970, 1, 1, 0, 0, 0)),
        ("leap-day-cannot-be-set", (2000, 2, 29, 0, 0, 17), (1970, 1, 1, 0, 0, 0)),
        ("leap-day-cannot-be-set", (2000, 2, 28, 0, 0, 17), (2000, 2, 28, 0, 0, 17)),
        ("first-of-month-refused", (2000, 1, 1, 0, 0, 17), (1970, 1, 1, 0, 0, 0)),
    ],
)
def test_what_a_set_becomes(bug: str, start: Moment, expected: Moment) -> None:
    clock = make_clock(bug)
    put(clock, start)
    assert expected == shown(clock, 0)


@pytest.mark.parametrize(
    ("bug", "stopped"),
    [
        ("frozen", (2000, 1, 1, 0, 0, 0)),
        ("stops-ten-minutes-after", (2000, 1, 1, 0, 10, 0)),
        ("stops-before-the-edge", (1999, 12, 31, 23, 59, 0)),
        ("stands-still-after-set", (1999, 12, 31, 23, 59, 0)),
    ],
)
def test_a_clock_that_stops_stays_where_it_stopped_until_it_is_set(bug: str, stopped: Moment) -> None:
    clock = make_clock(bug)
    put(clock, (1999, 12, 31, 23, 59, 0))
    assert stopped == shown(clock, DAY)
    assert stopped == shown(clock, 2 * DAY)


@pytest.mark.parametrize(
    ("bug", "start", "expected"),
    [
        ("century-lost-at-boot", (2000, 1, 1, 0, 0, 0), (1900, 1, 1, 0, 1, 0)),
        ("comes-up-at-2000", (2028, 2, 29, 0, 0, 0), (2000, 1, 1, 0, 0, 0)),
        ("restores-last-set", (2028, 2, 28, 23, 59, 50), (2028, 2, 28, 23, 59, 50)),
        ("jumps-at-power-up", (2000, 1, 1, 0, 0, 0), (2000, 1, 18, 0, 1, 0)),
        ("jumps-at-power-up", (1998, 1, 1, 0, 0, 0), (1998, 1, 1, 0, 1, 0)),
    ],
)
def test_what_a_minute_without_supply_does(bug: str, start: Moment, expected: Moment) -> None:
    clock = make_clock(bug)
    put(clock, start)
    clock.power_off(10 * SECOND)
    clock.power_on(MINUTE)
    assert expected == shown(clock, MINUTE)


def test_the_century_is_mended_at_the_next_boot() -> None:
    clock = make_clock("century-mended-at-boot")
    put(clock, (1999, 12, 31, 23, 59, 50))
    clock.power_off(20 * SECOND)
    clock.power_on(MINUTE)
    assert (2000, 1, 1, 0, 0, 50) == shown(clock, MINUTE)


def test_a_boot_loop_on_day_366_ends_with_the_day() -> None:
    clock = make_clock("boot-loop-on-day-366")
    put(clock, (2000, 12, 31, 12, 0, 0))
    clock.power_off(SECOND)
    clock.power_on(MINUTE)
    assert (2000, 12, 31, 12, 1, 0) == shown(clock, 60 * MINUTE)
    assert (2001, 1, 1, 12, 0, 0) == shown(clock, DAY)


def test_a_slow_leap_day_loses_one_second_in_forty_and_only_that_day() -> None:
    clock = make_clock("slow-on-leap-day")
    put(clock, (2000, 2, 29, 12, 0, 0))
    assert (2000, 2, 29, 12, 39, 0) == shown(clock, 40 * MINUTE)
    put(clock, (2000, 3, 1, 12, 0, 0), now_ns=40 * MINUTE)
    assert (2000, 3, 1, 12, 40, 0) == shown(clock, 80 * MINUTE)


def test_the_old_time_is_shown_for_five_seconds_after_a_set() -> None:
    clock = make_clock("settles-late")
    put(clock, (2028, 2, 29, 12, 0, 0))
    assert (1970, 1, 1, 0, 0, 4) == shown(clock, 4 * SECOND)
    assert (2028, 2, 29, 12, 0, 5) == shown(clock, 5 * SECOND)


def test_what_is_only_shown_wrong_is_counted_right() -> None:
    """A distortion that leaked into the count would grow with every read."""
    clock = make_clock("bcd-taken-for-hex")
    put(clock, (2010, 12, 31, 23, 59, 58))
    assert (2016, 12, 31, 23, 59, 58) == shown(clock, 0)
    assert (2016, 12, 31, 23, 59, 59) == shown(clock, SECOND)
    assert (2017, 1, 1, 0, 0, 0) == shown(clock, 2 * SECOND)
    clock.undistort()
    assert clock.year == 2011


def test_a_write_begins_from_what_is_counted_not_from_what_is_shown() -> None:
    clock = make_clock("pivot-2020")
    put(clock, (2020, 6, 1, 0, 0, 0))
    assert (1920, 6, 1, 0, 0, 0) == shown(clock, 0)
    clock.set(0, reset_divider=False, minute=30)
    clock.undistort()
    assert clock.year == 2020


def test_a_century_bit_is_read_inverted_and_kept_as_written() -> None:
    clock = make_clock(
        "century-bit-inverted", years=YearRegister(modulus=200, offset=1900, first_year=1900), is_chip=True
    )
    put(clock, (1999, 12, 31, 23, 59, 59))
    assert shown(clock, 0)[0] == 199
    assert shown(clock, SECOND)[0] == 0


def test_the_year_byte_of_2000_counts_ten_tens() -> None:
    clock = make_clock("year-byte-a0", years=two_digits(1970), is_chip=True)
    put(clock, (1999, 12, 31, 23, 59, 59))
    assert shown(clock, SECOND)[0] == 100


@pytest.mark.parametrize(
    ("bug", "written", "expected"),
    [("weekday-stuck", 6, 6), ("weekday-never-set", 6, 1), ("weekday-one-off", 6, 6), ("weekday-of-1900s", 6, 2)],
)
def test_the_weekday_after_midnight(bug: str, written: int, expected: int) -> None:
    """Friday is 6 here, so the first of January 2000 is 7."""
    clock = make_clock(bug)
    put(clock, (1999, 12, 31, 23, 59, 59), weekday=written)
    clock.update(SECOND)
    assert expected == clock.weekday


@pytest.mark.parametrize(
    ("bug", "start", "expected"),
    [
        ("signed-32-bit-seconds", 0x7FFF_FFFF, 0),
        ("gps-epoch-of-the-firmware", 1_155_772_799, 536_457_600),
        ("decimal-word-overflow", 1_640_995_199, 1_640_995_200),
    ],
)
def test_a_bare_count_over_an_instant(bug: str, start: int, expected: int) -> None:
    clock = CountingSeconds(0, bugs=fit((bug,), ClockTraits(years=None)))
    clock.set(0, start, reset_divider=True)
    clock.update(SECOND)
    assert expected == clock.count


def test_every_switch_changes_something() -> None:
    """Only the year spelled as text is changed elsewhere: by the device that spells it."""
    hooks = [name for name in vars(ClockBug) if callable(getattr(ClockBug, name))]
    idle = [
        name
        for name, row in CATALOGUE.items()
        if not any(overrides(row.make(), hook) for hook in hooks if hook[0] != "_")
    ]
    assert ["year-19100"] == idle


@pytest.mark.parametrize(
    ("written", "expected"),
    [("frozen", ("frozen", 1, 0)), ("frozen@1/3", ("frozen", 3, 0)), ("frozen@1/20#7", ("frozen", 20, 7))],
)
def test_a_bug_is_written_with_its_chance_and_seed(written: str, expected: tuple[str, int, int]) -> None:
    read = read_written(written)
    assert expected == (read.name, read.one_in, read.seed)


@pytest.mark.parametrize("written", ["", "@1/3", "frozen@", "frozen@3", "frozen@1/0", "frozen@2/3", "frozen@1/3#"])
def test_what_is_no_chance_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected NAME"):
        read_written(written)


def test_a_bug_that_comes_and_goes_does_so_alike_in_every_run() -> None:
    def years(bug: str) -> list[int]:
        clock, seen = make_clock(bug), []
        for place in range(30):
            put(clock, (1999, 12, 31, 23, 59, 59), now_ns=place * MINUTE)
            seen.append(shown(clock, place * MINUTE + SECOND)[0])
        return seen

    first = years("year-skipped@1/3")
    assert {2000, 2001} == set(first)
    assert first == years("year-skipped@1/3")
    assert first != years("year-skipped@1/3#1")
    assert 5 <= first.count(2001) <= 15


def test_a_bug_that_is_there_from_the_start_cannot_come_and_go() -> None:
    with pytest.raises(ValueError, match="cannot come and go"):
        make_clock("lost-at-power-off@1/3")


def test_two_bugs_both_act() -> None:
    clock = make_clock("year-skipped", "november-31")
    put(clock, (1999, 12, 31, 23, 59, 59))
    assert (2001, 1, 1, 0, 0, 0) == shown(clock, SECOND)
    put(clock, (2001, 11, 30, 23, 59, 59), now_ns=MINUTE)
    assert (2001, 11, 31, 0, 0, 0) == shown(clock, MINUTE + SECOND)
