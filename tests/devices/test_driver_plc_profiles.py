"""Profiles whose clock is written somewhere else than it is read, or nowhere at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.profiles.hundreds import ByHundreds
from devices.profiles.loader import parse_profile
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.codec.layout import FieldMap
from harness.device.asks import LinkAsk, Pause, Steps, WriteCoil, WriteRegister, WriteRegisters
from harness.errors import BenchError, SafetyRefusal

Play = Callable[[Steps[Any], list[tuple[LinkAsk[Any], Any]]], Any]
LATE_1999 = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=50, weekday=5)


def test_a_mailbox_is_not_written_before_the_bench_says_where_it_stands(play: Play) -> None:
    """Its registers belong to the program of one site, and to something else everywhere else."""
    driver = Registry().make_driver("plc/directlogic")
    assert driver.facts.can_be_set is False
    with pytest.raises(SafetyRefusal) as no:
        play(driver.set_clock(LATE_1999), [])
    assert no.value.rule == "read-only-device"


def test_a_mailbox_is_written_where_the_bench_says(play: Play) -> None:
    driver = Registry().make_driver("plc/directlogic", {"mailbox": 0x400})
    assert driver.facts.can_be_set is True
    play(
        driver.set_clock(LATE_1999),
        [
            (WriteRegisters(start=0x400, words=(0x3105, 0x9912, 0x5950, 0x0023)), None),
            (WriteCoil(address=0x0C00, on=True), None),
        ],
    )


def test_the_coil_that_commits_is_the_sites_own(play: Play) -> None:
    driver = Registry().make_driver("plc/schneider-sw-block", {"mailbox": 200, "commit-coil": 7})
    moment = CalendarFields(century=19, year=99, month=12, day=31, hour=23, minute=59, second=50, weekday=5)
    play(
        driver.set_clock(moment),
        [(WriteRegisters(start=200, words=(50, 2359, 1231, 1999)), None), (WriteCoil(address=7, on=True), None)],
    )


def test_a_growatt_takes_26_for_2026_and_one_register_at_a_time(play: Play) -> None:
    """The year goes first (0xAHA/Growatt_ModbusTCP issue 393); every register goes once."""
    pause = (Pause(duration_ns=200_000_000), None)
    moment = CalendarFields(year=2026, month=9, day=16, hour=9, minute=30, second=22)
    play(
        Registry().make_driver("power/growatt").set_clock(moment),
        [
            (WriteRegister(address=45, word=26), None),
            pause,
            (WriteRegister(address=46, word=9), None),
            pause,
            (WriteRegister(address=47, word=16), None),
            pause,
            (WriteRegister(address=48, word=9), None),
            pause,
            (WriteRegister(address=49, word=30), None),
            pause,
            (WriteRegister(address=50, word=22), None),
        ],
    )


def test_1999_is_never_sent_to_a_growatt(play: Play) -> None:
    moment = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=59)
    with pytest.raises(ValueError, match="does not fit"):
        play(Registry().make_driver("power/growatt").set_clock(moment), [])


def test_hours_and_minutes_share_a_register_by_hundreds() -> None:
    layout = FieldMap(
        start=77, count=1, hour=ByHundreds(77, is_hundreds=True), minute=ByHundreds(77, is_hundreds=False)
    )
    assert bytes.fromhex("0937") == layout.encode(CalendarFields(hour=23, minute=59))
    assert CalendarFields(hour=13, minute=40) == layout.decode(bytes.fromhex("053C"))[0]
    with pytest.raises(ValueError, match="does not fit"):
        layout.encode(CalendarFields(hour=23, minute=100))
    with pytest.raises(ValueError, match="does not fit"):
        layout.encode(CalendarFields(hour=656, minute=0))


HEAD = "profile: 1\nid: plc/x\nmaker: M\nmodel: X\ncertainty: experimental\nsources: [a plate]\nidentity: {means: operator}\n"
CLOCK = """\
read: {fields: {year: {address: 1}, month: {address: 2}, day: {address: 3}, hour: {address: 4}, minute: {address: 5}}}
year: {form: window, base: 2000}
"""


@pytest.mark.parametrize(
    ("write", "says"),
    [
        ("{style: none, pause-ms: 5}", "nothing else to say"),
        ("{style: mailbox}", "needs a 'trigger'"),
        ("{style: block, trigger: {coil: 1}}", "no 'trigger'"),
        ("{style: block, site: true}", "'site' is for"),
        ("{style: singles, site: true}", "'site' is for"),
    ],
)
def test_a_way_of_writing_that_contradicts_itself_is_refused(write: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        parse_profile(f"{HEAD}{CLOCK}write: {write}\n", "x.yaml")


def test_a_number_by_hundreds_is_plain() -> None:
    spoilt = CLOCK.replace("minute: {address: 5}", "minute: {address: 5, part: units, encoding: bcd}")
    with pytest.raises(BenchError, match="plain binary"):
        parse_profile(f"{HEAD}{spoilt}write: {{style: none}}\n", "x.yaml")


def test_a_clock_of_minutes_tells_minutes_apart() -> None:
    assert Registry().facts("power/generac-evolution").resolution_ns == 60_000_000_000


def test_a_timer_that_ignores_small_steps_says_so() -> None:
    assert Registry().facts("agri/irrigation-timer").least_step_seconds == 60
