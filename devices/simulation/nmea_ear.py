"""How a simulated device hears a satellite receiver: whole RMC sentences with a right checksum and a date that exists.

Two digits of the year are 1969 to 2068, as gpsd reads them (driver_nmea0183.c).
"""

from __future__ import annotations

import re

from devices.simulation.almanac import seconds_of
from devices.simulation.clockwork import Clockwork
from devices.simulation.movement import ClockBug

_RMC = re.compile(rb"\$(G[A-Z]RMC,(\d\d)(\d\d)(\d\d)[.\d]*,A,[^$*\r\n]*)\*([0-9A-F]{2})\r\n")
_DATE_AT = 9
_PIVOT = 69
_KEPT = 1024


class NmeaEar:
    """Listens; what comes in pieces is put together."""

    def __init__(self, bugs: tuple[ClockBug, ...]) -> None:
        self._bugs = bugs
        self._heard = b""

    @property
    def is_listening(self) -> bool:
        """Whether a sentence has begun and not ended."""
        return bool(self._heard)

    def heed(self, data: bytes, clock: Clockwork) -> int | None:
        """Return the civil seconds that the last sentence told, None when none told any."""
        self._heard = (self._heard + data)[-_KEPT:]
        told: int | None = None
        end = 0
        for match in _RMC.finditer(self._heard):
            end = match.end()
            if _exclusive_or(match[1]) == int(match[5], 16):
                date = match[1].split(b",")[_DATE_AT].decode("ascii", "replace")
                told = self._take(date, (int(match[2]), int(match[3]), int(match[4])), clock) or told
        self._heard = self._heard[end:]
        return told

    def _take(self, date: str, time_of_day: tuple[int, int, int], clock: Clockwork) -> int | None:
        seconds: int | None = None
        if re.fullmatch(r"\d{6}", date):
            day, month, year = int(date[:2]), int(date[2:4]), int(date[4:])
            seconds = seconds_of(year + (1900 if year >= _PIVOT else 2000), month, day, *time_of_day)
        for bug in self._bugs:
            seconds = bug.master_told(clock, date, time_of_day, seconds)
        return seconds


def _exclusive_or(octets: bytes) -> int:
    rest = 0
    for octet in octets:
        rest ^= octet
    return rest
