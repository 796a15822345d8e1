"""Defects that wait for one instant: counts that overflow inside, dates taken for marks."""

from __future__ import annotations

from devices.simulation.almanac import DAY_SECONDS
from devices.simulation.bugs.parts import StopsAt, TurnsTo, moment, named
from devices.simulation.bugs.row import (
    CROSSINGS,
    PROGRESS,
    STANDS,
    Bug,
    CaughtBy,
    V,
    all_of,
    calendar,
    century,
    holds,
    not_as_count,
    program,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug, Contents

_UNIX_SIGNED_END = 1 << 31
_PADDING_DAYS = 2


class _StopsBefore(StopsAt):
    name = "stops-before-the-edge"

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, parts, before
        last_days = moment(1999, 12, 22), moment(2000, 1, 1)
        clock.is_frozen = last_days[0] <= (clock.seconds() or 0) < last_days[1]


class _Signed32(TurnsTo):
    """A calendar shows where the negative count lies; a bare count begins again."""

    def reached(self, clock: Clockwork) -> None:
        clock.turn_to(-_UNIX_SIGNED_END if isinstance(clock, CountingClock) else 0)


class _Padded(ClockBug):
    name = "padded-boundary-2038"

    def was_set(self, clock: Clockwork, now_ns: int, *, parts: frozenset[str], before: Contents) -> None:
        del now_ns, before
        limit = _UNIX_SIGNED_END - _PADDING_DAYS * DAY_SECONDS
        if parts & {"year", "count"} and limit <= (clock.seconds() or 0) < moment(2039, 1, 1):
            clock.turn_to(0)


ROWS = (
    Bug(
        name="stops-before-the-edge",
        says="stands still from 22 December 1999 to the end of the year",
        impossible_because=program,
        make=named("stops-before-the-edge", lambda: _StopsBefore(moment(1999, 12, 22))),
        caught_by=CaughtBy(
            edges=("y2k-rollover",), variants=PROGRESS, rules=("V1", "V5"), codes=("clock-stands-still",)
        ),
        source="The Times list, 1999: no entry after 21 December",
        reports=(64,),
    ),
    Bug(
        name="stops-on-nines",
        says="takes 9/9/99 for an end mark and stands still",
        impossible_because=program,
        make=named("stops-on-nines", lambda: StopsAt(moment(1999, 9, 9))),
        caught_by=CaughtBy(
            edges=("nines-begin",), variants=PROGRESS, rules=("V1", "V5"), codes=("clock-stands-still",)
        ),
        source="BSI DISC PD2000-1 amplification 2.5",
        reports=(63,),
    ),
    Bug(
        name="stops-ten-minutes-after",
        says="goes on for ten minutes after the century edge and stands still",
        impossible_because=program,
        make=named("stops-ten-minutes-after", lambda: StopsAt(moment(2000, 1, 1, 0, 10, 0))),
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=(V.DRIFT_WITHIN_THE_DAY,),
            rules=("V1", "V5"),
            codes=("clock-stands-still",),
        ),
        source="Onagawa and Shika, AP and Bloomberg, January 2000: trouble two and ten minutes after midnight",
        reports=(67,),
    ),
    Bug(
        name="decimal-word-overflow",
        says="packs YYMMDDHHMM into a signed 32-bit word and stops when it overflows, at the start of 2022",
        impossible_because=program,
        make=named("decimal-word-overflow", lambda: StopsAt(moment(2022, 1, 1))),
        caught_by=CaughtBy(edges=("decimal-word-2022",), variants=CROSSINGS, rules=("V1", "V5", "V12"), codes=STANDS),
        source="Exchange, 'Y2K22'",
        reports=(18,),
    ),
    Bug(
        name="day-22-overflow",
        says="packs DDMMYYHHMM into a signed 32-bit word and stops when it overflows, on day 22",
        impossible_because=program,
        make=named("day-22-overflow", lambda: StopsAt(*(moment(2001, month, 22) for month in range(1, 13)))),
        caught_by=CaughtBy(
            edges=("day-22-in-a-word",), variants=PROGRESS, rules=("V1", "V5"), codes=("clock-stands-still",)
        ),
        source="computed: 22xxxxxxxx is beyond 2147483647",
        reports=(18,),
    ),
    Bug(
        name="signed-32-bit-seconds",
        says="counts signed 32-bit seconds inside and falls back in January 2038",
        impossible_because=all_of(program, not_as_count, holds(1901)),
        make=named("signed-32-bit-seconds", lambda: _Signed32(_UNIX_SIGNED_END, 0)),
        caught_by=CaughtBy(edges=("unix32-signed",), variants=CROSSINGS, rules=("V1", "V5", "V12")),
        source="Epochalypse; EdgeTX #4120; sysrepo #3251; Axel LogicLab documentation",
        reports=(19,),
    ),
    Bug(
        name="unsigned-32-bit-seconds",
        says="counts unsigned 32-bit seconds inside and falls back to 1970 in February 2106",
        impossible_because=all_of(program, calendar, century, holds(1970, 2106)),
        make=named("unsigned-32-bit-seconds", lambda: TurnsTo(1 << 32, 0)),
        caught_by=CaughtBy(edges=("unix32-unsigned",), variants=PROGRESS, rules=("V1",), codes=("reset-to-default",)),
        source="rtc-range; ABB and CODESYS help",
        reports=(20,),
    ),
    Bug(
        name="padded-boundary-2038",
        says="takes dates from two days before the end of signed 32-bit seconds for 1970",
        impossible_because=all_of(program, holds(1970)),
        make=_Padded,
        caught_by=CaughtBy(edges=("unix32-signed",), variants=PROGRESS, rules=("V1", "set")),
        source="libical PR 1351",
        reports=(21,),
    ),
)
