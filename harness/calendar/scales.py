"""Other counts of the same moment: NTP and GPS. Leap seconds enter here and nowhere else.

Civil seconds know no leap second. GPS time does not stop for them, so it runs ahead of UTC by those inserted since
1980; for a date beyond the last announced one the table stands still, which is a forecast and no more.
"""

from __future__ import annotations

from harness.calendar.gregorian import parse_iso

WEEK_SECONDS = 604_800
_NTP_ERA_SECONDS = 1 << 32
_NTP_EPOCH = parse_iso("1900-01-01")
_GPS_EPOCH = parse_iso("1980-01-06")
# First UTC day after each leap second since GPS time began (IERS Bulletin C; the last one is Bulletin C 52).
_AFTER_LEAP_SECONDS = tuple(
    parse_iso(day)
    for day in (
        "1981-07-01", "1982-07-01", "1983-07-01", "1985-07-01", "1988-01-01", "1990-01-01", "1991-01-01", "1992-07-01",
        "1993-07-01", "1994-07-01", "1996-01-01", "1997-07-01", "1999-01-01", "2006-01-01", "2009-01-01", "2012-07-01",
        "2015-07-01", "2017-01-01",
    )
)  # fmt: skip


def ntp_of_utc(seconds: int) -> tuple[int, int]:
    """Return NTP era and seconds of the era; era -1 is before 1900 (RFC 5905, 6)."""
    return divmod(seconds - _NTP_EPOCH, _NTP_ERA_SECONDS)


def gps_of_utc(seconds: int) -> int:
    """Return the civil seconds a clock kept on GPS time shows when UTC shows ``seconds``."""
    return seconds + sum(seconds >= after for after in _AFTER_LEAP_SECONDS)


def utc_of_gps(seconds: int) -> int:
    """Return the civil seconds UTC shows when GPS time shows ``seconds``; a leap second reads as the second after it."""
    return seconds - sum(seconds >= after + number for number, after in enumerate(_AFTER_LEAP_SECONDS, start=1))


def gps_week_of_utc(seconds: int) -> tuple[int, int] | None:
    """Return the GPS week, counted on without rollover, and the second of that week; None before GPS time began."""
    elapsed = gps_of_utc(seconds) - _GPS_EPOCH
    return None if elapsed < 0 else divmod(elapsed, WEEK_SECONDS)
