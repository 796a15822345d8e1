"""A defect that comes and goes: at each set and each power-up it wakes by chance, from a seed that a bench may name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from devices.simulation.movement import ClockBug, Clockwork, Contents, overrides

if TYPE_CHECKING:
    from devices.simulation.clockwork import CountingClock
    from devices.simulation.logbook import Logbook

_WRITTEN = re.compile(r"(?P<name>[^@]+)(?:@1/(?P<one_in>[1-9][0-9]{0,3})(?:#(?P<seed>[0-9]{1,9}))?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A bug as a bench file writes it: ``name``, ``name@1/3``, or ``name@1/3#7`` with a seed."""

    name: str
    one_in: int
    seed: int


def read_written(text: str) -> Written:
    """Read a bug as a bench file writes it.

    Raises:
        ValueError: it is not of that form.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no bug; expected NAME, NAME@1/N or NAME@1/N#SEED")
    return Written(name=found["name"], one_in=int(found["one_in"] or 1), seed=int(found["seed"] or 0))


class Intermittent(ClockBug):
    """Passes each hook on to a bug while that is awake."""

    def __init__(self, bug: ClockBug, written: Written) -> None:
        if overrides(bug, "fitted"):
            raise ValueError(f"bug '{written.name}' is there from the start or not at all: it cannot come and go")
        self.name = bug.name
        self.instants = bug.instants
        self._bug = bug
        self._one_in = written.one_in
        # One sequence for one text: a run can be made again, on any machine.
        self._chance = Random(f"{written.name}/{written.one_in}/{written.seed}")  # noqa: S311 - chance, not secrecy
        self._woken_ns: int | None = None
        self._is_awake = False

    def _wake(self, now_ns: int) -> None:
        if now_ns != self._woken_ns:  # the bytes of one set are one event
            self._woken_ns = now_ns
            self._is_awake = self._chance.randrange(self._one_in) == 0

    def month_length(self, clock: CountingClock, days: int) -> int:
        """Shorten or lengthen the month while awake."""
        return self._bug.month_length(clock, days) if self._is_awake else days

    def weekday_steps(self, midnights: int) -> int:
        """Step the weekday wrongly while awake."""
        return self._bug.weekday_steps(midnights) if self._is_awake else midnights

    def ticks(self, clock: Clockwork, ticks: int) -> int:
        """Lose seconds while awake."""
        return self._bug.ticks(clock, ticks) if self._is_awake else ticks

    def midnight_passed(self, clock: CountingClock) -> None:
        """Act while awake."""
        if self._is_awake:
            self._bug.midnight_passed(clock)

    def year_passed(self, clock: CountingClock) -> None:
        """Act while awake."""
        if self._is_awake:
            self._bug.year_passed(clock)

    def century_crossed(self, clock: Clockwork) -> None:
        """Act while awake."""
        if self._is_awake:
            self._bug.century_crossed(clock)

    def reached(self, clock: Clockwork) -> None:
        """Act while awake."""
        if self._is_awake:
            self._bug.reached(clock)

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        """Wake or fall asleep, and act while awake."""
        self._wake(now_ns)
        if self._is_awake:
            self._bug.was_set(clock, now_ns, parts=parts, before=before)

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        """Wake or fall asleep where the bug has its place here, and act while awake."""
        if overrides(self._bug, "powered_up"):
            self._wake(now_ns)
        if self._is_awake:
            self._bug.powered_up(clock, now_ns)

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        """Distort while awake."""
        if self._is_awake:
            self._bug.distort(clock, now_ns)

    def master_told(
        self, clock: Clockwork, date: str, time_of_day: tuple[int, int, int], seconds: int | None
    ) -> int | None:
        """Mistake what a master told while awake."""
        return self._bug.master_told(clock, date, time_of_day, seconds) if self._is_awake else seconds

    def log_filed(self, book: Logbook) -> None:
        """Spoil an entry while awake."""
        if self._is_awake:
            self._bug.log_filed(book)

    def log_after_set(self, book: Logbook) -> None:
        """Spoil the log while awake."""
        if self._is_awake:
            self._bug.log_after_set(book)
