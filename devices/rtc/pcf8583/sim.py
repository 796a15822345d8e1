"""A PCF8583 behind an SC18IM700, from the maker's register map: two bits of year, and the rest in the host's care.

The chip's RAM is the host's. Where Linux keeps the year there (C0h and C1h) this module looks for it only to say what
civil time a host would call it, and puts it there only when the clock is found in service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import YearRegister, digits_of, seconds_of
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, from_bcd, make_clock, to_bcd
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS
from harness.device.facts import Option

ADDRESS = 0x50  # A0 low

_YEARS = YearRegister(modulus=4, offset=2000, first_year=2000)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = (Option(name="address", kind="int", default=ADDRESS, says="its I2C address: 0x50 or 0x51"),)

_CONTROL, _HUNDREDTHS, _SECONDS, _HOURS, _YEAR_DATE, _WEEKDAY_MONTH = 0x00, 0x01, 0x02, 0x04, 0x05, 0x06
_STOP, _HOLD, _MASK = 0x80, 0x40, 0x08
_TWELVE_HOUR, _PM = 0x80, 0x40
_YEAR_SHIFT, _WEEKDAY_SHIFT = 6, 5
_HOST_CHECKSUM, _HOST_YEAR, _HOST_CENTURY = 0x3F, 0xC0, 0xC1
_HUNDREDTH_NS = SECOND_NS // 100
_HOURS_24 = TimeField("hour", 0x3F)
_POWER_ON = DefaultDate(year=0, month=1, day=1)  # 24 h, 1 January, 00:00:00


class Pcf8583(RegisterChip):
    """The chip: 256 bytes, of which 01 to 06 count and 10 to FF are RAM."""

    SIZE = 0x100
    PM = _PM
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _HUNDREDTHS: TimeField("second", 0x00),
        _SECONDS: TimeField("second", 0x7F),
        0x03: TimeField("minute", 0x7F),
        _HOURS: TimeField("hour", 0x7F, side=_TWELVE_HOUR),
        _YEAR_DATE: TimeField("day", 0x3F),
        _WEEKDAY_MONTH: TimeField("month", 0x1F),
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        clock = make_clock(setup, _TRAITS, default=_POWER_ON, weekdays=(0, 6))
        self._host_year = digits_of(setup.initial_seconds).year if setup.initial_seconds is not None else 0
        self._asked_ns = setup.clock.now_ns()
        super().__init__(setup, recorder, clock, address=setup.number("address", ADDRESS))

    def commission(self, now_ns: int) -> None:
        """Hold the host's year in RAM, as Linux leaves it there."""
        del now_ns
        century, year = divmod(self._host_year, 100)
        self.registers[_HOST_YEAR] = year
        self.registers[_HOST_CENTURY] = century
        self.registers[_HOST_CHECKSUM] = year + century

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as a Linux host reckons them; None where no host has kept a year.

        The two bits tell by how many years, modulo four, the chip is ahead of the RAM.
        """
        self.follow(now_ns)
        century, kept = self.registers[_HOST_CENTURY], self.registers[_HOST_YEAR]
        if not century:
            return None
        clock = self.clock
        year = century * 100 + kept + (clock.year - kept) % 4
        return seconds_of(year, clock.month, clock.day, clock.hour, clock.minute, clock.second)

    def is_twelve_hour(self) -> bool:
        """Read the mode bit of the hours."""
        return bool(self.registers[_HOURS] & _TWELVE_HOUR)

    def renew(self, now_ns: int) -> None:
        """Copy the time out, unless HOLD keeps the copy as it was."""
        self._asked_ns = now_ns
        if not self.registers[_CONTROL] & _HOLD:
            super().renew(now_ns)

    def show(self, register: int) -> int:
        """Show a counter; year and weekday share their registers, and MASK hides them."""
        clock, is_masked = self.clock, self.registers[_CONTROL] & _MASK
        if register == _HUNDREDTHS:
            return to_bcd(clock.divider.phase_ns(self._asked_ns) // _HUNDREDTH_NS)
        if register == _HOURS and not self.is_twelve_hour():
            return self.registers[_HOURS] & _PM | self.digits(_HOURS_24)
        octet = super().show(register)
        if register == _YEAR_DATE and not is_masked:
            octet |= (clock.year & 3) << _YEAR_SHIFT
        if register == _WEEKDAY_MONTH and not is_masked:
            octet |= (clock.weekday & 7) << _WEEKDAY_SHIFT
        return octet

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a counter; the AM/PM flag is merely kept in 24-hour format."""
        if register == _HUNDREDTHS:
            self.clock.divider.restart(now_ns, phase_ns=from_bcd(octet) * _HUNDREDTH_NS)
        elif register == _HOURS and not octet & _TWELVE_HOUR:
            self.registers[_HOURS] = octet & _PM
            self.was_set = True
            self.keep_digits(_HOURS_24, octet, now_ns)
        else:
            super().keep(register, octet, now_ns)
        if register == _YEAR_DATE:
            self.clock.set(now_ns, year=octet >> _YEAR_SHIFT, reset_divider=False)
        if register == _WEEKDAY_MONTH:
            self.clock.set(now_ns, weekday=octet >> _WEEKDAY_SHIFT, reset_divider=False)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take control, alarm or RAM; STOP stands the counters still, HOLD freezes what is read of them."""
        if register != _CONTROL:
            super().store(register, octet, now_ns)
            return
        if octet & _HOLD:
            self.renew(now_ns)
        self.registers[_CONTROL] = octet
        if octet & _STOP:
            self.clock.halt(now_ns)
        else:
            self.clock.run(now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a PCF8583 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Pcf8583(setup, recorder), recorder)
