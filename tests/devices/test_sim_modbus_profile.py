"""A device made up from a profile: each write style, halves of registers, counters, and what it says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.plc.modbus_profile.sim import make_simulator
from devices.simulation.modbus_server import ModbusSimulator
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock

SECOND = 1_000_000_000
AT_1999_12_31_23_59_58 = 946_684_798

HALVES = """
profile: 1
id: test/halves
read:
  fields:
    minute: {address: 0x9013, part: high}
    second: {address: 0x9013, part: low}
    day: {address: 0x9014, part: high}
    hour: {address: 0x9014, part: low}
    year: {address: 0x9015, part: high}
    month: {address: 0x9015, part: low}
write: {style: block}
year: {form: window, base: 1970}
leap: every-fourth
identity: {means: model, device-identification: true}
"""
BCD_SINGLES = """
profile: 1
id: test/singles
read:
  table: input
  fields:
    year: {address: 45}
    month: {address: 46, encoding: bcd}
    day: {address: 47, encoding: bcd}
    hour: {address: 48, encoding: bcd}
    minute: {address: 49, encoding: bcd}
    second: {address: 50, encoding: bcd}
    weekday: {address: 51}
write: {style: singles, year-minus: 2000}
weekday: monday-1
year: {form: digits}
identity: {means: operator}
"""
COUNTER = """
profile: 1
id: test/counter
read: {counter: {address: 38, order: low-first}}
write: {style: mailbox, counter-address: 138, trigger: {coil: 7}}
identity: {means: fingerprint, registers: [{name: version, address: 200, count: 2}]}
"""


def make_unit(tmp_path: Path, text: str, bugs: tuple[str, ...] = ()) -> tuple[ModbusSimulator, VirtualClock]:
    path = tmp_path / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    clock = VirtualClock(0)
    setup = SimulatorSetup(
        clock=clock, initial_seconds=AT_1999_12_31_23_59_58, bugs=bugs, options={"profile": str(path)}
    )
    unit = make_simulator(setup)
    assert isinstance(unit, ModbusSimulator)
    return unit, clock


def ask(unit: ModbusSimulator, pdu: str) -> str:
    return unit.answer(bytes.fromhex(pdu), b"", lambda reply: reply).hex(" ").upper()


def test_halves_of_registers_cross_the_century(tmp_path: Path) -> None:
    unit, clock = make_unit(tmp_path, HALVES)
    assert ask(unit, "03 90 13 00 03") == "03 06 3B 3A 1F 17 63 0C"
    clock.advance_to(2 * SECOND)
    assert ask(unit, "03 90 13 00 03") == "03 06 00 00 01 00 00 01"


def test_one_block_sets_the_clock(tmp_path: Path) -> None:
    unit, _ = make_unit(tmp_path, HALVES)
    assert ask(unit, "10 90 13 00 03 06 3B 32 1C 17 00 02") == "10 90 13 00 03"
    assert unit.device_seconds() == 951_782_390


def test_a_register_the_profile_does_not_know_is_exception_02(tmp_path: Path) -> None:
    unit, _ = make_unit(tmp_path, HALVES)
    assert ask(unit, "03 90 13 00 04") == "83 02"
    assert ask(unit, "06 00 00 00 01") == "86 02"


def test_the_device_says_that_it_is_made_up(tmp_path: Path) -> None:
    unit, _ = make_unit(tmp_path, HALVES)
    assert b"SIMULATED FROM A PROFILE" in bytes.fromhex(ask(unit, "2B 0E 01 00"))


def test_single_writes_in_bcd_set_one_field_each(tmp_path: Path) -> None:
    unit, _ = make_unit(tmp_path, BCD_SINGLES)
    assert ask(unit, "04 00 2D 00 07") == "04 0E 07 CF 00 12 00 31 00 23 00 59 00 58 00 05"
    for pdu in ("06 00 2D 00 1A", "06 00 2E 00 11", "06 00 2F 00 30"):
        assert ask(unit, pdu) == pdu
    assert ask(unit, "04 00 2D 00 03") == "04 06 07 EA 00 11 00 30"


def test_a_mailbox_waits_for_its_trigger_and_words_keep_their_order(tmp_path: Path) -> None:
    unit, _ = make_unit(tmp_path, COUNTER)
    assert ask(unit, "03 00 26 00 02") == "03 04 43 7E 38 6D"
    ask(unit, "10 00 8A 00 02 04 43 80 38 6D")
    assert unit.device_seconds() == AT_1999_12_31_23_59_58
    ask(unit, "05 00 07 FF 00")
    assert unit.device_seconds() == 946_684_800


def test_a_bug_the_profiles_clock_cannot_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it counts seconds"):
        make_unit(tmp_path, COUNTER, bugs=("no-leap-2000",))


SWITCHING = """
outputs: {pump: {register: 0x200, bit: 3}, horn: {register: 0x200, bit: 4}, lamp: {coil: 7}}
hazards: [outputs]
schedule: {address: 0x210, slots: 4, bit: 0, switches: pump}
"""


def test_a_schedule_has_its_output_on_in_its_slot_and_the_others_are_off(tmp_path: Path) -> None:
    """Six hours a slot: the last of 1999-12-31 is 18:00 to midnight, and the clock stands two seconds before it ends."""
    unit, clock = make_unit(tmp_path, HALVES + SWITCHING)
    assert ask(unit, "10 02 10 00 04 08 00 00 00 00 00 00 00 01") == "10 02 10 00 04"
    assert ask(unit, "03 02 10 00 04") == "03 08 00 00 00 00 00 00 00 01"
    assert ask(unit, "03 02 00 00 01") == "03 02 00 08"
    assert ask(unit, "01 00 07 00 01") == "01 01 00"
    clock.advance_to(2 * SECOND)
    assert ask(unit, "03 02 00 00 01") == "03 02 00 00"


def test_a_coil_the_profile_does_not_know_is_exception_02(tmp_path: Path) -> None:
    unit, _ = make_unit(tmp_path, HALVES + SWITCHING)
    assert ask(unit, "01 00 07 00 02") == "81 02"
