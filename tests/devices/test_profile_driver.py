"""Drivers compiled from profiles: every write style, number form and word order, in literal registers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import devices
from devices.profiles.driver import ProfileDriver, compile_profile, make_profile_driver
from devices.profiles.loader import parse_profile
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import (
    Pause,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    WriteCoil,
    WriteRegister,
    WriteRegisters,
)
from harness.device.facts import IdentityMeans
from harness.errors import DeviceRefused, LinkError

EXAMPLE = Path(devices.__file__).parent / "profiles" / "example.yaml"
Play = Callable[..., Any]
LATE_1999 = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=58)


def make_driver(clock: str, identity: str = "means: operator") -> ProfileDriver:
    head = "profile: 1\nid: plc/x\nmaker: M\nmodel: X\ncertainty: experimental\nsources: [a plate]\n"
    return compile_profile(parse_profile(f"{head}identity: {{{identity}}}\n{clock}", "x.yaml"))


WORDS = """\
read: {fields: {year: {address: 45}, month: {address: 46}, day: {address: 47},
                hour: {address: 48}, minute: {address: 49}, second: {address: 50}}}
year: {form: digits}
range: {first: "1990-01-01 00:00:00", last: "2099-12-31 23:59:59"}
"""


def test_the_example_reads_halves_and_decimal_digits(play: Play) -> None:
    sample = play(
        make_profile_driver(EXAMPLE).read_clock(),
        [(ReadRegisters(start=100, count=4), (0x07EA, 0x0910, 0x0930, 0x0016))],
    )
    assert CalendarFields(year=2026, month=9, day=16, hour=9, minute=30, second=22) == sample.fields
    assert bytes.fromhex("07EA 0910 0930 0016") == sample.raw


def test_the_example_is_written_to_its_mailbox_and_then_triggered(play: Play) -> None:
    play(
        make_profile_driver(EXAMPLE).set_clock(
            CalendarFields(year=2026, month=12, day=31, hour=23, minute=59, second=58)
        ),
        [
            (WriteRegisters(start=200, words=(26, 0x0C1F, 0x2359, 58)), None),
            (Pause(duration_ns=100_000_000), None),
            (WriteCoil(address=7, on=True), None),
        ],
    )


def test_a_mailbox_without_an_answer_is_never_triggered(play: Play) -> None:
    with pytest.raises(LinkError):
        play(
            make_profile_driver(EXAMPLE).set_clock(
                CalendarFields(year=2026, month=12, day=31, hour=23, minute=59, second=58)
            ),
            [(WriteRegisters(start=200, words=(26, 0x0C1F, 0x2359, 58)), LinkError("no-reply", "silence"))],
        )


def test_a_year_below_what_is_taken_off_is_not_written(play: Play) -> None:
    """1999 less 2000 fits no register; nothing may go out."""
    with pytest.raises(ValueError, match="does not fit"):
        play(make_profile_driver(EXAMPLE).set_clock(LATE_1999), [])


def test_a_digit_that_is_not_decimal_is_said(play: Play) -> None:
    sample = play(
        make_profile_driver(EXAMPLE).read_clock(),
        [(ReadRegisters(start=100, count=4), (0x07EA, 0x0910, 0x093A, 0x0016))],
    )
    assert sample.unreadable == "not-bcd:minute"
    assert sample.fields.minute is None


def test_singles_go_one_by_one_with_pauses_in_the_order_given(play: Play) -> None:
    """Growatt: the year is read whole and written less 2000, function 6 only, year first."""
    driver = make_driver(
        WORDS + "write: {style: singles, pause-ms: 50, year-minus: 1990, "
        "order: [year, second, minute, hour, day, month]}\n"
    )
    pause = (Pause(duration_ns=50_000_000), None)
    play(
        driver.set_clock(LATE_1999),
        [
            (WriteRegister(address=45, word=9), None),
            pause,
            (WriteRegister(address=50, word=58), None),
            pause,
            (WriteRegister(address=49, word=59), None),
            pause,
            (WriteRegister(address=48, word=23), None),
            pause,
            (WriteRegister(address=47, word=31), None),
            pause,
            (WriteRegister(address=46, word=12), None),
        ],
    )


def test_a_single_that_is_refused_ends_the_set(play: Play) -> None:
    driver = make_driver(WORDS + "write: {style: singles}\n")
    with pytest.raises(DeviceRefused):
        play(driver.set_clock(LATE_1999), [(WriteRegister(address=45, word=1999), DeviceRefused(3, "illegal value"))])


def test_two_fields_in_one_register_are_one_single(play: Play) -> None:
    driver = make_driver(
        """\
