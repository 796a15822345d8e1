"""The bus of a chip on three wires, behind a Bus Pirate: its literal bytes, and what a lost byte may and may not do."""

from __future__ import annotations

import pytest

from devices.registry import Registry
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from harness.device.asks import LinkAsk, ThreeWireRead, ThreeWireWrite
from harness.errors import LinkError
from harness.link.line import Line
from harness.link.loopback import MemoryTransport
from harness.link.tape import TapeTransport
from harness.link.three_wire import ThreeWireBus
from tests.unit.link.bridge_rig import Notebook
from tests.unit.link.test_bridge_contract import Lossy

Pairs = list[tuple[str, str]]
AT_1999_12_31_23_59_50 = 946_684_790

# Firmware binwire.c: 05 enters; 8A drives both levels, two wires, least significant bit first; 62 is 100 kHz; CS low.
OPENS: Pairs = [("00", "42 42 49 4F 31"), ("05", "52 41 57 31"), ("8A", "01"), ("62", "01"), ("04", "01")]


def tape_bus(*dialogues: Pairs) -> tuple[ThreeWireBus, TapeTransport]:
    tape = TapeTransport([(bytes.fromhex(a), bytes.fromhex(b)) for dialogue in dialogues for a, b in dialogue])
    bus = ThreeWireBus(Line(name="tape", transport=tape, sink=lambda _: 1, clock=VirtualClock(0)))
    bus.open()
    return bus, tape


def chip_bus() -> tuple[ThreeWireBus, Lossy, Notebook]:
    setup = SimulatorSetup(clock=VirtualClock(0), initial_seconds=AT_1999_12_31_23_59_50)
    far = Lossy(Registry().make_simulator("rtc/ds1302", setup).receive)
    book = Notebook()
    bus = ThreeWireBus(Line(name="bp", transport=MemoryTransport(far.receive), sink=book, clock=VirtualClock(0)))
    bus.open()
    return bus, far, book


READ = ThreeWireRead(command=0xBF, count=8)
SET = ThreeWireWrite(command=0xBE, data=bytes.fromhex("50 59 23 31 12 06 99 80"))
UNPROTECT = ThreeWireWrite(command=0x8E, data=b"\x00")


def test_a_read_is_enabled_commanded_and_disabled() -> None:
    """Four reads at a time are what the bridge's receiver holds while it is busy."""
    bus, tape = tape_bus(
        OPENS,
        [
            ("05", "01"),
            ("10", "01"),
            ("BF", "01"),
            ("06 06 06 06", "50 59 23 31"),
            ("06 06 06 06", "12 06 99 80"),
            ("04", "01"),
        ],
    )
    assert bus.answer(None, READ).value == bytes.fromhex("50 59 23 31 12 06 99 80")
    assert tape.is_finished


def test_a_write_is_one_bulk_behind_its_command() -> None:
    bus, tape = tape_bus(
        OPENS,
        [("05", "01"), ("18", "01"), ("BE 50 59 23 31 12 06 99 80", "01 01 01 01 01 01 01 01 01"), ("04", "01")],
    )
    bus.answer(None, SET)
    assert tape.is_finished


@pytest.mark.parametrize("question", [READ, SET], ids=["read", "write"])
def test_what_is_shown_before_a_three_wire_access_is_what_is_sent(question: LinkAsk[object]) -> None:
    bus, _, book = chip_bus()
    before = len(book.records)
    shown = bus.render(None, question)
    bus.answer(None, question)
    assert shown == b"".join(record.sent for record in book.records[before:])


def test_a_chip_is_read_written_and_read_again() -> None:
    bus, _, _ = chip_bus()
    assert bus.answer(None, READ).value == bytes.fromhex("50 59 23 31 12 06 99 80")
    bus.answer(None, UNPROTECT)
    bus.answer(None, ThreeWireWrite(command=0xBE, data=bytes.fromhex("30 59 23 28 02 02 00 80")))
    assert bus.answer(None, READ).value == bytes.fromhex("30 59 23 28 02 02 00 80")


@pytest.mark.parametrize("lost", range(12))
def test_a_byte_lost_in_a_read_never_writes_and_the_next_read_is_right(lost: int) -> None:
    bus, far, _ = chip_bus()
    bus.answer(None, UNPROTECT)
    far.lose = lost
    with pytest.raises(LinkError):
        bus.answer(None, READ)
    assert bus.answer(None, READ).value == bytes.fromhex("50 59 23 31 12 06 99 00")


@pytest.mark.parametrize("lost", range(12))
def test_a_byte_lost_in_a_set_is_an_error_and_the_bridge_is_found_again(lost: int) -> None:
    bus, far, _ = chip_bus()
    bus.answer(None, UNPROTECT)
    far.lose = lost
    with pytest.raises(LinkError):
        bus.answer(None, SET)
    bus.answer(None, UNPROTECT)
    bus.answer(None, SET)
    assert bus.answer(None, READ).value == bytes.fromhex("50 59 23 31 12 06 99 80")


def test_a_bridge_that_says_nothing_does_not_open_for_three_wires() -> None:
    line = Line(name="bp", transport=MemoryTransport(lambda _: b""), sink=lambda _: 1, clock=VirtualClock(0))
    with pytest.raises(LinkError) as caught:
        ThreeWireBus(line).open()
    assert caught.value.kind == "no-reply"
    assert not line.is_open


def test_an_access_longer_than_the_bridge_moves_is_not_sent() -> None:
    bus, _, book = chip_bus()
    before = len(book.records)
    for question in (ThreeWireRead(command=0xBF, count=65), ThreeWireWrite(command=0xBE, data=bytes(16))):
        with pytest.raises(ValueError, match="moves 1 to"):
            bus.answer(None, question)
    assert len(book.records) == before


def test_only_three_wire_asks_are_answered() -> None:
    bus, _, _ = chip_bus()
    with pytest.raises(TypeError, match="cannot answer"):
        bus.answer(None, LinkAsk())
