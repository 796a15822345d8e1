"""A Julabo PRESTO process thermostat: holding registers 100 to 105, year to second, one whole word each.

From the PRESTO manual, p.105. The register that selects a word order (93) concerns its long numbers, not these.
Refusals, how single writes mix with the running time, and the date after a loss are believed.
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
_TRAITS = ClockTraits(years=_YEARS, leap="gregorian")
BUGS = bugs_possible_on(_TRAITS)

_WORD_ORDER = 93
_FIRST, _WORDS = 100, 6
_LAST_YEAR = 9999
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1)


class Thermostat(ClockModel, RegisterModel):
    """Year, month, day, hour, minute, second."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(setup, _TRAITS, years=_YEARS, leap="gregorian", default=_AFTER_LOSS)
        self.clock = self._calendar
        self._recorder = recorder
        self._word_order = 0

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock, or the register of the word order."""
        if (start, count) == (_WORD_ORDER, 1):
            return (self._word_order,)
        if start < _FIRST or start + count > _FIRST + _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return self._running(now_ns)[start - _FIRST : start - _FIRST + count]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the clock; registers that are not written keep what the running clock has."""
        if (start, len(words)) == (_WORD_ORDER, 1):
            self._word_order = words[0]
            return
        place = start - _FIRST
        if place < 0 or place + len(words) > _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        wanted = self._running(now_ns)
        wanted[place : place + len(words)] = words
        year, month, day, hour, minute, second = wanted
        if year > _LAST_YEAR or not moment_exists(year, month, day, hour, minute, second):
            raise ModbusRefusal(ILLEGAL_VALUE)
        self._calendar.set(
            now_ns, reset_divider=True, year=year, month=month, day=day, hour=hour, minute=minute, second=second
        )
        self._recorder.note_set(now_ns, self._calendar.seconds())

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register."""
        self.write_block(address, (word,), now_ns)

    def _running(self, now_ns: int) -> list[int]:
        clock = self._calendar
        clock.update(now_ns)
        return [clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a thermostat as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Thermostat(setup, recorder), recorder)
