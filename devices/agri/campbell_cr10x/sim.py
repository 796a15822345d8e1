"""A Campbell CR10X data logger on its telecommunications port: the `C` command, a day of the year, a checksum.

From the CR510, CR10 and CR23X manuals, 5-2 and 5-3. The logger echoes what it is sent, answers after CR LF, and ends
with `*`; the checksum counts everything it sent since the last `*`, the checksum's own digits left out. Believed: that
the letter before those digits is counted; that a time which does not exist is ignored and the running one told; that
99 is followed by 00 and every fourth year has a day 366; the answer to `A`; and the date after a loss.
"""

from __future__ import annotations

import re
from typing import ClassVar

from devices.simulation.almanac import month_length, time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.clock import SECOND_NS

_TRAITS = ClockTraits(years=two_digits(1970), shows_month=False)
BUGS = bugs_possible_on(_TRAITS)

_PROMPT, _LINE, _CR = b"*", b"\r\n", 0x0D
_ALLOWED = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTU:\r")
_HANG_UP_NS = 40 * SECOND_NS
_MODULUS = 8192
_SET = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,2}):(\d{1,2}):(\d{1,2})C")
_MONTHS = 12
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1)


class Logger(ClockModel):
    """The logger's clock, told as the day of the year."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        self._calendar = make_calendar(setup, _TRAITS, years=years, leap="every-fourth", default=_AFTER_LOSS)
        self.clock = self._calendar
        self._recorder = recorder

    def tell(self, now_ns: int) -> str:
        """Return year, day of the year and time."""
        clock = self._calendar
        clock.update(now_ns)
        leap = clock.years.is_leap(clock.year, clock.leap)
        day = clock.day + sum(month_length(month, leap=leap) for month in range(1, clock.month))
        return f"Y:{clock.year:02d} D{day:04d} T{clock.hour:02d}:{clock.minute:02d}:{clock.second:02d}"

    def take(self, year: int | None, day_of_year: int | None, hour: int, minute: int, second: int, now_ns: int) -> None:
        """Set what is given, if it is a time."""
        clock = self._calendar
        clock.update(now_ns)
        chosen = clock.year if year is None else year
        leap = clock.years.is_leap(chosen, clock.leap)
        month, day = clock.month, clock.day
        if day_of_year is not None:
            month, day = 1, day_of_year
            while month <= _MONTHS and day > (length := month_length(month, leap=leap)):
                month, day = month + 1, day - length
        if not 1 <= month <= _MONTHS or day < 1 or not time_exists(hour, minute, second):
            return
        clock.set(
            now_ns, reset_divider=True, year=chosen, month=month, day=day, hour=hour, minute=minute, second=second
        )
        self._recorder.note_set(now_ns, clock.seconds())


class Telecommunications(Conversation):
    """One call: asleep until a CR comes, and again after 40 seconds of silence."""

    stale_ns: ClassVar[int] = _HANG_UP_NS

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        self._heard_ns: int | None = None
        self._command = b""
        self._sent = b""  # since the last prompt; the checksum counts it

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with one character."""
        if self._heard_ns is None or now_ns - self._heard_ns > _HANG_UP_NS:
            self._heard_ns, self._command, self._sent = None, b"", b""
            if pending[0] != _CR:
                return 1, b""
        self._heard_ns = now_ns
        if pending[0] not in _ALLOWED:
            self._command = b""
            return 1, self._prompt(_LINE)
        if pending[0] != _CR:
            self._command += pending[:1]
            return 1, self._send(pending[:1])
        command, self._command = self._command.decode("ascii"), b""
        return 1, self._send(_LINE) + self._obey(command, now_ns)

    def _obey(self, command: str, now_ns: int) -> bytes:
        if not command:
            return self._prompt(b"")
        if command == "A":
            return self._checked("R+00001. F+28672. V4 A00001 L+00001. E00 00 00 M0064 ")
        matched = _SET.fullmatch(command)
        if matched:
            year, day, hour, minute, second = (None if part is None else int(part) for part in matched.groups())
            self._logger.take(year, day, hour or 0, minute or 0, second or 0, now_ns)
        elif command != "C":
            return self._prompt(b"")
        return self._checked(f"{self._logger.tell(now_ns)} ")

    def _checked(self, text: str) -> bytes:
        reply = self._send(text.encode("ascii") + b"C")
        return reply + self._prompt(b"%04d" % (sum(self._sent) % _MODULUS) + _LINE)

    def _send(self, octets: bytes) -> bytes:
        self._sent += octets
        return octets

    def _prompt(self, before: bytes) -> bytes:
        self._sent = b""
        return before + _PROMPT


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a logger on a line of its own."""
    recorder = setup.make_recorder()
    logger = Logger(setup, recorder)
    return StreamServer(setup, logger, recorder, lambda: Telecommunications(logger))
