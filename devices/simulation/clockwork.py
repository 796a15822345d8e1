"""Clocks that count carry by carry, as silicon does, from a time they are given.

They ask nobody what time it is: every method takes ``now_ns``. What a chip's registers look like belongs to its
``sim.py``; what can be wrong with a clock belongs to `bugs`, which hooks in through `ClockBug`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

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
from devices.simulation.divider import Divider

_LAST_SECOND, _LAST_MINUTE, _LAST_HOUR, _LAST_MONTH = 59, 59, 23, 12
_FEBRUARY = 2


class ClockBug:
    """What a defect may change in a clock; each method here is sound silicon, and a bug overrides one or two."""

    name: ClassVar[str] = ""

    def fitted(self, clock: Clockwork) -> None:
        """Change the clock once, when it is built."""

    def february_length(self, clock: CountingClock, days: int) -> int:
        """Return how many days the device gives this February."""
        del clock
        return days

    def weekday_steps(self, midnights: int) -> int:
        """Return how far the weekday moves on over so many midnights."""
        return midnights

    def century_crossed(self, clock: Clockwork) -> None:
        """Act right after the device has counted into 2000, or from 99 to 00."""

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        """Act once power is back and the clock has caught up."""


class Clockwork(ABC):
    """What every counting clock shares: the divider, the backup cell, and the states that bugs can bring about.

    Attributes:
        has_battery: the clock goes on counting while the device is off.
        is_frozen: a bug has stopped it; a set frees it.
        runs_backwards: a bug makes it count down; a set frees it.
        has_crossed_century: it has counted over the century edge since it was last set.
        was_lost: it came up at its default date.
    """

    def __init__(
        self, now_ns: int, *, bugs: tuple[ClockBug, ...], has_battery: bool, drift_ppm: int, phase_ns: int
    ) -> None:
        self.divider = Divider(now_ns, phase_ns=phase_ns, drift_ppm=drift_ppm)
        self.has_battery = has_battery
        self.is_frozen = False
        self.runs_backwards = False
        self.has_crossed_century = False
        self.was_lost = False
        self._bugs = bugs
        self._is_unsupplied = False
        for bug in bugs:
            bug.fitted(self)

    @abstractmethod
    def _count_up(self, ticks: int) -> int:
        """Count up, at least once and at most to the next carry that a bug may act on; return the ticks left."""

    @abstractmethod
    def _count_down(self, ticks: int) -> int:
        """Count down; return the ticks left."""

    @abstractmethod
    def _load_default(self, now_ns: int) -> None:
        """Show what the device shows when its clock was lost."""

    @abstractmethod
    def seconds(self) -> int | None:
        """Return civil seconds as the device means its contents, or None when they name no moment."""

    @abstractmethod
    def turn_to(self, seconds: int) -> None:
        """Show civil seconds, as far as the registers can."""

    def update(self, now_ns: int) -> None:
        """Count up to now."""
        if self._is_unsupplied:
            return
        ticks = self.divider.take_ticks(now_ns)
        while ticks and not self.is_frozen:
            ticks = self._count_down(ticks) if self.runs_backwards else self._count_up(ticks)

    def next_change_ns(self) -> int | None:
        """Return when the contents change next if nobody interferes; None when they stand still."""
        return None if self.is_frozen or self._is_unsupplied else self.divider.next_tick_ns()

    def _begin_set(self, now_ns: int, *, reset_divider: bool) -> None:
        """Catch up, then forget what bugs had brought about: to a device a set is a new beginning."""
        self.update(now_ns)
        self.is_frozen = self.runs_backwards = self.has_crossed_century = self.was_lost = False
        if reset_divider:
            self.divider.restart(now_ns)

    def halt(self, now_ns: int) -> None:
        """Stop the oscillator."""
        self.update(now_ns)
        self.divider.halt(now_ns)

    def run(self, now_ns: int) -> None:
        """Start the oscillator."""
        self.update(now_ns)
        self.divider.run(now_ns)

    def power_off(self, now_ns: int) -> None:
        """Take the device's supply away."""
        self.update(now_ns)
        self._is_unsupplied = not self.has_battery

    def power_on(self, now_ns: int) -> None:
        """Give the supply back; without a backup cell the clock is at its default date."""
        if self._is_unsupplied:
            self._is_unsupplied = False
            self.is_frozen = self.runs_backwards = self.has_crossed_century = False
            self.was_lost = True
            self.divider.restart(now_ns)
            self._load_default(now_ns)
        self.update(now_ns)
        for bug in self._bugs:
            bug.powered_up(self, now_ns)

    def _cross_century(self) -> None:
        self.has_crossed_century = True
        for bug in self._bugs:
            bug.century_crossed(self)


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
        self._begin_set(now_ns, reset_divider=reset_divider)
        self.year = self.year if year is None else year
        self.month = self.month if month is None else month
        self.day = self.day if day is None else day
        self.weekday = self.weekday if weekday is None else weekday
        self.hour = self.hour if hour is None else hour
        self.minute = self.minute if minute is None else minute
        self.second = self.second if second is None else second

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
        if self.month == _FEBRUARY:
            for bug in self._bugs:
                days = bug.february_length(self, days)
        return days

    def _count_up(self, ticks: int) -> int:
        if not time_exists(self.hour, self.minute, self.second):
            self._tick()
            return ticks - 1
        second_of_day = self.hour * 3600 + self.minute * 60 + self.second
        if second_of_day + ticks < DAY_SECONDS:
            self._show(second_of_day + ticks)
            return 0
        if second_of_day == 0 and (days := min(ticks // DAY_SECONDS, self._month_length() - self.day)) > 0:
            self.day += days
            self._step_weekday(days)
            return ticks - days * DAY_SECONDS
        self._show(0)
        self._pass_midnight()
        return ticks - (DAY_SECONDS - second_of_day)

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
        if self.day < self._month_length():
            self.day += 1
            return
        self.day = 1
        if self.month < _LAST_MONTH:
            self.month += 1
            return
        self.month = 1
        self.year = (self.year + 1) % self.years.modulus
        if self.year == self.years.millennium:
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

    def set(self, now_ns: int, count: int, *, reset_divider: bool) -> None:
        """Write the count, cut to its width."""
        self._begin_set(now_ns, reset_divider=reset_divider)
        self.turn_to(count)

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
        to_edge = self._MILLENNIUM - self.count
        if 0 < to_edge <= ticks:
            self.count = self._MILLENNIUM
            self._cross_century()
            return ticks - to_edge
        self.turn_to(self.count + ticks)
        return 0

    def _count_down(self, ticks: int) -> int:
        self.turn_to(self.count - ticks)
        return 0
