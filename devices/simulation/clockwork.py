"""Clocks that count carry by carry, as silicon does, from a time they are given.

They ask nobody what time it is: every method takes ``now_ns``. What a chip's registers look like belongs to its
``sim.py``; what can be wrong with a clock belongs to `bugs`, which hooks in through `movement.ClockBug`.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.simulation.almanac import (
    DAY_SECONDS,
    Digits,
    LeapLaw,
    YearRegister,
    digits_of,
    month_length,
    seconds_of,
    time_exists,
)
from devices.simulation.movement import ClockBug, Clockwork, Contents, overrides

_LAST_SECOND, _LAST_MINUTE, _LAST_HOUR, _LAST_MONTH = 59, 59, 23, 12

__all__ = ["Clockwork", "CountingClock", "CountingSeconds", "DefaultDate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultDate:
    """The register contents a clock comes up with after power and battery were both lost."""

    year: int
    month: int
    day: int
    weekday: int = 0
    hour: int = 0
    minute: int = 0
    second: int = 0
    is_halted: bool = False


class CountingClock(Clockwork):
    """A calendar clock of registers: second, minute, hour, day, month, year, and a weekday that merely counts on.

    The registers are public; whoever writes them calls `set`. Contents that no calendar has are counted on from, as
    silicon does: at or past its last value a register goes to its first and carries.

    Args:
        years: how the year register counts.
        leap: the leap rule of the silicon.
        weekdays: first and last weekday number, or None where the device keeps no weekday.
        sunday: the number Sunday is given at the start; else the first one.
        default: what stands in the registers when the clock was lost.
    """

    def __init__(
        self,
        now_ns: int,
        *,
        years: YearRegister,
        leap: LeapLaw,
        default: DefaultDate,
        weekdays: tuple[int, int] | None = None,
        sunday: int | None = None,
        bugs: tuple[ClockBug, ...] = (),
        has_battery: bool = True,
        drift_ppm: int = 0,
        phase_ns: int = 0,
    ) -> None:
        super().__init__(now_ns, bugs=bugs, has_battery=has_battery, drift_ppm=drift_ppm, phase_ns=phase_ns)
        self.years = years
        self.leap: LeapLaw = leap
        self._instants = tuple((self._held(instant), bug) for bug in bugs for instant in bug.instants)
        self._stops = sorted({h * 3600 + m * 60 + s for (_, _, _, h, m, s), _ in self._instants} - {0})
        self._minds_midnights = bool(self._instants) or any(overrides(bug, "midnight_passed") for bug in bugs)
        self.weekdays = weekdays
        self._sunday = sunday
        self.default = default
        self.year = self.month = self.day = self.weekday = self.hour = self.minute = self.second = 0
        self._load_default(now_ns)

    def set(
        self,
        now_ns: int,
        *,
        reset_divider: bool,
        year: int | None = None,
        month: int | None = None,
        day: int | None = None,
        weekday: int | None = None,
        hour: int | None = None,
        minute: int | None = None,
        second: int | None = None,
    ) -> None:
        """Write the registers that are given, unchecked.

        With ``reset_divider`` the second begins anew, as on chips whose seconds write clears the chain; without it the
        phase is kept and the first second comes out short.
        """
        before = self._begin_set(now_ns, reset_divider=reset_divider)
        given = {
            "year": year,
            "month": month,
            "day": day,
            "weekday": weekday,
            "hour": hour,
            "minute": minute,
            "second": second,
        }
        written = {part: number for part, number in given.items() if number is not None}
        for part, number in written.items():
            setattr(self, part, number)
        self._end_set(now_ns, before, frozenset(written))

    def contents(self) -> Contents:
        """Return year, month, day, weekday, hour, minute, second as they stand in the registers."""
        return self.year, self.month, self.day, self.weekday, self.hour, self.minute, self.second

    def put_back(self, contents: Contents) -> None:
        """Let the registers hold what `contents` gave."""
        self.year, self.month, self.day, self.weekday, self.hour, self.minute, self.second = contents

    def _held(self, seconds: int) -> Contents:
        """Return what the registers hold at civil seconds, without the weekday."""
        year, *rest = digits_of(seconds)[:6]
        return self.years.register_of(year), *rest

    def turn_to(self, seconds: int) -> None:
        """Show civil seconds, with the weekday that belongs to them."""
        digits = digits_of(seconds)
        self.year = self.years.register_of(digits.year)
        _, self.month, self.day, self.hour, self.minute, self.second, weekday = digits
        if self.weekdays is not None:
            first = self.weekdays[0]
            sunday = first if self._sunday is None else self._sunday
            self.weekday = first + (sunday - first + weekday) % 7

    def digits(self) -> Digits:
        """Return the registers with the year they stand for."""
        return Digits(
            self.years.year_of(self.year),
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.weekday,
        )

    def seconds(self) -> int | None:
        """Return civil seconds as the device means its registers, or None when they name no moment."""
        return seconds_of(*self.digits()[:6])

    def _load_default(self, now_ns: int) -> None:
        default = self.default
        self.year, self.month, self.day, self.weekday = default.year, default.month, default.day, default.weekday
        self.hour, self.minute, self.second = default.hour, default.minute, default.second
        if default.is_halted:
            self.divider.halt(now_ns)
        else:
            self.divider.run(now_ns)

    def _month_length(self) -> int:
        days = month_length(self.month, leap=self.years.is_leap(self.year, self.leap))
        for bug in self._bugs:
            days = bug.month_length(self, days)
        return days

    def _count_up(self, ticks: int) -> int:
        if not time_exists(self.hour, self.minute, self.second):
            self._tick()
            return ticks - 1
        second_of_day = self.hour * 3600 + self.minute * 60 + self.second
        stop = next((at for at in self._stops if second_of_day < at <= second_of_day + ticks), 0)
        if stop:
            self._show(stop)
            self._reach()
            return ticks - (stop - second_of_day)
        if second_of_day + ticks < DAY_SECONDS:
            self._show(second_of_day + ticks)
            return 0
        if (
            second_of_day == 0
            and not self._minds_midnights
            and (days := min(ticks // DAY_SECONDS, self._month_length() - self.day)) > 0
        ):
            self.day += days
            self._step_weekday(days)
            return ticks - days * DAY_SECONDS
        self._show(0)
        self._pass_midnight()
        self._reach()
        return ticks - (DAY_SECONDS - second_of_day)

    def _reach(self) -> None:
        """Let the bugs act that wait for this second."""
        for moment, bug in self._instants:
            if moment == (self.year, self.month, self.day, self.hour, self.minute, self.second):
                bug.reached(self)

    def _show(self, second_of_day: int) -> None:
        self.hour, rest = divmod(second_of_day, 3600)
        self.minute, self.second = divmod(rest, 60)

    def _tick(self) -> None:
        """Count one second by carries alone, from contents that are no time of day."""
        if self.second < _LAST_SECOND:
            self.second += 1
            return
        self.second = 0
        if self.minute < _LAST_MINUTE:
            self.minute += 1
            return
        self.minute = 0
        if self.hour < _LAST_HOUR:
            self.hour += 1
            return
        self.hour = 0
        self._pass_midnight()

    def _pass_midnight(self) -> None:
        self._step_weekday(1)
        self._step_date()
        for bug in self._bugs:
            bug.midnight_passed(self)

    def _step_date(self) -> None:
        if self.day < self._month_length():
            self.day += 1
            return
        self.day = 1
        if self.month < _LAST_MONTH:
            self.month += 1
            return
        self.month = 1
        self.year = (self.year + 1) % self.years.modulus
        is_century = self.year == self.years.millennium
        for bug in self._bugs:
            bug.year_passed(self)
        if is_century:
            self._cross_century()

    def _step_weekday(self, midnights: int) -> None:
        if self.weekdays is None:
            return
        for bug in self._bugs:
            midnights = bug.weekday_steps(midnights)
        first, last = self.weekdays
        if midnights and not first <= self.weekday <= last:
            self.weekday = self.weekday + 1 if self.weekday < first else first
            midnights -= 1
        self.weekday = first + (self.weekday - first + midnights) % 7 if midnights else self.weekday

    def _count_down(self, ticks: int) -> int:
        second_of_day = min(self.hour * 3600 + self.minute * 60 + self.second, DAY_SECONDS - 1)
        if ticks <= second_of_day:
            self._show(second_of_day - ticks)
            return 0
        self._show(DAY_SECONDS - 1)
        self._step_weekday(-1)
        self.day -= 1
        if self.day < 1:
            self.month = self.month - 1 if self.month > 1 else _LAST_MONTH
            if self.month == _LAST_MONTH:
                self.year = (self.year - 1) % self.years.modulus
            self.day = self._month_length()
        return ticks - second_of_day - 1


class CountingSeconds(Clockwork):
    """A clock that is one unsigned binary count of seconds since 1970, without any calendar.

    Args:
        bits: width of the count; past its end it is 0 again.
    """

    _MILLENNIUM = 946_684_800  # 2000-01-01 00:00:00

    def __init__(
        self,
        now_ns: int,
        *,
        bits: int = 32,
        default_count: int = 0,
        bugs: tuple[ClockBug, ...] = (),
        has_battery: bool = True,
        drift_ppm: int = 0,
        phase_ns: int = 0,
    ) -> None:
        super().__init__(now_ns, bugs=bugs, has_battery=has_battery, drift_ppm=drift_ppm, phase_ns=phase_ns)
        self.bits = bits
        self.default_count = default_count
        self.count = default_count
        self._instants = {instant for bug in bugs for instant in bug.instants}

    def set(self, now_ns: int, count: int, *, reset_divider: bool) -> None:
        """Write the count, cut to its width."""
        before = self._begin_set(now_ns, reset_divider=reset_divider)
        self.turn_to(count)
        self._end_set(now_ns, before, frozenset({"count"}))

    def contents(self) -> Contents:
        """Return the count."""
        return (self.count,)

    def put_back(self, contents: Contents) -> None:
        """Let the count be what `contents` gave."""
        (self.count,) = contents

    def turn_to(self, seconds: int) -> None:
        """Show civil seconds, cut to the count's width."""
        self.count = seconds % (1 << self.bits)

    def seconds(self) -> int | None:
        """Return the count."""
        return self.count

    def _load_default(self, now_ns: int) -> None:
        del now_ns
        self.count = self.default_count

    def _count_up(self, ticks: int) -> int:
        due = [at for at in (self._MILLENNIUM, *self._instants) if self.count < at <= self.count + ticks]
        if not due:
            self.turn_to(self.count + ticks)
            return 0
        stop = min(due)
        left = ticks - (stop - self.count)
        self.count = stop
        if stop == self._MILLENNIUM:
            self._cross_century()
        for bug in self._bugs:
            if stop in bug.instants:
                bug.reached(self)
        return left

    def _count_down(self, ticks: int) -> int:
        self.turn_to(self.count - ticks)
        return 0
