"""An RV-3028 behind an SC18IM700, from the maker's register map: a calendar, and a 32-bit Unix counter beside it.

The two know nothing of one another: setting one leaves the other as it was. They share the crystal and its prescaler.
Configuration is a RAM mirror of an EEPROM that is written and read by command, busy meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingSeconds, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

ADDRESS = 0x52

TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True, has_second_clock=True)
UNIX_TRAITS = ClockTraits(years=None, is_chip=True, has_second_clock=True)
BUGS = bugs_possible_on(TRAITS)
UNIX_BUGS = bugs_possible_on(UNIX_TRAITS)

_STATUS, _CONTROL_2 = 0x0E, 0x10
_UNIX, _UNIX_LENGTH = 0x1B, 4
_EE_ADDRESS, _EE_CONTENT, _EE_COMMAND = 0x25, 0x26, 0x27
_CONFIGURATION, _CONFIGURATION_END = 0x30, 0x38
_BACKUP = 0x37
_SWITCHOVER, _SWITCHOVER_LEVEL = 0x0C, 0x0C  # BSM
_SWITCHOVER_DIRECT = 0x04
_BUSY, _SWITCHED_OVER, _POWER_ON_RESET = 0x80, 0x20, 0x01
_TWELVE_HOUR, _RESET = 0x02, 0x01
_EE_FIRST = 0x00  # a command is taken only after this one
_EE_UPDATE, _EE_REFRESH, _EE_WRITE, _EE_READ = 0x11, 0x12, 0x21, 0x22
_MS_NS = 1_000_000
_BUSY_NS = {_EE_UPDATE: 63 * _MS_NS, _EE_REFRESH: 3_500_000, _EE_WRITE: 16 * _MS_NS, _EE_READ: 1_400_000}
_POWER_UP_REFRESH_NS = 66 * _MS_NS
_EEPROM_SIZE = 0x40
_FIRST_POWER = DefaultDate(year=0, month=1, day=1)


class Rv3028(RegisterChip):
    """The chip: 64 registers and its EEPROM.

    Args:
        counts_unix: the bench reads and sets the Unix counter, so that is what civil time, sets and bugs are about.
    """

    SIZE = 0x40
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        0x00: TimeField("second", 0x7F),
        0x01: TimeField("minute", 0x7F),
        0x02: TimeField("hour", 0x3F),
        0x03: TimeField("weekday", 0x07, is_binary=True),
        0x04: TimeField("day", 0x3F),
        0x05: TimeField("month", 0x1F),
        0x06: TimeField("year", 0xFF),
    }
    RESETS_DIVIDER = ("second",)

    def __init__(self, setup: SimulatorSetup, recorder: Recorder, *, counts_unix: bool = False) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, TRAITS, years=years, default=_FIRST_POWER, weekdays=(0, 6), has_bugs=not counts_unix)
        self._counts_unix = counts_unix
        self.unix = CountingSeconds(
            setup.clock.now_ns(),
            bits=32,
            bugs=fit(setup.bugs, UNIX_TRAITS) if counts_unix else (),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self._eeprom = bytearray(_EEPROM_SIZE)
        self._initial_seconds = setup.initial_seconds
        self._busy_until_ns = 0
        self._last_command = 0xFF
        if counts_unix:
            clock.has_battery = self.unix.has_battery
            self.unix.beside = clock
        else:
            clock.beside = self.unix
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Raise PORF, count from zero, and fetch the configuration from the EEPROM."""
        super().come_up(now_ns)
        self.registers[_STATUS] = _POWER_ON_RESET
        self._fetch()
        self._busy_until_ns = now_ns + _POWER_UP_REFRESH_NS

    def commission(self, now_ns: int) -> None:
        """Clear PORF, switch the backup in, and let the Unix counter agree with the calendar."""
        self.registers[_STATUS] = 0
        self.registers[_BACKUP] = self._eeprom[_BACKUP] = _SWITCHOVER_LEVEL
        self._busy_until_ns = now_ns
        self.unix.turn_to(self._initial_seconds or 0)

    def is_twelve_hour(self) -> bool:
        """Read the mode bit in control 2."""
        return bool(self.registers[_CONTROL_2] & _TWELVE_HOUR)

    def follow(self, now_ns: int) -> None:
        """Count both on."""
        super().follow(now_ns)
        self.unix.update(now_ns)

    def load(self, register: int, now_ns: int) -> int:
        """Show another register; the Unix counter is little endian."""
        if _UNIX <= register < _UNIX + _UNIX_LENGTH:
            self.follow(now_ns)
            return self.unix.count >> 8 * (register - _UNIX) & 0xFF
        octet = super().load(register, now_ns)
        return octet | _BUSY if register == _STATUS and now_ns < self._busy_until_ns else octet

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a part of the calendar; the seconds restart the prescaler of both."""
        was_set = self.was_set
        super().keep(register, octet, now_ns)
        if self.FIELDS[register].part in self.RESETS_DIVIDER:
            self.unix.divider.restart(now_ns)
        if self._counts_unix:
            self.was_set = was_set

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register: flags that only clear, RESET that clears itself, the counter byte by byte."""
        if _UNIX <= register < _UNIX + _UNIX_LENGTH:
            shift = 8 * (register - _UNIX)
            self.unix.set(now_ns, self.unix.count & ~(0xFF << shift) | octet << shift, reset_divider=False)
            self.was_set = self.was_set or self._counts_unix
        elif register == _STATUS:
            self.registers[_STATUS] &= octet & ~_BUSY
        elif register == _EE_COMMAND:
            self._command(octet, now_ns)
        else:
            if register == _CONTROL_2 and octet & _RESET:
                octet &= ~_RESET
                self.clock.divider.restart(now_ns)
                self.unix.divider.restart(now_ns)
            super().store(register, octet, now_ns)

    def is_backed_up(self) -> bool:
        """Tell whether the switchover mode lets the backup take over; from the factory it does not."""
        return self.registers[_BACKUP] & _SWITCHOVER in {_SWITCHOVER_DIRECT, _SWITCHOVER_LEVEL}

    def supply_went(self, now_ns: int) -> None:
        """Cut the counter off, too, where nothing backs it up."""
        self.unix.has_battery = self._has_cell and self.is_backed_up()
        self.unix.power_off(now_ns)

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Let the counter go on, and tell that the backup had taken over."""
        self.unix.power_on(now_ns)
        if not was_lost:
            self.registers[_STATUS] |= _SWITCHED_OVER

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds of the calendar, or of the counter where the bench means that one."""
        self.follow(now_ns)
        return self.unix.seconds() if self._counts_unix else self.clock.seconds()

    def _fetch(self) -> None:
        self.registers[_CONFIGURATION:_CONFIGURATION_END] = self._eeprom[_CONFIGURATION:_CONFIGURATION_END]

    def _command(self, command: int, now_ns: int) -> None:
        is_first_seen = self._last_command == _EE_FIRST
        self._last_command = command
        if not is_first_seen or command not in _BUSY_NS or now_ns < self._busy_until_ns:
            return
        at = self.registers[_EE_ADDRESS] % _EEPROM_SIZE
        if command == _EE_UPDATE:
            self._eeprom[_CONFIGURATION:_CONFIGURATION_END] = self.registers[_CONFIGURATION:_CONFIGURATION_END]
        elif command == _EE_REFRESH:
            self._fetch()
        elif command == _EE_WRITE:
            self._eeprom[at] = self.registers[_EE_CONTENT]
        else:
            self.registers[_EE_CONTENT] = self._eeprom[at]
        self._busy_until_ns = now_ns + _BUSY_NS[command]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an RV-3028 behind its bridge, met by its calendar."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Rv3028(setup, recorder), recorder)
