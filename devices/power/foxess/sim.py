"""A FoxESS hybrid inverter: six input registers from 40000 on, two digits of the year, and no way in.

From nathanmarlor/foxess_modbus issue 463, where an owner prints them as 25/2/8 23:14:27; their order is believed, and so
is the date after a loss.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits
from devices.simulation.clock_model import ClockModel, make_calendar
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(2000))
BUGS: tuple[str, ...] = ()  # nobody can take this clock to an edge, so no crossing could show one

_FIRST, _WORDS = 40_000, 6
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1)


class Inverter(ClockModel, RegisterModel):
    """Year, month, day, hour, minute and second, a register each."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        del recorder  # nothing is ever set
        self.clock = self._calendar = make_calendar(
            setup,
            _TRAITS,
            years=two_digits(setup.century_window(2000)),
            leap="every-fourth",
            default=_AFTER_LOSS,
        )

    def read_input(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock's registers."""
        if start < _FIRST or start + count > _FIRST + _WORDS:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        clock = self._calendar
        clock.update(now_ns)
        shown = (
            clock.year,
            clock.month,
            clock.day,
            clock.hour,
            clock.minute,
            clock.second,
        )
        return shown[start - _FIRST : start - _FIRST + count]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an inverter as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Inverter(setup, recorder), recorder)
