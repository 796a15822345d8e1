"""An ISL1208 behind an SC18IM700, from the maker's register map (FN8085): writes to the time need WRTC."""

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

ADDRESS = 0x6F

_TRAITS = ClockTraits(
    years=two_digits(1970),
    has_weekday=True,
    is_chip=True,
    alarm_parts=("second", "minute", "hour", "day", "month"),
)
BUGS = bugs_possible_on(_TRAITS)

_HOURS, _STATUS = 0x02, 0x07
_TWENTY_FOUR_HOUR = 0x80  # MIL
_AUTO_RESET, _WRITE_ENABLED, _ALARMED, _ON_BATTERY, _FAILED = 0x80, 0x10, 0x04, 0x02, 0x01
_PLAIN_STATUS_BITS = 0xD0  # ARST, XTOSCB, WRTC
_INTERRUPT, _ALARM_ENABLED = 0x08, 0x40  # ALME
_ENABLED = 0x80  # bit 7 of each alarm register has its part compared
_RESET = DefaultDate(year=0, month=0, day=0, is_halted=True)


class Isl1208(RegisterChip):
    """The chip: twenty registers, time from 00 to 06 with the weekday last."""

    SIZE = 0x14
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        0x00: TimeField("second", 0x7F),
        0x01: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F, side=_TWENTY_FOUR_HOUR),
        0x03: TimeField("day", 0x3F),
        0x04: TimeField("month", 0x1F),
        0x05: TimeField("year", 0xFF),
        0x06: TimeField("weekday", 0x07, is_binary=True),
    }
    ALARMS: ClassVar[tuple[Mapping[int, AlarmField], ...]] = (
        {
            0x0C: AlarmField("second", 0x7F),
            0x0D: AlarmField("minute", 0x7F),
            0x0E: AlarmField("hour", 0x3F),
            0x0F: AlarmField("day", 0x3F),
            0x10: AlarmField("month", 0x1F),
            0x11: AlarmField("weekday", 0x07, is_binary=True),
        },
    )

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_RESET, weekdays=(0, 6))
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Stand still at zeros with RTCF set, until the time is first written."""
        super().come_up(now_ns)
        self.registers[_STATUS] = _FAILED
        self.leave_bits("hour", 0x00)  # the map's default, though no hour of a 12-hour clock

    def commission(self, now_ns: int) -> None:
        """Count in 24-hour form with RTCF cleared, as the first write of the time left it."""
        del now_ns
        self.registers[_HOURS] = _TWENTY_FOUR_HOUR
        self.registers[_STATUS] = 0

    def is_twelve_hour(self) -> bool:
        """Read the MIL bit of the hours."""
        return not self.registers[_HOURS] & _TWENTY_FOUR_HOUR

    def load(self, register: int, now_ns: int) -> int:
        """Show a register; with ARST a read of the status clears BAT and ALM behind it."""
        octet = super().load(register, now_ns)
        if register == _STATUS and octet & _AUTO_RESET:
            self.registers[_STATUS] &= ~(_ALARMED | _ON_BATTERY)
        return octet

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; without WRTC it is acknowledged and ignored."""
        if self.registers[_STATUS] & _WRITE_ENABLED:
            super().keep(register, octet, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register; RTCF is the chip's own, BAT and ALM can be cleared and not set."""
        if register == _STATUS:
            status = self.registers[_STATUS]
            octet = octet & _PLAIN_STATUS_BITS | status & octet & (_ALARMED | _ON_BATTERY) | status & _FAILED
        super().store(register, octet, now_ns)

    def watches_alarm(self) -> bool:
        """Compare while ALME is set and some part is enabled."""
        is_any = any(self.registers[register] & _ENABLED for register in self.ALARMS[0])
        return is_any and bool(self.registers[_INTERRUPT] & _ALARM_ENABLED)

    def compare_alarm(self) -> None:
        """Set ALM in the second in which all enabled parts match."""
        is_due = self.matches(self.ALARMS[0], lambda register: not self.registers[register] & _ENABLED)
        if self.clock.alarm_fires(is_due=is_due):
            self.registers[_STATUS] |= _ALARMED

    def access_ended(self, now_ns: int) -> None:
        """Begin the second at the stop of a write that took effect, and forget the power failure."""
        if self.was_set:
            self.clock.run(now_ns)
            self.clock.divider.restart(now_ns)
            self.registers[_STATUS] &= ~_FAILED

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Tell that the battery had taken over."""
        del now_ns
        if not was_lost:
            self.registers[_STATUS] |= _ON_BATTERY


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an ISL1208 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Isl1208(setup, recorder), recorder)
