"""A Panasonic FP0 or FP-e: the clock in DT9054 to DT9056, taken when 8000h is written to DT9058.

From Panasonic's infohub: DT9054 minute and second, DT9055 day and hour, DT9056 year and month, BCD, high byte first;
on the FP-X and FP2 the same words lie at DT90054 (the option `base`). Believed: the framing (see `mewtocol`), the
weekday in DT9057 (Sunday 0), that the words show the running clock until one is written, that a date which does not
exist is ignored, what RT tells, and the date after a loss.
"""

from __future__ import annotations

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, pair, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.mewtocol import (
    BAD_ADDRESS,
    BAD_FORMAT,
    MewtocolConversation,
    MewtocolError,
    text_of,
    words_of,
)
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer

# Where the weekday stands is believed, so no bug of it is offered.
_TRAITS = ClockTraits(years=two_digits(1970))
BUGS = bugs_possible_on(_TRAITS)

_BASE = 9054
_ORDINARY = 1660
_CLOCK_WORDS, _COMMIT_PLACE = 4, 4
_SPECIALS = 5
_COMMIT = 0x8000
_FP0 = "40000010000000"  # believed: status of an FP0 that runs without errors
_LAST_MONTH, _LAST_DAY, _LAST_WEEKDAY, _LAST_YEAR = 12, 31, 6, 99
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Controller(ClockModel):
    """Data registers, the special ones of the clock among them."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=two_digits(setup.century_window()),
            leap="every-fourth",
            default=_AFTER_LOSS,
            weekdays=(0, _LAST_WEEKDAY),
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._base = setup.number("first-register", _BASE)
        self._ordinary = [0] * _ORDINARY
        self._special = [0] * _SPECIALS
        self._is_written = False

    def read_data(self, text: str, now_ns: int) -> str:
        """Answer RD on data registers."""
        first, last = _span(text)
        memory, place = self._area(first, last)
        if not self._is_written:
            self._show(now_ns)
        return "RD" + text_of(memory[place : place + last - first + 1])

    def write_data(self, text: str, now_ns: int) -> str:
        """Answer WD on data registers."""
        first, last = _span(text[:13])
        words = words_of(text[13:])
        if len(words) != last - first + 1:
            raise MewtocolError(BAD_FORMAT)
        memory, place = self._area(first, last)
        if memory is self._special:
            if not self._is_written:
                self._show(now_ns)
            self._is_written = True
        memory[place : place + len(words)] = words
        if self._special[_COMMIT_PLACE] & _COMMIT:
            self._set_clock(now_ns)
        return "WD"

    def _area(self, first: int, last: int) -> tuple[list[int], int]:
        if last < _ORDINARY:
            return self._ordinary, first
        if self._base <= first and last < self._base + _SPECIALS:
            return self._special, first - self._base
        raise MewtocolError(BAD_ADDRESS)

    def _show(self, now_ns: int) -> None:
        clock = self._calendar
        clock.update(now_ns)
        self._special[:_CLOCK_WORDS] = (
            pair(to_bcd(clock.minute), to_bcd(clock.second)),
            pair(to_bcd(clock.day), to_bcd(clock.hour)),
            pair(to_bcd(clock.year), to_bcd(clock.month)),
            clock.weekday,
        )

    def _set_clock(self, now_ns: int) -> None:
        self._special[_COMMIT_PLACE] = 0
        self._is_written = False
        octets = [octet for word in self._special[:_CLOCK_WORDS] for octet in divmod(word, 0x100)]
        numbers = [number for octet in octets if (number := from_bcd(octet)) is not None]
        if len(numbers) != len(octets):
            return
        minute, second, day, hour, year, month, _, weekday = numbers
        if not time_exists(hour, minute, second) or year > _LAST_YEAR or weekday > _LAST_WEEKDAY:
            return
        if not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            return
        self._calendar.set(
            now_ns,
            reset_divider=True,
            year=year,
            month=month,
            day=day,
            weekday=weekday,
            hour=hour,
            minute=minute,
            second=second,
        )
        self._recorder.note_set(now_ns, self._calendar.seconds())


def _span(text: str) -> tuple[int, int]:
    """Return first and last register of ``RDD0905409058`` or the like."""
    first, last = text[3:8], text[8:13]
    if len(text) != 13 or not (first + last).isdecimal() or int(last) < int(first):  # noqa: PLR2004 - two numbers of five
        raise MewtocolError(BAD_FORMAT)
    return int(first), int(last)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller on a line of its own; its station number is the option `station`."""
    recorder = setup.make_recorder()
    controller = Controller(setup, recorder)
    handlers = {
        "RDD": controller.read_data,
        "WDD": controller.write_data,
        "RT": lambda _text, _now_ns: "RT" + _FP0,
    }
    station = setup.number("station", 1)
    return StreamServer(setup, controller, recorder, lambda: MewtocolConversation(station, handlers))
