"""An M48T59 in its board's memory, from the maker's register map: R, W and ST bits, and the century bit CB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import century_years
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.parallel_board import ParallelBoard, Placement
from devices.simulation.parallel_chip import BusRegisterChip
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import TimeField, make_clock
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True, is_known_by_its_date=True)
_COUNTS_CENTURIES = ClockTraits(years=century_years(1900), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_FLAGS, _CONTROL, _SECONDS, _WEEKDAY = 0x00, 0x08, 0x09, 0x0C
_WRITE, _READ = 0x80, 0x40
_STOP, _TEST = 0x80, 0x40
_CENTURY_ENABLED, _CENTURY = 0x20, 0x10
_FROM_1900 = 100
_LOST = DefaultDate(year=0, month=0, day=0)
PLACEMENT = Placement(device="/dev/mem", base=0xFED0_1FF0, stride=1)


class M48t59(BusRegisterChip):
    """The chip's last sixteen bytes; the RAM below them is not here."""

    SIZE = 0x10
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F, side=_STOP),
        0x0A: TimeField("minute", 0x7F),
        0x0B: TimeField("hour", 0x3F),
        _WEEKDAY: TimeField("weekday", 0x07, side=_TEST | _CENTURY_ENABLED, is_binary=True),
        0x0D: TimeField("day", 0x3F),
        0x0E: TimeField("month", 0x1F),
        0x0F: TimeField("year", 0xFF),
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._counts = setup.choice("century", ("two-digits", "century-bit")) == "century-bit"
        self._cells: dict[int, int] = {}  # what the bus sees while W or R holds the transfer to it
        traits = _COUNTS_CENTURIES if self._counts else _TRAITS
        years = None if self._counts else two_digits(setup.century_window())
        clock: CountingClock = make_clock(setup, traits, years=years, default=_LOST, weekdays=(1, 7))
        super().__init__(setup, recorder, clock)

    def come_up(self, now_ns: int) -> None:
        """Come from a cell change: contents undefined, here zeros with the clock running."""
        super().come_up(now_ns)
        self._cells.clear()
        self.registers[_WEEKDAY] = _CENTURY_ENABLED if self._counts else 0

    def show(self, register: int) -> int:
        """Show a cell of the time."""
        if self._cells:
            return self._cells[register]
        octet = super().show(register)
        if register == _WEEKDAY and self._counts and self.clock.year >= _FROM_1900:
            octet |= _CENTURY
        return octet

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a cell of the time; the counters get it when W falls."""
        del now_ns
        if self._cells:
            self._cells[register] = octet

    def load(self, register: int, now_ns: int) -> int:
        """Give a register; reading the flags clears the alarm's."""
        octet = super().load(register, now_ns)
        if register == _FLAGS:
            self.registers[_FLAGS] = 0
        return octet

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register; W and R hold the cells, and W's fall fills the counters."""
        if register == _CONTROL:
            held = self.registers[_CONTROL]
            if octet & (_WRITE | _READ) and not self._cells:
                self._cells = {cell: self.show(cell) for cell in self.FIELDS}
            elif not octet & (_WRITE | _READ):
                cells, self._cells = self._cells, {}
                if held & _WRITE:
                    self._fill(cells, now_ns)
        super().store(register, octet, now_ns)

    def _fill(self, cells: Mapping[int, int], now_ns: int) -> None:
        for cell, octet in cells.items():
            super().keep(cell, octet, now_ns)
        if self._counts:
            later = _FROM_1900 if cells[_WEEKDAY] & _CENTURY else 0
            self.clock.set(now_ns, year=later + self.clock.year % _FROM_1900, reset_divider=False)
        if cells[_SECONDS] & _STOP:
            self.clock.halt(now_ns)
        else:
            self.clock.run(now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return the chip in its board."""
    recorder = setup.make_recorder()
    return ParallelBoard(setup, M48t59(setup, recorder), recorder, PLACEMENT)
