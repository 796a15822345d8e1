"""A DS1338 behind an SC18IM700, from the maker's register map: a DS1307 that also tells whether its crystal stopped."""

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

ADDRESS = 0x68

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_SECONDS, _HOURS, _CONTROL = 0x00, 0x02, 0x07
_CLOCK_HALT = 0x80
_TWELVE_HOUR = 0x40
_OSCILLATOR_STOPPED = 0x20
_PLAIN_CONTROL_BITS = 0x93  # OUT, SQWE, RS1, RS0; bits 2, 3 and 6 read 0
_FIRST_POWER_CONTROL = 0xB3
# The sheet gives 01/01/00, weekday 01, 00:00:00 with CH clear: unlike the DS1307 it runs at once, and OSF tells.
_FIRST_POWER = DefaultDate(year=0, month=1, day=1, weekday=1)


class Ds1338(RegisterChip):
    """The chip: seven time registers, control, 56 bytes of RAM."""

    SIZE = 0x40
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F, side=_CLOCK_HALT),
        0x01: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F, side=_TWELVE_HOUR),
        0x03: TimeField("weekday", 0x07, is_binary=True),
        0x04: TimeField("day", 0x3F),
        0x05: TimeField("month", 0x1F),
        0x06: TimeField("year", 0xFF),
    }
    RESETS_DIVIDER = ("second",)

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_FIRST_POWER, weekdays=(1, 7))
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Forget everything and raise the oscillator-stop flag."""
        super().come_up(now_ns)
        self.registers[_CONTROL] = _FIRST_POWER_CONTROL

    def commission(self, now_ns: int) -> None:
        """Clear the oscillator-stop flag, as a set does."""
        del now_ns
        self.registers[_CONTROL] &= ~_OSCILLATOR_STOPPED

    def is_twelve_hour(self) -> bool:
        """Read the mode bit of the hours."""
        return bool(self.registers[_HOURS] & _TWELVE_HOUR)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; the halt bit stops the crystal, which OSF remembers."""
        super().keep(register, octet, now_ns)
        if register != _SECONDS:
            return
        if octet & _CLOCK_HALT:
            self.clock.halt(now_ns)
            self.registers[_CONTROL] |= _OSCILLATOR_STOPPED
        else:
            self.clock.run(now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take control or RAM; OSF can be cleared and not set."""
        if register == _CONTROL:
            octet = octet & _PLAIN_CONTROL_BITS | octet & self.registers[_CONTROL] & _OSCILLATOR_STOPPED
        super().store(register, octet, now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a DS1338 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Ds1338(setup, recorder), recorder)
