"""16-bit words and the bytes in them, and wide integers over several registers. Word order is always said, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

_WORD_BITS = 16
_WORD_MAX = 0xFFFF
_BYTE_MAX = 0xFF


class Order(StrEnum):
    """Which register of a wide integer comes first, at the lowest address."""

    HIGH_FIRST = "high-first"
    LOW_FIRST = "low-first"


def join_registers(registers: Sequence[int], order: Order, *, bits: int = _WORD_BITS, signed: bool = False) -> int:
    """Return the integer that ``registers`` of ``bits`` bits each hold together.

    Raises:
        ValueError: a register does not fit its width.
    """
    number = 0
    for register in registers if order is Order.HIGH_FIRST else reversed(registers):
        if not 0 <= register < 1 << bits:
            raise ValueError(f"register value {register} does not fit {bits} bits")
        number = number << bits | register
    total = bits * len(registers)
    return number - (1 << total) if signed and number >> (total - 1) else number


def split_registers(
    number: int, count: int, order: Order, *, bits: int = _WORD_BITS, signed: bool = False
) -> tuple[int, ...]:
    """Return ``number`` as ``count`` registers of ``bits`` bits each.

    Raises:
        ValueError: the number does not fit.
    """
    total = bits * count
    lowest, highest = (-(1 << (total - 1)), (1 << (total - 1)) - 1) if signed else (0, (1 << total) - 1)
    if not lowest <= number <= highest:
        raise ValueError(f"{number} does not fit {total} bits {'signed' if signed else 'unsigned'}")
    low_first = tuple(number >> (bits * at) & ((1 << bits) - 1) for at in range(count))
    return low_first if order is Order.LOW_FIRST else low_first[::-1]


def bytes_of_words(words: Sequence[int]) -> bytes:
    """Return words as Modbus sends them: high byte first, in the order of their addresses.

    Raises:
        ValueError: a word does not fit 16 bits.
    """
    for word in words:
        if not 0 <= word <= _WORD_MAX:
            raise ValueError(f"{word} does not fit a 16-bit word")
    return b"".join(word.to_bytes(2, "big") for word in words)


def words_of_bytes(block: bytes) -> tuple[int, ...]:
    """Return the words of a block sent high byte first.

    Raises:
        ValueError: the block ends in half a word.
    """
    if len(block) % 2:
        raise ValueError(f"{len(block)} bytes are not whole words")
    return tuple(block[at] << 8 | block[at + 1] for at in range(0, len(block), 2))


def pack_word(high: int, low: int) -> int:
    """Return the word of two bytes.

    Raises:
        ValueError: a byte does not fit 8 bits.
    """
    if not (0 <= high <= _BYTE_MAX and 0 <= low <= _BYTE_MAX):
        raise ValueError(f"{high} and {low} are not two bytes")
    return high << 8 | low


def unpack_word(word: int) -> tuple[int, int]:
    """Return the high and the low byte of a word.

    Raises:
        ValueError: the word does not fit 16 bits.
    """
    if not 0 <= word <= _WORD_MAX:
        raise ValueError(f"{word} does not fit a 16-bit word")
    return word >> 8, word & 0xFF
