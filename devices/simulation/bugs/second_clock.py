"""Defects by which two clocks of one device part: the one under test is right, the other goes wrong at its edge."""

from __future__ import annotations

from devices.simulation.almanac import DAY_SECONDS
from devices.simulation.bugs.row import PROGRESS, Bug, CaughtBy, second_clock
from devices.simulation.clockwork import Clockwork
from devices.simulation.movement import ClockBug

_HUNDRED_YEARS = 36_525 * DAY_SECONDS


class _OtherStops(ClockBug):
    name = "second-clock-stops"

    def century_crossed(self, clock: Clockwork) -> None:
        if clock.beside is not None:
            clock.beside.is_frozen = True


class _OtherIsElsewhere(ClockBug):
    name = "second-clock-a-hundred-years-on"

    def century_crossed(self, clock: Clockwork) -> None:
        seconds = None if clock.beside is None else clock.beside.seconds()
        if clock.beside is not None and seconds is not None:
            clock.beside.turn_to(seconds + _HUNDRED_YEARS)


ROWS = (
    Bug(
        name="second-clock-stops",
        says="stops its other clock when the first one passes into 2000",
        impossible_because=second_clock,
        make=_OtherStops,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=PROGRESS, rules=("V7",), codes=("second-clock-differs",)),
        source="no field report; it stands for every device whose two clocks part",
    ),
    Bug(
        name="second-clock-a-hundred-years-on",
        says="moves its other clock on by a hundred years when the first one passes into 2000",
        impossible_because=second_clock,
        make=_OtherIsElsewhere,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=PROGRESS, rules=("V7",), codes=("second-clock-differs",)),
        source="TAVA/R.W. Beck utility list, p.14: a meter that shows 28 in one place and 128 in another",
        reports=(7,),
    ),
)
