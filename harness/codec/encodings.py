"""Places in registers, and how a number is written there: binary, decimal, one bit, one hot, wide counts.

A place is a register of one byte, named by its bare address (``0x02``), or a 16-bit word or half of one (``Word(3)``,
``HighByte(3)``, ``LowByte(3)``). Nothing is clamped: what does not fit is refused, what does not decode is said.
What the number means, and how a block of registers is laid out, is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.codec.bcd import NotBcdError, decode_bcd, encode_bcd
from harness.codec.words import Order, join_registers, split_registers

Registers = dict[int, int]
"""Register contents by address, one byte or one word each."""

BYTE_BITS = 8
_WORD_BITS = 16
_PM = 0x20  # in 12-hour mode; the same bit is the 20 hours in 24-hour mode


class UnreadableError(ValueError):
    """Register contents that stand for no number; ``kind`` is a kebab word of why (``not-bcd``)."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class Word:
    """A whole 16-bit register."""

    address: int


@dataclass(frozen=True, slots=True)
class HighByte:
    """The more significant half of a 16-bit register."""

    address: int


@dataclass(frozen=True, slots=True)
class LowByte:
    """The less significant half of a 16-bit register."""

    address: int


Where = int | Word | HighByte | LowByte


@dataclass(frozen=True, slots=True)
class Bits:
    """A run of neighbouring bits in one register."""

    address: int
    mask: int
    register_bits: int

    @classmethod
    def at(cls, where: Where, mask: int | None) -> Bits:
        """Return the bits of ``mask`` (None: all) at a place; the mask counts from the place's own lowest bit."""
        register_bits = BYTE_BITS if isinstance(where, int) else _WORD_BITS
        place_bits = _WORD_BITS if isinstance(where, Word) else BYTE_BITS
        whole = (1 << place_bits) - 1
        chosen = whole if mask is None else mask
        if chosen <= 0 or chosen & ~whole:
            raise ValueError(f"mask {chosen:#x} names no bits of {where}")
        run = chosen // (chosen & -chosen)
        if run & (run + 1):
            raise ValueError(f"mask {chosen:#x} is not one run of bits")
        address = where if isinstance(where, int) else where.address
        return cls(address, chosen << 8 if isinstance(where, HighByte) else chosen, register_bits)

    @property
    def lowest(self) -> int:
        """The value of the lowest bit."""
        return self.mask & -self.mask

    def read(self, registers: Registers) -> int:
        """Return the number the bits hold."""
        return (registers[self.address] & self.mask) // self.lowest

    def write(self, number: int, registers: Registers) -> None:
        """Write a number into the bits and leave the others; ValueError when it does not fit."""
        if not 0 <= number <= self.mask // self.lowest:
            raise ValueError(f"{number:#x} does not fit the bits {self.mask:#x} of register {self.address:#x}")
        registers[self.address] = registers[self.address] & ~self.mask | number * self.lowest


class Encoding(Protocol):
    """How one number is held in registers."""

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits this number owns."""
        ...

    def decode(self, registers: Registers) -> int:
        """Return the number; UnreadableError when the bits stand for none."""
        ...

    def encode(self, number: int, registers: Registers) -> None:
        """Write the number and leave all other bits; ValueError when it does not fit."""
        ...


@dataclass(frozen=True, slots=True)
class Bin:
    """A plain binary number in the bits of ``mask`` (None: the whole place)."""

    where: Where
    mask: int | None = None

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits this number owns."""
        return (Bits.at(self.where, self.mask),)

    def decode(self, registers: Registers) -> int:
        """Return the number."""
        return self.claims()[0].read(registers)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the number; ValueError when it does not fit."""
        self.claims()[0].write(number, registers)


@dataclass(frozen=True, slots=True)
class Bcd:
    """Packed decimal digits in the bits of ``mask`` (None: the whole place, four digits in a word)."""

    where: Where
    mask: int | None = None

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits this number owns."""
        return (Bits.at(self.where, self.mask),)

    def decode(self, registers: Registers) -> int:
        """Return the number; ``not-bcd`` when a nibble is above 9."""
        return _decode_bcd(self.claims()[0].read(registers))

    def encode(self, number: int, registers: Registers) -> None:
        """Write the digits; ValueError when they do not fit."""
        self.claims()[0].write(encode_bcd(number), registers)


@dataclass(frozen=True, slots=True)
class BcdNibbles:
    """Two decimal digits in two registers, as four-bit clocks (MSM6242) keep them. The masks leave out flags."""

    tens: Where
    units: Where
    tens_mask: int = 0x0F
    units_mask: int = 0x0F

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits this number owns, tens first."""
        return (Bits.at(self.tens, self.tens_mask), Bits.at(self.units, self.units_mask))

    def decode(self, registers: Registers) -> int:
        """Return the number; ``not-bcd`` when a digit is above 9."""
        tens, units = (bits.read(registers) for bits in self.claims())
        return _decode_bcd(tens << 4 | units)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the digits; ValueError when they do not fit."""
        for bits, digit in zip(self.claims(), divmod(number, 10), strict=True):
            bits.write(digit, registers)


