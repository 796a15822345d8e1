"""The alarms of the clock chips, access by access. The bytes are hand-worked from the makers' data sheets.

DS3231: registers 07h-0Dh and table 2 (alarm mask bits), status 0Fh. PCF8563: 8.3.2 and 8.5. PCF8523: 8.3 and 8.7.
MCP7940N (DS20005010): 5.4. ISL1208 (FN8085): alarm registers, interrupt control, status.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import I2cRead, I2cWrite, LinkAsk, Steps
from harness.device.driver import HasAlarm
from harness.errors import LinkError

Dialogue = Sequence[tuple[LinkAsk[Any], Any]]
Play = Callable[[Steps[Any], Dialogue], Any]

MOMENT = CalendarFields(year=0, century_bit=1, month=3, day=1, weekday=4, hour=0, minute=1, second=5)
"""2000-03-01 00:01:05, a Wednesday; the chips of this test take from it what they compare."""


def make_driver(model: str, **options: Any) -> Any:
    return Registry().make_driver(model, options)


def read(register: int, count: int, *, timing: bool = True) -> I2cRead:
    return I2cRead(pointer=bytes((register,)), count=count, timing=timing)


def write(register: int, octets: str) -> I2cWrite:
    return I2cWrite(pointer=bytes((register,)), data=bytes.fromhex(octets))


def ds3231_time() -> list[tuple[LinkAsk[Any], Any]]:
    """Return what a DS3231 is asked before it is armed: its time, for the hour mode, and its status."""
    return [(read(0, 7), bytes.fromhex("50 59 23 03 29 82 00")), (read(0x0F, 1, timing=False), b"\x08")]


ARMED: dict[str, tuple[dict[str, Any], Dialogue]] = {
    # Mask bits clear, DY/DT clear: second, minute, hour and date are compared.
    "rtc/ds3231": (
        {},
        [*ds3231_time(), (write(0x07, "05 01 00 01"), None), (read(0x0F, 1, timing=False), b"\x08")],
    ),
    "rtc/ds3232": (
        {"alarm": "2"},
        [*ds3231_time(), (write(0x0B, "01 00 01"), None), (read(0x0F, 1, timing=False), b"\x08")],
    ),
    # AE clear in minute, hour and day; set in the weekday, which is not compared.
    "rtc/pcf8563": (
        {},
        [
            (read(0x02, 7), bytes.fromhex("50 59 23 29 02 02 00")),
            (write(0x09, "01 00 01 80"), None),
            (read(0x01, 1, timing=False), b"\x00"),
        ],
    ),
    "rtc/rtc-8564": (
        {},
        [
            (read(0x02, 7), bytes.fromhex("50 59 23 29 02 82 00")),
            (write(0x09, "01 00 01 80"), None),
            (read(0x01, 1, timing=False), b"\x00"),
        ],
    ),
    "rtc/pcf8523": (
        {},
        [
            (read(0x03, 7), bytes.fromhex("50 59 23 29 02 02 00")),
            (read(0x00, 1, timing=False), b"\x00"),
            (write(0x0A, "01 00 01 80"), None),
            (read(0x01, 1, timing=False), b"\x00"),
        ],
    ),
    # ALM0MSK 111b beside the weekday; then ALM0EN, the rest of the control register as it is found.
    "rtc/mcp7940n": (
        {},
        [
            (read(0, 7), bytes.fromhex("D0 59 23 2B 29 22 00")),
            (write(0x0A, "05 01 00 74 01 03"), None),
            (read(0x07, 1, timing=False), b"\x83"),
            (write(0x07, "93"), None),
            (read(0x0D, 1, timing=False), b"\x74"),
        ],
    ),
    # Bit 7 enables each part; then ALME. ARST is looked at first.
    "rtc/isl1208": (
        {},
        [
            (read(0x07, 1, timing=False), b"\x00"),
            (read(0, 7), bytes.fromhex("50 59 A3 29 02 00 02")),
            (read(0x07, 1, timing=False), b"\x00"),
            (write(0x0C, "85 81 80 81 83 00"), None),
            (read(0x08, 1, timing=False), b"\x05"),
            (write(0x08, "45"), None),
            (read(0x07, 1, timing=False), b"\x00"),
        ],
    ),
}


def test_a_driver_has_an_alarm_exactly_when_its_facts_say_so() -> None:
    registry = Registry()
    drivers = {model: registry.facts(model).alarm is not None for model in registry.models()}
    with_alarm = {model for model, has_one in drivers.items() if has_one}
    assert set(ARMED) <= with_alarm
    for model in ARMED:
        assert isinstance(make_driver(model), HasAlarm)
    for model in ("rtc/ds1307", "rtc/m41t62", "rtc/rv-3028"):
        assert not isinstance(make_driver(model), HasAlarm)
        assert registry.facts(model).alarm is None


@pytest.mark.parametrize("model", ARMED)
def test_arming_writes_the_alarm_and_nothing_else(play: Play, model: str) -> None:
    options, dialogue = ARMED[model]
    play(make_driver(model, **options).arm_alarm(MOMENT), dialogue)


def test_an_armed_alarm_reads_back_with_its_parts(play: Play) -> None:
    sample = play(
        make_driver("rtc/ds3231").read_alarm(),
        [(read(0x07, 4, timing=False), bytes.fromhex("05 01 00 01")), (read(0x0F, 1), b"\x08")],
    )
    assert CalendarFields(day=1, hour=0, minute=1, second=5) == sample.fields
    assert (True, False, None) == (sample.is_armed, sample.has_fired, sample.unreadable)
    assert bytes.fromhex("05 01 00 01") == sample.setting


@pytest.mark.parametrize("masked", ["85 01 00 01", "05 81 00 01", "05 01 80 01", "05 01 00 81", "05 01 00 41"])
def test_an_alarm_that_ignores_a_part_is_not_the_one_that_was_armed(play: Play, masked: str) -> None:
    """Each has one bit set that the data sheet's table 2 gives another meaning."""
    sample = play(
        make_driver("rtc/ds3231").read_alarm(),
        [(read(0x07, 4, timing=False), bytes.fromhex(masked)), (read(0x0F, 1), b"\x08")],
    )
    assert not sample.is_armed


