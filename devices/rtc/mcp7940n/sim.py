"""An MCP7940N behind an SC18IM700, from the maker's register map (DS20005010F).

The oscillator runs because ST asks it to, and OSCRUN tells when it does; the battery is switched in because VBATEN
asks for it, in the very register that holds the weekday.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import AlarmField, RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

ADDRESS = 0x6F

_TRAITS = ClockTraits(
    years=two_digits(1970),
    has_weekday=True,
    is_chip=True,
    alarm_parts=("second", "minute", "hour", "weekday", "day", "month"),
)
BUGS = bugs_possible_on(_TRAITS)

_SECONDS, _MINUTES, _HOURS, _WEEKDAY, _DATE, _MONTH, _CONTROL = 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x07
_POWER_DOWN, _POWER_UP, _STAMP_LENGTH = 0x18, 0x1C, 4
_LAST_CLOCK_REGISTER, _FIRST_RAM, _LAST_RAM = 0x1F, 0x20, 0x5F
_START = 0x80
_TWELVE_HOUR = 0x40
_RUNNING, _POWER_FAILED, _BATTERY_ENABLED = 0x20, 0x10, 0x08
_LEAP_YEAR = 0x20
_RESET_CONTROL = 0x80
_OSCILLATOR_SETTLES_NS = 32 * SECOND_NS // 32_768  # OSCRUN follows ST after 32 periods of the crystal
_ALARMS, _ALARM_ENABLED = (0x0A, 0x11), (0x10, 0x20)  # ALM0EN, ALM1EN
_ALARM_FLAG, _MASK = 0x08, 0x70  # in the weekday's register of each alarm
_ALL_PARTS = 0x70  # ALMxMSK 111b
# What ALMxMSK makes the alarm compare: one part, or all (5.4); 101b and 110b are reserved and match nothing.
_COMPARED = {0x00: "second", 0x10: "minute", 0x20: "hour", 0x30: "weekday", 0x40: "day"}
_RESET = DefaultDate(year=1, month=1, day=1, weekday=1, is_halted=True)


class Mcp7940n(RegisterChip):
    """The chip: time, two alarms and two time stamps from 00 to 1F, RAM from 20 to 5F."""

    SIZE = 0x60
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F, side=_START),
        _MINUTES: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F, side=_TWELVE_HOUR),
        _WEEKDAY: TimeField("weekday", 0x07, side=_POWER_FAILED | _BATTERY_ENABLED, is_binary=True),
        _DATE: TimeField("day", 0x3F),
        _MONTH: TimeField("month", 0x1F),
        0x06: TimeField("year", 0xFF),
    }
    ALARMS: ClassVar[tuple[Mapping[int, AlarmField], ...]] = tuple(
        {
            first: AlarmField("second", 0x7F),
            first + 1: AlarmField("minute", 0x7F),
            first + 2: AlarmField("hour", 0x3F),
            first + 3: AlarmField("weekday", 0x07, is_binary=True),
            first + 4: AlarmField("day", 0x3F),
            first + 5: AlarmField("month", 0x1F),
        }
        for first in _ALARMS
    )

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_RESET, weekdays=(1, 7))
        self._is_running = False
        self._settles_ns: int | None = None
        self._stamps = False
        self._matched = [False, False]
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Stand still at 01-01-01 with ST, PWRFAIL and VBATEN clear."""
        super().come_up(now_ns)
        self.registers[_CONTROL] = _RESET_CONTROL
        self._is_running = False
        self._settles_ns = None

    def commission(self, now_ns: int) -> None:
        """Run, with the battery switched in."""
        del now_ns
        self.registers[_SECONDS] = _START
        self.registers[_WEEKDAY] = _BATTERY_ENABLED
        self._is_running = True

    def point(self, octets: bytes) -> int:
        """Return the register; past the RAM there is none."""
        return octets[0] if octets[0] <= _LAST_RAM else 0

    def after(self, register: int) -> int:
        """Wrap within the clock registers, and within the RAM."""
        if register == _LAST_CLOCK_REGISTER:
            return 0
        return _FIRST_RAM if register == _LAST_RAM else register + 1

    def is_twelve_hour(self) -> bool:
        """Read the mode bit of the hours."""
        return bool(self.registers[_HOURS] & _TWELVE_HOUR)

    def follow(self, now_ns: int) -> None:
        """Count up, and let OSCRUN follow ST."""
        super().follow(now_ns)
        if self._settles_ns is not None and now_ns >= self._settles_ns:
            self._settles_ns = None
            self._is_running = bool(self.registers[_SECONDS] & _START)

    def show(self, register: int) -> int:
        """Show a time register with OSCRUN and LPYR, which no host can write."""
        octet = super().show(register)
        if register == _WEEKDAY and self._is_running:
            octet |= _RUNNING
        if register == _MONTH and self.clock.year % 4 == 0:
            octet |= _LEAP_YEAR
        return octet

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; PWRFAIL can be cleared and not set, and takes its stamps along."""
        if register == _WEEKDAY:
            octet &= ~_POWER_FAILED | self.registers[_WEEKDAY]
            if not octet & _POWER_FAILED:
                self.registers[_POWER_DOWN : _POWER_UP + _STAMP_LENGTH] = bytes(2 * _STAMP_LENGTH)
        super().keep(register, octet, now_ns)
        if register == _SECONDS and bool(octet & _START) == self.clock.divider.is_halted:
            self._settles_ns = now_ns + _OSCILLATOR_SETTLES_NS
            if octet & _START:
                self.clock.run(now_ns)
            else:
                self.clock.halt(now_ns)

    def watches_alarm(self) -> bool:
        """Compare while an alarm is enabled."""
        return bool(self.registers[_CONTROL] & (_ALARM_ENABLED[0] | _ALARM_ENABLED[1]))

    def compare_alarm(self) -> None:
        """Set the flag of an enabled alarm when what it compares begins to match."""
        for at, first in enumerate(_ALARMS):
            is_enabled = bool(self.registers[_CONTROL] & _ALARM_ENABLED[at])
            matches = is_enabled and self._compares(at, self.registers[first + 3] & _MASK)
            if is_enabled and self.clock.alarm_fires(is_due=matches and not self._matched[at]):
                self.registers[first + 3] |= _ALARM_FLAG
            self._matched[at] = matches

    def _compares(self, at: int, mask: int) -> bool:
        alarm = self.ALARMS[at]
        if mask == _ALL_PARTS:
            return self.matches(alarm, lambda _register: False)
        part = _COMPARED.get(mask)
        return part is not None and self.matches(alarm, lambda register: alarm[register].part != part)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register; an alarm's flag can be cleared and not set."""
        if register in {first + 3 for first in _ALARMS}:
            octet &= ~_ALARM_FLAG | self.registers[register]
        super().store(register, octet, now_ns)

    def is_backed_up(self) -> bool:
        """Tell whether VBATEN lets the battery take over."""
        return bool(self.registers[_WEEKDAY] & _BATTERY_ENABLED)

    def supply_went(self, now_ns: int) -> None:
        """Stamp the moment and set PWRFAIL, unless an earlier failure still stands there."""
        del now_ns
        self._stamps = self.is_backed_up() and not self.registers[_WEEKDAY] & _POWER_FAILED
        if self._stamps:
            self._stamp(_POWER_DOWN)
            self.registers[_WEEKDAY] |= _POWER_FAILED

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Stamp the moment."""
        self.follow(now_ns)
        if self._stamps and not was_lost:
            self._stamp(_POWER_UP)

    def _stamp(self, first: int) -> None:
        """Write minutes, hours, date, and weekday with month."""
        weekday, month = self.clock.weekday & 0x07, self.show(_MONTH) & 0x1F
        stamp = (self.show(_MINUTES), self.show(_HOURS), self.show(_DATE), weekday << 5 | month)
        self.registers[first : first + _STAMP_LENGTH] = bytes(stamp)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an MCP7940N behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Mcp7940n(setup, recorder), recorder)
