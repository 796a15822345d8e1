"""Register maps against register images that were published for real parts, and against what must be refused."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from harness.calendar.fields import CalendarFields
from harness.codec.layout import (
    Bcd,
    BcdHour,
    BcdNibbles,
    Bin,
    Bit,
    Count,
    FieldMap,
    HighByte,
    LowByte,
    OneHot,
    Word,
)
from harness.codec.words import Order

DS1307 = FieldMap(
    start=0x00,
    count=8,
    second=Bcd(0x00, 0x7F),
    minute=Bcd(0x01, 0x7F),
    hour=BcdHour(0x02),
    weekday=Bin(0x03, 0x07),
    day=Bcd(0x04, 0x3F),
    month=Bcd(0x05, 0x1F),
    year=Bcd(0x06),
    halted=Bit(0x00, 0x80),
    twelve_hour=Bit(0x02, 0x40),
)
LAST_SECOND = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=59, weekday=6)
PCF8563 = FieldMap(
    start=0x02,
    count=7,
    second=Bcd(0x02, 0x7F),
    minute=Bcd(0x03, 0x7F),
    hour=Bcd(0x04, 0x3F),
    day=Bcd(0x05, 0x3F),
    weekday=Bin(0x06, 0x07),
    month=Bcd(0x07, 0x1F),
    year=Bcd(0x08),
    century_bit=Bit(0x07, 0x80),
    voltage_low=Bit(0x02, 0x80),
)
WORDS = FieldMap(
    start=0x9013,
    count=3,
    minute=Bin(HighByte(0x9013)),
    second=Bin(LowByte(0x9013)),
    day=Bin(HighByte(0x9014)),
    hour=Bin(LowByte(0x9014)),
    year=Bin(HighByte(0x9015)),
    month=Bin(LowByte(0x9015)),
)


def test_a_ds1307_read_on_a_bench_in_2013() -> None:
    """Capture of a DS1307 (sigrok-dumps): 2013-03-10 23:35:30, Sunday = 1."""
    fields, flags, unreadable = DS1307.decode(bytes.fromhex("30 35 23 01 10 03 13 00"))
    assert CalendarFields(year=13, month=3, day=10, hour=23, minute=35, second=30, weekday=1) == fields
    assert {"halted": False, "twelve-hour": False} == flags
    assert unreadable is None


def test_a_ds1307_in_12_hour_mode_captured_in_2019() -> None:
    """Capture: 2019-02-02 8:39:41 PM."""
    fields, flags, unreadable = DS1307.decode(bytes.fromhex("41 39 68 06 02 02 19 03"))
    assert CalendarFields(year=19, month=2, day=2, hour=20, minute=39, second=41, weekday=6) == fields
    assert {"halted": False, "twelve-hour": True} == flags
    assert unreadable is None


def test_a_ds1307_after_first_power_up_says_it_is_halted() -> None:
    """Bus Pirate session: 80 00 00 01 01 01 00 03."""
    fields, flags, _ = DS1307.decode(bytes.fromhex("80 00 00 01 01 01 00 03"))
    assert CalendarFields(year=0, month=1, day=1, hour=0, minute=0, second=0, weekday=1) == fields
    assert flags["halted"] is True


def test_unused_bits_that_mirror_the_seconds_do_not_reach_the_fields() -> None:
    """A PCF8563 returns its unused bits as copies of the seconds register."""
    fields, flags, unreadable = PCF8563.decode(bytes.fromhex("59 59 63 71 5D D2 99"))
    assert CalendarFields(year=99, century_bit=1, month=12, day=31, hour=23, minute=59, second=59, weekday=5) == fields
    assert {"voltage-low": False} == flags
    assert unreadable is None


def test_a_set_of_the_last_minute_of_1999_in_the_bytes_of_the_datasheet() -> None:
    fields = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=50, weekday=6)
    assert bytes.fromhex("50 59 23 06 31 12 99 00") == DS1307.encode(fields)


def test_an_impossible_date_decodes_as_it_stands() -> None:
    """Impossible dates are what is looked for; the map neither repairs nor refuses them."""
    fields, _, unreadable = DS1307.decode(bytes.fromhex("79 79 39 00 30 02 00 00"))
    assert CalendarFields(year=0, month=2, day=30, hour=39, minute=79, second=79, weekday=0) == fields
    assert unreadable is None


def test_a_nibble_above_nine_leaves_its_field_absent_and_says_so() -> None:
    """Year A0h: what one Linux driver wrote for 2000."""
    fields, flags, unreadable = DS1307.decode(bytes.fromhex("00 00 00 07 01 01 A0 00"))
    assert CalendarFields(month=1, day=1, hour=0, minute=0, second=0, weekday=7) == fields
    assert {"halted": False, "twelve-hour": False} == flags
    assert "not-bcd:year" == unreadable


def test_of_several_unreadable_fields_the_most_significant_is_named() -> None:
    assert "not-bcd:month" == DS1307.decode(bytes.fromhex("7F 7F 0F 07 3F 1F 99 00"))[2]


TWELVE_HOUR_DIAL = [(0x52, 0), (0x41, 1), (0x51, 11), (0x72, 12), (0x61, 13), (0x71, 23)]


@pytest.mark.parametrize(("register", "hour"), TWELVE_HOUR_DIAL)
def test_the_12_hour_dial_both_ways(register: int, hour: int) -> None:
    """12 AM is hour 0 and 12 PM is hour 12; a set keeps the mode it finds."""
    block = bytes((0x59, 0x59, register, 0x06, 0x31, 0x12, 0x99, 0x10))
    fields, _, unreadable = DS1307.decode(block)
    assert hour == fields.hour
    assert unreadable is None
    base = bytes.fromhex("00 00 40 00 00 00 00 10")
    assert block == DS1307.encode(dataclasses.replace(LAST_SECOND, hour=hour), base=base)


@pytest.mark.parametrize("register", [0x40, 0x53, 0x60, 0x73])
def test_12_hour_mode_shows_no_hour_0_and_none_above_12(register: int) -> None:
    block = bytes((0x59, 0x59, register, 0x06, 0x31, 0x12, 0x99, 0x00))
    fields, _, unreadable = DS1307.decode(block)
    assert fields.hour is None
    assert "not-twelve-hour:hour" == unreadable


def test_a_bad_nibble_in_12_hour_mode_is_not_bcd() -> None:
    assert "not-bcd:hour" == DS1307.decode(bytes.fromhex("59 59 4B 06 31 12 99 00"))[2]


def test_an_hour_beyond_23_cannot_be_written_in_12_hour_mode() -> None:
    base = bytes.fromhex("00 00 40 00 00 00 00 00")
    for hour in (-1, 24):
        with pytest.raises(ValueError, match="12-hour dial"):
            DS1307.encode(dataclasses.replace(LAST_SECOND, hour=hour), base=base)


def test_a_mode_flag_is_written_before_the_hour_it_rules() -> None:
    in_twelve = DS1307.encode(LAST_SECOND, flags={"twelve-hour": True})
    assert bytes.fromhex("59 59 71 06 31 12 99 00") == in_twelve
    assert bytes.fromhex("59 59 23 06 31 12 99 00") == DS1307.encode(
        LAST_SECOND, flags={"twelve-hour": False}, base=in_twelve
    )


def test_an_inverted_mode_bit_reads_as_the_isl1208_does() -> None:
    """ISL1208: bit 7 set is 24-hour mode; A3h is 23 hours, 71h is 11 PM."""
    isl1208 = FieldMap(start=0, count=1, hour=BcdHour(0, twelve=0x80, twelve_when=0))
    assert 23 == isl1208.decode(b"\xa3")[0].hour
    assert 23 == isl1208.decode(b"\x31")[0].hour
    assert b"\x31" == isl1208.encode(CalendarFields(hour=23), base=b"\x00")


def test_a_base_keeps_every_bit_that_is_not_written() -> None:
    base = bytes.fromhex("80 80 80 F8 C0 E0 00 93")
    assert bytes.fromhex("D9 D9 A3 FE F1 F2 99 93") == DS1307.encode(LAST_SECOND, base=base)


def test_a_flag_alone_can_be_written_over_a_base() -> None:
    base = bytes.fromhex("D9 59 23 06 31 12 99 10")
    assert bytes.fromhex("59 59 23 06 31 12 99 10") == DS1307.encode(
        CalendarFields(), flags={"halted": False}, base=base
    )


def test_a_missing_field_is_not_made_up() -> None:
    with pytest.raises(ValueError, match="weekday is missing"):
        DS1307.encode(dataclasses.replace(LAST_SECOND, weekday=None))


def test_a_field_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for century, century_bit"):
        DS1307.encode(dataclasses.replace(LAST_SECOND, century=19, century_bit=1))


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(ValueError, match="no flag stopped"):
        DS1307.encode(LAST_SECOND, flags={"stopped": True})


@pytest.mark.parametrize(
    "change",
    [{"year": 100}, {"year": 1999}, {"month": 20}, {"day": 40}, {"hour": 40}, {"weekday": 8}, {"second": -1}],
)
def test_a_number_that_does_not_fit_is_refused_not_cut(change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"does not fit|negative"):
        DS1307.encode(dataclasses.replace(LAST_SECOND, **change))


@pytest.mark.parametrize("length", [0, 7, 9])
def test_a_block_of_another_length_is_an_error_not_a_reading(length: int) -> None:
    with pytest.raises(ValueError, match="not a block of 8"):
        DS1307.decode(bytes(length))
    with pytest.raises(ValueError, match="not a block of 8"):
        DS1307.encode(LAST_SECOND, base=bytes(length))


def test_two_fields_in_one_modbus_word() -> None:
    """EPEVER read-back of 2015-10-08 14:25:41: 1929h 080Eh 0F0Ah."""
    fields, flags, unreadable = WORDS.decode(bytes.fromhex("1929 080E 0F0A"))
    assert CalendarFields(year=15, month=10, day=8, hour=14, minute=25, second=41) == fields
    assert {} == flags
    assert unreadable is None
    assert bytes.fromhex("3B32 1F17 170C") == WORDS.encode(
        CalendarFields(year=23, month=12, day=31, hour=23, minute=59, second=50)
    )


def test_whole_words_and_bcd_halves() -> None:
    """Twido system words 49-53 on 1999-12-31 23:59:59: 0005 0059 2359 1231 1999."""
    twido = FieldMap(
        start=49,
        count=5,
        weekday=Bin(Word(49), 0x07),
        second=Bcd(LowByte(50)),
        hour=Bcd(HighByte(51)),
        minute=Bcd(LowByte(51)),
        month=Bcd(HighByte(52)),
        day=Bcd(LowByte(52)),
        year=Bcd(Word(53)),
    )
    expected = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=59, weekday=5)
    assert expected == twido.decode(bytes.fromhex("0005 0059 2359 1231 1999"))[0]
    assert bytes.fromhex("0005 0059 2359 1231 1999") == twido.encode(expected)
    assert "not-bcd:year" == twido.decode(bytes.fromhex("0005 0059 2359 1231 07CF"))[2]


@pytest.mark.parametrize(("order", "block"), [(Order.HIGH_FIRST, "386D 4344"), (Order.LOW_FIRST, "4344 386D")])
def test_a_32_bit_count_in_either_word_order(order: Order, block: str) -> None:
    """1999-12-31 23:59:00 UTC is 386D4344h; two published irrigation maps differ in the order."""
    clock = FieldMap(start=0x10, count=2, counted=Count(Word(0x10), 2, order))
    assert CalendarFields(count=946_684_740) == clock.decode(bytes.fromhex(block))[0]
    assert bytes.fromhex(block) == clock.encode(CalendarFields(count=946_684_740))


def test_a_signed_count_in_byte_registers() -> None:
    clock = FieldMap(start=0x1B, count=4, counted=Count(0x1B, 4, Order.LOW_FIRST, signed=True))
    assert CalendarFields(count=-2_147_483_648) == clock.decode(bytes.fromhex("00 00 00 80"))[0]
    assert bytes.fromhex("FF FF FF FF") == clock.encode(CalendarFields(count=-1))
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        clock.encode(CalendarFields(count=2_147_483_648))


def test_a_one_hot_weekday() -> None:
    """RV-8803: Friday is bit 5, 20h."""
    clock = FieldMap(start=3, count=1, weekday=OneHot(3, 0x7F))
    assert 5 == clock.decode(b"\x20")[0].weekday
    assert b"\x40" == clock.encode(CalendarFields(weekday=6))
    for block in (b"\x00", b"\x60"):
        assert "not-one-hot:weekday" == clock.decode(block)[2]
    for weekday in (-1, 7):
        with pytest.raises(ValueError, match=r"no bit|does not fit"):
            clock.encode(CalendarFields(weekday=weekday))


def test_decimal_digits_in_two_four_bit_registers() -> None:
    """MSM6242, 23:59 as nibbles 9 5 3 2; the tens of hours have two bits."""
    clock = FieldMap(
        start=2, count=4, minute=BcdNibbles(tens=3, units=2), hour=BcdNibbles(tens=5, units=4, tens_mask=3)
    )
    assert CalendarFields(hour=23, minute=59) == clock.decode(bytes.fromhex("09 05 03 02"))[0]
    assert CalendarFields(hour=23, minute=59) == clock.decode(bytes.fromhex("F9 F5 F3 F6"))[0]
    assert bytes.fromhex("09 05 03 02") == clock.encode(CalendarFields(hour=23, minute=59))
    assert "not-bcd:minute" == clock.decode(bytes.fromhex("0A 05 03 02"))[2]
    for hour in (-1, 40):
        with pytest.raises(ValueError, match="does not fit"):
            clock.encode(CalendarFields(hour=hour, minute=0))


def test_a_chip_that_shifts_its_bits_the_other_way_round() -> None:
    """S-35390A, year first, least significant bit first: 1999-12-31 23:59:59, Friday = 5."""
    clock = FieldMap(
        start=0,
        count=7,
        bits_reversed=True,
        year=Bcd(0),
        month=Bcd(1, 0x1F),
        day=Bcd(2, 0x3F),
        weekday=Bin(3, 0x07),
        hour=Bcd(4, 0x3F),
        minute=Bcd(5, 0x7F),
        second=Bcd(6, 0x7F),
    )
    expected = dataclasses.replace(LAST_SECOND, weekday=5)
    block = bytes.fromhex("99 48 8C A0 C4 9A 9A")
    assert (expected, {}, None) == clock.decode(block)
    assert block == clock.encode(expected)


def test_an_inverted_flag_claims_what_the_clear_bit_means() -> None:
    """MCP7940N: the oscillator is stopped while bit 7 of the seconds is 0."""
    clock = FieldMap(start=0, count=1, second=Bcd(0, 0x7F), stopped=Bit(0, 0x80, inverted=True))
    assert {"stopped": False} == clock.decode(b"\xd9")[1]
    assert {"stopped": True} == clock.decode(b"\x59")[1]
    assert b"\xd9" == clock.encode(CalendarFields(second=59), flags={"stopped": False})


def test_a_century_bit_takes_no_third_state() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        PCF8563.encode(dataclasses.replace(LAST_SECOND, century_bit=2))


def test_a_map_stays_as_declared() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DS1307.start = 1  # type: ignore[misc]
    assert 8 == DS1307.block_bytes
    assert 6 == WORDS.block_bytes


@pytest.mark.parametrize(
    ("places", "says"),
    [
        ({}, "at least one field"),
        ({"year": Bcd(0), "month": Bcd(Word(1))}, "not both"),
        ({"year": Bcd(4)}, "outside the block"),
        ({"counted": Count(Word(2), 3, Order.HIGH_FIRST)}, "outside the block"),
        ({"year": Bcd(0), "month": Bcd(0, 0x1F)}, "share bit 0"),
        ({"second": Bcd(0), "halted": Bit(0, 0x80)}, "share bit 7"),
        ({"secnod": Bcd(0, 0x7F)}, "secnod is neither a calendar field nor a flag"),
        ({"halted": Bit(0, 0xC0)}, "not one bit"),
        ({"year": Bin(0, 0)}, "names no bits"),
        ({"year": Bin(0, 0x100)}, "names no bits"),
        ({"year": Bin(LowByte(0), 0x100)}, "names no bits"),
        ({"year": Bin(0, 0x05)}, "not one run"),
    ],
)
def test_a_map_that_contradicts_itself_is_refused_when_declared(places: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        FieldMap(start=0, count=4, **places)
