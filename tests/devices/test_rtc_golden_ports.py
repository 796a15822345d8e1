"""Every golden moment of the clock chips that are not on I2C through its real driver, against plain cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import LinkAsk, ParallelRead
from harness.errors import DeviceRefused, LinkError
from tests.devices.cells import Cells
from tests.devices.test_golden import PLAYED_ON_PORTS
from tests.devices.test_rtc_golden import Golden, read_golden

MODELS = sorted(PLAYED_ON_PORTS)
EVE = CalendarFields(year=99, month=12, day=31, weekday=6, hour=23, minute=59, second=59)


def moments() -> Iterator[Any]:
    for model in MODELS:
        for number, moment in enumerate(read_golden(model), start=1):
            yield pytest.param(model, moment, id=f"{model}-{number}")


@pytest.mark.parametrize(("model", "moment"), list(moments()))
def test_golden_cells_are_read_as_their_source_says(model: str, moment: Golden) -> None:
    cells = Cells(moment["held"])
    sample = cells.play(Registry().make_driver(model, moment["options"]).read_clock())
    assert moment["fields"] == sample.fields.as_dict()
    assert sample.unreadable is None
    assert {name for name, said in moment["flags"].items() if said} == {
        name for name, is_up in sample.flags.items() if is_up
    }
    assert cells.writes == []


@pytest.mark.parametrize(("model", "moment"), list(moments()))
def test_a_golden_moment_is_written_as_its_source_says(model: str, moment: Golden) -> None:
    cells = Cells(moment["held"])
    cells.play(Registry().make_driver(model, moment["options"]).set_clock(CalendarFields(**moment["fields"])))
    written = moment["writes"]
    assert (written.split() if isinstance(written, str) else written) == cells.writes


@pytest.mark.parametrize("model", MODELS)
def test_a_lost_chip_on_a_port_says_so_in_a_golden_moment(model: str) -> None:
    """A flag that no outside bytes ever raised might be read from a wrong bit."""
    raised = {name for moment in read_golden(model) for name, is_up in moment["flags"].items() if is_up}
    assert set(Registry().facts(model).lost_flags) <= raised


def test_a_second_bank_is_chosen_to_see_the_century_and_the_choice_put_back() -> None:
    cells = Cells({"00": "59 00 59 00 23 00 06 31 12 99 26 02 00 80", "bank-1": "19"})
    cells.play(Registry().make_driver("rtc/ds1685").read_clock())
    assert cells.chosen == ["0A=36", "0A=26"]


class OneLevel(Cells):
    """A bus that nobody drives: whatever is written to it, every bit reads the same."""

    def __init__(self, octet: int) -> None:
        super().__init__({})
        self._octet = octet

    def answer(self, question: LinkAsk[Any]) -> Any:
        found = super().answer(question)
        return None if found is None else bytes((self._octet,)) * len(found)


@pytest.mark.parametrize(("model", "octet"), [("rtc/ds1302", 0x00), *((model, 0xFF) for model in MODELS)])
def test_an_empty_bus_is_no_reading_and_never_a_time(model: str, octet: int) -> None:
    with pytest.raises(LinkError) as caught:
        OneLevel(octet).play(Registry().make_driver(model).read_clock())
    assert caught.value.kind == "no-reply"


class Moving(Cells):
    """Cells whose seconds go on with every access, so that two readings in one go never agree for a while."""

    def __init__(self, held: dict[str, str], times: int) -> None:
        super().__init__(held)
        self._left = times

    def answer(self, question: LinkAsk[Any]) -> Any:
        found = super().answer(question)
        if not isinstance(question, ParallelRead) or not self._left:
            return found
        self._left -= 1
        return bytes((found[0] ^ 1,)) + found[1:]


ON_A_BUS = [model for model in MODELS if model != "rtc/ds1302"]


def moving(model: str, times: int) -> Moving:
    moment = next(one for one in read_golden(model) if one["instant"] == "1999-12-31 23:59:59" and not one["options"])
    is_banked = "bank-1" in moment["held"]  # then register A is read first, and by itself
    return Moving(moment["held"], times + is_banked)


@pytest.mark.parametrize("model", ON_A_BUS)
def test_a_carry_between_the_two_readings_is_read_again(model: str) -> None:
    cells = moving(model, 2)
    assert cells.play(Registry().make_driver(model).read_clock()).unreadable is None
    assert cells.reads <= 4


@pytest.mark.parametrize("model", ON_A_BUS)
def test_readings_that_never_agree_are_no_reading(model: str) -> None:
    """Half an old date and half a new one is a wrong date, and no fault of the device."""
    cells = moving(model, 99)
    with pytest.raises(LinkError, match="differed 5 times"):
        cells.play(Registry().make_driver(model).read_clock())
    assert cells.reads <= 6


def test_a_time_read_while_uip_is_up_is_no_reading() -> None:
    cells = Cells({"00": "59 00 59 00 23 00 06 31 12 99 A6 02 00 80"})
    with pytest.raises(LinkError, match="differed"):
        cells.play(Registry().make_driver("rtc/mc146818").read_clock())
    assert cells.reads == 5


@pytest.mark.parametrize(("century", "weekday"), [("two-digits", "26"), ("century-bit", "06")])
def test_an_m48t59_whose_century_bit_is_not_as_the_bench_says_is_neither_read_nor_set(
    century: str, weekday: str
) -> None:
    """A crossing would leave CB turned over, and nobody would put it back."""
    driver = Registry().make_driver("rtc/m48t59", {"century": century})
    cells = Cells({"08": f"00 59 59 23 {weekday} 31 12 99"})
    for method in (driver.read_clock, lambda: driver.set_clock(replace(EVE, century_bit=0))):
        with pytest.raises(DeviceRefused, match="CEB"):
            cells.play(method())
    assert cells.writes == []


def test_an_empty_bus_gives_a_ds1685_no_serial_number() -> None:
    assert OneLevel(0xFF).play(Registry().make_driver("rtc/ds1685").identify()).serial_number is None


@pytest.mark.parametrize(
    ("model", "held"),
    [
        ("rtc/m48t59", {"08": "00 59 5A 23 06 31 12 99"}),
        ("rtc/msm6242", {"00": "0B 05 09 05 03 02 01 03 02 01 09 09 05 00 00 04"}),
    ],
)
def test_memory_that_holds_no_date_is_not_written(model: str, held: dict[str, str]) -> None:
    """A wrong address in the bench file is another chip's, or the board's own memory."""
    cells = Cells(held)
    driver = Registry().make_driver(model)
    with pytest.raises(DeviceRefused, match="no date"):
        cells.play(driver.set_clock(replace(EVE, weekday=5)))
    assert cells.writes == []


@pytest.mark.parametrize("held", [{"32": "20"}, {"37": "19"}, {"0B": "06", "32": "14"}])
def test_a_century_register_that_the_bench_does_not_name_is_neither_read_over_nor_set_over(
    held: dict[str, str],
) -> None:
    """Where the chip counts it, a restore that does not know of it would leave the machine a century ahead."""
    time = {"00": "59 00 59 00 23 00 06 31 12 99 26 02 00 80"}
    for options, refuses in (({}, True), ({"century-register": "left-alone"}, False)):
        driver = Registry().make_driver("rtc/mc146818", options)
        for method in (driver.read_clock, lambda driver=driver: driver.set_clock(EVE)):
            cells = Cells(time | held)
            if refuses:
                with pytest.raises(DeviceRefused, match="century-register"):
                    cells.play(method())
                assert cells.writes == []
            else:
                cells.play(method())