def test_an_alarm_past_the_end_of_the_minute_is_shown_and_not_repaired(play: Play) -> None:
    """23:59:65 has decimal digits; what it means is for the judge."""
    sample = play(
        make_driver("rtc/ds3231").read_alarm(),
        [(read(0x07, 4, timing=False), bytes.fromhex("65 59 23 01")), (read(0x0F, 1), b"\x08")],
    )
    assert (65, 59, 23, None) == (sample.fields.second, sample.fields.minute, sample.fields.hour, sample.unreadable)


def test_digits_that_are_none_are_said(play: Play) -> None:
    sample = play(
        make_driver("rtc/pcf8563").read_alarm(),
        [(read(0x09, 4, timing=False), bytes.fromhex("6B 00 01 80")), (read(0x01, 1), b"\x00")],
    )
    assert "not-bcd:minute" == sample.unreadable


def test_an_mcp7940n_keeps_its_flag_in_a_register_of_the_alarm_and_the_setting_leaves_it_out(play: Play) -> None:
    sample = play(
        make_driver("rtc/mcp7940n").read_alarm(),
        [
            (read(0x0A, 6, timing=False), bytes.fromhex("05 01 00 7C 01 03")),
            (read(0x07, 1, timing=False), b"\x93"),
            (read(0x0D, 1), b"\x7c"),
        ],
    )
    assert (True, True) == (sample.is_armed, sample.has_fired)
    assert bytes.fromhex("05 01 00 74 01 03 10") == sample.setting


@pytest.mark.parametrize(
    ("model", "register", "raised", "cleared"),
    [
        # A1F falls; EN32kHz stays; OSF and A2F are written 1, which leaves them as they are.
        ("rtc/ds3231", 0x0F, "0B", "8A"),
        # AF falls; AIE stays; TF is written 1. Bits 7 and 6 mirror the seconds and are written 0.
        ("rtc/pcf8563", 0x01, "CA", "06"),
        ("rtc/pcf8523", 0x01, "0A", "72"),
        ("rtc/mcp7940n", 0x0D, "7C", "74"),
        # ALM falls; WRTC stays as found; BAT is written 1.
        ("rtc/isl1208", 0x07, "14", "12"),
    ],
)
def test_clearing_drops_one_flag_and_loses_no_other(
    play: Play, model: str, register: int, raised: str, cleared: str
) -> None:
    play(
        make_driver(model).clear_alarm(),
        [(read(register, 1, timing=False), bytes.fromhex(raised)), (write(register, cleared), None)],
    )


def test_a_flag_that_is_not_raised_is_not_written(play: Play) -> None:
    play(make_driver("rtc/ds3231").clear_alarm(), [(read(0x0F, 1, timing=False), b"\x8a")])


def test_an_alarm_is_put_back_as_it_was_found_and_its_flag_cleared(play: Play) -> None:
    play(
        make_driver("rtc/ds3231").put_alarm_back(bytes.fromhex("00 30 06 15")),
        [
            (write(0x07, "00 30 06 15"), None),
            (read(0x0F, 1, timing=False), b"\x09"),
            (write(0x0F, "8A"), None),
        ],
    )


def test_an_alarm_that_was_found_disabled_is_disabled_before_its_registers_are_written(play: Play) -> None:
    play(
        make_driver("rtc/mcp7940n").put_alarm_back(bytes.fromhex("00 00 00 01 01 01 00")),
        [
            (read(0x07, 1, timing=False), b"\x93"),
            (write(0x07, "83"), None),
            (write(0x0A, "00 00 00 01 01 01"), None),
            (read(0x0D, 1, timing=False), b"\x01"),
        ],
    )


def test_no_alarm_is_armed_on_a_chip_that_counts_to_twelve(play: Play) -> None:
    with pytest.raises(LinkError) as error:
        play(
            make_driver("rtc/ds3231").arm_alarm(MOMENT),
            [(read(0, 7), bytes.fromhex("50 59 71 03 29 82 00")), (read(0x0F, 1, timing=False), b"\x08")],
        )
    assert "twelve-hour-alarm" == error.value.kind


def test_no_alarm_is_armed_on_an_isl1208_whose_flag_falls_when_it_is_read(play: Play) -> None:
    with pytest.raises(LinkError) as error:
        play(make_driver("rtc/isl1208").arm_alarm(MOMENT), [(read(0x07, 1, timing=False), b"\x80")])
    assert "alarm-flag-resets-itself" == error.value.kind
