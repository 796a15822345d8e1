"""A board in U-Boot with a two-digit RTC behind it, as U-Boot's ``date`` command shows and sets it."""

from __future__ import annotations

import re
from collections.abc import Callable

from devices.simulation.almanac import digits_of, seconds_of, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer

_FIRST_YEAR = 1970
_YEARS = two_digits(_FIRST_YEAR)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)

_PROMPT = "=> "
_WEEKDAYS = ("Sun", "Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur")
_FORM = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d\d\d)\.(\d\d)")
_LAST_MONTH, _LAST_DAY, _FEBRUARY, _LAST_IN_FEBRUARY, _LAST_HOUR, _LAST_MINUTE = 12, 31, 2, 29, 23, 59


class Rtc(ClockModel):
    """The chip behind the boot loader."""

    def __init__(self, setup: SimulatorSetup) -> None:
        self.clock = self.calendar = make_calendar(
            setup,
            _TRAITS,
            years=_YEARS,
            leap="every-fourth",
            default=DefaultDate(year=0, month=1, day=1, weekday=6),
            weekdays=(0, 6),
        )

    def line(self) -> str:
        """Return what ``date`` prints."""
        shown = self.calendar.digits()
        weekday = _WEEKDAYS[shown.weekday] if shown.weekday < len(_WEEKDAYS) else "unknown "
        day = f"{shown.year:4d}-{shown.month:02d}-{shown.day:02d} ({weekday}day)"
        return f"Date: {day}    Time: {shown.hour:2d}:{shown.minute:02d}:{shown.second:02d}"


class Loader(Conversation):
    """The boot loader's line: echo, command, prompt; an empty line does the last command again."""

    def __init__(self, rtc: Rtc, on_set: Callable[[], None]) -> None:
        self._rtc = rtc
        self._on_set = on_set
        self._last = ""

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Take one line; Ctrl-C only brings a new prompt."""
        end = pending.find(b"\r")
        if pending[:1] == b"\x03":
            self._last = ""
            return 1, b"<INTERRUPT>\r\n" + _PROMPT.encode()
        if end < 0:
            return 0, b""
        typed = pending[:end].decode("latin-1")
        self._last = typed.strip() or self._last
        said = "".join(f"{line}\r\n" for line in self._obey(self._last.split(), now_ns))
        return end + 1, f"{typed}\r\n{said}{_PROMPT}".encode("latin-1")

    def _obey(self, words: list[str], now_ns: int) -> list[str]:
        self._rtc.clock.update(now_ns)
        match words:
            case []:
                return []
            case ["version"]:
                return ["U-Boot 2021.01 (Jan 11 2021 - 18:11:43 +0000)", "", "gcc 10.2.1"]
            case ["date"]:
                return [self._rtc.line()]
            case ["date", text]:
                return self._set(text, now_ns)
        return [f"Unknown command '{words[0]}' - try 'help'"]

    def _set(self, text: str, now_ns: int) -> list[str]:
        match = _FORM.fullmatch(text)
        if match is None:
            return ["## Bad date format"]
        month, day, hour, minute, year, second = (int(digits) for digits in match.groups())
        last_day = _LAST_IN_FEBRUARY if month == _FEBRUARY else _LAST_DAY
        if month > _LAST_MONTH or day > last_day or hour > _LAST_HOUR or minute > _LAST_MINUTE:
            return ["## Bad date format"]
        meant = seconds_of(year, month, day, 0, 0, 0)
        self._rtc.calendar.set(
            now_ns,
            reset_divider=True,
            year=year % 100,
            month=month,
            day=day,
            weekday=0 if meant is None else digits_of(meant).weekday,
            hour=hour,
            minute=minute,
            second=second,
        )
        self._on_set()
        return [self._rtc.line()]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a board that waits at its prompt."""
    rtc, recorder = Rtc(setup), setup.make_recorder()

    def note() -> None:
        now_ns = setup.clock.now_ns()
        recorder.note_set(now_ns, rtc.seconds(now_ns))

    return StreamServer(setup, rtc, recorder, lambda: Loader(rtc, note))
