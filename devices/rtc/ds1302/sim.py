"""A DS1302 behind a Bus Pirate, from the maker's register map: command bytes, bursts, write protection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.parallel_chip import BusRegisterChip
from devices.simulation.raw_wire import RawWire
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import TimeField, make_clock
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_SECONDS, _HOURS, _CONTROL, _TRICKLE = 0x00, 0x02, 0x07, 0x08
_CLOCK_HALT, _TWELVE_HOUR, _PROTECTED = 0x80, 0x80, 0x80
_COMMAND, _RAM, _READ = 0x80, 0x40, 0x01
_RAM_AT, _RAM_SIZE, _BURST = 0x20, 31, 0x1F
_CLOCK_BURST = 8
# "The initial power-on state is not defined": here halted at zeros, as a fresh part of another maker was found.
_LOST = DefaultDate(year=0, month=1, day=1, weekday=1, is_halted=True)


class Ds1302(BusRegisterChip):
    """The chip: nine registers and 31 bytes of RAM behind a command byte."""

    SIZE = 0x40
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F, side=_CLOCK_HALT),
        0x01: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F, side=_TWELVE_HOUR),
        0x03: TimeField("day", 0x3F),
        0x04: TimeField("month", 0x1F),
        0x05: TimeField("weekday", 0x07, is_binary=True),
        0x06: TimeField("year", 0xFF),
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._is_enabled = False
        self._command: int | None = None
        self._at = 0
        self._burst = bytearray()
        clock: CountingClock = make_clock(
            setup, _TRAITS, years=two_digits(setup.century_window()), default=_LOST, weekdays=(1, 7)
        )
        super().__init__(setup, recorder, clock)

    def come_up(self, now_ns: int) -> None:
        """Come up halted, the trickle charger off."""
        super().come_up(now_ns)
        self.registers[_SECONDS] = _CLOCK_HALT

    def commission(self, now_ns: int) -> None:
        """Run, write protected, as careful firmware leaves it."""
        del now_ns
        self.registers[_SECONDS] = 0
        self.registers[_CONTROL] = _PROTECTED

    def is_twelve_hour(self) -> bool:
        """Read the mode bit of the hours."""
        return bool(self.registers[_HOURS] & _TWELVE_HOUR)

    def enable(self, now_ns: int, *, is_high: bool) -> None:
        """See CE: it ends what was going on, and copies the time out as it rises."""
        if self._is_enabled and not is_high and len(self._burst) == _CLOCK_BURST:
            for register, octet in enumerate(self._burst):
                self.poke(register, octet, now_ns)
        if not is_high:
            self.rest(now_ns)
        self._is_enabled, self._command = is_high, None
        self._burst.clear()
        self.renew(now_ns)

    def take(self, octet: int, now_ns: int) -> None:
        """Take the command, then data for it; bytes beyond a register's one are ignored."""
        if not self._is_enabled:
            return
        if self._command is None:
            self._command, self._at = octet, 0
            return
        command, at, self._at = self._command, self._at, self._at + 1
        if not command & _COMMAND or command & _READ or self._is_protected(command):
            return
        if self._is_burst(command) and not command & _RAM:
            if at < _CLOCK_BURST:
                self._burst.append(octet)
        elif self._is_burst(command) or not at:
            self.poke(self._register(command, at), octet, now_ns)

    def give(self, now_ns: int) -> int:
        """Give the next byte of a burst, or a register again."""
        command = self._command
        if not self._is_enabled or command is None or not command & _READ:
            return 0x00
        at, self._at = self._at, self._at + 1
        register = self._register(command, at)
        return self._copy[register] if register in self.FIELDS else self.load(register, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register; of the control only WP is there."""
        super().store(register, octet & _PROTECTED if register == _CONTROL else octet, now_ns)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; CH stops the oscillator."""
        super().keep(register, octet, now_ns)
        if register == _SECONDS:
            if octet & _CLOCK_HALT:
                self.clock.halt(now_ns)
            else:
                self.clock.run(now_ns)

    def _is_burst(self, command: int) -> bool:
        return command >> 1 & _BURST == _BURST

    def _is_protected(self, command: int) -> bool:
        is_control = command >> 1 & 0x3F == _CONTROL
        return bool(self.registers[_CONTROL] & _PROTECTED) and not is_control

    def _register(self, command: int, at: int) -> int:
        """Return the register of a command, or of the byte of a burst; past its end it begins anew."""
        number = command >> 1 & _BURST
        if command & _RAM:
            return _RAM_AT + (at % _RAM_SIZE if number == _BURST else number)
        return at % _CLOCK_BURST if number == _BURST else number


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a DS1302 behind its bridge."""
    recorder = setup.make_recorder()
    return RawWire(setup, Ds1302(setup, recorder), recorder)
