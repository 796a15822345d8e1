"""An Epson RX-8025 behind an SC18IM700, from the maker's register map: the register number rides in the high nibble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

ADDRESS = 0x32

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_CONTROL_1, _CONTROL_2 = 0x0E, 0x0F
_TWENTY_FOUR_HOUR = 0x20
_VOLTAGE_DROPPED, _CRYSTAL_HEALTHY, _POWERED_ON = 0x40, 0x20, 0x10
_CLEARED_ONLY = _VOLTAGE_DROPPED | _POWERED_ON | 0x07  # CTFG, WAFG, DAFG
_LOST = DefaultDate(year=0, month=1, day=1, weekday=6)


class Rx8025(RegisterChip):
    """The chip (SA and NB: XST is 1 while the crystal has kept running): sixteen registers."""

    SIZE = 0x10
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        0x00: TimeField("second", 0x7F),
        0x01: TimeField("minute", 0x7F),
        0x02: TimeField("hour", 0x3F),
        0x03: TimeField("weekday", 0x07, is_binary=True),
        0x04: TimeField("day", 0x3F),
        0x05: TimeField("month", 0x1F),
        0x06: TimeField("year", 0xFF),
    }
    RESETS_DIVIDER = ("second",)  # RX-8025SA manual p.7

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_LOST, weekdays=(0, 6))
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Raise PON with XST low; the hours count from 1 to 12 until a host says otherwise."""
        super().come_up(now_ns)
        self.registers[_CONTROL_2] = _POWERED_ON

    def commission(self, now_ns: int) -> None:
        """Count in 24-hour form with PON cleared and XST set."""
        del now_ns
        self.registers[_CONTROL_1] = _TWENTY_FOUR_HOUR
        self.registers[_CONTROL_2] = _CRYSTAL_HEALTHY

    def point(self, octets: bytes) -> int:
        """Return the high nibble; the low one chooses how to go on, and 0 is the plain way."""
        return octets[0] >> 4

    def is_twelve_hour(self) -> bool:
        """Read the mode bit in control 1."""
        return not self.registers[_CONTROL_1] & _TWENTY_FOUR_HOUR

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register; the flags of control 2 can be cleared and not set, XST is as it is written."""
        if register == _CONTROL_2:
            octet = octet & ~_CLEARED_ONLY | octet & self.registers[_CONTROL_2] & _CLEARED_ONLY
        super().store(register, octet, now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an RX-8025 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Rx8025(setup, recorder), recorder)
