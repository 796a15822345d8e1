"""A PCF8563, or its near twin the RTC-8564, behind an SC18IM700, from the makers' register maps and from captures.

Captures of RTC-8564 silicon (sigrok-dumps i2c/rtc_epson_8564je) show what the sheets leave open: bits that hold nothing
read back as the same bits of the seconds register, and writing the time does not touch the prescaler. A field report
says the first of the PCF8563 too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import StickyCenturyClock, century_convention, century_years
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import AlarmField, RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS
from harness.device.facts import Option

ADDRESS = 0x51

_CENTURY_BIT = 0x80
_CONTROL_1, _CONTROL_2, _SECONDS = 0x00, 0x01, 0x02
_MINUTES, _HOURS, _DAYS, _WEEKDAYS = 0x03, 0x04, 0x05, 0x06
_CLKOUT, _TIMER_CONTROL = 0x0D, 0x0E
_TEST_1, _STOP = 0x80, 0x20
_ALWAYS_SET = 0x08  # captures never show bit 3 of control 1 clear
_CONTROL_2_BITS, _FLAGS = 0x1F, 0x0C
_ALARM_FLAG = 0x08
_VOLTAGE_LOW = 0x80
_ALARM_OFF = 0x80
_RESET = {_CONTROL_1: _ALWAYS_SET, _CONTROL_2: 0x00, _CLKOUT: 0x80, _TIMER_CONTROL: 0x03}
# The bits of each register that hold something; the others mirror the seconds register.
_HELD = {
    _CONTROL_2: 0x3F,
    _MINUTES: 0x7F,
    _HOURS: 0x3F,
    _DAYS: 0x3F,
    _WEEKDAYS: 0x07,
    0x07: 0x9F,
    _CLKOUT: 0x83,
    _TIMER_CONTROL: 0x83,
}
_ALARMS = {0x09: (_MINUTES, 0x7F), 0x0A: (_HOURS, 0x3F), 0x0B: (_DAYS, 0x3F), 0x0C: (_WEEKDAYS, 0x07)}
# STOP holds all but the first two stages of the prescaler; after it the first second comes between 0.507813 s and
# 0.507935 s (PCF8563 data sheet, 8.10).
_PHASE_AFTER_STOP_NS = SECOND_NS - 507_874_000
_LOST = DefaultDate(year=0, month=1, day=1)


@dataclass(frozen=True, slots=True)
class Variant:
    """What tells the two chips apart.

    Attributes:
        century_bit: what the maker says of the century bit.
        counters: the PCF8563 toggles the bit from 99 to 00; the RTC-8564 sets it and leaves it set.
    """

    century_bit: str
    counters: type[CountingClock]


PCF8563 = Variant(century_bit="set-is-1900s", counters=CountingClock)
RTC_8564 = Variant(century_bit="set-is-2000s", counters=StickyCenturyClock)

TRAITS = ClockTraits(years=century_years(1900), has_weekday=True, is_chip=True, alarm_parts=("minute", "hour", "day"))
BUGS = bugs_possible_on(TRAITS)
OPTIONS = (
    Option(
        name="unused-bits",
        kind="choice",
        default="mirror",
        says="what the bits without a meaning read: the seconds' own, as captured, or 0",
        choices=("mirror", "zero"),
    ),
)


class Pcf8563(RegisterChip):
    """The chip: sixteen registers, time from 02 to 08."""

    SIZE = 0x10
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _SECONDS: TimeField("second", 0x7F, side=_VOLTAGE_LOW),
        _MINUTES: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x3F),
        _DAYS: TimeField("day", 0x3F),
        _WEEKDAYS: TimeField("weekday", 0x07, is_binary=True),
        0x07: TimeField("month", 0x1F),
        0x08: TimeField("year", 0xFF),
    }
    ALARMS: ClassVar[tuple[Mapping[int, AlarmField], ...]] = (
        {0x09: AlarmField("minute", 0x7F), 0x0A: AlarmField("hour", 0x3F), 0x0B: AlarmField("day", 0x3F)},
    )

    def __init__(self, setup: SimulatorSetup, recorder: Recorder, variant: Variant) -> None:
        convention = century_convention(setup, variant.century_bit)
        years = convention.years(_CENTURY_BIT)
        clock = make_clock(setup, TRAITS, years=years, default=_LOST, weekdays=(0, 6), kind=variant.counters)
        self._mirrors = setup.choice("unused-bits", ("mirror", "zero")) == "mirror"
        self._alarm_matched = False
        self._is_testing = False
        super().__init__(setup, recorder, clock, address=ADDRESS, century=convention.bits(_CENTURY_BIT))

    def come_up(self, now_ns: int) -> None:
        """Raise VL; the digits are anyone's guess after that, and here 00-01-01 with the century bit clear."""
        super().come_up(now_ns)
        self._reset_control()
        self._is_testing = False
        self.registers[_SECONDS] = _VOLTAGE_LOW
        for register in _ALARMS:
            self.registers[register] = _ALARM_OFF
        self.clear_century()

    def commission(self, now_ns: int) -> None:
        """Clear VL, as writing the seconds does."""
        del now_ns
        self.registers[_SECONDS] = 0

    def show(self, register: int) -> int:
        """Show a time register, its unused bits included."""
        octet = super().show(register)
        return octet if register == _SECONDS else self._with_unused(register, octet)

    def load(self, register: int, now_ns: int) -> int:
        """Show another register, its unused bits included."""
        octet = super().load(register, now_ns)
        return self._with_unused(register, octet)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; VL can be cleared and not set."""
        if register == _SECONDS:
            octet &= ~_VOLTAGE_LOW | self.registers[_SECONDS]
        super().keep(register, octet, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register; in test mode the control registers stay at reset, as a capture shows."""
        if register == _CONTROL_1:
            self._control(octet, now_ns)
        elif register in _RESET and self._is_testing:
            return
        elif register == _CONTROL_2:
            kept = self.registers[_CONTROL_2] & octet & _FLAGS
            self.registers[_CONTROL_2] = kept | octet & _CONTROL_2_BITS & ~_FLAGS
        else:
            self.registers[register] = octet & _HELD.get(register, 0xFF)

    def watches_alarm(self) -> bool:
        """Compare while any alarm register is enabled."""
        return any(not self.registers[register] & _ALARM_OFF for register in _ALARMS)

    def compare_alarm(self) -> None:
        """Set AF when all enabled alarm registers begin to match."""
        matches = all(
            self.registers[alarm] & _ALARM_OFF or self.registers[alarm] & mask == RegisterChip.show(self, shown) & mask
            for alarm, (shown, mask) in _ALARMS.items()
        )
        if self.clock.alarm_fires(is_due=matches and not self._alarm_matched):
            self.registers[_CONTROL_2] |= _ALARM_FLAG
        self._alarm_matched = matches

    def _control(self, octet: int, now_ns: int) -> None:
        was_stopped = self.registers[_CONTROL_1] & _STOP
        self._is_testing = bool(octet & _TEST_1)
        if self._is_testing:
            self._reset_control()
            octet = 0
        self.registers[_CONTROL_1] = _ALWAYS_SET | octet & _STOP
        if octet & _STOP:
            self.clock.halt(now_ns)
        elif was_stopped:
            self.clock.run(now_ns)
            self.clock.divider.restart(now_ns, phase_ns=_PHASE_AFTER_STOP_NS)

    def _reset_control(self) -> None:
        for register, octet in _RESET.items():
            self.registers[register] = octet

    def _with_unused(self, register: int, octet: int) -> int:
        held = _HELD.get(register, 0xFF)
        if not self._mirrors:
            return octet & held
        return octet & held | super().show(_SECONDS) & ~held & 0xFF


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a PCF8563 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Pcf8563(setup, recorder, PCF8563), recorder)
