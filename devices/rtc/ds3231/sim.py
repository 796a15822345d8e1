"""A DS3231, or the DS3232 with its RAM, behind an SC18IM700, from the maker's register map and from captures.

The century bit toggles when the year goes from 99 to 00 (data sheet p.11) and means nothing to the chip; which century
it stands for is the reader's convention, and so an option here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import century_convention, century_years
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import AlarmField, RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

ADDRESS = 0x68

_CENTURY_BIT = 0x80
TRAITS = ClockTraits(
    years=century_years(1900),
    has_weekday=True,
    is_chip=True,
    alarm_parts=("second", "minute", "hour", "day"),
    alarm_fires_unpowered=True,
)
BUGS = bugs_possible_on(TRAITS)

_SECONDS, _HOURS, _WEEKDAY, _DATE = 0x00, 0x02, 0x03, 0x04
_ALARM_1, _ALARM_2 = 0x07, 0x0B
_CONTROL, _STATUS, _TEMPERATURE, _TEMPERATURE_QUARTERS = 0x0E, 0x0F, 0x11, 0x12
_TWELVE_HOUR = 0x40
_STOP_ON_BATTERY = 0x80  # EOSC
_CONVERT = 0x20  # CONV clears itself once the temperature is taken
_OSCILLATOR_STOPPED = 0x80
_ALARM_1_FLAG, _ALARM_2_FLAG = 0x01, 0x02
_CLEARED_ONLY = _OSCILLATOR_STOPPED | _ALARM_1_FLAG | _ALARM_2_FLAG
_FIRST_POWER_CONTROL, _FIRST_POWER_STATUS = 0x1C, 0x88
_ROOM_TEMPERATURE = 0x19  # 25 degrees, as captured
_IGNORED, _IS_WEEKDAY = 0x80, 0x40  # AxMy; DY/DT
_FIRST_POWER = DefaultDate(year=0, month=1, day=1, weekday=1)


@dataclass(frozen=True, slots=True)
class Variant:
    """What tells the two chips apart.

    Attributes:
        size: how many registers before the pointer is 00 again.
        status_bits: the status bits a host may set: EN32kHz, and on the DS3232 also BB32kHz and the conversion rate.
    """

    size: int
    status_bits: int


DS3231 = Variant(size=0x13, status_bits=0x08)
DS3232 = Variant(size=0x100, status_bits=0x78)


class Ds323x(RegisterChip):
    """The chip: time with a toggling century bit, two alarms, control and status, temperature."""

    SIZE = 0x100
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F),
        0x01: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F, side=_TWELVE_HOUR),
        _WEEKDAY: TimeField("weekday", 0x07, is_binary=True),
        _DATE: TimeField("day", 0x3F),
        0x05: TimeField("month", 0x1F),
        0x06: TimeField("year", 0xFF),
    }
    ALARMS: ClassVar[tuple[Mapping[int, AlarmField], ...]] = (
        {
            _ALARM_1: AlarmField("second", 0x7F),
            _ALARM_1 + 1: AlarmField("minute", 0x7F),
            _ALARM_1 + 2: AlarmField("hour", 0x3F),
            _ALARM_1 + 3: AlarmField("day", 0x3F),
        },
        {
            _ALARM_2: AlarmField("minute", 0x7F),
            _ALARM_2 + 1: AlarmField("hour", 0x3F),
            _ALARM_2 + 2: AlarmField("day", 0x3F),
        },
    )
    RESETS_DIVIDER = ("second",)

    def __init__(self, setup: SimulatorSetup, recorder: Recorder, variant: Variant) -> None:
        convention = century_convention(setup, "set-is-2000s")  # so U-Boot and NuttX read it
        self._variant = variant
        years = convention.years(_CENTURY_BIT)
        clock = make_clock(setup, TRAITS, years=years, default=_FIRST_POWER, weekdays=(1, 7))
        super().__init__(setup, recorder, clock, address=ADDRESS, century=convention.bits(_CENTURY_BIT))

    def come_up(self, now_ns: int) -> None:
        """Forget everything, raise the oscillator-stop flag, and show digits 00 with the century bit clear."""
        super().come_up(now_ns)
        self.registers[_CONTROL] = _FIRST_POWER_CONTROL
        self.registers[_STATUS] = _FIRST_POWER_STATUS
        self.registers[_TEMPERATURE] = _ROOM_TEMPERATURE
        self.clear_century()

    def commission(self, now_ns: int) -> None:
        """Clear the oscillator-stop flag, as a set does."""
        del now_ns
        self.registers[_STATUS] &= ~_OSCILLATOR_STOPPED

    def point(self, octets: bytes) -> int:
        """Return the register; a DS3231 has none past 12h, and its pointer is 00 there."""
        return octets[0] if octets[0] < self._variant.size else 0

    def after(self, register: int) -> int:
        """Wrap after the last register: 12h, or FFh on the DS3232."""
        return (register + 1) % self._variant.size

    def is_twelve_hour(self) -> bool:
        """Read the mode bit of the hours."""
        return bool(self.registers[_HOURS] & _TWELVE_HOUR)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register; flags can be cleared and not set, the temperature not written."""
        if register in {_TEMPERATURE, _TEMPERATURE_QUARTERS}:
            return
        if register == _CONTROL:
            octet &= ~_CONVERT
        if register == _STATUS:
            kept = self.registers[_STATUS] & octet & _CLEARED_ONLY
            octet = kept | octet & self._variant.status_bits
        super().store(register, octet, now_ns)

    def supply_went(self, now_ns: int) -> None:
        """Stop the crystal where EOSC asks for it: that bit acts on battery only."""
        if self.registers[_CONTROL] & _STOP_ON_BATTERY:
            self.clock.halt(now_ns)
            self.registers[_STATUS] |= _OSCILLATOR_STOPPED

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Run again: with a supply the crystal always does."""
        del was_lost
        self.clock.run(now_ns)

    def watches_alarm(self) -> bool:
        """Compare while an alarm that can match has not raised its flag."""
        status = self.registers[_STATUS]
        return (not status & _ALARM_1_FLAG and self._can_match(_ALARM_1 + 3)) or (
            not status & _ALARM_2_FLAG and self._can_match(_ALARM_2 + 2)
        )

    def compare_alarm(self) -> None:
        """Raise A1F and A2F; they rise whether or not an interrupt is enabled."""
        second = self.show(_SECONDS)
        is_due = self._matches(_ALARM_1, (_SECONDS, 0x01, _HOURS))
        if self._can_match(_ALARM_1 + 3) and self.clock.alarm_fires(is_due=is_due):
            self.registers[_STATUS] |= _ALARM_1_FLAG
        is_due = second == 0 and self._matches(_ALARM_2, (0x01, _HOURS))
        if self._can_match(_ALARM_2 + 2) and self.clock.alarm_fires(is_due=is_due):
            self.registers[_STATUS] |= _ALARM_2_FLAG

    def _can_match(self, day_register: int) -> bool:
        """Tell whether some day can match; the zeros of a first power-up never do."""
        day = self.registers[day_register]
        return bool(day & _IGNORED or day & 0x3F)

    def _matches(self, first: int, compared: tuple[int, ...]) -> bool:
        day_register = first + len(compared)
        if not self._can_match(day_register):
            return False
        for at, register in enumerate(compared):
            alarm = self.registers[first + at]
            if not alarm & _IGNORED and alarm != self.show(register):
                return False
        day = self.registers[day_register]
        if day & _IGNORED:
            return True
        return day & 0x3F == self.show(_WEEKDAY if day & _IS_WEEKDAY else _DATE)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a DS3231 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Ds323x(setup, recorder, DS3231), recorder)