@dataclass(frozen=True, slots=True)
class OneHot:
    """A number held as one bit set among ``mask``; the lowest bit is 0 (RV-8803 weekday)."""

    where: Where
    mask: int | None = None

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits this number owns."""
        return (Bits.at(self.where, self.mask),)

    def decode(self, registers: Registers) -> int:
        """Return which bit is set; ``not-one-hot`` when none or several are."""
        held = self.claims()[0].read(registers)
        if held.bit_count() != 1:
            raise UnreadableError("not-one-hot")
        return held.bit_length() - 1

    def encode(self, number: int, registers: Registers) -> None:
        """Set one bit and clear the others; ValueError when there is no such bit."""
        if number < 0:
            raise ValueError(f"there is no bit {number}")
        self.claims()[0].write(1 << number, registers)


@dataclass(frozen=True, slots=True)
class Bit:
    """One bit, read as 0 or 1; ``inverted`` when the flag's claim holds while the bit is 0."""

    where: Where
    mask: int
    inverted: bool = False

    def claims(self) -> tuple[Bits, ...]:
        """Return the one bit; ValueError when the mask has more."""
        if self.mask.bit_count() != 1:
            raise ValueError(f"mask {self.mask:#x} is not one bit")
        return (Bits.at(self.where, self.mask),)

    def decode(self, registers: Registers) -> int:
        """Return 0 or 1."""
        return self.claims()[0].read(registers) ^ self.inverted

    def encode(self, number: int, registers: Registers) -> None:
        """Write 0 or 1; ValueError for any other number."""
        self.claims()[0].write(number ^ self.inverted, registers)


@dataclass(frozen=True, slots=True)
class BcdHour:
    """An hour register that may run in 12-hour mode, as the DS1307's does (datasheet, table 2).

    Decoded to 0-23 in either mode: 12 AM is 0, 12 PM is 12. Written in the mode the register is in, so that a set
    leaves the device's mode as it was found.

    Attributes:
        where: the hour register.
        twelve: the bit that says 12-hour mode.
        twelve_when: the state of ``twelve`` that means 12-hour mode (0 for the ISL1208's MIL bit).
    """

    where: Where
    twelve: int = 0x40
    twelve_when: int = 1

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits of the hour; the mode bit is left to a flag."""
        return (Bits.at(self.where, 0x3F),)

    def is_twelve(self, registers: Registers) -> bool:
        """Tell whether the register is in 12-hour mode."""
        return Bits.at(self.where, self.twelve).read(registers) == self.twelve_when

    def decode(self, registers: Registers) -> int:
        """Return the hour; ``not-bcd``, or ``not-twelve-hour`` when 12-hour mode shows 0 or more than 12."""
        held = self.claims()[0].read(registers)
        if not self.is_twelve(registers):
            return _decode_bcd(held)
        shown = _decode_bcd(held & ~_PM)
        if not 1 <= shown <= 12:  # noqa: PLR2004 - the dial
            raise UnreadableError("not-twelve-hour")
        return shown % 12 + (12 if held & _PM else 0)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the hour in the register's own mode; ValueError outside 0-23 in 12-hour mode, or when it does not fit."""
        if not self.is_twelve(registers):
            self.claims()[0].write(encode_bcd(number), registers)
            return
        if not 0 <= number <= 23:  # noqa: PLR2004 - hours
            raise ValueError(f"hour {number} cannot be shown on a 12-hour dial")
        shown = encode_bcd((number - 1) % 12 + 1)
        self.claims()[0].write(shown | (_PM if number >= 12 else 0), registers)  # noqa: PLR2004 - noon


@dataclass(frozen=True, slots=True)
class Count:
    """A binary count over several whole registers, the lowest address named by ``where``."""

    where: int | Word
    registers: int
    order: Order
    signed: bool = False

    def claims(self) -> tuple[Bits, ...]:
        """Return the registers, in the order of their addresses."""
        if isinstance(self.where, Word):
            return tuple(Bits.at(Word(self.where.address + at), None) for at in range(self.registers))
        return tuple(Bits.at(self.where + at, None) for at in range(self.registers))

    def decode(self, registers: Registers) -> int:
        """Return the count."""
        claims = self.claims()
        held = [bits.read(registers) for bits in claims]
        return join_registers(held, self.order, bits=claims[0].register_bits, signed=self.signed)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the count; ValueError when it does not fit."""
        claims = self.claims()
        parts = split_registers(number, self.registers, self.order, bits=claims[0].register_bits, signed=self.signed)
        for bits, part in zip(claims, parts, strict=True):
            bits.write(part, registers)


def _decode_bcd(packed: int) -> int:
    try:
        return decode_bcd(packed)
    except NotBcdError as error:
        raise UnreadableError("not-bcd") from error
