"""The MC146818 and its descendants, from the makers' register maps: modes, SET, UIP, and RAM behind the time.

Each chip's own ``sim.py`` says what it has beyond that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import YearRegister
from devices.simulation.bugs import ClockTraits
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.parallel_board import Placement
from devices.simulation.parallel_chip import BusRegisterChip
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import TimeField, from_bcd, make_clock, to_bcd
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

PC_PORTS = Placement(device="/dev/port", base=0x70, stride=0)

_A, _B, _C, _D = 0x0A, 0x0B, 0x0C, 0x0D
_UPDATE_IN_PROGRESS = 0x80
_DIVIDER, _RUNNING, _HELD = 0x60, 0x20, 0x60
_SET, _UPDATE_INTERRUPT, _BINARY, _TWENTY_FOUR = 0x80, 0x10, 0x04, 0x02
_VALID = 0x80
_WARNING_NS = 244_000  # UIP rises so long before an update, which then takes
_UPDATE_NS = 1_984_000
_PM = 0x80
_HALF_NS = SECOND_NS // 2
_NOON = 12
# What stands in the registers after a loss of the battery is not defined; these are RAM cells that came up as zeros.
LOST = DefaultDate(year=0, month=0, day=0, is_halted=True)


class CmosChip(BusRegisterChip):
    """The chip: time between alarms, four control registers, RAM."""

    SIZE = 0x80
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        0x00: TimeField("second", 0x7F),
        0x02: TimeField("minute", 0x7F),
        0x04: TimeField("hour", 0xBF),
        0x06: TimeField("weekday", 0x07, is_binary=True),
        0x07: TimeField("day", 0x3F),
        0x08: TimeField("month", 0x1F),
        0x09: TimeField("year", 0xFF),
    }
    PM = _PM

    def __init__(
        self, setup: SimulatorSetup, recorder: Recorder, traits: ClockTraits, years: YearRegister | None = None
    ) -> None:
        self._frozen: dict[int, int] = {}  # the user's copy of the time while SET is up
        self._written: dict[int, int] = {}
        clock: CountingClock = make_clock(setup, traits, years=years, default=LOST, weekdays=(1, 7))
        super().__init__(setup, recorder, clock)

    def come_up(self, now_ns: int) -> None:
        """Hold the divider, with VRT down, in BCD and 24-hour form as firmware first writes it."""
        super().come_up(now_ns)
        self._frozen.clear()
        self.registers[_B] = _TWENTY_FOUR

    def commission(self, now_ns: int) -> None:
        """Run with VRT up."""
        del now_ns
        self.registers[_A] = _RUNNING | 0x06
        self.registers[_B] = _TWENTY_FOUR
        self.registers[_D] = _VALID

    def is_twelve_hour(self) -> bool:
        """Read the 24/12 bit."""
        return not self.registers[_B] & _TWENTY_FOUR

    def encode(self, field: TimeField, number: int) -> int:
        """Return the bits of a number in the chip's data mode."""
        if not self.registers[_B] & _BINARY or field.is_binary:
            return super().encode(field, number)
        if field.part == "hour" and self.is_twelve_hour():
            return ((number - 1) % _NOON + 1) | (_PM if number >= _NOON else 0)
        return number & field.mask

    def decode(self, field: TimeField, bits: int) -> int:
        """Return the number that bits stand for in the chip's data mode."""
        if not self.registers[_B] & _BINARY or field.is_binary:
            return super().decode(field, bits)
        if field.part == "hour" and self.is_twelve_hour():
            return (bits & ~_PM) % _NOON + (_NOON if bits & _PM else 0)
        return bits

    def show(self, register: int) -> int:
        """Show a time register, out of the user's copy while SET is up."""
        return self._frozen[register] if self._frozen else super().show(register)

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; while SET is up, into the user's copy alone."""
        if self._frozen:
            self._frozen[register] = self._written[register] = octet
        else:
            super().keep(register, octet, now_ns)

    def load(self, register: int, now_ns: int) -> int:
        """Give a register; reading C clears it, reading D sets VRT."""
        octet = super().load(register, now_ns)
        if register == _A:
            return octet | (_UPDATE_IN_PROGRESS if self._is_updating(now_ns) else 0)
        if register == _C:
            self.registers[_C] = 0
        if register == _D:
            self.registers[_D] = _VALID
        return octet

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register that holds no time; C and D are read only."""
        if register in {_C, _D}:
            return
        if register == _A:
            octet &= ~_UPDATE_IN_PROGRESS
            self._turn_divider(octet, now_ns)
        if register == _B:
            if octet & _SET:
                octet &= ~_UPDATE_INTERRUPT
            self._turn_set(octet, now_ns)
        super().store(register, octet, now_ns)

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Forget a set that was cut off half-way: SET is cleared by nobody, but the copy is."""
        del now_ns, was_lost
        self._written.clear()

    def _is_updating(self, now_ns: int) -> bool:
        if self.registers[_B] & _SET or self.clock.divider.is_halted:
            return False
        return self.clock.divider.phase_ns(now_ns) >= SECOND_NS - _WARNING_NS - _UPDATE_NS

    def _turn_divider(self, octet: int, now_ns: int) -> None:
        """Hold the chain in reset, or start it: the first update then comes after half a second."""
        was_running = self.registers[_A] & _DIVIDER == _RUNNING
        if octet & _DIVIDER != _RUNNING:
            self.clock.halt(now_ns)
        elif not was_running:
            self.clock.run(now_ns)
            self.clock.divider.restart(now_ns, phase_ns=_HALF_NS)

    def _turn_set(self, octet: int, now_ns: int) -> None:
        if octet & _SET and not self._frozen:
            self._frozen = {register: super(CmosChip, self).show(register) for register in self.FIELDS}
        elif not octet & _SET and self._frozen:
            self._frozen = {}
            self.registers[_B] = octet  # the data mode that the bytes are meant in
            for register, written in self._written.items():
                self.keep(register, written, now_ns)
            self._written.clear()


class CenturyCmosChip(CmosChip):
    """A chip that counts its century in a register of its own; years are counted from 1900."""

    CENTURY: ClassVar[int]

    def is_century(self, register: int) -> bool:
        """Tell whether the century is in sight at a register."""
        return register == self.CENTURY

    def peek(self, register: int, now_ns: int) -> int:
        """Give a register, the century in the chip's data mode."""
        if not self.is_century(register):
            return super().peek(register, now_ns)
        self.follow(now_ns)
        century = 19 + self.clock.year // 100
        return century if self.registers[_B] & _BINARY else to_bcd(century)

    def poke(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register."""
        if not self.is_century(register):
            super().poke(register, octet, now_ns)
            return
        self.follow(now_ns)
        self.clock.undistort()
        century = octet if self.registers[_B] & _BINARY else from_bcd(octet)
        self.was_set = True
        year = (century - 19) * 100 % self.clock.years.modulus + self.clock.year % 100
        self.clock.set(now_ns, year=year, reset_divider=False)
