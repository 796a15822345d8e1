"""An AutomationDirect DirectLOGIC controller: BCD clock words V7766 to V7774 that a host can only read.

Addresses of second, minute and hour from AutomationDirect's FAQ 1011, the end of the range from FAQ 1008; weekday
(Sunday 0), day, month, year and BCD are believed. No source says that a host can write the clock: here a write to it
is acknowledged and lost, as the next scan overwrites it. A site's ladder may offer a mailbox: the one here runs DATE on
its first two words and TIME on the next two when a coil is set, and clears the coil. Believed: TIME has minutes and
seconds in the lower word and hours in the upper one (so an article for panels), DATE has day and weekday in the lower
and year and month in the upper one. Where mailbox and coil are is the site's choice.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, from_bcd, make_calendar, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(2000), has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)

_CLOCK = 0o7766
_MEMORY_WORDS = 0o10000
_PARTS = ("second", "minute", "hour", "weekday", "day", "month", "year")
_NO_MAILBOX = -1
_MAILBOX_WORDS = 4
_COILS = 0x0E00
_C0 = 0x0C00
_LAST_WEEKDAY, _LAST_DAY, _LAST_MONTH, _LAST_YEAR = 6, 31, 12, 99
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Controller(ClockModel, RegisterModel):
    """V-memory at its own octal address, counted from 0, as holding registers."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=two_digits(setup.century_window(2000)),
            leap="every-fourth",
            default=_AFTER_LOSS,
            weekdays=(0, _LAST_WEEKDAY),
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._mailbox = setup.number("mailbox", _NO_MAILBOX)
        self._commit_coil = setup.number("commit-coil", _C0)
        self._memory = [0] * _MEMORY_WORDS
        self._coils = [False] * _COILS

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return V-memory, the running clock among it."""
        if start + count > _MEMORY_WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        self._memory[_CLOCK : _CLOCK + len(_PARTS)] = [to_bcd(getattr(clock, part)) for part in _PARTS]
        return self._memory[start : start + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Store V-memory; the words of the clock are overwritten before anybody reads them."""
        del now_ns
        if start + len(words) > _MEMORY_WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._memory[start : start + len(words)] = words

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Store one word."""
        self.write_block(address, (word,), now_ns)

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return bits."""
        del now_ns
        if start + count > _COILS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return self._coils[start : start + count]

    def write_coil(self, address: int, now_ns: int, *, on: bool) -> None:
        """Set or clear a bit; the ladder answers its own by taking the mailbox, and clears it."""
        if address >= _COILS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if address != self._commit_coil:
            self._coils[address] = on
        elif on:
            self._take_mailbox(now_ns)

    def _take_mailbox(self, now_ns: int) -> None:
        if self._mailbox == _NO_MAILBOX:
            return
        words = self._memory[self._mailbox : self._mailbox + _MAILBOX_WORDS]
        octets = [octet for word in words for octet in (word >> 8, word & 0xFF)]
        numbers = [number for octet in octets if (number := from_bcd(octet)) is not None]
        if len(numbers) != len(octets):
            return
        day, weekday, year, month, minute, second, unused, hour = numbers
        if unused or not time_exists(hour, minute, second) or weekday > _LAST_WEEKDAY or year > _LAST_YEAR:
            return
        if not 1 <= day <= _LAST_DAY or not 1 <= month <= _LAST_MONTH:
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


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Controller(setup, recorder), recorder)
