"""Words, their bytes, and wide integers over several of them."""

from __future__ import annotations

import pytest

from harness.codec.words import (
    Order,
    bytes_of_words,
    join_registers,
    pack_word,
    split_registers,
    unpack_word,
    words_of_bytes,
)


def test_unix_time_of_1999_12_31_23_59_high_word_first() -> None:
    """Registers of an irrigation controller: 386D4344h, as sent in its published frames."""
    assert 946_684_740 == join_registers((0x386D, 0x4344), Order.HIGH_FIRST)
    assert (0x386D, 0x4344) == split_registers(946_684_740, 2, Order.HIGH_FIRST)


def test_the_same_registers_low_word_first_are_another_moment() -> None:
    assert 0x4344386D == join_registers((0x386D, 0x4344), Order.LOW_FIRST)
    assert (0x4344, 0x386D) == split_registers(946_684_740, 2, Order.LOW_FIRST)


@pytest.mark.parametrize(
    ("registers", "signed", "number"),
    [
        ((0x7FFF, 0xFFFF), True, 2_147_483_647),
        ((0x8000, 0x0000), True, -2_147_483_648),
        ((0xFFFF, 0xFFFF), True, -1),
        ((0x8000, 0x0000), False, 2_147_483_648),
        ((0xFFFF, 0xFFFF), False, 4_294_967_295),
    ],
)
def test_the_sign_bit_counts_only_where_declared(registers: tuple[int, int], signed: bool, number: int) -> None:
    assert number == join_registers(registers, Order.HIGH_FIRST, signed=signed)
    assert registers == split_registers(number, 2, Order.HIGH_FIRST, signed=signed)


def test_byte_registers_join_as_words_do() -> None:
    assert 0x12CEA5C4 == join_registers((0xC4, 0xA5, 0xCE, 0x12), Order.LOW_FIRST, bits=8)
    assert (0xC4, 0xA5, 0xCE, 0x12) == split_registers(0x12CEA5C4, 4, Order.LOW_FIRST, bits=8)


@pytest.mark.parametrize(
    ("number", "signed"), [(4_294_967_296, False), (-1, False), (2_147_483_648, True), (-2_147_483_649, True)]
)
def test_a_number_that_does_not_fit_is_refused_not_cut(number: int, signed: bool) -> None:
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        split_registers(number, 2, Order.HIGH_FIRST, signed=signed)


@pytest.mark.parametrize("register", [-1, 0x10000])
def test_a_register_wider_than_its_width_is_refused(register: int) -> None:
    with pytest.raises(ValueError, match="does not fit 16 bits"):
        join_registers((register, 0), Order.HIGH_FIRST)


def test_words_travel_high_byte_first() -> None:
    assert bytes.fromhex("386D4344") == bytes_of_words((0x386D, 0x4344))
    assert (0x386D, 0x4344) == words_of_bytes(bytes.fromhex("386D4344"))


@pytest.mark.parametrize("word", [-1, 0x10000])
def test_what_is_no_word_is_refused(word: int) -> None:
    with pytest.raises(ValueError, match="16-bit"):
        bytes_of_words((word,))
    with pytest.raises(ValueError, match="16-bit"):
        unpack_word(word)


def test_half_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="3 bytes are not whole words"):
        words_of_bytes(bytes(3))


def test_two_bytes_in_one_word() -> None:
    """EPEVER register 9013h, read from a charge controller: 1929h is 25 minutes, 41 seconds."""
    assert (25, 41) == unpack_word(0x1929)
    assert 0x1929 == pack_word(25, 41)


@pytest.mark.parametrize(("high", "low"), [(256, 0), (0, 256), (-1, 0), (0, -1)])
def test_what_is_no_byte_is_refused(high: int, low: int) -> None:
    with pytest.raises(ValueError, match="not two bytes"):
        pack_word(high, low)
