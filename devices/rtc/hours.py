"""Hour registers that the codec room does not know: 12-hour modes whose PM flag has a bit of its own."""

from __future__ import annotations

from dataclasses import dataclass

from harness.codec.encodings import Bcd, BcdNibbles, Bin, Bits, Encoding, Registers, UnreadableError, Where

_DIAL = 12
_DAY = 24


@dataclass(frozen=True, slots=True)
class PmHour:
    """An hour in 12-hour mode: a number in bits 5-0, two decimal digits as a rule, and a PM flag beside it.

    Attributes:
        where: the register.
        pm: the flag's mask.
        counts_from_zero: the digits run 0-11 (S-35390A) rather than 12, 1-11 (PCF8583).
        is_binary: the number is plain binary (MC146818 in its binary mode).
    """

    where: Where
    pm: int
    counts_from_zero: bool
    is_binary: bool = False

    def claims(self) -> tuple[Bits, ...]:
        """Return the digits and the flag."""
        return (*self._dial().claims(), Bits.at(self.where, self.pm))

    def decode(self, registers: Registers) -> int:
        """Return 0-23; ``not-bcd``, or ``not-twelve-hour`` when the digits are not on the dial."""
        shown = self._dial().decode(registers)
        first = 0 if self.counts_from_zero else 1
        if not first <= shown < first + _DIAL:
            raise UnreadableError("not-twelve-hour")
        return shown % _DIAL + _DIAL * Bits.at(self.where, self.pm).read(registers)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the digits and the flag; ValueError outside 0-23."""
        if not 0 <= number < _DAY:
            raise ValueError(f"hour {number} cannot be shown on a 12-hour dial")
        shown = number % _DIAL
        self._dial().encode(shown if self.counts_from_zero or shown else _DIAL, registers)
        Bits.at(self.where, self.pm).write(number // _DIAL, registers)

    def _dial(self) -> Encoding:
        return Bin(self.where, 0x3F) if self.is_binary else Bcd(self.where, 0x3F)


@dataclass(frozen=True, slots=True)
class NibblePmHour:
    """An hour in 12-hour mode in two four-bit registers: units, and tens with a PM flag (MSM6242); 12, 1-11."""

    tens: Where
    units: Where
    pm: int

    def claims(self) -> tuple[Bits, ...]:
        """Return the digits and the flag."""
        return (*self._dial().claims(), Bits.at(self.tens, self.pm))

    def decode(self, registers: Registers) -> int:
        """Return 0-23; ``not-bcd``, or ``not-twelve-hour`` when the digits are not on the dial."""
        shown = self._dial().decode(registers)
        if not 1 <= shown <= _DIAL:
            raise UnreadableError("not-twelve-hour")
        return shown % _DIAL + _DIAL * Bits.at(self.tens, self.pm).read(registers)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the digits and the flag; ValueError outside 0-23."""
        if not 0 <= number < _DAY:
            raise ValueError(f"hour {number} cannot be shown on a 12-hour dial")
        self._dial().encode(number % _DIAL or _DIAL, registers)
        Bits.at(self.tens, self.pm).write(number // _DIAL, registers)

    def _dial(self) -> BcdNibbles:
        return BcdNibbles(self.tens, self.units, tens_mask=0x01)
