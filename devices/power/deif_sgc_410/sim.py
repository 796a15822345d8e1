"""A DEIF SGC 410 generator controller: minute and second, weekday and hour, month and day, year, in decimal digits.

From DEIF's Modbus list (92 to 95), whose hexadecimal digits are to be read as decimal: BCD, as it is taken here. Believed:
that reading of it, Monday 1, a year of four digits, that writes are refused, and the date after a loss.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import YearRegister
from devices.simulation.bugs import ClockTraits
from devices.simulation.clock_model import ClockModel, make_calendar, pair, to_bcd
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True, leap="gregorian")
BUGS: tuple[str, ...] = ()  # nobody can take this clock to an edge, so no crossing could show one

_FIRST, _WORDS = 92, 4
_WEEKDAYS, _SUNDAY = (1, 7), 7
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1, weekday=6)


class Controller(ClockModel, RegisterModel):
    """Four registers of packed decimal digits."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        del recorder  # nothing is ever set
        self.clock = self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=_YEARS,
            leap="gregorian",
            default=_AFTER_LOSS,
            weekdays=_WEEKDAYS,
            sunday=_SUNDAY,
        )

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock's registers."""
        if start < _FIRST or start + count > _FIRST + _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        shown = (
            pair(to_bcd(clock.minute), to_bcd(clock.second)),
            pair(clock.weekday, to_bcd(clock.hour)),
            pair(to_bcd(clock.month), to_bcd(clock.day)),
            to_bcd(clock.year),
        )
        return shown[start - _FIRST : start - _FIRST + count]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a generator controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Controller(setup, recorder), recorder)
