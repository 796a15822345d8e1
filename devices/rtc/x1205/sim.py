"""An X1205 behind an SC18IM700, from the maker's register map (FN8097): two address bytes, two locks, a century byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import StickyCenturyClock, century_years
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

ADDRESS = 0x6F

_TRAITS = ClockTraits(years=century_years(1900), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_HOURS, _CENTURY, _STATUS = 0x32, 0x37, 0x3F
_TWENTY_FOUR_HOUR = 0x80  # MIL
_REGISTER_UNLOCKED, _WRITE_UNLOCKED, _FAILED = 0x04, 0x02, 0x01
_LOCKS = _REGISTER_UNLOCKED | _WRITE_UNLOCKED
_NINETEEN, _TWENTY = 0x19, 0x20  # the only two contents of the century byte
_LAST_CONTROL_REGISTER = 0x13
# Defaults of the memory map: all zeros but Y2K = 20h; the clock waits for its first write.
_RESET = DefaultDate(year=100, month=0, day=0, is_halted=True)


class X1205(RegisterChip):
    """The chip: alarms and control below 14h, time from 30h to 37h, status at 3Fh."""

    SIZE = 0x40
    POINTER_LENGTH = 2
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        0x30: TimeField("second", 0x7F),
        0x31: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F, side=_TWENTY_FOUR_HOUR),
        0x33: TimeField("day", 0x3F),
        0x34: TimeField("month", 0x1F),
        0x35: TimeField("year", 0xFF),
        0x36: TimeField("weekday", 0x07, is_binary=True),
        _CENTURY: TimeField("year", 0x39),
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        clock = make_clock(setup, _TRAITS, default=_RESET, weekdays=(0, 6), kind=StickyCenturyClock)
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Stand still at the defaults with RTCF set, until the time is first written."""
        super().come_up(now_ns)
        self.registers[_STATUS] = _FAILED
        self.leave_bits("hour", 0x00)  # the map's default, though no hour of a 12-hour clock

    def commission(self, now_ns: int) -> None:
        """Count in 24-hour form with RTCF cleared, as the first write of the time left it."""
        del now_ns
        self.registers[_HOURS] = _TWENTY_FOUR_HOUR
        self.registers[_STATUS] = 0

    def point(self, octets: bytes) -> int:
        """Return the register of a two-byte address; the upper byte is 00 here."""
        return octets[1] % self.SIZE

    def is_twelve_hour(self) -> bool:
        """Read the MIL bit of the hours."""
        return not self.registers[_HOURS] & _TWENTY_FOUR_HOUR

    def show(self, register: int) -> int:
        """Show a time register, the century as 19 or 20."""
        if register == _CENTURY:
            return _NINETEEN if self.clock.year < 100 else _TWENTY  # noqa: PLR2004 - years are counted from 1900
        return super().show(register)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register if both locks are open; else it is acknowledged and ignored."""
        if self.registers[_STATUS] & _LOCKS != _LOCKS:
            return
        if register == _CENTURY:
            later = 100 if octet & 0x30 == _TWENTY else 0
            self.was_set = True
            self.clock.set(now_ns, year=later + self.clock.year % 100, reset_divider=False)
        else:
            super().keep(register, octet, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take the status by its sequence, or an alarm or control register if both locks are open."""
        if register == _STATUS:
            self._turn_locks(octet)
        elif register <= _LAST_CONTROL_REGISTER and self.registers[_STATUS] & _LOCKS == _LOCKS:
            super().store(register, octet, now_ns)

    def access_ended(self, now_ns: int) -> None:
        """Start counting and clear RTCF at the first write that took effect; the prescaler runs on."""
        if self.was_set:
            self.clock.run(now_ns)
            self.registers[_STATUS] &= ~_FAILED

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Lock again: the locks are volatile."""
        del now_ns, was_lost
        self.registers[_STATUS] &= ~_LOCKS

    def _turn_locks(self, octet: int) -> None:
        """Open WEL with 02, then RWEL with 06; close both with 00. Anything else is no step of the sequence."""
        status = self.registers[_STATUS]
        if octet == 0:
            self.registers[_STATUS] = status & ~_LOCKS
        elif octet == _WRITE_UNLOCKED:
            self.registers[_STATUS] = status | _WRITE_UNLOCKED
        elif octet == _LOCKS and status & _WRITE_UNLOCKED:
            self.registers[_STATUS] = status | _LOCKS


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an X1205 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, X1205(setup, recorder), recorder)
