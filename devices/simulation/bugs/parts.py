"""Pieces that defects of several kinds are made of: moments, years, sets not taken, instants at which a clock goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from devices.simulation.almanac import seconds_of
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug, Contents


def moment(year: int, month: int, day: int, *time_of_day: int) -> int:
    """Return civil seconds of a moment that exists; midnight unless hour, minute and second are given."""
    seconds = seconds_of(year, month, day, *(time_of_day or (0, 0, 0)))
    if seconds is None:
        raise ValueError("no such moment")
    return seconds


def civil_year(clock: CountingClock) -> int:
    """Return the year the device means."""
    return clock.years.year_of(clock.year)


def move_year(clock: CountingClock, years: int) -> None:
    """Change the year register by some years, as far as it goes."""
    clock.year = (clock.year + years) % clock.years.modulus


def named(name: str, make: Callable[[], ClockBug]) -> Callable[[], ClockBug]:
    """Return a maker whose bugs bear the name of their row: one class serves several."""

    def make_named() -> ClockBug:
        bug = make()
        bug.name = name
        return bug

    return make_named


class Refused(ClockBug):
    """Acknowledges some dates and goes on with the one it had."""

    def refuses(self, clock: CountingClock) -> bool:
        """Tell whether the date just set is one of them."""
        raise NotImplementedError

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        """Put back what stood there before a refused date."""
        del now_ns
        if isinstance(clock, CountingClock) and parts & {"year", "month", "day"} and self.refuses(clock):
            clock.put_back(before)


class StopsAt(ClockBug):
    """Stands still from an instant on."""

    def __init__(self, *instants: int) -> None:
        self.instants = instants

    def reached(self, clock: Clockwork) -> None:
        """Stop."""
        clock.is_frozen = True


class TurnsTo(ClockBug):
    """Goes on from another moment once it has reached one."""

    def __init__(self, at: int, to: int) -> None:
        self.instants = (at,)
        self._to = to

    def reached(self, clock: Clockwork) -> None:
        """Go on from the other moment."""
        clock.turn_to(self._to)
