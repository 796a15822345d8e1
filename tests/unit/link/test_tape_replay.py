"""Captured conversations, played back through the links themselves, pymodbus included.

Solis RHI-6K inverter and its data logger, 2022-11-13, candlerb/solis_exporter docs/packet_log (MIT); wizmodbus,
sigrok-dumps uart/modbus_rtu/wizmodbus (public domain).
"""

from collections.abc import Callable

import pytest

from harness.clock import VirtualClock
from harness.device.asks import ReadRegisters, WriteRegister, WriteRegisters
from harness.errors import DeviceRefused, LinkError
from harness.link.line import Line
from harness.link.modbus import ModbusBus
from harness.link.modbus_client import PymodbusBus
from harness.link.tape import TapeTransport
from harness.records import WireRecord

SOLIS = [
    (bytes.fromhex("010480FE00063838"), bytes.fromhex("01040C0016000B000D00130027001705C9")),
    (
        bytes.fromhex("0110A7F800060C0016000B000D001300270018533C"),
        bytes.fromhex("0110A7F80006E28E"),
    ),
    (bytes.fromhex("01040BB7000183C8"), bytes.fromhex("018402C2C1")),
]
WIZMODBUS = [
    (bytes.fromhex("010303E80002447B"), bytes.fromhex("010304526657077566")),
    (bytes.fromhex("01060404000108FB"), bytes.fromhex("01060404000108FB")),
]

MakeBus = Callable[..., ModbusBus]


@pytest.fixture(params=[ModbusBus, PymodbusBus])
def make_bus(request: pytest.FixtureRequest) -> MakeBus:
    return request.param  # type: ignore[no-any-return]


def play(
    make_bus: MakeBus, pairs: list[tuple[bytes, bytes]], *, is_tcp: bool = False, piece: int | None = None
) -> tuple[ModbusBus, TapeTransport, list[WireRecord]]:
    records: list[WireRecord] = []

    def sink(record: WireRecord) -> int:
        records.append(record)
        return len(records)

    tape = TapeTransport(pairs, piece=piece)
    bus = make_bus(Line(name="tape", transport=tape, sink=sink, clock=VirtualClock(0), purges=False), is_tcp=is_tcp)
    bus.open()
    return bus, tape, records


@pytest.mark.parametrize("piece", [None, 1, 3])
def test_the_inverters_clock_is_read_set_and_its_refusal_understood(make_bus: MakeBus, piece: int | None) -> None:
    bus, tape, records = play(make_bus, SOLIS, piece=piece)
    assert bus.answer(1, ReadRegisters(start=33022, count=6, table="input")).value == (22, 11, 13, 19, 39, 23)
    assert bus.answer(1, WriteRegisters(start=43000, words=(22, 11, 13, 19, 39, 24))).value is None
    with pytest.raises(DeviceRefused) as caught:
        bus.answer(1, ReadRegisters(start=2999, count=1, table="input"))
    assert (caught.value.code, str(caught.value)) == (2, "exception 2: illegal data address")
    assert [(record.sent, record.received) for record in records] == SOLIS
    assert tape.is_finished


def test_wizmodbus_floats_and_single_writes_are_read_from_their_capture(make_bus: MakeBus) -> None:
    bus, tape, _ = play(make_bus, WIZMODBUS)
    assert bus.answer(1, ReadRegisters(start=0x3E8, count=2)).value == (0x5266, 0x5707)
    bus.answer(1, WriteRegister(address=0x404, word=1))
    assert tape.is_finished


def test_the_same_bodies_are_spoken_over_tcp(make_bus: MakeBus) -> None:
    """The bodies are the inverter's; the headers follow the Modbus Messaging on TCP/IP guide, 3.1.3."""
    pairs = [
        (
            bytes.fromhex("000100000006010480FE0006"),
            bytes.fromhex("00010000000F01040C0016000B000D001300270017"),
        ),
        (
            bytes.fromhex("0002000000130110A7F800060C0016000B000D001300270018"),
            bytes.fromhex("0002000000060110A7F80006"),
        ),
    ]
    bus, tape, _ = play(make_bus, pairs, is_tcp=True, piece=4)
    assert bus.answer(1, ReadRegisters(start=33022, count=6, table="input")).value == (22, 11, 13, 19, 39, 23)
    question = WriteRegisters(start=43000, words=(22, 11, 13, 19, 39, 24))
    assert pairs[1][0] == bus.render(1, question)
    bus.answer(1, question)
    assert tape.is_finished


def test_a_tape_is_strict_about_what_is_sent(make_bus: MakeBus) -> None:
    bus, _, _ = play(make_bus, SOLIS)
    with pytest.raises(LinkError) as caught:
        bus.answer(1, ReadRegisters(start=33022, count=5, table="input"))
    assert caught.value.kind == "off-tape"


def test_a_tape_that_has_ended_answers_nothing() -> None:
    tape = TapeTransport([])
    with pytest.raises(LinkError) as caught:
        tape.write(b"x")
    assert caught.value.kind == "off-tape"


def test_pymodbus_sends_nothing_that_differs_from_what_was_rendered() -> None:
    """The kernel records the rendered frame as its intent; a library that builds another must not send it."""
    bus, _, records = play(PymodbusBus, SOLIS, is_tcp=True)
    bus._transaction = 7  # the two counts of transactions have come apart
    with pytest.raises(LinkError) as caught:
        bus.answer(1, ReadRegisters(start=33022, count=6))
    assert (caught.value.kind, records) == ("frame-differs", [])
