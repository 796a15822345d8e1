"""An Accuenergy AcuRev meter: seven holding registers from 300h, the weekday last.

From Accuenergy's register list (301h to 306h, Sunday 0). That 300h holds the whole year, the years it takes, its refusals,
and the date after a loss are believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import YearRegister
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar, moment_exists
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

_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True, leap="gregorian")
BUGS = bugs_possible_on(_TRAITS)

_PARTS = ("year", "month", "day", "hour", "minute", "second", "weekday")
_FIRST = 0x300
_FIRST_YEAR, _LAST_YEAR, _LAST_WEEKDAY = 2000, 2099, 6
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1, weekday=6)


class Meter(ClockModel, RegisterModel):
    """Year, month, day, hour, minute, second and weekday, a register each."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=_YEARS, leap="gregorian", default=_AFTER_LOSS, weekdays=(0, _LAST_WEEKDAY)
        )
        self.clock = self._calendar
        self._recorder = recorder

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock's registers."""
        if start < _FIRST or start + count > _FIRST + len(_PARTS):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return self._running(now_ns)[start - _FIRST : start - _FIRST + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock; registers that are not written keep what the running clock has."""
        place = start - _FIRST
        if place < 0 or place + len(words) > len(_PARTS):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        wanted = self._running(now_ns)
        wanted[place : place + len(words)] = words
        year, month, day, hour, minute, second, weekday = wanted
        if not _FIRST_YEAR <= year <= _LAST_YEAR or not moment_exists(year, month, day, hour, minute, second):
            raise ModbusRefusal(ILLEGAL_VALUE)
        if weekday > _LAST_WEEKDAY:
            raise ModbusRefusal(ILLEGAL_VALUE)
        self._calendar.set(now_ns, reset_divider=True, **dict(zip(_PARTS, wanted, strict=True)))
        self._recorder.note_set(now_ns, self._calendar.seconds())

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register."""
        self.write_block(address, (word,), now_ns)

    def _running(self, now_ns: int) -> list[int]:
        clock = self._calendar
        clock.update(now_ns)
        return [getattr(clock, part) for part in _PARTS]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a meter as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Meter(setup, recorder), recorder)
