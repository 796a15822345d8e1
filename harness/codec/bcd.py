"""Packed binary-coded decimal: one decimal digit a nibble, most significant first. A nibble above 9 is never repaired."""

from __future__ import annotations

_LARGEST_DIGIT = 9


class NotBcdError(ValueError):
    """A nibble holds more than 9.

    Attributes:
        packed: the whole number as it was read.
    """

    def __init__(self, packed: int) -> None:
        self.packed = packed
        super().__init__(f"{packed:02X}h is not binary-coded decimal")


def decode_bcd(packed: int) -> int:
    """Return the number whose decimal digits are the nibbles of ``packed`` (59h is 59).

    Raises:
        NotBcdError: a nibble is above 9.
        ValueError: ``packed`` is negative.
    """
    if packed < 0:
        raise ValueError(f"{packed} is negative and has no nibbles")
    number, scale, rest = 0, 1, packed
    while rest:
        rest, digit = divmod(rest, 16)
        if digit > _LARGEST_DIGIT:
            raise NotBcdError(packed)
        number += digit * scale
        scale *= 10
    return number


def encode_bcd(number: int) -> int:
    """Return ``number`` with one decimal digit a nibble (59 is 59h); as many nibbles as it has digits.

    Raises:
        ValueError: ``number`` is negative.
    """
    if number < 0:
        raise ValueError(f"{number} is negative and has no decimal nibbles")
    return int(str(number), 16)