read: {fields: {year: {address: 0}, month: {address: 1, part: high}, day: {address: 1, part: low},
                hour: {address: 2, part: high}, minute: {address: 2, part: low}}}
write: {style: singles}
year: {form: digits}
range: {first: "1990-01-01 00:00:00", last: "2099-12-31 23:59:59"}
"""
    )
    assert driver.facts.form.has_seconds is False
    play(
        driver.set_clock(CalendarFields(year=1999, month=12, day=31, hour=23, minute=59)),
        [
            (WriteRegister(address=0, word=1999), None),
            (WriteRegister(address=1, word=0x0C1F), None),
            (WriteRegister(address=2, word=0x173B), None),
        ],
    )


def test_a_mailbox_may_be_triggered_by_a_register(play: Play) -> None:
    driver = make_driver(WORDS + "write: {style: mailbox, trigger: {register: 60, word: 0xA5}}\n")
    play(
        driver.set_clock(LATE_1999),
        [
            (WriteRegisters(start=45, words=(1999, 12, 31, 23, 59, 58)), None),
            (WriteRegister(address=60, word=0xA5), None),
        ],
    )


COUNTER = """\
write: {style: block}
range: {first: "1980-01-01 00:00:00", last: "2037-12-31 23:59:59"}
read: {table: input, counter: {address: 8, %s}}
"""


@pytest.mark.parametrize(
    ("counter", "words", "count"),
    [
        ("order: high-first", (0x386D, 0x4344), 946_684_740),
        ("order: low-first", (0x4344, 0x386D), 946_684_740),
        ("order: high-first, signed: true", (0xFFFF, 0xFFFF), -1),
        ("order: high-first, signed: false", (0xFFFF, 0xFFFF), 4_294_967_295),
        ("order: high-first, bits: 16, tick-seconds: 86400", (0x2ACD,), 10_957),
        ("order: low-first, bits: 64", (0x4344, 0x386D, 0, 0), 946_684_740),
        ("order: high-first, bits: 48", (0, 0x386D, 0x4344), 946_684_740),
    ],
)
def test_a_counter_is_read_and_written_in_its_words(
    counter: str, words: tuple[int, ...], count: int, play: Play
) -> None:
    driver = make_driver(COUNTER % counter)
    sample = play(driver.read_clock(), [(ReadRegisters(start=8, count=len(words), table="input"), words)])
    assert CalendarFields(count=count) == sample.fields
    play(driver.set_clock(CalendarFields(count=count)), [(WriteRegisters(start=8, words=words), None)])


def test_a_counters_epoch_is_the_profiles() -> None:
    form = make_driver(COUNTER % 'order: high-first, epoch: "1990-01-01", signed: true').facts.form
    assert form.resolve(CalendarFields(count=0x12CEA5C4)) == 946_684_740  # Campbell: 1999-12-31 23:59:00


def test_a_counter_may_be_written_elsewhere(play: Play) -> None:
    driver = make_driver((COUNTER % "order: low-first").replace("style: block", "style: block, counter-address: 38"))
    play(
        driver.set_clock(CalendarFields(count=946_684_740)), [(WriteRegisters(start=38, words=(0x4344, 0x386D)), None)]
    )


def test_a_counter_may_be_written_word_by_word(play: Play) -> None:
    driver = make_driver((COUNTER % "order: high-first").replace("style: block", "style: singles"))
    play(
        driver.set_clock(CalendarFields(count=946_684_740)),
        [(WriteRegister(address=8, word=0x386D), None), (WriteRegister(address=9, word=0x4344), None)],
    )


def test_a_counter_is_not_set_by_a_date(play: Play) -> None:
    with pytest.raises(ValueError, match="by its count alone"):
        play(make_driver(COUNTER % "order: low-first").set_clock(LATE_1999), [])


def test_century_byte_weekday_and_unwritten_weekday(play: Play) -> None:
    driver = make_driver(
        """\
read: {fields: {century: {address: 0, part: high}, year: {address: 0, part: low}, month: {address: 1, part: high},
                day: {address: 1, part: low}, weekday: {address: 2}, hour: {address: 3}, minute: {address: 4}}}
write: {style: block, fields: {century: {address: 10, part: high}, year: {address: 10, part: low},
        month: {address: 11, part: high}, day: {address: 11, part: low}, hour: {address: 12}, minute: {address: 13}}}
