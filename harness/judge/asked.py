"""What each variant asks, and how much must be seen before its answer may be *conforms*. Tables; nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.records import Question, Variant

_SET, _PROGRESS, _RETAIN = Question.SET, Question.PROGRESS, Question.RETAIN

ASKED: Mapping[Variant, tuple[Question, ...]] = {
    Variant.SET_AFTER: (_SET,),
    Variant.RUNNING: (_SET, _PROGRESS),
    Variant.SILENT: (_SET, _PROGRESS),
    Variant.UNPOWERED: (_SET, _RETAIN),
    Variant.RETAINED: (_SET, _PROGRESS, _RETAIN),
    Variant.SILENT_LONG: (_SET, _RETAIN),
    Variant.WARM_RESET: (_SET, _PROGRESS, _RETAIN),
    Variant.COLD_RESET: (_SET, _PROGRESS, _RETAIN),
    Variant.CUT_AT_THE_SECOND: (_SET, _RETAIN),
    Variant.BATTERY_REMOVED: (_SET, _PROGRESS, _RETAIN),
    Variant.REPEATED_POWER_CYCLES: (_SET, _PROGRESS, _RETAIN),
    Variant.STOPPED_PROGRAM: (_SET, _PROGRESS),
    Variant.SET_BY_MASTER: (_SET, _PROGRESS),
    Variant.NEIGHBOURS_DIFFER: (_SET, _PROGRESS),
    Variant.SET_NEAR_EDGE: (_SET, _PROGRESS),
    Variant.BACK_AND_AGAIN: (_SET, _PROGRESS),
    Variant.WEEKDAY_SET_WRONG: (_SET, _PROGRESS),
    Variant.IMPOSSIBLE_DATES: (_SET,),
    Variant.DRIFT_WITHIN_THE_DAY: (_SET, _PROGRESS),
    Variant.LOG_ACROSS: (_SET, _PROGRESS),
    Variant.ALARM_ACROSS: (_SET, _PROGRESS),
    Variant.ALARM_UNPOWERED: (_SET, _RETAIN),
}
"""The questions each variant answers; the last is the one it is done for."""

BEYOND = frozenset({Variant.SET_AFTER, Variant.IMPOSSIBLE_DATES, Variant.DRIFT_WITHIN_THE_DAY})
"""Variants that set the clock past the edge: nothing is approached."""
OFF_ACROSS = frozenset({Variant.UNPOWERED, Variant.SILENT_LONG, Variant.ALARM_UNPOWERED})
"""Variants in which the power must be off when the edge falls."""
UNREAD_ACROSS = OFF_ACROSS | {Variant.CUT_AT_THE_SECOND}
"""Variants whose readings before the cut only show that the set holds."""


@dataclass(frozen=True, slots=True)
class Needed:
    """How many right readings a *conforms* needs, on each side of the edge and after a power cut."""

    before: int
    after: int
    after_power: int


_BY_POWER = Needed(1, 3, 3)
_POLLED = Needed(3, 3, 0)
_UNREAD = Needed(1, 3, 0)
NEEDED: Mapping[Variant, Needed] = {
    # The second reading shows that the clock set past the edge also runs there.
    Variant.SET_AFTER: Needed(0, 2, 0),
    Variant.RUNNING: _POLLED,
    Variant.SILENT: _UNREAD,
    Variant.UNPOWERED: Needed(1, 0, 3),
    Variant.RETAINED: _BY_POWER,
    Variant.SILENT_LONG: Needed(1, 0, 3),
    Variant.WARM_RESET: _BY_POWER,
    Variant.COLD_RESET: _BY_POWER,
    Variant.CUT_AT_THE_SECOND: Needed(1, 0, 3),
    Variant.BATTERY_REMOVED: _BY_POWER,
    Variant.REPEATED_POWER_CYCLES: _BY_POWER,
    Variant.STOPPED_PROGRAM: _UNREAD,
    Variant.SET_BY_MASTER: _POLLED,
    Variant.NEIGHBOURS_DIFFER: _POLLED,
    Variant.SET_NEAR_EDGE: _UNREAD,
    # Two crossings, of which each gives three readings at most after the edge: six can come from both only.
    Variant.BACK_AND_AGAIN: Needed(2, 6, 0),
    Variant.WEEKDAY_SET_WRONG: _UNREAD,
    Variant.IMPOSSIBLE_DATES: Needed(0, 3, 0),
    Variant.DRIFT_WITHIN_THE_DAY: Needed(0, 6, 0),
    Variant.LOG_ACROSS: _UNREAD,
    Variant.ALARM_ACROSS: _UNREAD,
    Variant.ALARM_UNPOWERED: Needed(1, 0, 3),
}
