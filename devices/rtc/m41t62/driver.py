"""The M41T62 over I2C: two bits of its month count the centuries. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.options import text_option
from devices.rtc.chip_driver import Change, ChipDriver, Fingerprint
from devices.rtc.m41t62 import CENTURY_ZERO, FACTS, with_century_zero
from harness.codec.encodings import Bits, Registers
from harness.codec.layout import Bcd, Bin, Bit, FieldMap
from harness.device.driver import Options


@dataclass(frozen=True, slots=True)
class _CenturyBits:
    """A century counted in a few bits from ``first`` (19 for the 1900s)."""

    address: int
    mask: int
    first: int

    def claims(self) -> tuple[Bits, ...]:
        """Return the bits this number owns."""
        return (Bits.at(self.address, self.mask),)

    def decode(self, registers: Registers) -> int:
        """Return the century."""
        return self.first + self.claims()[0].read(registers)

    def encode(self, number: int, registers: Registers) -> None:
        """Write the century; ValueError when the bits cannot count so far."""
        self.claims()[0].write(number - self.first, registers)


_FLAGS: Final = 0x0F
_OSCILLATOR_FAILED: Final = 0x04
_STATUS: Final = FieldMap(start=_FLAGS, count=1, oscillator_failed=Bit(_FLAGS, _OSCILLATOR_FAILED))


def _fields(first_century: int) -> FieldMap:
    """Return the map; 00h, the hundredths, is left to the chip."""
    return FieldMap(
        start=0x01,
        count=7,
        second=Bcd(0x01, 0x7F),
        minute=Bcd(0x02, 0x7F),
        hour=Bcd(0x03, 0x3F),
        weekday=Bin(0x04, 0x07),
        day=Bcd(0x05, 0x3F),
        month=Bcd(0x06, 0x1F),
        century=_CenturyBits(0x06, 0xC0, first_century),
        year=Bcd(0x07, 0xFF),
        halted=Bit(0x01, 0x80),
    )


def make_driver(options: Options) -> ChipDriver:
    """Make the driver; ``century-zero`` says from which century its two bits count."""
    chosen = text_option(options, CENTURY_ZERO)
    return ChipDriver(
        facts=with_century_zero(FACTS, chosen),
        clock=_fields(int(chosen[:2])),
        status=_STATUS,
        keeps_bits=True,  # the weekday's register also holds the square wave's rate
        written=(("halted", False),),
        after=(Change(register=_FLAGS, down=_OSCILLATOR_FAILED),),
        fingerprint=(Fingerprint(start=0x0A, parts=(("alarm", 5),)),),
    )
