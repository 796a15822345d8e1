"""Defects of leap years and of their 366th day."""

from __future__ import annotations

from devices.simulation.bugs.parts import Refused, StopsAt, civil_year, moment, named
from devices.simulation.bugs.row import (
    CROSSINGS,
    POWER_CUTS,
    PROGRESS,
    STANDS,
    Bug,
    CaughtBy,
    V,
    all_of,
    calendar,
    gregorian,
    keeps_counting,
    month_and_day,
    program,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug, Contents

_FEBRUARY, _DECEMBER = 2, 12
_LEAP_DAY, _LAST_DAY, _LEAP_FEBRUARY, _COMMON_FEBRUARY = 29, 31, 29, 28
_LEAP_YEARS = range(1972, 2097, 4)
_DAY_366 = ("y2k-day-366", "day-366-2028")


class _NoLeap2000(ClockBug):
    name = "no-leap-2000"

    def month_length(self, clock: CountingClock, days: int) -> int:
        is_it = clock.month == _FEBRUARY and clock.year == clock.years.millennium
        return _COMMON_FEBRUARY if is_it else days


class _LeapDayRefused(Refused):
    name = "leap-day-cannot-be-set"

    def refuses(self, clock: CountingClock) -> bool:
        return (clock.month, clock.day) == (_FEBRUARY, _LEAP_DAY)


class _LeapRule(ClockBug):
    """Another rule of which years are leap."""

    def is_leap(self, clock: CountingClock) -> bool:
        """Tell whether the device gives its year a 29 February."""
        raise NotImplementedError

    def month_length(self, clock: CountingClock, days: int) -> int:
        if clock.month != _FEBRUARY:
            return days
        return _LEAP_FEBRUARY if self.is_leap(clock) else _COMMON_FEBRUARY


class _LeapBase(_LeapRule):
    def __init__(self, base: int) -> None:
        self._base = base

    def is_leap(self, clock: CountingClock) -> bool:
        return (civil_year(clock) - self._base) % 4 == 0


class _EvenYears(_LeapRule):
    name = "even-years-leap"

    def is_leap(self, clock: CountingClock) -> bool:
        return civil_year(clock) % 2 == 0


class _Leap2100(_LeapRule):
    name = "leap-2100"

    def is_leap(self, clock: CountingClock) -> bool:
        return civil_year(clock) % 4 == 0


class _LeapFlag(_LeapRule):
    name = "leap-flag-kept-from-set"

    def __init__(self) -> None:
        self._is_leap = True

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, parts, before
        self._is_leap = isinstance(clock, CountingClock) and civil_year(clock) % 4 == 0

    def is_leap(self, clock: CountingClock) -> bool:
        del clock
        return self._is_leap


class _DeadOnDay366(ClockBug):
    name = "dead-at-power-up-on-day-366"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        clock.is_frozen = clock.is_frozen or _is_day_366(clock.seconds())


class _LoopsOnDay366(ClockBug):
    """Shows the moment of its power-up until day 366 is over; the chip inside counts on."""

    name = "boot-loop-on-day-366"

    def __init__(self) -> None:
        self._seen: Contents | None = None

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        self._seen = clock.contents() if _is_day_366(clock.seconds()) else None

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del clock, now_ns, parts, before
        self._seen = None

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if self._seen is not None and _is_day_366(clock.seconds()):
            clock.put_back(self._seen)


class _SlowLeapDay(ClockBug):
    """Loses one second in forty on 29 February."""

    name = "slow-on-leap-day"
    _ONE_IN = 40

    def __init__(self) -> None:
        self._ticks = 0

    def ticks(self, clock: Clockwork, ticks: int) -> int:
        shown = clock.contents()[1:3] if isinstance(clock, CountingClock) else ()
        if shown != (_FEBRUARY, _LEAP_DAY):
            return ticks
        lost_before = self._ticks // self._ONE_IN
        self._ticks += ticks
        return ticks - (self._ticks // self._ONE_IN - lost_before)


def _is_day_366(seconds: int | None) -> bool:
    day = None if seconds is None else seconds // 86_400
    return any(moment(year, _DECEMBER, _LAST_DAY) // 86_400 == day for year in _LEAP_YEARS)


def _leap_base(base: int, source: str, *, reports: tuple[int, ...] = (), drivers: tuple[int, ...] = ()) -> Bug:
    name = f"leap-base-{base}"
    return Bug(
        name=name,
        says=f"reckons leap years from {base}: 2000 is none, {base + 32} is one",
        impossible_because=year_of_two_digits,
        make=named(name, lambda: _LeapBase(base)),
        caught_by=CaughtBy(
            edges=("y2k-leap-day", "leap-day-2028"), variants=CROSSINGS, rules=("V1", "V4"), codes=("leap-day-missing",)
        ),
        source=source,
        reports=reports,
        drivers=drivers,
    )


ROWS = (
    Bug(
        name="no-leap-2000",
        says="goes from 28 February 2000 to 1 March: takes the century year for a common one",
        impossible_because=calendar,
        make=_NoLeap2000,
        caught_by=CaughtBy(
            edges=("y2k-leap-day",), variants=CROSSINGS, rules=("V1", "V4"), codes=("leap-day-missing",)
        ),
        source="BSI DISC PD2000-1 rule 4; fax and weigher in The Times list, 1999",
        reports=(23,),
    ),
    Bug(
        name="leap-day-cannot-be-set",
        says="acknowledges 29 February and goes on with the date it had; it rolls over it well",
        impossible_because=all_of(program, calendar),
        make=_LeapDayRefused,
        caught_by=CaughtBy(edges=("y2k-leap-day", "leap-day-2028"), variants=(V.SET_AFTER,), rules=("set", "V1")),
        source="Financial Director: a fire panel",
        reports=(24,),
    ),
    _leap_base(1969, "Zephyr PR 69766 and 69772: MCP7940N", reports=(25,), drivers=(20,)),
    _leap_base(1970, "Tasmota #17799: DS3231", drivers=(22,)),
    _leap_base(2001, "NuttX mcp794xx.c", drivers=(6,)),
    Bug(
        name="even-years-leap",
        says="gives every even year a 29 February",
        impossible_because=month_and_day,
        make=_EvenYears,
        caught_by=CaughtBy(edges=("common-2010",), variants=CROSSINGS, rules=("V1", "V4"), codes=("leap-day-false",)),
        source="Sony statements of March 2010; TG Daily",
        reports=(26,),
    ),
    Bug(
        name="leap-2100",
        says="gives 2100 a 29 February",
        impossible_because=all_of(calendar, gregorian),
        make=_Leap2100,
        caught_by=CaughtBy(edges=("no-leap-2100",), variants=PROGRESS, rules=("V1", "V4")),
        source="tinygo drivers PR 530; ds323x-rs PR 15",
        reports=(27,),
    ),
    Bug(
        name="leap-flag-kept-from-set",
        says="goes on by the leap flag of the year it was last set in",
        impossible_because=all_of(program, calendar),
        make=_LeapFlag,
        # Seen only past a New Year and the next 29 February without a set between: two months without power.
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=(V.SILENT_LONG,),
            rules=("V1", "V4", "V12"),
            codes=("leap-day-missing",),
            days_off=60,
        ),
        source="Linux rtc-sunxi.c",
        reports=(28,),
    ),
    Bug(
        name="stops-on-day-366",
        says="stands still when the 366th day of a year begins",
        impossible_because=program,
        make=named("stops-on-day-366", lambda: StopsAt(*(moment(year, 12, 31) for year in _LEAP_YEARS))),
        caught_by=CaughtBy(edges=_DAY_366, variants=CROSSINGS, rules=("V1", "V5", "V12"), codes=STANDS),
        source="New Zealand press, January 1997: Tiwai Point and Bell Bay smelters",
        reports=(29,),
    ),
    Bug(
        name="dead-at-power-up-on-day-366",
        says="stands still when it is switched on during the 366th day of a year",
        impossible_because=all_of(program, keeps_counting),
        make=_DeadOnDay366,
        caught_by=CaughtBy(
            edges=_DAY_366,
            variants=POWER_CUTS,
            rules=("V1", "V5", "V12"),
            codes=STANDS,
        ),
        source="BBC, ABC and OUT-LAW, January 2001: 29 trains on 2000-12-31",
        reports=(30,),
    ),
    Bug(
        name="boot-loop-on-day-366",
        says="hangs at its power-up on the 366th day, and is right again the day after",
        impossible_because=all_of(program, keeps_counting),
        make=_LoopsOnDay366,
        caught_by=CaughtBy(
            edges=_DAY_366,
            variants=POWER_CUTS,
            rules=("V1", "V5", "V12"),
            codes=STANDS,
        ),
        source="MAKE and an MSDN blog, December 2008: a music player",
        reports=(31,),
    ),
    Bug(
        name="slow-on-leap-day",
        says="loses 2.5 per cent of the time during 29 February",
        impossible_because=all_of(program, month_and_day),
        make=_SlowLeapDay,
        caught_by=CaughtBy(
            edges=("y2k-leap-day", "leap-day-2028"),
            variants=(V.DRIFT_WITHIN_THE_DAY,),
            rules=("V1", "V5"),
            codes=("off-by-seconds", "time-jumped"),
        ),
        source="TAVA/R.W. Beck utility list, p.15",
        reports=(32,),
    ),
)
