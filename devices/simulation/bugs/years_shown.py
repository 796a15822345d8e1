"""Defects of how a year is shown: the count behind it is right, and what is read of it is not."""

from __future__ import annotations

from devices.simulation.bugs.parts import civil_year, move_year, named
from devices.simulation.bugs.row import (
    PROGRESS,
    Bug,
    CaughtBy,
    V,
    all_of,
    bcd_chip,
    century,
    century_bits,
    holds,
    month_and_day,
    not_as_count,
    program,
    whole_year,
    year_of_two_digits,
)
from devices.simulation.clockwork import Clockwork, CountingClock
from devices.simulation.movement import ClockBug

_IN_2000S = range(2000, 2100)
_DIGITS, _CENTURY = 10, 100
_SOFT = all_of(program, year_of_two_digits)


class _Shown(ClockBug):
    """Shows another year than it counts."""

    def shown(self, year: int, clock: CountingClock) -> int:
        """Return the year shown for a year counted."""
        raise NotImplementedError

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock):
            year = civil_year(clock)
            move_year(clock, self.shown(year, clock) - year)


class _Year100(_Shown):
    name = "year-100"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return year - 1900 if year in _IN_2000S else year


class _CenturyByteOfOne(_Shown):
    name = "century-byte-of-one"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return year - 1900


class _BitInverted(_Shown):
    name = "century-bit-inverted"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return year + _CENTURY if year // _CENTURY % 2 else year - _CENTURY


