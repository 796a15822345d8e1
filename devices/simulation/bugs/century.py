"""Defects of the century and of the count of years: what carries wrongly, and what a power-up makes of it."""

from __future__ import annotations

from devices.simulation.bugs.parts import civil_year, moment, move_year
from devices.simulation.bugs.row import (
    CROSSINGS,
    POWER_CUTS,
    PROGRESS,
    STANDS,
    Bug,
    CaughtBy,
    V,
    all_of,
    anywhere,
    battery,
    calendar,
    century,
    holds,
    keeps_counting,
    text_year,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug

_DOS_DEFAULT = 315_792_000  # 1980-01-04 00:00:00, where a PC of the time found itself after a boot it could not date
_IN_1900S, _IN_2000S = range(1900, 2000), range(2000, 2100)
_DIGITS, _CENTURY = 10, 100
_YEAR_EDGES = ("y2k-rollover", "y2k-year-end", "pivot-2020", "year-end-2028")


class _Century1900(ClockBug):
    name = "century-1900"

    def century_crossed(self, clock: Clockwork) -> None:
        if isinstance(clock, CountingClock):
            clock.year = clock.years.register_of(1900)


class _MendedAtBoot(_Century1900):
    name = "century-mended-at-boot"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and clock.has_crossed_century and civil_year(clock) in _IN_1900S:
            move_year(clock, _CENTURY)


class _LostAtBoot(ClockBug):
    name = "century-lost-at-boot"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and civil_year(clock) in _IN_2000S:
            move_year(clock, -_CENTURY)


class _StopsAtBoot(ClockBug):
    name = "stops-at-first-boot-after-2000"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        clock.is_frozen = clock.is_frozen or (clock.seconds() or 0) >= moment(2000, 1, 1)


class _ResetTo1980(ClockBug):
    name = "reset-to-1980"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        if clock.has_crossed_century:
            clock.has_crossed_century = False
            clock.divider.restart(now_ns)
            clock.turn_to(_DOS_DEFAULT)


class _Frozen(ClockBug):
    name = "frozen"

    def century_crossed(self, clock: Clockwork) -> None:
        clock.is_frozen = True


class _RunsBackwards(ClockBug):
    name = "runs-backwards"

    def century_crossed(self, clock: Clockwork) -> None:
        clock.runs_backwards = True


class _Year19100(ClockBug):
    """Changes no register: whoever spells the year asks `spells_19100`."""

    name = "year-19100"


class _SkipsAYear(ClockBug):
    name = "year-skipped"

    def century_crossed(self, clock: Clockwork) -> None:
        if isinstance(clock, CountingClock):
            move_year(clock, 1)


class _TwoYears(ClockBug):
    name = "two-years-on-new-year"

    def year_passed(self, clock: CountingClock) -> None:
        move_year(clock, 1)


class _TwoBits(ClockBug):
    name = "year-of-two-bits"

    def year_passed(self, clock: CountingClock) -> None:
        if civil_year(clock) % 4 == 0:
            move_year(clock, -4)


class _TensNotCarried(ClockBug):
    name = "year-tens-not-carried"

    def year_passed(self, clock: CountingClock) -> None:
        if civil_year(clock) % _DIGITS == 0:
            move_year(clock, -_DIGITS)


ROWS = (
    Bug(
        name="century-1900",
        says="counts from 1999 to 1900: the century is stored and never counted",
        impossible_because=century,
        make=_Century1900,
        caught_by=CaughtBy(
            edges=("y2k-rollover",), variants=CROSSINGS, rules=("V1",), codes=("year-is-1900", "century-lost")
        ),
        source="RighTime TEST2000.TXT on PC/AT clocks; MAME mc146818",
        reports=(1,),
        drivers=(13,),
    ),
    Bug(
        name="century-mended-at-boot",
        says="shows 1900 while it runs on into 2000, and 2000 again after a restart",
        impossible_because=all_of(century, battery),
        make=_MendedAtBoot,
        caught_by=CaughtBy(
            edges=("y2k-rollover",), variants=PROGRESS, rules=("V1",), codes=("year-is-1900", "century-lost")
        ),
        source="YMark2000 result codes; MITRE and IBM test notes",
        reports=(2,),
    ),
    Bug(
        name="century-lost-at-boot",
        says="passes into 2000 while it is powered, and is back in 1900 after a restart",
        impossible_because=all_of(century, keeps_counting),
        make=_LostAtBoot,
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=POWER_CUTS,
            rules=("V1", "V12"),
            codes=("year-is-1900", "century-lost", "clock-lost-at-power-off"),
        ),
        source="Financial Director on a building controller; Action 2000 data",
        reports=(3,),
    ),
    Bug(
        name="stops-at-first-boot-after-2000",
        says="stands still from the first power-up after the date on",
        impossible_because=keeps_counting,
        make=_StopsAtBoot,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day"),
            variants=POWER_CUTS,
            rules=("V1", "V5", "V12"),
            codes=STANDS,
        ),
        source="The Times list, August 1999: an air-conditioning controller",
        reports=(4,),
    ),
    Bug(
        name="reset-to-1980",
        says="comes up at 1980-01-04 00:00:00 at the first power-up after the century edge",
        impossible_because=all_of(keeps_counting, calendar, holds(1980), year_of_two_digits),
        make=_ResetTo1980,
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=POWER_CUTS,
            rules=("V1", "V12"),
            codes=("reset-to-default", "clock-lost-at-power-off"),
        ),
        source="RighTime TEST2000.TXT",
        reports=(1,),
    ),
    Bug(
        name="frozen",
        says="counts to 2000-01-01 00:00:00 and stands still there",
        impossible_because=anywhere,
        make=_Frozen,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=CROSSINGS, rules=("V1", "V5", "V12"), codes=STANDS),
        source="recorders and controllers in The Times list, 1999",
        reports=(68,),
    ),
    Bug(
        name="runs-backwards",
        says="counts down once it has passed the century edge",
        impossible_because=anywhere,
        make=_RunsBackwards,
        caught_by=CaughtBy(
            edges=("y2k-rollover",), variants=CROSSINGS, rules=("V1", "V5", "V6", "V12"), codes=("runs-backwards",)
        ),
        source="no field report; it stands for every clock whose elapsed time goes wrong past the edge",
    ),
    Bug(
        name="year-19100",
        says="spells the year as '19' and the years since 1900: 2000 comes out as 19100",
        impossible_because=text_year,
        make=_Year19100,
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=(V.SET_AFTER, *CROSSINGS),
            rules=("V1", "V7"),
            codes=("year-is-19100",),
        ),
        source="c2 wiki, YtwokErrors",
        reports=(8,),
    ),
    Bug(
        name="year-skipped",
        says="counts from 99 to 01: 2000 is left out",
        impossible_because=year_of_two_digits,
        make=_SkipsAYear,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=CROSSINGS, rules=("V1",), codes=("year-skipped",)),
        source="The Times list, August 1999: a controller",
        reports=(5,),
    ),
    Bug(
        name="two-years-on-new-year",
        says="adds two to the year on New Year's Day",
        impossible_because=year_of_two_digits,
        make=_TwoYears,
        caught_by=CaughtBy(edges=_YEAR_EDGES, variants=CROSSINGS, rules=("V1",), codes=("year-skipped",)),
        source="TAVA/R.W. Beck utility list, p.15: sometimes, on any New Year",
        reports=(6,),
    ),
    Bug(
        name="year-of-two-bits",
        says="keeps two bits of the year and loses four years when they roll over",
        impossible_because=year_of_two_digits,
        make=_TwoBits,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "pivot-2020", "signed-year-2028"),
            variants=CROSSINGS,
            rules=("V1",),
            codes=("year-wrong",),
        ),
        source="Linux rtc-pcf8583.c",
        reports=(10,),
    ),
    Bug(
        name="year-tens-not-carried",
        says="counts from 2019 to 2010: the tens of the year do not move",
        impossible_because=year_of_two_digits,
        make=_TensNotCarried,
        caught_by=CaughtBy(
            edges=("pivot-2020", "pivot-2030"),
            variants=PROGRESS,
            rules=("V1",),
            codes=("year-wrong",),
        ),
        source="86Box #3346 and PICSimLab #113: an emulated clock's year rolls over wrongly",
        reports=(22,),
    ),
)


def spells_19100(names: tuple[str, ...]) -> bool:
    """Tell whether the device spells its years as '19' and the years since 1900."""
    return _Year19100.name in names
