"""Defects of what a device switches: outputs that flicker while its clock is set, or at midnight."""

from __future__ import annotations

from devices.simulation.almanac import DAY_SECONDS
from devices.simulation.bugs.row import PROGRESS, Bug, CaughtBy, V, all_of, outputs, program
from devices.simulation.clockwork import Clockwork
from devices.simulation.movement import ClockBug, Contents
from harness.clock import SECOND_NS

_FLICKER_NS = SECOND_NS // 25
"""Forty milliseconds, as was seen."""
_NEW_DAYS = ("y2k-leap-day", "leap-day-2028")


class _ThroughZero(ClockBug):
    """Passes through zero while it is set, so that its outputs stand for a moment as at another time of day."""

    name = "through-zero-while-set"

    def __init__(self) -> None:
        self._set_ns = -_FLICKER_NS

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del clock, parts, before
        self._set_ns = now_ns

    def flickers(self, clock: Clockwork, now_ns: int) -> bool:
        del clock
        return now_ns - self._set_ns < _FLICKER_NS


class _AtMidnight(ClockBug):
    """Has its outputs the other way for the first second of every day."""

    name = "outputs-flicker-at-midnight"

    def flickers(self, clock: Clockwork, now_ns: int) -> bool:
        del now_ns
        seconds = clock.seconds()
        return seconds is not None and seconds % DAY_SECONDS == 0


ROWS = (
    Bug(
        name="through-zero-while-set",
        says="passes through zero while it is set: outputs flicker for 40 ms as if at midnight",
        impossible_because=all_of(program, outputs),
        make=_ThroughZero,
        caught_by=CaughtBy(
            edges=_NEW_DAYS, variants=(V.SET_AFTER, *PROGRESS), rules=("V11",), codes=("output-disturbed",)
        ),
        source="SLC 5/03 to 5/05, MicroLogix 1400 and PLC-5 notes",
        reports=(44,),
    ),
    Bug(
        name="outputs-flicker-at-midnight",
        says="switches its outputs for a second at midnight: a false alarm",
        impossible_because=all_of(program, outputs),
        make=_AtMidnight,
        caught_by=CaughtBy(edges=_NEW_DAYS, variants=(V.RUNNING,), rules=("V11",), codes=("output-disturbed",)),
        source="Financial Director; The Times list: fire panels; Onagawa, Shika: a siren after midnight",
        reports=(66, 67),
    ),
)
