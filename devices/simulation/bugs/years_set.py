"""Defects of what a set makes of its year."""

from __future__ import annotations

from devices.simulation.bugs.parts import Refused, civil_year, move_year
from devices.simulation.bugs.row import (
    PROGRESS,
    Bug,
    CaughtBy,
    V,
    all_of,
    century,
    program,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug, Contents

_IN_1900S, _IN_2000S = range(1900, 2000), range(2000, 2100)
_DIGITS, _CENTURY = 10, 100
_SOFT = all_of(program, year_of_two_digits)


class _Set(ClockBug):
    """Makes something else of the year that is set."""

    def kept(self, year: int, before: int) -> int:
        """Return the year that is kept of the year set."""
        raise NotImplementedError

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and "year" in parts:
            year = civil_year(clock)
            move_year(clock, self.kept(year, clock.years.year_of(before[0])) - year)


class _IgnoredAfter1999(Refused):
    name = "sets-after-1999-ignored"

    def refuses(self, clock: CountingClock) -> bool:
        return civil_year(clock) in _IN_2000S


class _IgnoredBefore2000(Refused):
    name = "sets-before-2000-ignored"

    def refuses(self, clock: CountingClock) -> bool:
        return civil_year(clock) in _IN_1900S


class _Becomes2095(_Set):
    """The year less 2000 in an unsigned byte, made two nibbles and cut to eight bits: 1999 is 95h."""

    name = "1999-becomes-2095"

    def kept(self, year: int, before: int) -> int:
        del before
        if year not in _IN_1900S:
            return year
        tens, units = divmod((year - 2000) % 256, _DIGITS)
        return 2000 + tens % 16 * _DIGITS + units


class _Becomes2000s(_Set):
    name = "sets-1900s-as-2000s"

    def kept(self, year: int, before: int) -> int:
        del before
        return year + _CENTURY if year in _IN_1900S else year


ROWS = (
    Bug(
        name="sets-after-1999-ignored",
        says="acknowledges a date after 1999 and goes on with the one it had",
        impossible_because=_SOFT,
        make=_IgnoredAfter1999,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day", "leap-day-2028"), variants=(V.SET_AFTER,), rules=("set", "V1")
        ),
        source="TAVA/R.W. Beck utility list, p.15",
        reports=(9,),
    ),
    Bug(
        name="sets-before-2000-ignored",
        says="acknowledges a date before 2000 and goes on with the one it had",
        impossible_because=all_of(_SOFT, century),
        make=_IgnoredBefore2000,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=PROGRESS, rules=("set", "V1")),
        source="Linux rtc-ds1307.c refuses years before 2000",
        drivers=(15,),
    ),
    Bug(
        name="1999-becomes-2095",
        says="keeps the year less 2000 in an unsigned byte: 1999 comes back as 95",
        impossible_because=_SOFT,
        make=_Becomes2095,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=PROGRESS, rules=("V1",), codes=("year-wrong",)),
        source="ethersex #437; PaulStoffregen/DS1307RTC #5",
        reports=(13,),
        drivers=(24, 31),
    ),
    Bug(
        name="sets-1900s-as-2000s",
        says="takes a date before 2000 for one a hundred years later",
        impossible_because=all_of(_SOFT, century),
        make=_Becomes2000s,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=PROGRESS, rules=("V1",), codes=("century-ahead",)),
        source="ArduinoCore-renesas #321; mbed-os #6868",
        reports=(15,),
        drivers=(26,),
    ),
)
