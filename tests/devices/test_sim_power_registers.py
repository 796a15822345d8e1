"""Clocks of meters, loggers and generator controllers, in literal frames worked by hand from their register lists."""

from __future__ import annotations

from types import ModuleType

import pytest

from devices.instrument.icp_das_dl303 import sim as dl303
from devices.power.accuenergy_acurev import sim as acurev
from devices.power.deif_sgc_410 import sim as deif
from devices.power.foxess import sim as foxess
from devices.power.generac_evolution import sim as generac
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from tests.devices.sim_peers import SECOND, rtu

FRIDAY_1999_12_31_23_59_59 = 946_684_799
NOON_2009_06_15 = 1_245_067_200  # a Monday


def make(sim: ModuleType, seconds: int = NOON_2009_06_15, unit: int = 1) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    device: SimulatedDevice = sim.make_simulator(SimulatorSetup(clock=clock, initial_seconds=seconds, unit=unit))
    return device, clock


@pytest.mark.parametrize(
    ("sim", "unit", "asked", "before", "after"),
    [
        (foxess, 0xF7, "04 9C 40 00 06", "04 0C 0063 000C 001F 0017 003B 003B", "04 0C 0000 0001 0001 0000 0000 0000"),
        (deif, 1, "03 00 5C 00 04", "03 08 5959 0523 1231 1999", "03 08 0000 0600 0101 2000"),
        (generac, 0x9D, "03 00 0E 00 03", "03 06 173B 0C1F 0563", "03 06 0000 0101 0600"),
        (dl303, 1, "03 03 60 00 06", "03 0C 07CF 000C 001F 0017 003B 003B", "03 0C 07D0 0001 0001 0000 0000 0000"),
        (
            acurev,
            1,
            "03 03 00 00 07",
            "03 0E 07CF 000C 001F 0017 003B 003B 0005",
            "03 0E 07D0 0001 0001 0000 0000 0000 0006",
        ),
    ],
)
def test_the_last_second_of_1999_is_followed_by_2000(
    sim: ModuleType, unit: int, asked: str, before: str, after: str
) -> None:
    device, clock = make(sim, FRIDAY_1999_12_31_23_59_59, unit)
    question = rtu(f"{unit:02X} {asked}")
    assert rtu(f"{unit:02X} {before}") == device.receive(question)
    clock.advance_to(SECOND)
    assert rtu(f"{unit:02X} {after}") == device.receive(question)


def test_an_owners_foxess_printed_25_2_8_23_14_27() -> None:
    """nathanmarlor/foxess_modbus issue 463."""
    device, _ = make(foxess, 1_739_056_467)
    assert rtu("01 04 0C 0019 0002 0008 0017 000E 001B") == device.receive(rtu("01 04 9C 40 00 06"))


@pytest.mark.parametrize(
    ("sim", "written", "refused"),
    [
        (foxess, "01 10 9C 40 00 01 02 00 19", "01 90 01"),
        (deif, "01 06 00 5F 20 00", "01 86 01"),
        (generac, "01 06 00 10 00 19", "01 86 01"),
    ],
)
def test_a_clock_that_is_only_read_refuses_every_write(sim: ModuleType, written: str, refused: str) -> None:
    device, _ = make(sim)
    assert rtu(refused) == device.receive(rtu(written))
    assert NOON_2009_06_15 == device.device_seconds()


@pytest.mark.parametrize(
    ("sim", "first", "count", "words", "shown"),
    [
        (dl303, "03 60", 6, "07D0 0002 001D 0017 003B 003B", "07D0 0003 0001 0000 0000 0000"),
        (acurev, "03 00", 7, "07D0 0002 001D 0017 003B 003B 0002", "07D0 0003 0001 0000 0000 0000 0003"),
    ],
)
def test_one_request_sets_the_clock_and_the_leap_day_of_2000_passes(
    sim: ModuleType, first: str, count: int, words: str, shown: str
) -> None:
    device, clock = make(sim)
    written = rtu(f"01 10 {first} 00 {count:02X} {2 * count:02X} {words}")
    assert rtu(f"01 10 {first} 00 {count:02X}") == device.receive(written)
    clock.advance_to(SECOND)
    assert rtu(f"01 03 {2 * count:02X} {shown}") == device.receive(rtu(f"01 03 {first} 00 {count:02X}"))


@pytest.mark.parametrize(
    ("sim", "body"),
    [
        (dl303, "01 06 03 60 07 CF"),  # 1999
        (dl303, "01 06 03 60 08 70"),  # 2160
        (acurev, "01 06 03 00 07 CF"),  # 1999
        (acurev, "01 06 03 01 00 0D"),  # month 13
        (acurev, "01 06 03 06 00 07"),  # weekday 7
    ],
)
def test_what_the_clock_cannot_hold_is_refused_with_exception_03(sim: ModuleType, body: str) -> None:
    device, _ = make(sim)
    assert rtu("01 86 03") == device.receive(rtu(body))
    assert device.recorder.sets == []


def test_one_register_can_be_written_and_the_others_keep_what_they_have() -> None:
    device, _ = make(dl303)
    device.receive(rtu("01 06 03 60 08 6F"))  # 2159
    assert rtu("01 03 04 086F 0006") == device.receive(rtu("01 03 03 60 00 02"))


@pytest.mark.parametrize("sim", [foxess, deif, generac, dl303, acurev])
def test_registers_beside_the_clock_are_not_there(sim: ModuleType) -> None:
    device, _ = make(sim)
    function = "04" if sim is foxess else "03"
    assert rtu(f"01 8{function[1]} 02") == device.receive(rtu(f"01 {function} 00 00 00 01"))
