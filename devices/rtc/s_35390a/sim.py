"""An S-35390A behind an SC18IM700, from the maker's register map: eight addresses, and the time the other way round.

There is no register pointer. The low three bits of the address are the command, and what follows is its data. The
bytes of the time are sent least significant bit first, where I2C sends the most significant; inside this module they
stand in data order, and are turned round where they pass the bus. The status registers are not turned (Linux
rtc-s35390a.c turns seven bytes of time and three of alarm, and nothing else).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip, TimeField, make_clock
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

ADDRESS = 0x30

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_COMMANDS = 8
_STATUS_1, _STATUS_2, _TIME, _TIME_OF_DAY, _INT_1, _INT_2, _CORRECTION, _FREE = range(_COMMANDS)
_LENGTHS = {_STATUS_1: 1, _STATUS_2: 1, _TIME: 7, _TIME_OF_DAY: 3, _INT_1: 3, _INT_2: 3, _CORRECTION: 1, _FREE: 1}
# Each command's bytes stand in a row of their own, so that a register number is command * 8 + place.
_ROW = 8
_RESET, _TWENTY_FOUR_HOUR = 0x80, 0x40
_STORED_STATUS_BITS = 0x70  # 24H and two bits free for the host
_POWER_LOST, _VOLTAGE_LOW = 0x01, 0x02  # POC, BLD
_TEST = 0x01  # status 2: the chip comes up in test mode, and RESET ends it
_AFTERNOON = 0x40
_NOON = 12
_RESET_DATE = DefaultDate(year=0, month=1, day=1)


def _turned(octet: int) -> int:
    return int(f"{octet:08b}"[::-1], 2)


class S35390a(RegisterChip):
    """The chip: time as year, month, day, weekday, hour, minute, second."""

    SIZE = _COMMANDS * _ROW
    PM = _AFTERNOON
    FIELDS: ClassVar[Mapping[int, TimeField]] = {
        _TIME * _ROW + 0: TimeField("year", 0xFF),
        _TIME * _ROW + 1: TimeField("month", 0x1F),
        _TIME * _ROW + 2: TimeField("day", 0x3F),
        _TIME * _ROW + 3: TimeField("weekday", 0x07, is_binary=True),
        _TIME * _ROW + 4: TimeField("hour", 0x3F),
        _TIME * _ROW + 5: TimeField("minute", 0x7F),
        _TIME * _ROW + 6: TimeField("second", 0x7F),
        _TIME_OF_DAY * _ROW + 0: TimeField("hour", 0x3F),
        _TIME_OF_DAY * _ROW + 1: TimeField("minute", 0x7F),
        _TIME_OF_DAY * _ROW + 2: TimeField("second", 0x7F),
    }
    RESETS_DIVIDER = ("second",)

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        years = two_digits(setup.century_window())
        clock = make_clock(setup, _TRAITS, years=years, default=_RESET_DATE, weekdays=(0, 6))
        self._is_supplied = True
        super().__init__(setup, recorder, clock, address=ADDRESS)

    def come_up(self, now_ns: int) -> None:
        """Raise POC and BLD, in test mode, at 00-01-01."""
        super().come_up(now_ns)
        self.registers[_STATUS_1 * _ROW] = _POWER_LOST | _VOLTAGE_LOW
        self.registers[_STATUS_2 * _ROW] = _TEST

    def commission(self, now_ns: int) -> None:
        """Count in 24-hour form, flags and test mode cleared."""
        del now_ns
        self.registers[_STATUS_1 * _ROW] = _TWENTY_FOUR_HOUR
        self.registers[_STATUS_2 * _ROW] = 0

    def acknowledges(self, now_ns: int) -> bool:
        """Answer at any of the eight addresses while there is a supply."""
        del now_ns
        return self._is_supplied

    def begin(self, command: int, now_ns: int, *, is_read: bool) -> bool:
        """See a start with a command in its address."""
        is_heard = self.start(now_ns, is_read=is_read)
        self._awaits_pointer = False
        self.pointer = command * _ROW
        return is_heard

    def after(self, register: int) -> int:
        """Stay within the command; its bytes come round again."""
        command, place = divmod(register, _ROW)
        return command * _ROW + (place + 1) % _LENGTHS[command]

    def write_byte(self, octet: int, now_ns: int) -> bool:
        """Take a byte; those of the time come least significant bit first."""
        return super().write_byte(_turned(octet) if self.pointer in self.FIELDS else octet, now_ns)

    def read_byte(self, now_ns: int) -> int:
        """Give a byte; those of the time go least significant bit first."""
        is_turned = self.pointer in self.FIELDS
        octet = super().read_byte(now_ns)
        return _turned(octet) if is_turned else octet

    def is_twelve_hour(self) -> bool:
        """Tell whether hours count from 0 to 11, the afternoon told by the bit above them alone."""
        return not self.registers[_STATUS_1 * _ROW] & _TWENTY_FOUR_HOUR

    def encode(self, field: TimeField, number: int) -> int:
        """Show the hour's digits, 0 to 11 in 12-hour form."""
        if field.part != "hour":
            return super().encode(field, number)
        shown = number % _NOON if self.is_twelve_hour() else number
        return shown // 10 << 4 | shown % 10

    def decode(self, field: TimeField, bits: int) -> int:
        """Take the hour as its digits say; `keep` adds the afternoon."""
        return (bits >> 4) * 10 + (bits & 0x0F) if field.part == "hour" else super().decode(field, bits)

    def show(self, register: int) -> int:
        """Show a time register."""
        octet = super().show(register)
        if self.FIELDS[register].part == "hour" and self.clock.hour >= _NOON and self.is_twelve_hour():
            octet |= _AFTERNOON
        return octet

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a time register; in 24-hour form the afternoon bit is ignored."""
        super().keep(register, octet, now_ns)
        if self.FIELDS[register].part == "hour" and self.is_twelve_hour() and octet & _AFTERNOON:
            self.clock.set(now_ns, hour=self.clock.hour + _NOON, reset_divider=False)

    def load(self, register: int, now_ns: int) -> int:
        """Show another register; reading status 1 clears POC and BLD behind it."""
        octet = super().load(register, now_ns)
        if register == _STATUS_1 * _ROW:
            self.registers[register] &= ~(_POWER_LOST | _VOLTAGE_LOW)
        return octet

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take another register; RESET puts the time back to 00-01-01 and the rest to 00."""
        if register != _STATUS_1 * _ROW:
            super().store(register, octet, now_ns)
            return
        flags = self.registers[register] & (_POWER_LOST | _VOLTAGE_LOW)
        if octet & _RESET:
            self.registers[_STATUS_2 * _ROW :] = bytes(len(self.registers) - _ROW)
            self.clock.set(now_ns, year=0, month=1, day=1, weekday=0, hour=0, minute=0, second=0, reset_divider=True)
            flags = 0
        self.registers[register] = octet & _STORED_STATUS_BITS | flags

    def switch(self, now_ns: int, *, on: bool) -> None:
        """The supply came or went."""
        self._is_supplied = on
        super().switch(now_ns, on=on)


class _Port:
    """One of the chip's eight addresses."""

    def __init__(self, chip: S35390a, command: int) -> None:
        self.address = ADDRESS + command
        self._chip = chip
        self._command = command

    def start(self, now_ns: int, *, is_read: bool) -> bool:
        """See a start at this address."""
        return self._chip.begin(self._command, now_ns, is_read=is_read)

    def write_byte(self, octet: int, now_ns: int) -> bool:
        """Take one byte."""
        return self._chip.write_byte(octet, now_ns)

    def read_byte(self, now_ns: int) -> int:
        """Give the next byte."""
        return self._chip.read_byte(now_ns)

    def stop(self, now_ns: int) -> None:
        """See the stop."""
        self._chip.stop(now_ns)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """The supply came or went."""
        self._chip.switch(now_ns, on=on)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as the chip means them."""
        return self._chip.seconds(now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an S-35390A behind its bridge; the bridge knows its first address as the chip, the rest as neighbours."""
    recorder = setup.make_recorder()
    chip = S35390a(setup, recorder)
    first, *others = (_Port(chip, command) for command in range(_COMMANDS))
    return Sc18im700(setup, first, recorder, neighbours=tuple(others))
