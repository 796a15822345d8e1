"""A Socomec UPS: four holding registers, a weekday beside the month, the year as what lies beyond 2000.

From the maker's JBUS table (00CBh to 00CEh). Refusals and the date after a loss are believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import time_exists, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar, pair
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import (
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    ModbusRefusal,
    ModbusSimulator,
    RegisterModel,
)
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_YEARS = two_digits(2000)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)

_FIRST, _WORDS = 0x00CB, 4
_WEEKDAYS, _SUNDAY = (1, 7), 7
_LAST_YEAR, _LAST_MONTH, _LAST_DAY = 99, 12, 31
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)  # 1 January 2000 was a Saturday


class Supply(ClockModel, RegisterModel):
    """Minute and second, day and hour, month and weekday, year; high byte first."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=_YEARS,
            leap="every-fourth",
            default=_AFTER_LOSS,
            weekdays=_WEEKDAYS,
            sunday=_SUNDAY,
        )
        self.clock = self._calendar
        self._recorder = recorder

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock's registers."""
        if start < _FIRST or start + count > _FIRST + _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return self._running(now_ns)[start - _FIRST : start - _FIRST + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock; registers that are not written keep what the running clock has."""
        place = start - _FIRST
        if place < 0 or place + len(words) > _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        wanted = self._running(now_ns)
        wanted[place : place + len(words)] = words
        (minute, second), (day, hour), (month, weekday) = (divmod(word, 0x100) for word in wanted[:3])
        year = wanted[3]
        if year > _LAST_YEAR or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
            raise ModbusRefusal(ILLEGAL_VALUE)
        if not time_exists(hour, minute, second) or not _WEEKDAYS[0] <= weekday <= _WEEKDAYS[1]:
            raise ModbusRefusal(ILLEGAL_VALUE)
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

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register."""
        self.write_block(address, (word,), now_ns)

    def _running(self, now_ns: int) -> list[int]:
        clock = self._calendar
        clock.update(now_ns)
        return [
            pair(clock.minute, clock.second),
            pair(clock.day, clock.hour),
            pair(clock.month, clock.weekday),
            clock.year,
        ]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a UPS as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Supply(setup, recorder), recorder)
