"""Every golden moment of the clock chips through its real driver, against a plain file of registers.

Where a chip's time stands, and how its pointer is sent, is told here once more from the data sheets.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import devices
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from tests.devices.register_file import RegisterFile, Where, command_in_address, high_nibble, one_byte, two_bytes

Golden = dict[str, Any]
ROOT = Path(devices.__file__).parent

CHIPS: dict[str, tuple[int, Where]] = {
    "rtc/ds1307": (0x00, one_byte),
    "rtc/ds1338": (0x00, one_byte),
    "rtc/ds3231": (0x00, one_byte),
    "rtc/ds3232": (0x00, one_byte),
    "rtc/pcf8563": (0x02, one_byte),
    "rtc/rtc-8564": (0x02, one_byte),
    "rtc/pcf8523": (0x03, one_byte),
    "rtc/pcf8583": (0x00, one_byte),
    "rtc/mcp7940n": (0x00, one_byte),
    "rtc/rv-3028": (0x00, one_byte),
    "rtc/rv-3028-unix": (0x1B, one_byte),
    "rtc/rv-8803": (0x00, one_byte),
    "rtc/rx-8025": (0x00, high_nibble),
    "rtc/isl1208": (0x00, one_byte),
    "rtc/s-35390a": (0x20, command_in_address),
    "rtc/x1205": (0x30, two_bytes),
    "rtc/m41t62": (0x01, one_byte),
}


def read_golden(model: str) -> list[Golden]:
    """Return a chip's golden moments; nothing but plain decimal numbers and true or false leaves its text."""
    path = ROOT.joinpath(*model.replace("-", "_").split("/"), "golden.yaml")
    moments = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - a loader of text only
    return [
        {
            **moment,
            "fields": {name: int(number) for name, number in moment["fields"].items()},
            "options": {
                name: int(said) if said.isdigit() else said for name, said in moment.get("options", {}).items()
            },
            "flags": {name: said == "true" for name, said in moment.get("flags", {}).items()},
        }
        for moment in moments
    ]


def moments_with(*keys: str) -> Iterator[Any]:
    for model in CHIPS:
        for number, moment in enumerate(read_golden(model), start=1):
            if any(key in moment for key in keys):
                yield pytest.param(model, moment, id=f"{model}-{number}")


def chip_with(model: str, moment: Golden, time_key: str) -> RegisterFile:
    start, where = CHIPS[model]
    contents = {int(at, 16): bytes.fromhex(held) for at, held in moment.get("registers", {}).items()}
    return RegisterFile(where, {start: bytes.fromhex(moment.get(time_key, ""))} | contents)


@pytest.mark.parametrize(("model", "moment"), list(moments_with("read")))
def test_golden_registers_are_read_as_their_source_says(model: str, moment: Golden) -> None:
    chip = chip_with(model, moment, "read")
    sample = chip.play(Registry().make_driver(model, moment["options"]).read_clock())
    assert moment["fields"] == sample.fields.as_dict()
    assert sample.unreadable is None
    assert {name for name, said in moment["flags"].items() if said} == {
        name for name, is_up in sample.flags.items() if is_up
    }
    assert bytes.fromhex(moment["read"]) == sample.raw[: len(bytes.fromhex(moment["read"]))]
    assert chip.writes == []


@pytest.mark.parametrize(("model", "moment"), list(moments_with("write", "writes")))
def test_a_golden_moment_is_written_as_its_registers(model: str, moment: Golden) -> None:
    chip = chip_with(model, moment, "found")
    chip.play(Registry().make_driver(model, moment["options"]).set_clock(CalendarFields(**moment["fields"])))
    if "writes" in moment:
        assert moment["writes"] == chip.writes
    else:
        assert f"{CHIPS[model][0]:02X}: {moment['write']}" in chip.writes


@pytest.mark.parametrize("model", CHIPS)
def test_every_chip_has_a_whole_set_and_both_sides_of_the_century(model: str) -> None:
    read = {moment["instant"] for moment in read_golden(model) if "read" in moment}
    assert {"1999-12-31 23:59:59", "2000-01-01 00:00:00"} <= read
    assert model == "rtc/ds1307" or any("writes" in moment for moment in read_golden(model))


@pytest.mark.parametrize("model", CHIPS)
def test_a_lost_chip_says_so_in_a_golden_moment(model: str) -> None:
    """A flag that no outside bytes ever raised might be read from a wrong bit."""
    raised = {name for moment in read_golden(model) for name, is_up in moment["flags"].items() if is_up}
    assert set(Registry().facts(model).lost_flags) <= raised


def test_a_chip_left_out_of_the_dialogues_is_played_here() -> None:
    """Else its golden bytes would be read by nobody."""
    dialogues = importlib.import_module("tests.devices.test_golden")
    assert set(CHIPS) >= dialogues.PLAYED_IN_REGISTERS
