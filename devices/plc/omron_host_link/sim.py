"""An Omron C200HX on its Host Link port: the clock in AR18 to AR21, with a stop bit and a set bit.

From the C200HX manual, 3-5-9, and the C200HS manual, 11-3. AR words are BCD: AR18 minute and second, AR19 day and
hour, AR20 year and month, AR21 low byte weekday (Sunday 0); AR21 bit 13 rounds to the minute, bit 14 stops the clock,
bit 15 sets it. Believed: that both bits clear themselves after a set; that a date out of range, or a set without the
stop bit, leaves the clock as it is; that a running clock overwrites what is written to its words; the model code; and
the date after a loss.
"""

from __future__ import annotations

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, pair, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.host_link import (
    BAD_FORMAT,
    BAD_NUMBER,
    NORMAL,
    NOT_IN_RUN,
    HostLinkConversation,
    HostLinkError,
    decimal,
    hex_words,
)
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.device.facts import Option

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (
    Option(
        name="mode",
        kind="choice",
        default="monitor",
        says="its operating mode; it takes no writes in run",
        choices=("monitor", "program", "run"),
    ),
)

_AR_WORDS, _DM_WORDS = 28, 6144
_CLOCK, _CLOCK_WORDS = 18, 4
_ROUND, _STOP, _SET = 0x2000, 0x4000, 0x8000
_PROGRAM, _MONITOR, _RUN = 0, 2, 3
_MODEL_CODE = "0E"  # believed: C200HX
_LONGEST_READ, _LONGEST_WRITE = 30, 30
_LAST_WEEKDAY, _LAST_MONTH, _LAST_DAY, _LAST_YEAR = 6, 12, 31, 99
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Controller(ClockModel):
    """AR and DM areas of a controller, the clock shown in four words of AR."""

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
        self._auxiliary = [0] * _AR_WORDS
        self._data = [0] * _DM_WORDS
        self._mode = {"monitor": _MONITOR, "program": _PROGRAM, "run": _RUN}[
            setup.choice("mode", ("monitor", "program", "run"))
        ]

    def read_auxiliary(self, text: str, now_ns: int) -> str:
        """Answer RJ."""
        first, count = _span(text, _AR_WORDS)
        self._show(now_ns)
        return _words(self._auxiliary[first : first + count])

    def read_data(self, text: str, now_ns: int) -> str:
        """Answer RD."""
        del now_ns
        first, count = _span(text, _DM_WORDS)
        return _words(self._data[first : first + count])

    def write_auxiliary(self, text: str, now_ns: int) -> str:
        """Answer WJ; the controller must not be in RUN mode."""
        if self._mode == _RUN:
            raise HostLinkError(NOT_IN_RUN)
        first, words = decimal(text[:4]), hex_words(text[4:])
        if not 1 <= len(words) <= _LONGEST_WRITE:
            raise HostLinkError(BAD_FORMAT)
        if first + len(words) > _AR_WORDS:
            raise HostLinkError(BAD_NUMBER)
        self._show(now_ns)
        self._auxiliary[first : first + len(words)] = words
        self._heed_bits(now_ns)
        return NORMAL

    def read_status(self, text: str, now_ns: int) -> str:
        """Answer MS: the mode in the low bits of the first byte, no message."""
        del text, now_ns
        return f"{NORMAL}{self._mode:02X}00"

    def change_mode(self, text: str, now_ns: int) -> str:
        """Answer SC."""
        del now_ns
        if text not in {"00", "02", "03"}:
            raise HostLinkError(BAD_NUMBER)
        self._mode = int(text)
        return NORMAL

    def read_model(self, text: str, now_ns: int) -> str:
        """Answer MM."""
        del text, now_ns
        return NORMAL + _MODEL_CODE

    def _show(self, now_ns: int) -> None:
        """Put the clock into its words, unless a host has stopped it and they are the host's."""
        clock = self._calendar
        clock.update(now_ns)
        if clock.divider.is_halted:
            return
        self._auxiliary[_CLOCK : _CLOCK + _CLOCK_WORDS] = (
            pair(to_bcd(clock.minute), to_bcd(clock.second)),
            pair(to_bcd(clock.day), to_bcd(clock.hour)),
            pair(to_bcd(clock.year), to_bcd(clock.month)),
            to_bcd(clock.weekday),
        )

    def _heed_bits(self, now_ns: int) -> None:
        control = self._auxiliary[_CLOCK + 3]
        if control & _SET:
            self._set_clock(now_ns)
        elif control & _STOP:
            self._calendar.halt(now_ns)
        else:
            self._calendar.run(now_ns)
        if control & _ROUND:
            self._round(now_ns)

    def _set_clock(self, now_ns: int) -> None:
        self._auxiliary[_CLOCK + 3] &= ~_SET
        minute_second, day_hour, year_month, control = self._auxiliary[_CLOCK : _CLOCK + _CLOCK_WORDS]
        if not self._calendar.divider.is_halted:
            return
        octets = (minute_second >> 8, minute_second, day_hour >> 8, day_hour, year_month >> 8, year_month, control)
        numbers = [number for octet in octets if (number := from_bcd(octet & 0xFF)) is not None]
        if len(numbers) != len(octets):
            return
        minute, second, day, hour, year, month, weekday = numbers
        if not time_exists(hour, minute, second) or weekday > _LAST_WEEKDAY or year > _LAST_YEAR:
            return
        if not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            return
        self._calendar.run(now_ns)
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

    def _round(self, now_ns: int) -> None:
        """Go to the nearest whole minute."""
        clock = self._calendar
        clock.update(now_ns)
        passed = clock.second
        clock.set(now_ns, reset_divider=True, second=0)
        if passed >= 30:  # noqa: PLR2004 - half a minute
            clock.turn_to((clock.seconds() or 0) + 60)
        self._auxiliary[_CLOCK + 3] &= ~_ROUND
        self._recorder.note_set(now_ns, clock.seconds())


def _span(text: str, words: int) -> tuple[int, int]:
    if len(text) != 8:  # noqa: PLR2004 - first word and number of words, four digits each
        raise HostLinkError(BAD_FORMAT)
    first, count = decimal(text[:4]), decimal(text[4:])
    if not 1 <= count <= _LONGEST_READ or first + count > words:
        raise HostLinkError(BAD_NUMBER)
    return first, count


def _words(words: list[int]) -> str:
    return NORMAL + "".join(f"{word:04X}" for word in words)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller on a line of its own; its node number is the option `node`."""
    recorder = setup.make_recorder()
    controller = Controller(setup, recorder)
    handlers = {
        "RJ": controller.read_auxiliary,
        "WJ": controller.write_auxiliary,
        "RD": controller.read_data,
        "MS": controller.read_status,
        "SC": controller.change_mode,
        "MM": controller.read_model,
        "TS": lambda text, _now_ns: text,
    }
    node = setup.number("node", 0)
    return StreamServer(setup, controller, recorder, lambda: HostLinkConversation(node, handlers))
