"""Defects of alarms and schedules: kept wrong, fired early, late, twice, or not at all."""

from __future__ import annotations

from devices.simulation.bugs.row import (
    Bug,
    CaughtBy,
    V,
    alarm,
    alarm_on_backup,
    all_of,
    holds,
    latched_alarm,
    month_and_day,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug

_LATE_SECONDS = 4
_AGAIN_SECONDS = 3
_MARCH = 3
_ANY_NEW_DAY = ("y2k-rollover", "y2k-leap-day", "leap-day-2028")


class _NotNormalised(ClockBug):
    """Keeps an alarm in the first hour of a day as so many minutes or seconds past the end of the day before."""

    name = "alarm-not-normalised"

    def alarm_stored(self, parts: dict[str, int]) -> dict[str, int]:
        if parts.get("hour") or not 0 < parts["minute"] * 60 + parts.get("second", 0) < 60 * 20:
            return parts
        if "second" in parts and parts["minute"] == 0:
            return parts | {"hour": 23, "minute": 59, "second": 60 + min(parts["second"], 19)}
        return parts | {"hour": 23, "minute": 60 + min(parts["minute"], 19)}


class _MonthOff(ClockBug):
    """Counts the months of an alarm from zero, or its days where it keeps no month."""

    name = "alarm-a-month-off"

    def alarm_stored(self, parts: dict[str, int]) -> dict[str, int]:
        part = "month" if "month" in parts else "day"
        return parts | {part: max(parts[part] - 1, 0)}


class _LostAtRollover(ClockBug):
    """Compares no alarm once it has counted into the new century."""

    name = "alarm-lost-at-rollover"

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        return is_due and not clock.has_crossed_century


class _FiresAtRollover(ClockBug):
    """Fires at the midnight of the century, whatever it is armed for."""

    name = "alarm-at-rollover"

    def __init__(self) -> None:
        self._has_fired = False

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: tuple[int, ...]) -> None:
        del clock, now_ns, parts, before
        self._has_fired = False

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        is_false = clock.has_crossed_century and not self._has_fired
        self._has_fired = self._has_fired or is_false
        return is_due or is_false


class _Late(ClockBug):
    """Fires four seconds after the moment it is armed for."""

    name = "alarm-delayed"

    def __init__(self) -> None:
        self._at: int | None = None

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        now = clock.seconds()
        if is_due and now is not None:
            self._at = now + _LATE_SECONDS
        is_late = self._at is not None and now is not None and now >= self._at
        if is_late:
            self._at = None
        return is_late


class _Twice(ClockBug):
    """Fires again three seconds after it has fired."""

    name = "alarm-doubled"

    def __init__(self) -> None:
        self._again: int | None = None

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        now = clock.seconds()
        if is_due and now is not None:
            self._again = now + _AGAIN_SECONDS
            return True
        is_again = self._again is not None and now is not None and now >= self._again
        if is_again:
            self._again = None
        return is_again


class _MissedUnpowered(ClockBug):
    """Passes over what was due while it was off."""

    name = "schedule-missed-after-power-cut"

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        return is_due and not clock.is_off


class _CommonYearDays(ClockBug):
    """Counts the days of a leap year as those of a common one, so that from 1 March its schedule is a day behind."""

    name = "ordinal-of-0-to-364"

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        is_off = (
            isinstance(clock, CountingClock) and clock.month >= _MARCH and clock.years.is_leap(clock.year, clock.leap)
        )
        return is_due and not is_off


ROWS = (
    Bug(
        name="alarm-not-normalised",
        says="keeps an alarm shortly after midnight as 23:59:65, and so never fires it",
        impossible_because=alarm,
        make=_NotNormalised,
        caught_by=CaughtBy(edges=_ANY_NEW_DAY, variants=(V.ALARM_ACROSS,), rules=("V9",), codes=("alarm-mangled",)),
        source="RIOT #16574; Apollo3 #398",
        reports=(54,),
    ),
    Bug(
        name="alarm-a-month-off",
        says="keeps the month or the day of an alarm one off",
        impossible_because=alarm,
        make=_MonthOff,
        caught_by=CaughtBy(edges=_ANY_NEW_DAY, variants=(V.ALARM_ACROSS,), rules=("V9",), codes=("alarm-mangled",)),
        source="Zephyr PR 91329",
        reports=(55,),
    ),
    Bug(
        name="alarm-lost-at-rollover",
        says="fires no alarm after the turn of the century",
        impossible_because=all_of(alarm, year_of_two_digits),
        make=_LostAtRollover,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=(V.ALARM_ACROSS,), rules=("V9",), codes=("alarm-missed",)),
        source="Financial Director; The Times list: fire panels that ignored a power failure afterwards",
        reports=(66,),
    ),
    Bug(
        name="alarm-at-rollover",
        says="fires its alarm at the midnight of the century, before it is due",
        impossible_because=all_of(alarm, year_of_two_digits),
        make=_FiresAtRollover,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=(V.ALARM_ACROSS,), rules=("V9",), codes=("alarm-early",)),
        source="Financial Director; The Times list: fire panels with a false alarm",
        reports=(66,),
    ),
    Bug(
        name="alarm-delayed",
        says="fires four seconds after the moment it is armed for",
        impossible_because=alarm,
        make=_Late,
        caught_by=CaughtBy(edges=_ANY_NEW_DAY, variants=(V.ALARM_ACROSS,), rules=("V9",), codes=("alarm-late",)),
        source="infoneva note on LOGO! 8: scheduled events that come late",
        reports=(57,),
    ),
    Bug(
        name="alarm-doubled",
        says="fires again three seconds after it has fired",
        impossible_because=latched_alarm,
        make=_Twice,
        caught_by=CaughtBy(edges=_ANY_NEW_DAY, variants=(V.ALARM_ACROSS,), rules=("V9",), codes=("alarm-twice",)),
        source="SLC 5/03 to 5/05 and PLC-5 notes: jobs that run twice at the turn",
        reports=(44, 57),
    ),
    Bug(
        name="schedule-missed-after-power-cut",
        says="passes over what was due while it was off",
        impossible_because=alarm_on_backup,
        make=_MissedUnpowered,
        caught_by=CaughtBy(edges=_ANY_NEW_DAY, variants=(V.ALARM_UNPOWERED,), rules=("V9",), codes=("alarm-missed",)),
        source="infoneva note on LOGO! 8",
        reports=(57,),
    ),
    Bug(
        name="ordinal-of-0-to-364",
        says="counts the days of a leap year as those of a common one: a schedule is a day behind from 1 March",
        impossible_because=all_of(alarm, month_and_day, holds(2000)),
        make=_CommonYearDays,
        caught_by=CaughtBy(
            edges=("y2k-leap-day-end", "y2k-day-366"),
            variants=(V.ALARM_ACROSS,),
            rules=("V9",),
            codes=("alarm-missed",),
        ),
        source="ChronTrol XT questions and answers",
        reports=(33,),
    ),
)
