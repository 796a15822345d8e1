"""The Modicon driver against literal registers (870 USE 101 10, p. 229)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import (
    Pause,
    ReadCoils,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    WriteRegisters,
)
from harness.device.driver import Driver, HasOutputs
from harness.errors import DeviceRefused, LinkError

Play = Callable[..., Any]

NEW_YEARS_EVE = CalendarFields(year=99, month=12, day=31, weekday=6, hour=23, minute=59, second=0)
SET_BLOCK = (0x8000, 6, 12, 31, 99, 23, 59, 0)
READ_CONTROL = ReadRegisters(start=0x63, count=1, timing=False)
PAUSE = Pause(duration_ns=100_000_000)
NO_FUNCTION = DeviceRefused(1, "no such function")


def make_driver(**options: int) -> Driver:
    return Registry().make_driver("plc/modicon", {name.replace("_", "-"): given for name, given in options.items()})


def test_the_block_is_read_at_once(play: Play) -> None:
    sample = play(
        make_driver().read_clock(), [(ReadRegisters(start=0x63, count=8), (0x6000, 6, 12, 31, 99, 23, 59, 59))]
    )
    assert CalendarFields(year=99, month=12, day=31, weekday=6, hour=23, minute=59, second=59) == sample.fields
    assert {"being-set": False, "being-read": True, "all-set": True, "error": False} == sample.flags
    assert bytes.fromhex("6000 0006 000C 001F 0063 0017 003B 003B") == sample.raw


def test_a_year_of_100_comes_through_as_100(play: Play) -> None:
    """A controller that counts on past 99 is exactly what is looked for."""
    sample = play(make_driver().read_clock(), [(ReadRegisters(start=0x63, count=8), (0x6000, 7, 1, 1, 100, 0, 0, 0))])
    assert sample.fields.year == 100


def test_a_set_is_one_request_and_waits_for_done(play: Play) -> None:
    play(
        make_driver().set_clock(NEW_YEARS_EVE),
        [
            (WriteRegisters(start=0x63, words=SET_BLOCK), None),
            (READ_CONTROL, (0x8000,)),
            (PAUSE, None),
            (READ_CONTROL, (0x6000,)),
        ],
    )


def test_done_does_not_count_while_the_clock_is_still_being_set(play: Play) -> None:
    play(
        make_driver().set_clock(NEW_YEARS_EVE),
        [
            (WriteRegisters(start=0x63, words=SET_BLOCK), None),
            (READ_CONTROL, (0xA000,)),
            (PAUSE, None),
            (READ_CONTROL, (0x2000,)),
        ],
    )


def test_the_error_bit_is_a_refusal(play: Play) -> None:
    with pytest.raises(DeviceRefused) as refusal:
        play(
            make_driver().set_clock(NEW_YEARS_EVE),
            [(WriteRegisters(start=0x63, words=SET_BLOCK), None), (READ_CONTROL, (0x1000,))],
        )
    assert refusal.value.code == "error-bit"
    assert refusal.value.raw == b"\x10\x00"


def test_a_controller_that_never_says_leaves_the_set_unknown(play: Play) -> None:
    """The block went out once; only the control register is looked at again, and not for ever."""
    with pytest.raises(LinkError) as unknown:
        play(
            make_driver().set_clock(NEW_YEARS_EVE),
            [
                (WriteRegisters(start=0x63, words=SET_BLOCK), None),
                *[(READ_CONTROL, (0x8000,)), (PAUSE, None)] * 20,
            ],
        )
    assert unknown.value.kind == "set-not-confirmed"


def test_nothing_is_written_when_a_field_is_missing(play: Play) -> None:
    with pytest.raises(ValueError, match="weekday is missing"):
        play(make_driver().set_clock(CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=0)), [])


def test_base_and_control_bits_are_options(play: Play) -> None:
    driver = make_driver(base=0x100, set_bit=0x0001, read_bit=0x0002, done_bit=0x0004, error_bit=0x0008)
    play(
        driver.set_clock(NEW_YEARS_EVE),
        [
            (WriteRegisters(start=0x100, words=(1, 6, 12, 31, 99, 23, 59, 0)), None),
            (ReadRegisters(start=0x100, count=1, timing=False), (0x0004,)),
        ],
    )


@pytest.mark.parametrize(
    "options", [{"set_bit": 0x8001}, {"set_bit": 0}, {"set_bit": 0x4000}, {"base": 0xFFF9}, {"century_window": 1}]
)
def test_options_that_cannot_work_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"option|share"):
        make_driver(**options)


def test_a_controller_with_names_gives_them(play: Play) -> None:
    identity = play(
        make_driver().identify(),
        [(ReadDeviceIdentification(), {1: b"140 CPU 651 60", 0: b"Schneider", 2: b"V3.2", 128: b"x"})],
    )
    assert (
        ("vendor", "Schneider"),
        ("product", "140 CPU 651 60"),
        ("revision", "V3.2"),
        ("object-128", "x"),
    ) == identity.entries


def test_a_controller_without_names_gives_its_server_id(play: Play) -> None:
    identity = play(
        make_driver().identify(), [(ReadDeviceIdentification(), NO_FUNCTION), (ReportServerId(), b"\x09\xff\x01")]
    )
    assert (("server-id", "09ff01"),) == identity.entries


def test_a_controller_with_neither_is_known_by_registers_that_never_change(play: Play) -> None:
    driver = make_driver(fingerprint_start=0x10, fingerprint_count=2)
    identity = play(
        driver.identify(),
        [
            (ReadDeviceIdentification(), NO_FUNCTION),
            (ReportServerId(), NO_FUNCTION),
            (ReadRegisters(start=0x10, count=2, timing=False), (0x1234, 0xABCD)),
        ],
    )
    assert (("time-of-day-block", "0063"), ("registers-0010", "1234abcd")) == identity.entries


def test_without_such_registers_at_least_the_block_must_answer(play: Play) -> None:
    identity = play(
        make_driver().identify(),
        [
            (ReadDeviceIdentification(), NO_FUNCTION),
            (ReportServerId(), NO_FUNCTION),
            (ReadRegisters(start=0x63, count=8, timing=False), (0x6000, 7, 1, 1, 0, 0, 0, 0)),
        ],
    )
    assert (("time-of-day-block", "0063"),) == identity.entries


@pytest.mark.parametrize("trouble", [DeviceRefused(4, "device failure"), LinkError("no-reply", "silence")])
def test_any_other_trouble_is_not_taken_for_a_missing_function(play: Play, trouble: Exception) -> None:
    with pytest.raises(type(trouble)):
        play(make_driver().identify(), [(ReadDeviceIdentification(), trouble)])
    with pytest.raises(type(trouble)):
        play(make_driver().identify(), [(ReadDeviceIdentification(), NO_FUNCTION), (ReportServerId(), trouble)])


# --- coils ----------------------------------------------------------------------------------------------------------


def test_coils_are_read_only_where_the_bench_names_them(play: Play) -> None:
    """Which coils switch something in the field is the program's affair; without them there is nothing to watch."""
    assert not isinstance(make_driver(), HasOutputs)
    watching = make_driver(coils_start=16, coils_count=3)
    assert isinstance(watching, HasOutputs)
    outputs = play(watching.read_outputs(), [(ReadCoils(start=16, count=3, timing=False), (True, False, False))])
    assert {"000017": True, "000018": False, "000019": False} == outputs


def test_more_coils_than_a_request_carries_are_refused() -> None:
    with pytest.raises(ValueError, match="coils-count"):
        make_driver(coils_count=2001)
