"""An M41T62 behind an SC18IM700, from the maker's register map: two century bits that count together with the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import CenturyConvention
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock, to_bcd
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

ADDRESS = 0x68

_CENTURY_BITS = 0xC0
# The bits have no meaning of their own; the maker's example lets 00 be the 2000s.
_CONVENTIONS = {
    "1900s": CenturyConvention(clear_is=1900, first_year=1900),
    "2000s": CenturyConvention(clear_is=2000, first_year=2000),
}
_TRAITS = ClockTraits(years=_CONVENTIONS["1900s"].years(_CENTURY_BITS), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_HUNDREDTHS, _SECONDS, _FLAGS = 0x00, 0x01, 0x0F
_STOP = 0x80
_OSCILLATOR_FAILED = 0x04
_HUNDREDTH_NS = SECOND_NS // 100
_LOST = DefaultDate(year=0, month=1, day=1, weekday=1)


class M41t62(RegisterChip):
    """The chip: sixteen registers, hundredths first."""

    SIZE = 0x10
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _HUNDREDTHS: TimeField("second", 0x00),
        _SECONDS: TimeField("second", 0x7F, side=_STOP),
        0x02: TimeField("minute", 0x7F, side=0x80),  # OFIE
        0x03: TimeField("hour", 0x3F),
        0x04: TimeField("weekday", 0x07, side=0xF0, is_binary=True),  # RS3 to RS0
        0x05: TimeField("day", 0x3F),
        0x06: TimeField("month", 0x1F),
        0x07: TimeField("year", 0xFF),
    }
    # A write to any of the first eight registers updates the clock and resets the divider chain.
    RESETS_DIVIDER = ("second", "minute", "hour", "weekday", "day", "month", "year")

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        convention = _CONVENTIONS[setup.choice("century-zero", ("1900s", "2000s"))]
        years = convention.years(_CENTURY_BITS)
        clock = make_clock(setup, _TRAITS, years=years, default=_LOST, weekdays=(1, 7))
        self._asked_ns = setup.clock.now_ns()
        super().__init__(setup, recorder, clock, address=ADDRESS, century=convention.bits(_CENTURY_BITS))

    def come_up(self, now_ns: int) -> None:
        """Raise the oscillator-fail flag."""
        super().come_up(now_ns)
        self.registers[_FLAGS] = _OSCILLATOR_FAILED
        self.clear_century()

    def commission(self, now_ns: int) -> None:
        """Clear the oscillator-fail flag."""
        del now_ns
        self.registers[_FLAGS] = 0

    def renew(self, now_ns: int) -> None:
        """Copy the time out."""
        self._asked_ns = now_ns
        super().renew(now_ns)

    def show(self, register: int) -> int:
        """Show a time register."""
        if register == _HUNDREDTHS:
            return to_bcd(self.clock.divider.phase_ns(self._asked_ns) // _HUNDREDTH_NS)
        return super().show(register)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; the hundredths only ever go to 00, and ST stops the crystal."""
        if register == _HUNDREDTHS:
            self.was_set = True
            self.clock.set(now_ns, reset_divider=True)
            return
        super().keep(register, octet, now_ns)
        if register != _SECONDS:
            return
        if octet & _STOP:
            self.clock.halt(now_ns)
            self.registers[_FLAGS] |= _OSCILLATOR_FAILED
        else:
            self.clock.run(now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register; of the flags only OF can be cleared by a host."""
        if register == _FLAGS:
            octet &= self.registers[_FLAGS] & _OSCILLATOR_FAILED
        super().store(register, octet, now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an M41T62 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, M41t62(setup, recorder), recorder)
