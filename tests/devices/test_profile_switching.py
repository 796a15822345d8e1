"""Outputs and daily schedules of profiles, in literal registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.profiles.driver import ProfileDriver, compile_profile
from devices.profiles.loader import parse_profile
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import ReadCoils, ReadRegisters, WriteRegisters
from harness.device.driver import HasAlarm, HasOutputs
from harness.device.facts import Hazard
from harness.errors import BenchError, DeviceRefused

Play = Callable[..., Any]

HEAD = """\
profile: 1
id: plc/x
maker: M
model: X
certainty: experimental
sources: [a plate]
identity: {means: operator}
read: {counter: {address: 0, order: high-first}}
write: {style: block}
range: {first: "2000-01-01 00:00:00", last: "2099-12-31 23:59:59"}
"""
SIX_HOURS = "hazards: [outputs]\nschedule: {address: 10, slots: 4, bit: 2, switches: valve, most-registers: 3}\n"


def make_driver(rest: str) -> Any:
    return compile_profile(parse_profile(HEAD + rest, "x.yaml"))


def read(start: int, count: int) -> ReadRegisters:
    return ReadRegisters(start=start, count=count, timing=False)


def valve() -> Any:
    return make_driver("outputs: {valve: {register: 5, bit: 2}}\n" + SIX_HOURS)


def test_a_profile_without_outputs_has_a_driver_without() -> None:
    driver = make_driver("")
    assert type(driver) is ProfileDriver
    assert not isinstance(driver, HasOutputs)
    assert not isinstance(driver, HasAlarm)


def test_neighbouring_outputs_are_read_in_one_request_and_holes_are_not_asked_for(play: Play) -> None:
    driver = make_driver(
        "outputs: {a: {register: 5, bit: 0}, b: {register: 6, bit: 15}, c: {register: 9, bit: 1}, "
        "d: {coil: 0}, e: {coil: 1}, f: {coil: 7}}\n"
    )
    outputs = play(
        driver.read_outputs(),
        [
            (read(5, 2), (0x0001, 0x7FFF)),
            (read(9, 1), (0x0002,)),
            (ReadCoils(start=0, count=2, timing=False), (False, True)),
            (ReadCoils(start=7, count=1, timing=False), (True,)),
        ],
    )
    assert {"a": True, "b": False, "c": True, "d": False, "e": True, "f": True} == outputs
    assert not isinstance(driver, HasAlarm)


def test_a_schedule_is_a_hazard_and_an_alarm_of_its_slots() -> None:
    facts = valve().facts
    assert (Hazard.OUTPUTS,) == facts.hazards
    assert facts.alarm is not None
    assert (("hour", "minute"), 21_600, False, "valve") == (
        facts.alarm.parts,
        facts.alarm.step_seconds,
        facts.alarm.is_latched,
        facts.alarm.output,
    )


def test_arming_leaves_the_other_bits_of_every_word_as_they_are(play: Play) -> None:
    """From noon. Bit 2 is the schedule's; the others belong to other outputs. The last word is not touched at all."""
    play(
        valve().arm_alarm(CalendarFields(count=1, hour=12, minute=0, second=0)),
        [
            (read(10, 3), (0x0004, 0x0001, 0x8000)),
            (read(13, 1), (0x0001,)),
            (WriteRegisters(start=10, words=(0x0000, 0x0001, 0x8004)), None),
        ],
    )


def test_one_slot_that_is_on_names_its_moment(play: Play) -> None:
    sample = play(
        valve().read_alarm(), [(read(10, 3), (0, 0, 0x0004)), (read(13, 1), (0x0001,)), (read(5, 1), (0x0004,))]
    )
    assert (CalendarFields(hour=12, minute=0), True, True) == (sample.fields, sample.is_armed, sample.has_fired)
    assert bytes.fromhex("0000 0000 0004 0001") == sample.setting


@pytest.mark.parametrize(("words", "is_armed"), [((0, 0, 0), False), ((4, 4, 0), True)])
def test_none_or_several_slots_name_no_moment(play: Play, words: tuple[int, ...], *, is_armed: bool) -> None:
    sample = play(valve().read_alarm(), [(read(10, 3), words), (read(13, 1), (0,)), (read(5, 1), (0,))])
    assert (CalendarFields(), is_armed, False) == (sample.fields, sample.is_armed, sample.has_fired)


def test_a_schedule_is_put_back_word_by_word_as_it_was_found(play: Play) -> None:
    play(
        valve().put_alarm_back(bytes.fromhex("0004 0001 8000 0001")),
        [
            (read(10, 3), (0x0000, 0x0001, 0x8004)),
            (read(13, 1), (0x0001,)),
            (WriteRegisters(start=10, words=(0x0004, 0x0001, 0x8000)), None),
        ],
    )


def test_a_schedule_that_stands_as_it_was_found_is_not_written(play: Play) -> None:
    found = [(read(10, 3), (4, 1, 0x8000)), (read(13, 1), (1,))]
    play(valve().put_alarm_back(bytes.fromhex("0004 0001 8000 0001")), found)


def test_a_refused_part_ends_the_writing(play: Play) -> None:
    refused = DeviceRefused(2, "no such address")
    with pytest.raises(DeviceRefused):
        play(
            valve().put_alarm_back(bytes.fromhex("0004 0000 0000 0004")),
            [(read(10, 3), (0, 0, 0)), (read(13, 1), (0,)), (WriteRegisters(start=10, words=(4, 0, 0)), refused)],
        )


def test_nothing_is_written_to_clear_a_schedule(play: Play) -> None:
    play(valve().clear_alarm(), [])


def test_a_moment_at_which_no_slot_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="no slot begins at 12:15"):
        next(valve().arm_alarm(CalendarFields(hour=12, minute=15)))
    with pytest.raises(ValueError, match="needs an hour"):
        next(valve().arm_alarm(CalendarFields(count=1)))


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("outputs: {valve: {register: 5}}\n", "a 'coil', or a 'register' and its 'bit'"),
        ("outputs: {valve: {coil: 5, bit: 1}}\n", "a 'coil', or a 'register' and its 'bit'"),
        ("outputs: {valve: {coil: 5, register: 5, bit: 1}}\n", "a 'coil', or a 'register' and its 'bit'"),
        (SIX_HOURS, "switches 'valve', which is no output here"),
        (SIX_HOURS.replace("hazards: [outputs]\n", "") + "outputs: {valve: {coil: 1}}\n", "'hazards' names 'outputs'"),
        (SIX_HOURS.replace("slots: 4", "slots: 7") + "outputs: {valve: {coil: 1}}\n", "do not divide the day"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(rest: str, says: str) -> None:
    with pytest.raises(BenchError, match=says):
        make_driver(rest)


def test_the_irrigation_timer_is_asked_for_no_more_than_its_buffer_holds(play: Play) -> None:
    """Its Modbus library has 64 bytes: 24 registers at a time. The first quarter of 1 March is word 7, relay a bit 11."""
    driver: Any = Registry().make_driver("agri/irrigation-timer", {})
    dialogue = [(read(7 + 24 * part, 24), (0,) * 24) for part in range(4)]
    armed = (0x0000, 0x0800, *(0,) * 22)
    play(driver.arm_alarm(CalendarFields(hour=0, minute=15)), [*dialogue, (WriteRegisters(start=7, words=armed), None)])
