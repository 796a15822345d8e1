"""An Enervent EDA ventilation unit: the clock is read in one place and set in another.

From the vendor's list as quoted in Jalle19/eda-modbus-bridge issue 155: 37 second, 38 minute, 39 hour, 40 day,
41 month, 42 year beyond 2000, 43 weekday (Monday 1, Sunday 0) are read only; 582 minute, 583 hour, 584 day are
written. The quotation breaks off there: that 585 is the month and 586 the year is believed, and so is that every
register takes effect by itself, that the seconds run on, and the date after a loss. Registers answer as holding and
as input registers, at the number the list prints.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.almanac import date_exists, digits_of, seconds_of, two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clock_model import ClockModel, make_calendar
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

_SHOWN, _SHOWN_WORDS = 37, 7
_WRITTEN = 582
_PARTS = ("minute", "hour", "day", "month", "year")
_RANGES: tuple[tuple[int, int], ...] = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 99))
_AFTER_LOSS = DefaultDate(year=0, month=1, day=1, weekday=6)  # 1 January 2000 was a Saturday


class VentilationUnit(ClockModel, RegisterModel):
    """Second, minute, hour, day, month, year, weekday; and other registers to set all but the first and the last."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup, _TRAITS, years=_YEARS, leap="every-fourth", default=_AFTER_LOSS, weekdays=(0, 6)
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._written = [0] * len(_PARTS)

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the clock, or what was last written."""
        if start >= _SHOWN and start + count <= _SHOWN + _SHOWN_WORDS:
            clock = self._calendar
            clock.update(now_ns)
            shown = (clock.second, clock.minute, clock.hour, clock.day, clock.month, clock.year, clock.weekday)
            return shown[start - _SHOWN : start - _SHOWN + count]
        if start >= _WRITTEN and start + count <= _WRITTEN + len(_PARTS):
            return self._written[start - _WRITTEN : start - _WRITTEN + count]
        raise ModbusRefusal(ILLEGAL_ADDRESS)

    def read_input(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return the same registers: the list calls them 3x."""
        return self.read_holding(start, count, now_ns)

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set what is written, each part by itself; the registers that show the clock are read only."""
        place = start - _WRITTEN
        if place < 0 or place + len(words) > len(_PARTS):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        span = slice(place, place + len(words))
        if any(not low <= word <= high for word, (low, high) in zip(words, _RANGES[span], strict=True)):
            raise ModbusRefusal(ILLEGAL_VALUE)
        self._written[span] = words
        self._calendar.set(now_ns, reset_divider=False, **dict(zip(_PARTS[span], words, strict=True)))
        self._calendar.weekday = self._weekday()
        self._recorder.note_set(now_ns, self._calendar.seconds())

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register."""
        self.write_block(address, (word,), now_ns)

    def _weekday(self) -> int:
        """Return the weekday that belongs to the date: nobody can write it, so the unit must work it out."""
        clock = self._calendar
        year = _YEARS.year_of(clock.year)
        if not date_exists(year, clock.month, clock.day):
            return clock.weekday
        return digits_of(seconds_of(year, clock.month, clock.day, 0, 0, 0) or 0).weekday


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a ventilation unit as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, VentilationUnit(setup, recorder), recorder)
