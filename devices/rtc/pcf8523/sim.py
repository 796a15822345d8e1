"""A PCF8523 behind an SC18IM700, from the maker's register map. It keeps no century."""

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

ADDRESS = 0x68

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True, alarm_parts=("minute", "hour", "day"))
BUGS = bugs_possible_on(_TRAITS)

_CONTROL_1, _CONTROL_2, _CONTROL_3, _SECONDS = 0x00, 0x01, 0x02, 0x03
_STOP, _TWELVE_HOUR = 0x20, 0x08
_SOFTWARE_RESET = 0x58
_CONTROL_1_BITS = 0xAF  # CAP_SEL, STOP, 12_24, SIE, AIE, CIE; T and SR read 0
_CONTROL_2_FLAGS = 0xF8  # WTAF is read only; CTAF, CTBF, SF, AF can be cleared and not set
_SWITCHED_OVER, _BATTERY_LOW = 0x08, 0x04
_NO_BACKUP = 0xE0  # PM as it comes from reset: the battery is not switched in
_BACKED_UP_MODES = (0, 1, 4, 5)
_OSCILLATOR_STOPPED = 0x80
_ALARMS = (0x0A, 0x0B, 0x0C, 0x0D)
_ALARM_OFF = 0x80
_ALARM_FLAG = 0x08
# STOP holds the upper prescaler in reset; after it the first second comes between 0.499878 s and 0.500000 s (the sheet
# of the RV-8523, which is this chip with its crystal).
_PHASE_AFTER_STOP_NS = SECOND_NS - 499_939_000
_LOST = DefaultDate(year=0, month=1, day=1, weekday=6)


class Pcf8523(RegisterChip):
    """The chip: twenty registers, time from 03 to 09."""

    SIZE = 0x14
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F, side=_OSCILLATOR_STOPPED),
        0x04: TimeField("minute", 0x7F),
        0x05: TimeField("hour", 0x3F),
        0x06: TimeField("day", 0x3F),
        0x07: TimeField("weekday", 0x07, is_binary=True),
        0x08: TimeField("month", 0x1F),
        0x09: TimeField("year", 0xFF),
    }
    ALARMS: ClassVar[tuple[Mapping[int, AlarmField], ...]] = (
        {
            0x0A: AlarmField("minute", 0x7F),
            0x0B: AlarmField("hour", 0x3F),
            0x0C: AlarmField("day", 0x3F),
            0x0D: AlarmField("weekday", 0x07, is_binary=True),
        },
    )

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_LOST, weekdays=(0, 6))
        self._alarm_matched = False
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Raise OS, and leave the battery switched out, as reset does."""
        super().come_up(now_ns)
        self.registers[_SECONDS] = _OSCILLATOR_STOPPED
        self._reset()

    def commission(self, now_ns: int) -> None:
        """Clear OS and switch the battery in."""
        del now_ns
        self.registers[_SECONDS] = 0
        self.registers[_CONTROL_3] = 0

    def is_twelve_hour(self) -> bool:
        """Read the mode bit in control 1."""
        return bool(self.registers[_CONTROL_1] & _TWELVE_HOUR)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; OS can be cleared and not set."""
        if register == _SECONDS:
            octet &= ~_OSCILLATOR_STOPPED | self.registers[_SECONDS]
        super().keep(register, octet, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a control register, or one that merely stores."""
        if register == _CONTROL_1:
            self._control(octet, now_ns)
        elif register == _CONTROL_2:
            kept = self.registers[_CONTROL_2] & octet & _CONTROL_2_FLAGS
            self.registers[_CONTROL_2] = kept | octet & ~_CONTROL_2_FLAGS & 0xFF
        elif register == _CONTROL_3:
            kept = self.registers[_CONTROL_3] & octet & _SWITCHED_OVER
            self.registers[_CONTROL_3] = kept | octet & ~(_SWITCHED_OVER | _BATTERY_LOW) & 0xF3
        else:
            self.registers[register] = octet

    def watches_alarm(self) -> bool:
        """Compare while any alarm register is enabled (data sheet, 8.7)."""
        return any(not self.registers[register] & _ALARM_OFF for register in _ALARMS)

    def compare_alarm(self) -> None:
        """Set AF when all enabled alarm registers begin to match; it rises whether or not AIE is set."""
        matches = self.matches(self.ALARMS[0], lambda register: bool(self.registers[register] & _ALARM_OFF))
        if self.clock.alarm_fires(is_due=matches and not self._alarm_matched):
            self.registers[_CONTROL_2] |= _ALARM_FLAG
        self._alarm_matched = matches

    def is_backed_up(self) -> bool:
        """Tell whether the power management bits let the battery take over."""
        return self.registers[_CONTROL_3] >> 5 in _BACKED_UP_MODES

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Remember that the battery had taken over."""
        del now_ns
        if not was_lost:
            self.registers[_CONTROL_3] |= _SWITCHED_OVER

    def _control(self, octet: int, now_ns: int) -> None:
        if octet == _SOFTWARE_RESET:
            self._reset()
            octet = 0
        was_stopped = self.registers[_CONTROL_1] & _STOP
        self.registers[_CONTROL_1] = octet & _CONTROL_1_BITS
        if octet & _STOP:
            self.clock.halt(now_ns)
        elif was_stopped:
            self.clock.run(now_ns)
            self.clock.divider.restart(now_ns, phase_ns=_PHASE_AFTER_STOP_NS)

    def _reset(self) -> None:
        self.registers[_CONTROL_2] = 0
        self.registers[_CONTROL_3] = _NO_BACKUP
        for register in _ALARMS:
            self.registers[register] = _ALARM_OFF


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a PCF8523 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Pcf8523(setup, recorder), recorder)
