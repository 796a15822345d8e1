"""Two numbers of two digits in one plain register, as ladder programs make them: hour * 100 + minute."""

from __future__ import annotations

from dataclasses import dataclass

from harness.codec.encodings import Bits, HighByte, LowByte, Registers

_HUNDRED = 100
_LARGEST = 0xFFFF


@dataclass(frozen=True, slots=True)
class ByHundreds:
    """The hundreds of a register, or what is left of them.

    To a map the two claim the register's bytes, so that nothing else can stand there; which bits they really take
    depends on both numbers.
    """

    address: int
    is_hundreds: bool

    def claims(self) -> tuple[Bits, ...]:
        """Return one half of the register."""
        return (Bits.at(HighByte(self.address) if self.is_hundreds else LowByte(self.address), None),)

    def decode(self, registers: Registers) -> int:
        """Return the number."""
        hundreds, units = divmod(registers[self.address], _HUNDRED)
        return hundreds if self.is_hundreds else units

    def encode(self, number: int, registers: Registers) -> None:
        """Write the number and leave the other; ValueError when it does not fit."""
        hundreds, units = divmod(registers[self.address], _HUNDRED)
        if self.is_hundreds:
            hundreds = number
        else:
            units = number
        if number < 0 or units >= _HUNDRED or hundreds * _HUNDRED + units > _LARGEST:
            raise ValueError(f"{number} does not fit a register by hundreds")
        registers[self.address] = hundreds * _HUNDRED + units