class _HexForBcd(_Shown):
    name = "bcd-taken-for-hex"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        before, digits = divmod(year, _CENTURY)
        return before * _CENTURY + (digits // _DIGITS * 16 + digits % _DIGITS) % _CENTURY if year in _IN_2000S else year


class _TensMasked(_Shown):
    name = "year-tens-masked"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return year - 80 if year % _CENTURY >= 80 else year  # noqa: PLR2004 - bit 7 of two BCD digits


class _ZeroIs2100(_Shown):
    name = "zero-zero-is-2100"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return 2100 if year == 2000 else year  # noqa: PLR2004 - the year itself


class _ByteFrom20(_Shown):
    name = "century-byte-from-20-only"

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return year + _CENTURY if 1900 <= year < 1970 else year  # noqa: PLR2004 - the pivot that takes over


class _Pivot(_Shown):
    """The years from its pivot on are taken for those a hundred years before."""

    def __init__(self, pivot: int) -> None:
        self._pivot = pivot

    def shown(self, year: int, clock: CountingClock) -> int:
        del clock
        return year - _CENTURY if self._pivot <= year < self._pivot + _CENTURY else year


class _YearByteA0(ClockBug):
    name = "year-byte-a0"

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and civil_year(clock) in _IN_2000S:
            clock.year += _CENTURY  # the digits of the register are then the nibbles A and 0


class _BitUnmasked(ClockBug):
    name = "century-bit-unmasked"

    def distort(self, clock: Clockwork, now_ns: int) -> None:
        del now_ns
        if isinstance(clock, CountingClock) and civil_year(clock) in _IN_2000S:
            clock.month += 80


def _pivot(year: int, edge: str, source: str) -> Bug:
    name = f"pivot-{year}"
    return Bug(
        name=name,
        says=f"takes {year} for {year - _CENTURY}: the window of its two digits ends",
        impossible_because=all_of(century, holds(year - _CENTURY, year)),
        make=named(name, lambda: _Pivot(year)),
        caught_by=CaughtBy(edges=(edge,), variants=(V.SET_AFTER, *PROGRESS), rules=("V1",), codes=("century-lost",)),
        source=source,
        reports=(17,),
    )


ROWS = (
    Bug(
        name="year-100",
        says="shows years since 1900: 2000 is year 100",
        impossible_because=whole_year,
        make=_Year100,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "leap-day-2028"),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1",),
            codes=("year-is-100", "year-impossible"),
        ),
        source="TAVA/R.W. Beck utility list, p.14-15: control systems at 100 and 128, a meter at 28",
        reports=(7,),
    ),
    Bug(
        name="century-byte-of-one",
        says="writes its century as years since 1900 and reads it as a century: 1999 comes back as 99",
        impossible_because=all_of(whole_year, program),
        make=_CenturyByteOfOne,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "leap-day-2028"),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1",),
            codes=("year-is-100", "year-impossible"),
        ),
        source="Linux rtc-x1205.c of 2.6.17",
        drivers=(18,),
    ),
    Bug(
        name="century-bit-inverted",
        says="gives its century bit the opposite meaning when it is read",
        impossible_because=century_bits,
        make=_BitInverted,
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1",),
            codes=("century-lost", "century-ahead", "year-is-1900"),
        ),
        source="Linux rtc-pcf8563.c; TTGO T-Watch PR 78; PCF8563_Library #2",
        reports=(11,),
        drivers=(25,),
    ),
    Bug(
        name="century-bit-unmasked",
        says="takes the century bit for 80 months: January 2000 is month 81",
        impossible_because=all_of(program, month_and_day, year_of_two_digits),
        make=_BitUnmasked,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day", "leap-day-2028"),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1",),
            codes=("date-impossible", "bad-fields"),
        ),
        source="jarzebski DS3231 #3; Makuna Rtc #3; adafruit RTClib #71",
        reports=(12,),
        drivers=(23,),
    ),
    Bug(
        name="year-byte-a0",
        says="has 100 written into its two digits: the year byte of 2000 reads A0h",
        impossible_because=bcd_chip,
        make=_YearByteA0,
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1",),
            codes=("bad-fields", "year-impossible"),
        ),
        source="Zephyr PR 59402 and PR 104199; Linux rtc-mcp795.c, first version; RV-3028 Arduino library",
        reports=(14,),
        drivers=(14, 19, 21),
    ),
    Bug(
        name="century-byte-from-20-only",
        says="honours its century only from 20 on: 1900 to 1969 come back as 2000 to 2069",
        impossible_because=all_of(_SOFT, century, holds(1900)),
        make=_ByteFrom20,
        caught_by=CaughtBy(
            edges=("common-1900",), variants=(V.SET_AFTER, *PROGRESS), rules=("V1",), codes=("century-ahead",)
        ),
        source="Linux mc146818 library, older",
        drivers=(5,),
    ),
    Bug(
        name="bcd-taken-for-hex",
        says="takes two decimal digits for a hexadecimal number: 2010 is 2016",
        impossible_because=year_of_two_digits,
        make=_HexForBcd,
        caught_by=CaughtBy(
            edges=("bcd-year-2010",), variants=(V.SET_AFTER, *PROGRESS), rules=("V1",), codes=("year-wrong",)
        ),
        source="The Register, January 2010: thirty million bank cards",
        reports=(16,),
    ),
    Bug(
        name="year-tens-masked",
        says="drops the highest bit of the year's digits: 1999 reads 1919",
        impossible_because=all_of(year_of_two_digits, not_as_count),
        make=_TensMasked,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "pivot-2090"), variants=PROGRESS, rules=("V1",), codes=("year-wrong",)
        ),
        source="Linux rtc-ds1511.c of 2011",
        drivers=(17,),
    ),
    Bug(
        name="zero-zero-is-2100",
        says="takes 00 for 2100, after 99",
        impossible_because=all_of(century, holds(2100)),
        make=_ZeroIs2100,
        caught_by=CaughtBy(
            edges=("y2k-rollover",),
            variants=(V.SET_AFTER, *PROGRESS),
            rules=("V1",),
            codes=("century-ahead",),
        ),
        source="Panasonic FP-X manual, seconds function",
        reports=(62,),
    ),
    _pivot(2020, "pivot-2020", "NYC DOT reports, January 2020: 14,000 parking meters"),
    _pivot(2030, "pivot-2030", "two-digit window of desktop systems, 1930 to 2029"),
    _pivot(2050, "pivot-2050", "X.509 UTCTime; the example in BSI DISC PD2000-1"),
    _pivot(2070, "pivot-2070", "Linux rtc drivers with a window from 1970"),
)
