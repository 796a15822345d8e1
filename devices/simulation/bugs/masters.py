"""Defects of a time base that comes from GPS: weeks that begin again, epochs of a firmware."""

from __future__ import annotations

from devices.simulation.almanac import DAY_SECONDS
from devices.simulation.bugs.parts import TurnsTo, moment, named
from devices.simulation.bugs.row import PROGRESS, Bug, CaughtBy, ClockTraits, all_of, holds, program, year_of_two_digits

_ERA = 1024 * 7 * DAY_SECONDS
_WEEK_2019 = moment(2019, 4, 6, 23, 59, 42)  # leap seconds stood at 18
_WEEK_2022 = moment(2022, 1, 1, 23, 59, 42)
_FIRMWARE_2006 = moment(2006, 8, 17)
_HOUR = 3600


def _year_or_count(traits: ClockTraits) -> str:
    return "" if traits.years is None else year_of_two_digits(traits)


_RECEIVER = all_of(program, _year_or_count)

ROWS = (
    Bug(
        name="gps-week-of-ten-bits",
        says="follows a receiver without an era: after 2019-04-06 it is August 1999 again",
        impossible_because=all_of(_RECEIVER, holds(1999)),
        make=named("gps-week-of-ten-bits", lambda: TurnsTo(_WEEK_2019, _WEEK_2019 - _ERA)),
        caught_by=CaughtBy(
            edges=("gps-week-2019",), variants=PROGRESS, rules=("V1",), codes=("week-rollover", "date-wrong")
        ),
        source="gpsd, log of April 2019",
        reports=(69,),
    ),
    Bug(
        name="gps-epoch-of-the-firmware",
        says="has an era that ends where its firmware was made: after 2006-08-16 it is 1987",
        impossible_because=all_of(_RECEIVER, holds(1987)),
        make=named("gps-epoch-of-the-firmware", lambda: TurnsTo(_FIRMWARE_2006, _FIRMWARE_2006 - _ERA)),
        caught_by=CaughtBy(
            edges=("gps-firmware-2006",), variants=PROGRESS, rules=("V1",), codes=("week-rollover", "date-wrong")
        ),
        source="OKGIS list, August 2006; NovAtel solution note; OVMS #284",
        reports=(70,),
    ),
    Bug(
        name="gps-week-and-an-hour",
        says="falls back by 1,024 weeks, into summer time: the date is of 2002 and the hour one late",
        impossible_because=all_of(_RECEIVER, holds(2002)),
        make=named("gps-week-and-an-hour", lambda: TurnsTo(_WEEK_2022, _WEEK_2022 - _ERA + _HOUR)),
        caught_by=CaughtBy(edges=("gps-firmware-2022",), variants=PROGRESS, rules=("V1",), codes=("date-wrong",)),
        source="Honda and Acura owners, January 2022",
        reports=(72,),
    ),
    Bug(
        name="gps-two-eras-stale",
        says="falls back by 2,048 weeks, 39 years",
        impossible_because=all_of(_RECEIVER, holds(1980)),
        make=named("gps-two-eras-stale", lambda: TurnsTo(_WEEK_2019, _WEEK_2019 - 2 * _ERA)),
        caught_by=CaughtBy(
            edges=("gps-week-2019",), variants=PROGRESS, rules=("V1",), codes=("week-rollover", "date-wrong")
        ),
        source="canboat PR 863",
        reports=(73,),
    ),
)