year: {form: byte}
weekday: monday-1-sunday-0
range: {first: "1990-01-01 00:00:00", last: "2099-12-31 23:59:00"}
"""
    )
    sample = play(driver.read_clock(), [(ReadRegisters(start=0, count=5), (0x1363, 0x0C1F, 5, 23, 59))])
    assert CalendarFields(century=19, year=99, month=12, day=31, weekday=5, hour=23, minute=59) == sample.fields
    assert driver.facts.form.express(946_684_740) == sample.fields
    play(driver.set_clock(sample.fields), [(WriteRegisters(start=10, words=(0x1363, 0x0C1F, 23, 59)), None)])


def test_a_clock_of_ordinal_days(play: Play) -> None:
    driver = make_driver(
        """\
read: {fields: {year: {address: 0}, day-of-year: {address: 1}, hour: {address: 2}, minute: {address: 3}}}
write: {style: block}
year: {form: fixed, base: 1900, span: 256}
range: {first: "1990-01-01 00:00:00", last: "2155-12-31 23:59:00"}
"""
    )
    sample = play(driver.read_clock(), [(ReadRegisters(start=0, count=4), (99, 365, 23, 59))])
    assert CalendarFields(year=99, day_of_year=365, hour=23, minute=59) == sample.fields
    assert driver.facts.form.resolve(sample.fields) == 946_684_740


def test_registers_between_two_fields_are_read_past(play: Play) -> None:
    """One request is one moment; two would let a carry fall between."""
    driver = make_driver(WORDS.replace("address: 50", "address: 52") + "write: {style: singles}\n")
    sample = play(driver.read_clock(), [(ReadRegisters(start=45, count=8), (1999, 12, 31, 23, 59, 0xDEAD, 0xBEEF, 58))])
    assert sample.fields == LATE_1999


def test_all_zero_is_a_lost_clock_where_the_profile_says_so(play: Play) -> None:
    driver = Registry().make_driver("power/solis-rhi")
    question = ReadRegisters(start=33022, count=6, table="input")
    assert driver.facts.lost_flags == ("all-zero",)
    assert play(driver.read_clock(), [(question, (0, 0, 0, 0, 0, 0))]).flags == {"all-zero": True}
    assert play(driver.read_clock(), [(question, (0, 1, 1, 0, 0, 0))]).flags == {"all-zero": False}


@pytest.mark.parametrize(("window", "instant"), [(1970, 946_684_799), (2000, 4_102_444_799)])
def test_a_bench_chooses_how_99_is_read(window: int, instant: int) -> None:
    facts = Registry().facts("power/epever-tracer", {"century-window": window})
    fields = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=59)
    assert instant == facts.form.resolve(fields)
    assert facts.holds(instant)


def test_a_clock_without_a_window_offers_none() -> None:
    assert Registry().options("agri/irrigation-timer") == ()
    with pytest.raises(ValueError, match="no option 'century-window'"):
        Registry().facts("agri/irrigation-timer", {"century-window": 1970})


def test_a_serial_number_is_the_units_own(play: Play) -> None:
    identity = play(
        make_profile_driver(EXAMPLE).identify(),
        [(ReadRegisters(start=10, count=4, timing=False), (0x4137, 0x3035, 0x3132, 0))],
    )
    assert identity.serial_number == "A70512"
    assert identity.entries == (("serial-number", "A70512"),)


def test_every_stated_way_of_naming_itself_is_read(play: Play) -> None:
    driver = make_driver(
        WORDS + "write: {style: block}\n",
        identity="means: model, device-identification: true, server-id: true, "
        "registers: [{name: firmware, address: 900, table: input}]",
    )
    identity = play(
        driver.identify(),
        [
            (ReadDeviceIdentification(), {0: b"ACME", 1: b"X1"}),
            (ReportServerId(), b"\x01\xff"),
            (ReadRegisters(start=900, count=1, table="input", timing=False), (0x0312,)),
        ],
    )
    assert identity.entries == (("vendor", "ACME"), ("product", "X1"), ("server-id", "01ff"), ("firmware", "0312"))
    assert identity.serial_number is None


def test_a_device_that_refuses_to_name_itself_as_stated_is_not_what_it_states(play: Play) -> None:
    driver = make_driver(WORDS + "write: {style: block}\n", identity="means: model, server-id: true")
    with pytest.raises(DeviceRefused):
        play(driver.identify(), [(ReportServerId(), DeviceRefused(1, "no such function"))])


def test_a_device_that_tells_nothing_is_asked_nothing(play: Play) -> None:
    driver = make_driver(WORDS + "write: {style: block}\n")
    assert driver.facts.identity is IdentityMeans.OPERATOR
    assert play(driver.identify(), []).entries == ()
