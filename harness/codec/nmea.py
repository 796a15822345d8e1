"""Sentences of a satellite receiver (NMEA 0183): the two that tell the date, as a receiver with a fix says them."""

from __future__ import annotations

from harness.calendar.gregorian import civil_time
from harness.codec.checksum import nmea_xor

_POSITION = "4807.038,N,01131.000,E,000.0,000.0"


def sentence(text: str) -> bytes:
    r"""Return a sentence with its start, checksum and end.

    Example:
        ``sentence("GPZDA,235950.00,31,12,1999,00,00")`` is ``b"$GPZDA,235950.00,31,12,1999,00,00*67\r\n"``.
    """
    body = text.encode("ascii")
    return b"$" + body + b"*%02X\r\n" % nmea_xor(body)


def rmc(seconds: int, *, date: str | None = None) -> bytes:
    """Return RMC for civil seconds: two digits of the year; ``date`` is said in place of ``ddmmyy``."""
    now = civil_time(seconds)
    said = f"{now.day:02d}{now.month:02d}{now.year % 100:02d}" if date is None else date
    return sentence(f"GPRMC,{now.hour:02d}{now.minute:02d}{now.second:02d}.00,A,{_POSITION},{said},,,A")


def zda(seconds: int) -> bytes:
    """Return ZDA for civil seconds: four digits of the year."""
    now = civil_time(seconds)
    clock = f"{now.hour:02d}{now.minute:02d}{now.second:02d}.00"
    return sentence(f"GPZDA,{clock},{now.day:02d},{now.month:02d},{now.year:04d},00,00")


MALFORMED_DATES = ("2208-1", "", "220899X", "991399", "000000")
"""Dates that are none, each in a sentence with a right checksum: the first is what a Telit HE910 sent on 2019-04-07
(gpsd, april6_2019); the others are too short, too long, a month 99 and a day 0."""
