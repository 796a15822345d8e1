"""A PCF8583 behind an SC18IM700, from the maker's register map: two bits of year, and the rest in the host's care.

The chip's RAM is the host's. Where Linux keeps the year there (C0h and C1h) this module looks for it only to say what
civil time a host would call it, and puts it there only when the clock is found in service.
"""

from __future__ import annotations

from devices.simulation.almanac import Digits, YearRegister, seconds_of
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

ADDRESS = 0x50  # A0 low

_YEARS = YearRegister(modulus=4, offset=2000, first_year=2000)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)

_CONTROL, _HUNDREDTHS, _SECONDS, _HOURS, _YEAR_DATE, _WEEKDAY_MONTH = 0x00, 0x01, 0x02, 0x04, 0x05, 0x06
_STOP, _HOLD, _MASK = 0x80, 0x40, 0x08
_TWELVE_HOUR, _PM = 0x80, 0x40
_YEAR_SHIFT, _WEEKDAY_SHIFT = 6, 5
_HOST_CHECKSUM, _HOST_YEAR, _HOST_CENTURY = 0x3F, 0xC0, 0xC1
_POWER_ON = DefaultDate(year=0, month=1, day=1)  # 24 h, 1 January, 00:00:00


class Pcf8583(RegisterChip):
    """The chip: 256 bytes, of which 01 to 06 count and 10 to FF are RAM."""

    SIZE = 0x100
    PM = _PM
    FIELDS = {
        _HUNDREDTHS: TimeField("second", 0x00),
        _SECONDS: TimeField("second", 0x7F),
        0x03: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x7F, side=_TWELVE_HOUR),
        _YEAR_DATE: TimeField("day", 0x3F),
        _WEEKDAY_MONTH: TimeField("month", 0x1F),
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        clock = make_clock(setup, _TRAITS, default=_POWER_ON, weekdays=(0, 6))
        self._seen_ns = setup.clock.now_ns()
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def commission(self, now_ns: int) -> None:
        """Hold the host's year in RAM, as Linux leaves it there."""
        del now_ns
        year = self._initial_year
        self.registers[_HOST_YEAR] = year % 100
        self.registers[_HOST_CENTURY] = year // 100
        self.registers[_HOST_CHECKSUM] = (year % 100 + year // 100) % 256

