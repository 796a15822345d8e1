"""Defects of months and weekdays."""

from __future__ import annotations

from devices.simulation.almanac import is_gregorian_leap
from devices.simulation.bugs.parts import Refused, civil_year
from devices.simulation.bugs.row import (
    CROSSINGS,
    PROGRESS,
    Bug,
    CaughtBy,
    V,
    all_of,
    anywhere,
    calendar,
    month_and_day,
    program,
    weekday,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug, Contents

_FEBRUARY, _NOVEMBER, _DECEMBER = 2, 11, 12
_LENGTHS = (31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)  # of the month before each, January first
_IN_2000S = range(2000, 2100)
_WEEKDAY_EDGES = ("y2k-rollover", "y2k-leap-day", "leap-day-2028")


class _November31(ClockBug):
    name = "november-31"

    def month_length(self, clock: CountingClock, days: int) -> int:
        return 31 if clock.month == _NOVEMBER else days


class _ShiftedLengths(ClockBug):
    """The month is kept from zero, so the counter takes the length of the month before."""

    name = "month-lengths-shifted"

    def month_length(self, clock: CountingClock, days: int) -> int:
        if not 1 <= clock.month <= _DECEMBER:
            return days
        is_leap_march = clock.month == _FEBRUARY + 1 and is_gregorian_leap(civil_year(clock))
        return _LENGTHS[clock.month - 1] + is_leap_march


class _DecemberAsJanuary(ClockBug):
    name = "december-stored-as-january"

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, before
        if isinstance(clock, CountingClock) and "month" in parts and clock.month in {_NOVEMBER, _DECEMBER}:
            clock.month = 1


class _FirstRefused(Refused):
    name = "first-of-month-refused"

    def refuses(self, clock: CountingClock) -> bool:
        return clock.day == 1


class _DayZero(ClockBug):
    name = "day-zero"

    def midnight_passed(self, clock: CountingClock) -> None:
        if clock.day == 1:
            clock.day = 0


class _WeekdayStuck(ClockBug):
    name = "weekday-stuck"

    def weekday_steps(self, midnights: int) -> int:
        del midnights
        return 0


class _WeekdayShown(ClockBug):
    """Shows another weekday than it counts."""

    def shift(self, clock: CountingClock) -> int:
        """Return by how many days the weekday shown is ahead."""
        raise NotImplementedError

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and clock.weekdays is not None:
            first = clock.weekdays[0]
            clock.weekday = first + (clock.weekday - first + self.shift(clock)) % 7


class _WeekdayNeverSet(_WeekdayShown):
    name = "weekday-never-set"

    def shift(self, clock: CountingClock) -> int:
        return -clock.weekday if clock.weekdays is None else clock.weekdays[0] - clock.weekday


class _WeekdayOf1900s(_WeekdayShown):
    """36,525 days lie between a date of the 1900s and that of the 2000s: two weekdays back, five forward."""

    name = "weekday-of-1900s"

    def shift(self, clock: CountingClock) -> int:
        return 2 if civil_year(clock) in _IN_2000S else 0


class _WeekdayOneOff(_WeekdayShown):
    name = "weekday-one-off"

    def shift(self, clock: CountingClock) -> int:
        del clock
        return -1


ROWS = (
    Bug(
        name="november-31",
        says="gives November 31 days",
        impossible_because=month_and_day,
        make=_November31,
        caught_by=CaughtBy(
            edges=("november-ends",),
            variants=CROSSINGS,
            rules=("V1", "V12"),
            codes=("date-impossible", "bad-fields", "clock-lost-at-power-off"),
        ),
        source="Linux rtc-rk808.c",
        reports=(38,),
    ),
    Bug(
        name="month-lengths-shifted",
        says="gives every month the length of the one before",
        impossible_because=all_of(program, month_and_day),
        make=_ShiftedLengths,
        caught_by=CaughtBy(
            edges=("y2k-leap-day-end", "april-ends", "june-ends"),
            variants=PROGRESS,
            rules=("V1",),
            codes=("date-impossible",),
        ),
        source="a vendor's driver on a Yocto board: 30 April was followed by 31 April",
        drivers=(30,),
    ),
    Bug(
        name="december-stored-as-january",
        says="keeps November and December as month 1",
        impossible_because=all_of(program, month_and_day),
        make=_DecemberAsJanuary,
        caught_by=CaughtBy(edges=("y2k-rollover", "november-ends"), variants=PROGRESS, rules=("V1", "set")),
        source="Linux rtc-mcp795.c, first version",
        drivers=(19,),
    ),
    Bug(
        name="first-of-month-refused",
        says="acknowledges the first day of a month and goes on with the date it had",
        impossible_because=all_of(program, calendar),
        make=_FirstRefused,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day-end", "leap-day-end-2028"),
            variants=(V.SET_AFTER,),
            rules=("set", "V1"),
        ),
        source="brackets-arduino #11",
        reports=(40,),
    ),
    Bug(
        name="day-zero",
        says="counts to day 0 in place of the first of a month and stays there",
        impossible_because=all_of(anywhere, month_and_day),
        make=_DayZero,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "april-ends"),
            variants=CROSSINGS,
            rules=("V1", "V12"),
            codes=("date-impossible", "bad-fields", "clock-lost-at-power-off"),
        ),
        source="LoRaMac-node #145",
        reports=(41,),
    ),
    Bug(
        name="weekday-stuck",
        says="does not advance the weekday at midnight",
        impossible_because=weekday,
        make=_WeekdayStuck,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day"), variants=CROSSINGS, rules=("V2",), codes=("weekday-stands-still",)
        ),
        source="Linux rtc-mc146818-lib.c, comment",
        reports=(36,),
    ),
    Bug(
        name="weekday-never-set",
        says="keeps its weekday at its first value, whatever is set",
        impossible_because=weekday,
        make=_WeekdayNeverSet,
        caught_by=CaughtBy(
            edges=_WEEKDAY_EDGES, variants=PROGRESS, rules=("V2",), codes=("weekday-wrong", "weekday-stands-still")
        ),
        source="Linux rtc-mc146818-lib.c, comment",
        reports=(36,),
    ),
    Bug(
        name="weekday-of-1900s",
        says="gives a date of the 2000s the weekday of a hundred years before",
        impossible_because=all_of(weekday, year_of_two_digits),
        make=_WeekdayOf1900s,
        caught_by=CaughtBy(edges=_WEEKDAY_EDGES, variants=PROGRESS, rules=("V2",), codes=("weekday-wrong",)),
        source="TTGO T-Watch PR 78; RIOT PR 13919",
        reports=(37,),
    ),
    Bug(
        name="weekday-one-off",
        says="counts weekdays from one less than its maker says",
        impossible_because=weekday,
        make=_WeekdayOneOff,
        caught_by=CaughtBy(
            edges=_WEEKDAY_EDGES,
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V2",),
            codes=("weekday-wrong", "weekday-stands-still"),
        ),
        source="Linux rtc-ds1302.c, three-wire version; python-snap7 set clock",
        drivers=(3, 10),
    ),
)
