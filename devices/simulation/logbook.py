"""A log that a simulated device keeps by itself: an entry at each full interval of its clock, while it has its supply.

What an entry looks like on the wire belongs to the device's ``sim.py``; what can be wrong with a log, to `bugs`.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.simulation.almanac import DAY_SECONDS, Digits, digits_of
from devices.simulation.clockwork import CountingClock
from devices.simulation.movement import ClockBug


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One entry.

    Attributes:
        digits: the date it bears.
        serial: how many had been filed before it; tells apart two entries of one date.
    """

    digits: Digits
    serial: int


class Logbook:
    """The entries, in the order in which the device gives them.

    Args:
        clock: the device's clock; from now on it is counted on through `follow`.
        interval_seconds: a divisor of the day.
        capacity: the oldest entry is overwritten by one beyond that.
        bugs: hooks fitted to the device; those of the log act here.
    """

    def __init__(
        self, clock: CountingClock, *, interval_seconds: int, capacity: int, bugs: tuple[ClockBug, ...] = ()
    ) -> None:
        if DAY_SECONDS % interval_seconds:
            raise ValueError(f"a day has no whole number of intervals of {interval_seconds} s")
        self.entries: list[Filed] = []
        self.interval_seconds = interval_seconds
        self.filed = 0
        self._clock = clock
        self._capacity = capacity
        self._bugs = bugs

    def stock(self, seconds: int, count: int) -> None:
        """File entries as they were before the device was met, the last one at the full interval before ``seconds``."""
        last = seconds - seconds % self.interval_seconds
        for back in range(count - 1, -1, -1):
            self._append(digits_of(last - back * self.interval_seconds))

    def follow(self, now_ns: int) -> None:
        """Count the clock up to now, filing what falls due on the way."""
        while (due_ns := self._due_ns()) is not None and due_ns <= now_ns:
            self._clock.update(due_ns)
            if self._second_of_day() % self.interval_seconds == 0:
                self._file()
        self._clock.update(now_ns)

    def was_set(self) -> None:
        """Let the bugs act that do something to the log when the clock is set."""
        for bug in self._bugs:
            bug.log_after_set(self)

    @property
    def now(self) -> Digits:
        """What the clock shows."""
        return self._clock.digits()

    def _due_ns(self) -> int | None:
        """Return when the clock will have counted to its next full interval; None while it does not count."""
        clock = self._clock
        if clock.is_frozen or clock.runs_backwards:
            return None
        to_go = self.interval_seconds - self._second_of_day() % self.interval_seconds
        return clock.divider.next_tick_ns(to_go)

    def _second_of_day(self) -> int:
        return self._clock.hour * 3600 + self._clock.minute * 60 + self._clock.second

    def _file(self) -> None:
        self._append(self._clock.digits())
        for bug in self._bugs:
            bug.log_filed(self)

    def _append(self, digits: Digits) -> None:
        self.entries.append(Filed(digits=digits, serial=self.filed))
        self.filed += 1
        del self.entries[: max(0, len(self.entries) - self._capacity)]
