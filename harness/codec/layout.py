"""Register maps: the declaration that is a register driver. Where each field of a clock stands, and how it is written.

Nothing here knows a century, a weekday base or a calendar; what does not decode is said and left absent. A driver
takes everything it declares with from here: the map, the places and the encodings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from harness.calendar.fields import CalendarFields
from harness.codec.encodings import (
    BYTE_BITS,
    Bcd,
    BcdHour,
    BcdNibbles,
    Bin,
    Bit,
    Count,
    Encoding,
    HighByte,
    LowByte,
    OneHot,
    Registers,
    UnreadableError,
    Word,
)

__all__ = [
    "Bcd",
    "BcdHour",
    "BcdNibbles",
    "Bin",
    "Bit",
    "Count",
    "Encoding",
    "FieldMap",
    "HighByte",
    "LowByte",
    "OneHot",
    "Word",
]

# ISO order, so that the first unreadable field named is the most significant one.
_FIELD_NAMES = tuple(field.name for field in fields(CalendarFields))
_KEYWORDS = {"counted" if name == "count" else name: name for name in _FIELD_NAMES}


@dataclass(frozen=True, slots=True, init=False)
class FieldMap:
    """Where a device keeps each field and flag, in one block of registers.

    Keywords named as the attributes of ``CalendarFields`` are fields, and ``counted`` is its ``count``, a name the size
    of the block already has. Every other keyword is a flag, must be a ``Bit``, and is known by its kebab-case name::

        FieldMap(start=0x02, count=7, second=Bcd(0x02, 0x7F), minute=Bcd(0x03, 0x7F), hour=Bcd(0x04, 0x3F),
            day=Bcd(0x05, 0x3F), weekday=Bin(0x06, 0x07), month=Bcd(0x07, 0x1F), year=Bcd(0x08),
            century_bit=Bit(0x07, 0x80), voltage_low=Bit(0x02, 0x80))

    Attributes:
        start: address of the block's first register.
        count: registers in the block.
        bits_reversed: every byte travels least significant bit first (S-35390A); masks are of the byte turned round.
        register_bytes: 1 or 2, from the places used.
        fields, flags: name and encoding.
    """

    start: int
    count: int
    bits_reversed: bool
    register_bytes: int
    fields: tuple[tuple[str, Encoding], ...]
    flags: tuple[tuple[str, Bit], ...]

    def __init__(self, *, start: int, count: int, bits_reversed: bool = False, **places: Encoding) -> None:
        put = object.__setattr__
        put(self, "start", start)
        put(self, "count", count)
        put(self, "bits_reversed", bits_reversed)
        put(self, "fields", tuple((name, places[word]) for word, name in _KEYWORDS.items() if word in places))
        put(self, "flags", tuple(_flags(places)))
        put(self, "register_bytes", self._check())

    def _check(self) -> int:
        """Return the bytes a register has; ValueError when the map contradicts itself."""
        claims = [(name, bits) for name, encoding in (*self.fields, *self.flags) for bits in encoding.claims()]
        widths = {bits.register_bits for _, bits in claims}
        if len(widths) != 1:
            raise ValueError("a map holds byte registers or words, not both, and at least one field")
        owners: dict[tuple[int, int], str] = {}
        for name, bits in claims:
            if not self.start <= bits.address < self.start + self.count:
                raise ValueError(f"{name} stands at {bits.address:#x}, outside the block")
            for bit in range(bits.register_bits):
                if bits.mask >> bit & 1 and owners.setdefault((bits.address, bit), name) != name:
                    raise ValueError(f"{name} and {owners[bits.address, bit]} share bit {bit} of {bits.address:#x}")
        return widths.pop() // BYTE_BITS

    @property
    def block_bytes(self) -> int:
        """Length of the block in bytes."""
        return self.count * self.register_bytes

    def decode(self, block: bytes) -> tuple[CalendarFields, dict[str, bool], str | None]:
        """Unpack a block, words high byte first.

        Returns:
            The fields that could be read, the flags, and why the first unreadable field is so (``not-bcd:hour``).

        Raises:
            ValueError: the block has another length; a short block is an error of the line, not a reading.
        """
        registers = self._registers(block)
        numbers: dict[str, int] = {}
        unreadable: str | None = None
        for name, encoding in self.fields:
            try:
                numbers[name] = encoding.decode(registers)
            except UnreadableError as error:
                unreadable = unreadable or f"{error.kind}:{name}"
        flags = {name: bool(bit.decode(registers)) for name, bit in self.flags}
        return CalendarFields(**numbers), flags, unreadable

    def encode(
        self, fields: CalendarFields, *, flags: Mapping[str, bool] | None = None, base: bytes | None = None
    ) -> bytes:
        """Pack fields into a block.

        Args:
            fields: a field the map has no place for is an error.
            flags: bits to write beside them; written first, so a mode flag rules how the hour is written.
            base: the block as it was read; every bit that is not written is kept from it. Without one, other bits are
                0 and every field of the map must be given: nothing is made up.

        Raises:
            ValueError: a field does not fit, has no place, or is missing; a flag is unknown; the base has another length.
        """
        numbers = fields.as_dict()
        registers = self._registers(bytes(self.block_bytes) if base is None else base)
        if homeless := numbers.keys() - dict(self.fields).keys():
            raise ValueError(f"the map has no place for {', '.join(sorted(homeless))}")
        if unknown := (flags or {}).keys() - dict(self.flags).keys():
            raise ValueError(f"the map has no flag {', '.join(sorted(unknown))}")
        for name, bit in self.flags:
            if flags and name in flags:
                bit.encode(int(flags[name]), registers)
        for name, encoding in self.fields:
            if name in numbers:
                encoding.encode(numbers[name], registers)
            elif base is None:
                raise ValueError(f"{name} is missing, and there is no base to keep it from")
        return self._block(registers)

    def _registers(self, block: bytes) -> Registers:
        if len(block) != self.block_bytes:
            raise ValueError(f"{len(block)} bytes are not a block of {self.block_bytes}")
        turned = _reverse_bits(block) if self.bits_reversed else block
        width = self.register_bytes
        return {
            self.start + at: int.from_bytes(turned[at * width : (at + 1) * width], "big") for at in range(self.count)
        }

    def _block(self, registers: Registers) -> bytes:
        addresses = range(self.start, self.start + self.count)
        block = b"".join(registers[address].to_bytes(self.register_bytes, "big") for address in addresses)
        return _reverse_bits(block) if self.bits_reversed else block


def _flags(places: Mapping[str, Encoding]) -> list[tuple[str, Bit]]:
    found: list[tuple[str, Bit]] = []
    for name, encoding in places.items():
        if name in _KEYWORDS:
            continue
        if not isinstance(encoding, Bit):
            raise ValueError(f"{name} is neither a calendar field nor a flag of one bit")  # noqa: TRY004 - a bad map
        found.append((name.replace("_", "-"), encoding))
    return found


def _reverse_bits(block: bytes) -> bytes:
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in block)
