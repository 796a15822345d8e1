"""Defects of reading, writing and running: torn and late readings, sets that stop or tear a clock, bad power-ups."""

from __future__ import annotations

from devices.simulation.almanac import DAY_SECONDS
from devices.simulation.bugs.parts import moment
from devices.simulation.bugs.row import (
    POWER_CUTS,
    PROGRESS,
    Bug,
    CaughtBy,
    V,
    all_of,
    anywhere,
    battery,
    calendar,
    holds,
    keeps_counting,
    month_and_day,
    program,
    seconds_shown,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug, Contents
from harness.clock import SECOND_NS
from harness.records import Verdict

_LATE_NS = 5 * SECOND_NS
_JUMP_DAYS, _BOOT_JUMP_DAYS = 35, 17
_LAST_TEN_SECONDS = DAY_SECONDS - 10
_NOON = 12
_UNDECIDED = (Verdict.NOT_DETERMINED, Verdict.DOES_NOT_CONFORM)


class _TornRead(ClockBug):
    """In the first second of a day the date still reads as the day before."""

    name = "torn-read"

    def __init__(self) -> None:
        self._date: Contents = ()

    def ticks(self, clock: Clockwork, ticks: int) -> int:
        if isinstance(clock, CountingClock) and (clock.hour, clock.minute, clock.second) != (0, 0, 0):
            self._date = clock.contents()[:4]
        return ticks

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, parts, before
        self._date = clock.contents()[:4]

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and (clock.hour, clock.minute, clock.second) == (0, 0, 0) and self._date:
            clock.year, clock.month, clock.day, clock.weekday = self._date


class _TornWrite(ClockBug):
    """A set in the last seconds of a day takes so long that the date moves on between its halves."""

    name = "torn-write"

    def __init__(self) -> None:
        self._is_torn = False

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, before
        if parts & {"day", "count"}:
            self._is_torn = False
        seconds = clock.seconds()
        if seconds is not None and not self._is_torn and seconds % DAY_SECONDS >= _LAST_TEN_SECONDS:
            self._is_torn = True
            clock.turn_to(seconds + DAY_SECONDS)


class _StopsAfterSet(ClockBug):
    name = "stands-still-after-set"

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, parts, before
        clock.is_frozen = True


class _SettlesLate(ClockBug):
    """Goes on showing the old time for five seconds after a set."""

    name = "settles-late"

    def __init__(self) -> None:
        self._old: int | None = None
        self._set_ns = -_LATE_NS

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del parts
        if now_ns - self._set_ns >= _LATE_NS:
            new = clock.contents()
            clock.put_back(before)
            self._old = clock.seconds()
            clock.put_back(new)
        self._set_ns = now_ns

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        since_ns = now_ns - self._set_ns
        if self._old is not None and since_ns < _LATE_NS:
            clock.turn_to(self._old + since_ns // SECOND_NS)


class _JumpsAtBoot(ClockBug):
    name = "jumps-at-power-up"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        seconds = clock.seconds()
        if seconds is not None and seconds >= moment(2000, 1, 1):
            clock.turn_to(seconds + _BOOT_JUMP_DAYS * DAY_SECONDS)


class _Jumps35Days(ClockBug):
    name = "jumps-35-days"

    def century_crossed(self, clock: Clockwork) -> None:
        seconds = clock.seconds()
        if seconds is not None:
            clock.turn_to(seconds + _JUMP_DAYS * DAY_SECONDS)


class _LostAtPowerOff(ClockBug):
    name = "lost-at-power-off"

    def fitted(self, clock: Clockwork) -> None:
        clock.has_battery = False


class _ComesUpAt2000(ClockBug):
    name = "comes-up-at-2000"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        clock.divider.restart(now_ns)
        clock.turn_to(moment(2000, 1, 1))


class _RestoresLastSet(ClockBug):
    name = "restores-last-set"

    def __init__(self) -> None:
        self._kept: Contents | None = None

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, parts, before
        self._kept = clock.contents()

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        if self._kept is not None:
            clock.divider.restart(now_ns)
            clock.put_back(self._kept)


class _HourTens(ClockBug):
    name = "hour-tens-from-seconds"

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock):
            clock.hour = clock.second // 10 * 10 + clock.hour % 10


class _NoonIs24(ClockBug):
    name = "noon-is-24"

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and clock.hour == _NOON:
            clock.hour = 24


ROWS = (
    Bug(
        name="torn-read",
        says="shows the old date for the first second of a new day",
        impossible_because=all_of(calendar, seconds_shown),
        make=_TornRead,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day", "leap-day-2028"),
            variants=(V.RUNNING,),
            rules=("V1", "V6"),
            codes=("torn-read", "date-not-carried", "year-not-carried"),
        ),
        source="Linux rtc-rv8803.c, rtc-mc146818-lib.c and rtc-ntxec.c; QEMU's rule of four reads",
        reports=(42,),
    ),
    Bug(
        name="torn-write",
        says="is a day late after a set in the last ten seconds of a day: the date moved on between two writes",
        impossible_because=all_of(program, seconds_shown),
        make=_TornWrite,
        caught_by=CaughtBy(edges=("y2k-rollover", "leap-day-2028"), variants=(V.SET_NEAR_EDGE,), rules=("V1", "set")),
        source="Linux rtc-ntxec.c",
        reports=(43,),
    ),
    Bug(
        name="stands-still-after-set",
        says="stands still after every set: a halt bit is left on",
        impossible_because=anywhere,
        make=_StopsAfterSet,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "leap-day-2028"),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1", "V5"),
            codes=("clock-stands-still",),
        ),
        source="SLC 5/05 note; DS1307 data sheet; Linux rtc-pcf8583.c",
        reports=(45,),
    ),
    Bug(
        name="settles-late",
        says="shows the old time for five seconds after a set",
        impossible_because=program,
        make=_SettlesLate,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "leap-day-2028"), variants=(V.SET_AFTER, *PROGRESS), rules=("V1", "V5", "set")
        ),
        source="NuttX, a vendor's delay after a set",
        reports=(48,),
    ),
    Bug(
        name="jumps-at-power-up",
        says="comes up seventeen days ahead after a power-up in the 2000s",
        impossible_because=keeps_counting,
        make=_JumpsAtBoot,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day", "leap-day-2028"),
            variants=(*POWER_CUTS, V.REPEATED_POWER_CYCLES),
            rules=("V1", "V12"),
        ),
        source="Crouch and Echlin, disputed by Stockton and by Compaq",
        reports=(49,),
    ),
    Bug(
        name="jumps-35-days",
        says="jumps 35 days ahead at the century's midnight",
        impossible_because=year_of_two_digits,
        make=_Jumps35Days,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=PROGRESS, rules=("V1", "V5"), codes=("date-wrong",)),
        source="Buffalo News, 31 December 1999: utility clocks",
        reports=(50,),
    ),
    Bug(
        name="lost-at-power-off",
        says="has a dead backup cell and comes up at its default date",
        impossible_because=battery,
        make=_LostAtPowerOff,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day", "leap-day-2028"),
            variants=POWER_CUTS,
            rules=("V1", "V12", "V14"),
            verdicts=_UNDECIDED,
        ),
        source="Schneider MicroLogic guide; DS1307 data sheet, power-up",
        reports=(52,),
    ),
    Bug(
        name="comes-up-at-2000",
        says="comes up at 2000-01-01 00:00:00 after a power cut, and says nothing of it",
        impossible_because=all_of(keeps_counting, holds(2000)),
        make=_ComesUpAt2000,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day", "leap-day-2028"),
            variants=POWER_CUTS,
            rules=("V1", "V12", "V14"),
            verdicts=_UNDECIDED,
        ),
        source="Schneider MicroLogic guide: the default date looks like success",
        reports=(52,),
    ),
    Bug(
        name="restores-last-set",
        says="comes up with the time that was last set, kept in an EEPROM",
        impossible_because=keeps_counting,
        make=_RestoresLastSet,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "leap-day-2028"),
            variants=POWER_CUTS,
            rules=("V1", "V12"),
        ),
        source="SLC 5/03 note",
        reports=(53,),
    ),
    Bug(
        name="hour-tens-from-seconds",
        says="takes the tens of the hour from the tens of the second",
        impossible_because=all_of(program, month_and_day, seconds_shown),
        make=_HourTens,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "leap-day-2028"), variants=PROGRESS, rules=("V1",), codes=("time-impossible",)
        ),
        source="Linux rtc-msm6242.c, older",
        drivers=(1,),
    ),
    Bug(
        name="noon-is-24",
        says="adds twelve to every afternoon hour, noon too: 12:00 is 24:00",
        impossible_because=all_of(program, month_and_day),
        make=_NoonIs24,
        caught_by=CaughtBy(edges=("noon",), variants=PROGRESS, rules=("V1",), codes=("time-impossible",)),
        source="Linux rtc-isl1208.c; esp-idf-lib ds3231.c",
        drivers=(2, 7),
    ),
)
