"""What every counting clock shares: the divider, the backup cell, and the places where a defect can take hold.

How a clock counts is in `clockwork`; what can be wrong with one is in the package `bugs`, which hooks in through
`ClockBug`. Nothing here asks what time it is: every method takes ``now_ns``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from devices.simulation.divider import Divider

if TYPE_CHECKING:
    from devices.simulation.clockwork import CountingClock
    from devices.simulation.logbook import Logbook

Contents = tuple[int, ...]


class ClockBug:
    """What a defect may change in a clock; each method here is sound silicon, and a bug overrides one or two.

    Attributes:
        name: the bug's.
        instants: civil seconds that the clock must not count past without calling `reached`.
    """

    name: str = ""
    instants: tuple[int, ...] = ()

    def fitted(self, clock: Clockwork) -> None:
        """Change the clock once, when it is built."""

    def month_length(self, clock: CountingClock, days: int) -> int:
        """Return how many days the device gives the month it shows."""
        del clock
        return days

    def weekday_steps(self, midnights: int) -> int:
        """Return how far the weekday moves on over so many midnights."""
        return midnights

    def ticks(self, clock: Clockwork, ticks: int) -> int:
        """Return how many of the seconds that have ticked are counted."""
        del clock
        return ticks

    def midnight_passed(self, clock: CountingClock) -> None:
        """Act right after the date has moved on."""

    def year_passed(self, clock: CountingClock) -> None:
        """Act right after the year has moved on."""

    def century_crossed(self, clock: Clockwork) -> None:
        """Act right after the device has counted into 2000, or from 99 to 00."""

    def reached(self, clock: Clockwork) -> None:
        """Act right after the device has counted to one of `instants`."""

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        """Act right after a set; ``parts`` were written, and ``before`` is what stood there."""

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        """Act once power is back and the clock has caught up."""

    def alarm_stored(self, parts: dict[str, int]) -> dict[str, int]:
        """Return the parts of an alarm that are kept when a host has written these."""
        return parts

    def alarm_fires(self, clock: Clockwork, *, is_due: bool) -> bool:
        """Tell whether an armed alarm fires at the second that has just begun."""
        del clock
        return is_due

    def flickers(self, clock: Clockwork, now_ns: int) -> bool:
        """Tell whether the device's outputs stand the other way at this moment."""
        del clock, now_ns
        return False

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        """Change what is shown and not what is counted: it is undone before the clock counts on."""

    def master_told(
        self, clock: Clockwork, date: str, time_of_day: tuple[int, int, int], seconds: int | None
    ) -> int | None:
        """Return the civil seconds the device makes of a date its time master told, None where it does not take it.

        ``date`` is as told (``ddmmyy`` where it is sound), ``seconds`` what a sound device makes of it.
        """
        del clock, date, time_of_day
        return seconds

    def log_filed(self, book: Logbook) -> None:
        """Act right after the device has filed an entry in its log."""

    def log_after_set(self, book: Logbook) -> None:
        """Act on the log right after the clock was set."""


def overrides(bug: ClockBug, hook: str) -> bool:
    """Tell whether a bug does anything at a hook."""
    return getattr(type(bug), hook) is not getattr(ClockBug, hook)


class Clockwork(ABC):
    """A clock that counts by itself, until its supply and its cell fail it.

    Attributes:
        has_battery: the clock goes on counting while the device is off.
        is_frozen: a bug has stopped it; a set frees it.
        runs_backwards: a bug makes it count down; a set frees it.
        has_crossed_century: it has counted over the century edge since it was last set.
        was_lost: it came up at its default date.
        is_off: the device has no supply, whether or not a cell keeps the clock going.
        beside: the other clock of the same device, where it has one.
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
        self.is_off = False
        self.beside: Clockwork | None = None
        self._bugs = bugs
        self._distorting = tuple(bug for bug in bugs if overrides(bug, "distort"))
        self._truth: Contents | None = None
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

    @abstractmethod
    def contents(self) -> Contents:
        """Return what stands in the registers."""

    @abstractmethod
    def put_back(self, contents: Contents) -> None:
        """Let the registers hold what `contents` gave."""

    def update(self, now_ns: int) -> None:
        """Count up to now."""
        if self._is_unsupplied:
            return
        self.undistort()
        ticks = self.divider.take_ticks(now_ns)
        for bug in self._bugs:
            ticks = bug.ticks(self, ticks)
        while ticks and not self.is_frozen:
            ticks = self._count_down(ticks) if self.runs_backwards else self._count_up(ticks)
        if self._distorting:
            self._truth = self.contents()
            for bug in self._distorting:
                bug.distort(self, now_ns)

    def undistort(self) -> None:
        """Let the registers hold what the clock has counted; a write begins from that."""
        if self._truth is not None:
            self.put_back(self._truth)
            self._truth = None

    def next_change_ns(self) -> int | None:
        """Return when the contents change next if nobody interferes; None when they stand still."""
        return None if self.is_frozen or self._is_unsupplied else self.divider.next_tick_ns()

    def _begin_set(self, now_ns: int, *, reset_divider: bool) -> Contents:
        """Catch up, then forget what bugs had brought about: to a device a set is a new beginning."""
        self.update(now_ns)
        self.undistort()
        self.is_frozen = self.runs_backwards = self.has_crossed_century = self.was_lost = False
        if reset_divider:
            self.divider.restart(now_ns)
        return self.contents() if self._bugs else ()

    def _end_set(self, now_ns: int, before: Contents, parts: frozenset[str]) -> None:
        for bug in self._bugs:
            bug.was_set(self, now_ns, parts=parts, before=before)

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
        self.is_off = True
        self._is_unsupplied = not self.has_battery

    def power_on(self, now_ns: int) -> None:
        """Give the supply back; without a backup cell the clock is at its default date."""
        self.is_off = False
        if self._is_unsupplied:
            self._is_unsupplied = False
            self._truth = None
            self.is_frozen = self.runs_backwards = self.has_crossed_century = False
            self.was_lost = True
            self.divider.restart(now_ns)
            self._load_default(now_ns)
        self.update(now_ns)
        self.undistort()
        for bug in self._bugs:
            bug.powered_up(self, now_ns)

    def keep_alarm(self, parts: dict[str, int]) -> dict[str, int]:
        """Return the parts of an alarm as the device keeps them."""
        for bug in self._bugs:
            parts = bug.alarm_stored(parts)
        return parts

    def alarm_fires(self, *, is_due: bool) -> bool:
        """Tell whether an armed alarm fires at this second; ``is_due``: all its parts match."""
        for bug in self._bugs:
            is_due = bug.alarm_fires(self, is_due=is_due)
        return is_due

    def flicker(self, now_ns: int) -> bool:
        """Tell whether outputs stand the other way than the device's program has them."""
        return any(bug.flickers(self, now_ns) for bug in self._bugs)

    def _cross_century(self) -> None:
        self.has_crossed_century = True
        for bug in self._bugs:
            bug.century_crossed(self)
