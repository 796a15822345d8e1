"""A DS1685 in a PC-like board: two banks of registers from 40h on, the second with model, serial number and century."""

from __future__ import annotations

from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import century_years
from devices.simulation.cmos_chip import PC_PORTS, CenturyCmosChip
from devices.simulation.device import SimulatedDevice
from devices.simulation.parallel_board import ParallelBoard
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=century_years(1900), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_A, _BANK_1 = 0x0A, 0x10
_BANKED = 0x40
_MODEL, _SERIAL = 0x71, bytes.fromhex("01 23 45 67 89 AB")  # 40h, and 41h to 46h


class Ds1685(CenturyCmosChip):
    """The chip."""

    CENTURY = 0x48

    def __init__(self, setup: SimulatorSetup, serial: bytes) -> None:
        self._burnt_in = bytes((_MODEL,)) + serial
        super().__init__(setup, setup.make_recorder(), _TRAITS)

    def is_century(self, register: int) -> bool:
        """Tell whether the century is in sight: in bank 1 alone."""
        return super().is_century(register) and self._is_bank_1()

    def load(self, register: int, now_ns: int) -> int:
        """Give a register; bank 1 begins with what the maker burnt in."""
        if self._is_bank_1() and _BANKED <= register < _BANKED + len(self._burnt_in):
            return self._burnt_in[register - _BANKED]
        if self._is_bank_1() and register >= _BANKED:
            return 0
        return super().load(register, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register; of bank 1 nothing but the century is kept here."""
        if not (self._is_bank_1() and register >= _BANKED):
            super().store(register, octet, now_ns)

    def _is_bank_1(self) -> bool:
        return bool(self.registers[_A] & _BANK_1)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return the chip in its board; a serial number of the bench's is six bytes in hex."""
    given = setup.serial_number
    is_hex = len(given) == 2 * len(_SERIAL) and all(digit in "0123456789abcdefABCDEF" for digit in given)
    chip = Ds1685(setup, bytes.fromhex(given)[::-1] if is_hex else _SERIAL)
    return ParallelBoard(setup, chip, chip.recorder, PC_PORTS)
