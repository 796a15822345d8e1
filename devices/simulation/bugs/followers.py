"""Defects of devices that take their time from a master: what they make of what it tells."""

from __future__ import annotations

from devices.simulation.almanac import DAY_SECONDS, digits_of, is_gregorian_leap, seconds_of
from devices.simulation.bugs.row import Bug, CaughtBy, V, master
from devices.simulation.clockwork import Clockwork
from devices.simulation.movement import ClockBug
from harness.records import Verdict

_BY_MASTER = (V.SET_BY_MASTER,)
_FEBRUARY = 2


class _TakesMalformed(ClockBug):
    name = "malformed-date-at-the-edge"

    def master_told(
        self, clock: Clockwork, date: str, time_of_day: tuple[int, int, int], seconds: int | None
    ) -> int | None:
        del clock
        if seconds is None and date[:4].isdecimal() and date[4:5] == "-":
            return seconds_of(2000 + int(date[4:]), int(date[2:4]), int(date[:2]), *time_of_day)
        return seconds


class _CenturyFromTheHost(ClockBug):
    name = "century-from-the-host"

    def master_told(
        self, clock: Clockwork, date: str, time_of_day: tuple[int, int, int], seconds: int | None
    ) -> int | None:
        host = clock.beside or clock
        shown = host.seconds()
        if seconds is None or shown is None:
            return seconds
        century = digits_of(shown).year // 100 * 100
        return seconds_of(century + int(date[4:]), int(date[2:4]), int(date[:2]), *time_of_day)


class _ADayAheadAfterLeapDay(ClockBug):
    name = "network-time-leap-conversion"

    def master_told(
        self, clock: Clockwork, date: str, time_of_day: tuple[int, int, int], seconds: int | None
    ) -> int | None:
        del clock, date, time_of_day
        if seconds is None:
            return None
        told = digits_of(seconds)
        return seconds + DAY_SECONDS if is_gregorian_leap(told.year) and told.month > _FEBRUARY else seconds


ROWS = (
    Bug(
        name="malformed-date-at-the-edge",
        says="takes a date that is none from its master: 2208-1 becomes August 1999",
        impossible_because=master,
        make=_TakesMalformed,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "gps-week-2019"), variants=_BY_MASTER, rules=("V1",), codes=("date-wrong",)
        ),
        source="gpsd, log of April 2019",
        reports=(71,),
    ),
    Bug(
        name="century-from-the-host",
        says="puts the century of its other clock before the two digits its master tells: 1999 is taken for 2099",
        impossible_because=master,
        make=_CenturyFromTheHost,
        # What the master says is acknowledged by nobody: a clock that shows another time proves nothing, and never passes.
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=_BY_MASTER,
            rules=("set",),
            codes=("set-outcome-unknown",),
            verdicts=(Verdict.NOT_DETERMINED,),
        ),
        source="gpsd manual",
        reports=(74,),
    ),
    Bug(
        name="network-time-leap-conversion",
        says="is a day ahead after 29 February when it takes its time from a master",
        impossible_because=master,
        make=_ADayAheadAfterLeapDay,
        caught_by=CaughtBy(
            edges=("y2k-leap-day-end", "leap-day-end-2028"),
            variants=_BY_MASTER,
            rules=("V1", "V4"),
            codes=("day-skipped", "leap-day-missing", "date-wrong"),
        ),
        source="NRG Symphonie note",
        reports=(34,),
    ),
)
