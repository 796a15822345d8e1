"""A Generac Evolution generator controller: hour and minute, month and day, weekday and year, and no seconds.

From the register list in the readme of a public script (registers 14 to 16, unit 157 as delivered). Plain numbers, Sunday
0, that writes are refused, and the date after a loss are believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits
from devices.simulation.clock_model import ClockModel, make_calendar, pair
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(2000), has_weekday=True, shows_seconds=False)
BUGS: tuple[str, ...] = ()  # nobody can take this clock to an edge, so no crossing could show one

_FIRST, _WORDS = 14, 3
_LAST_WEEKDAY = 6
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)


class Controller(ClockModel, RegisterModel):
    """Three registers of two numbers each, the first in the high byte."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        del recorder  # nothing is ever set
        self.clock = self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=two_digits(setup.century_window(2000)),
            leap="every-fourth",
            default=_AFTER_LOSS,
            weekdays=(0, _LAST_WEEKDAY),
        )

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock's registers."""
        if start < _FIRST or start + count > _FIRST + _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        shown = (
            pair(clock.hour, clock.minute),
            pair(clock.month, clock.day),
            pair(clock.weekday, clock.year),
        )
        return shown[start - _FIRST : start - _FIRST + count]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a generator controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Controller(setup, recorder), recorder)
