"""The DS1307's driver against literal register images (datasheet, table 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import I2cRead, I2cWrite
from harness.device.driver import Driver
from harness.errors import LinkError

Play = Callable[..., Any]

NEW_YEARS_EVE = CalendarFields(year=99, month=12, day=31, weekday=6, hour=23, minute=59, second=0)


def make_driver(**options: int) -> Driver:
    return Registry().make_driver("rtc/ds1307", {name.replace("_", "-"): given for name, given in options.items()})


def test_the_clock_is_read_in_one_burst(play: Play) -> None:
    """Two reads could straddle a carry; the chip buffers its registers only within one access."""
    sample = play(
        make_driver().read_clock(), [(I2cRead(pointer=b"\x00", count=7), bytes.fromhex("59 59 23 06 31 12 99"))]
    )
    assert CalendarFields(year=99, month=12, day=31, weekday=6, hour=23, minute=59, second=59) == sample.fields
    assert bytes.fromhex("59 59 23 06 31 12 99") == sample.raw
    assert {"halted": False, "twelve-hour": False} == sample.flags
    assert sample.unreadable is None


def test_a_set_is_one_write_and_starts_a_halted_chip(play: Play) -> None:
    play(
        make_driver().set_clock(NEW_YEARS_EVE),
        [
            (I2cRead(pointer=b"\x00", count=7, timing=False), bytes.fromhex("80 00 00 01 01 01 00")),
            (I2cWrite(pointer=b"\x00", data=bytes.fromhex("00 59 23 06 31 12 99")), None),
        ],
    )


def test_a_chip_in_12_hour_mode_stays_in_it(play: Play) -> None:
    """The mode is the owner's setting; a set that changed it would not leave the device as found."""
    play(
        make_driver().set_clock(NEW_YEARS_EVE),
        [
            (I2cRead(pointer=b"\x00", count=7, timing=False), bytes.fromhex("41 39 68 06 02 02 19")),
            (I2cWrite(pointer=b"\x00", data=bytes.fromhex("00 59 71 06 31 12 99")), None),
        ],
    )


@pytest.mark.parametrize(
    ("hour_register", "hour"), [("52", 0), ("41", 1), ("51", 11), ("72", 12), ("61", 13), ("71", 23)]
)
def test_noon_and_midnight_are_read_right_in_12_hour_mode(play: Play, hour_register: str, hour: int) -> None:
    """Two shipping drivers add 12 to 12 PM and so read 24."""
    block = bytes.fromhex(f"00 00 {hour_register} 07 01 01 00")
    sample = play(make_driver().read_clock(), [(I2cRead(pointer=b"\x00", count=7), block)])
    assert hour == sample.fields.hour
    assert sample.flags["twelve-hour"] is True


def test_a_year_that_is_not_decimal_is_said_and_not_repaired(play: Play) -> None:
    """Some drivers leave A0h where they mean 2000."""
    sample = play(
        make_driver().read_clock(), [(I2cRead(pointer=b"\x00", count=7), bytes.fromhex("00 00 00 07 01 01 A0"))]
    )
    assert sample.unreadable == "not-bcd:year"
    assert sample.fields.year is None
    assert bytes.fromhex("00 00 00 07 01 01 A0") == sample.raw


def test_a_date_that_does_not_exist_comes_through_as_fields(play: Play) -> None:
    sample = play(
        make_driver().read_clock(), [(I2cRead(pointer=b"\x00", count=7), bytes.fromhex("00 00 00 07 30 02 00"))]
    )
    assert (0, 2, 30) == (sample.fields.year, sample.fields.month, sample.fields.day)
    assert sample.unreadable is None


def test_nothing_is_written_when_the_read_before_fails(play: Play) -> None:
    with pytest.raises(LinkError):
        play(
            make_driver().set_clock(NEW_YEARS_EVE),
            [(I2cRead(pointer=b"\x00", count=7, timing=False), LinkError("no-reply", "silence"))],
        )


def test_nothing_is_written_when_a_field_does_not_fit(play: Play) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        play(
            make_driver().set_clock(CalendarFields(year=100, month=1, day=1, weekday=7, hour=0, minute=0, second=0)),
            [(I2cRead(pointer=b"\x00", count=7, timing=False), bytes.fromhex("00 00 00 07 01 01 00"))],
        )


def test_identity_is_control_and_ram_that_a_set_never_touches(play: Play) -> None:
    identity = play(
        make_driver().identify(), [(I2cRead(pointer=b"\x07", count=9), bytes.fromhex("03 DE AD BE EF 00 01 02 03"))]
    )
    assert (("control", "03"), ("ram-08-0f", "deadbeef00010203")) == identity.entries
    assert identity.serial_number is None


def test_a_chosen_window_moves_the_range_and_the_default_date() -> None:
    facts = make_driver(century_window=2000).facts
    assert ("2000-01-01 00:00:00", "2099-12-31 23:59:59") == (facts.first, facts.last)
    facts = make_driver(century_window=1901).facts
    assert ("1901-01-01 00:00:00", "2000-12-31 23:59:59") == (facts.first, facts.last)
    assert facts.default_date == "2000-01-01 00:00:00"
    assert make_driver(century_window=2001).facts.default_date == "2100-01-01 00:00:00"
