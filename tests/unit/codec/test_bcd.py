"""Packed decimal: exact both ways, and never repaired."""

from __future__ import annotations

import pytest

from harness.codec.bcd import NotBcdError, decode_bcd, encode_bcd


@pytest.mark.parametrize(
    ("packed", "number"), [(0x00, 0), (0x09, 9), (0x10, 10), (0x59, 59), (0x99, 99), (0x1999, 1999), (0x2359, 2359)]
)
def test_each_nibble_is_one_decimal_digit(packed: int, number: int) -> None:
    assert number == decode_bcd(packed)
    assert packed == encode_bcd(number)


@pytest.mark.parametrize("packed", [0x0A, 0xA0, 0xFF, 0x5F, 0x19A9])
def test_a_nibble_above_nine_is_an_error_that_carries_what_was_read(packed: int) -> None:
    with pytest.raises(NotBcdError, match="not binary-coded decimal") as caught:
        decode_bcd(packed)
    assert packed == caught.value.packed


def test_exactly_the_hundred_decimal_bytes_decode() -> None:
    decoded = []
    for packed in range(256):
        try:
            decoded.append(decode_bcd(packed))
        except NotBcdError:
            continue
    assert list(range(100)) == decoded


def test_a_negative_number_has_no_nibbles() -> None:
    with pytest.raises(ValueError, match="negative"):
        decode_bcd(-1)
    with pytest.raises(ValueError, match="negative"):
        encode_bcd(-1)
