"""From a configuration to a bus; the small buses that need no wire."""

import sys

import pytest

from harness.clock import VirtualClock
from harness.device.asks import (
    AskOperator,
    Command,
    Exchange,
    I2cRead,
    LinkAsk,
    Query,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    WriteRegister,
    WriteRegisters,
    until_count,
)
from harness.errors import LinkError, SafetyRefusal
from harness.link.base import Bus
from harness.link.config import MemoryConfig, ModbusRtuConfig, OperatorConfig, SerialPort
from harness.link.modbus import silence_ns
from harness.link.opening import make_bus, make_tape_bus
from harness.link.transport import wait_seconds
from harness.records import WireRecord


class Notebook:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[WireRecord] = []

    def __call__(self, record: WireRecord) -> int:
        self.records.append(record)
        return len(self.records)


def open_memory(protocol: str, replies: dict[bytes, bytes]) -> tuple[Bus, Notebook]:
    book = Notebook()
    config = MemoryConfig(name="sim", receive=lambda frame: replies.get(frame, b""), protocol=protocol, address=1)
    bus = make_bus(config, sink=book, clock=VirtualClock(0))
    bus.open()
    return bus, book


@pytest.mark.parametrize(
    ("protocol", "question", "sent", "received", "expected"),
    [
        ("serial", Exchange(data=b"VER\n", until=until_count(2)), b"VER\n", b"\n\r", b"\n\r"),
        (
            "modbus",
            ReadRegisters(start=33022, count=6, table="input"),
            bytes.fromhex("010480FE00063838"),
            bytes.fromhex("01040C0016000B000D00130027001705C9"),
            (22, 11, 13, 19, 39, 23),
        ),
        ("scpi", Query(text="SYST:DATE?"), b"SYST:DATE?\n", b"+2004,+11,+21\n", "+2004,+11,+21"),
        ("scpi", Query(text="SYST:TIME?"), b"SYST:TIME?\n", b"11,43,23\r\n", "11,43,23"),
        ("scpi", Command(text="SYST:DATE 2004,11,21"), b"SYST:DATE 2004,11,21\n", b"", None),
    ],
)
def test_a_simulated_device_is_asked_in_the_bytes_of_its_wire(
    protocol: str, question: LinkAsk[object], sent: bytes, received: bytes, expected: object
) -> None:
    bus, book = open_memory(protocol, {sent: received})
    assert sent == bus.render(1, question)
    assert expected == bus.answer(1, question).value
    assert [("sim", 1, sent, received, "")] == [(r.bus, r.station, r.sent, r.received, r.fault) for r in book.records]


@pytest.mark.parametrize(
    ("question", "reply", "is_answered"),
    [(Query(text="SYST:DATE?"), b"+2004,+11,+21\n", True), (Command(text="SYST:DATE 2004,11,21"), b"", False)],
)
def test_a_command_without_a_reply_is_not_answered(question: LinkAsk[object], reply: bytes, is_answered: bool) -> None:
    """It may have been lost: the same nothing would have come back."""
    bus, _ = open_memory("scpi", {question.text.encode() + b"\n": reply})  # type: ignore[attr-defined]
    assert bus.answer(1, question).is_answered is is_answered


def test_a_simulated_chip_stands_behind_a_simulated_bridge() -> None:
    replies = {
        bytes.fromhex("52 0A 50"): b"\xf0",
        bytes.fromhex("53 D0 01 00 53 D1 07 50"): bytes.fromhex("30 35 23 01 10 03 13"),
    }
    bus, _ = open_memory("i2c", replies)
    assert bytes.fromhex("30 35 23 01 10 03 13") == bus.answer(0x68, I2cRead(pointer=b"\x00", count=7)).value


def test_silence_of_a_simulated_device_costs_no_time() -> None:
    bus, book = open_memory("scpi", {})
    with pytest.raises(LinkError) as caught:
        bus.answer(1, Query(text="*IDN?", deadline_ns=3_600_000_000_000))
    assert (caught.value.kind, book.records[0].sent_ns, book.records[0].received_ns) == ("no-reply", 0, 0)


def test_an_unknown_protocol_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="carrier-pigeon"):
        open_memory("carrier-pigeon", {})


def test_memory_and_tapes_need_none_of_the_heavy_libraries() -> None:
    """A fresh interpreter, for this one may have them from other tests."""
    import subprocess  # noqa: PLC0415 - only here

    code = "import harness.link.opening, sys; print([m for m in ('pymodbus', 'pyvisa', 'serial') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("text", ["", "A\nB", "A\rB", "A;B", "A\0B", "DATÉ?"])
def test_a_text_that_is_more_than_one_message_is_refused(text: str) -> None:
    bus, book = open_memory("scpi", {})
    with pytest.raises(ValueError, match="not one SCPI message"):
        bus.answer(1, Query(text=text))
    with pytest.raises(ValueError, match="not one SCPI message"):
        bus.answer(1, Command(text=text))
    assert not book.records


def test_a_reply_that_is_not_ascii_is_no_text() -> None:
    bus, _ = open_memory("scpi", {b"*IDN?\n": b"ACM\xc9\n"})
    with pytest.raises(LinkError) as caught:
        bus.answer(1, Query(text="*IDN?"))
    assert caught.value.kind == "bad-frame"


# --- Modbus that needs no wire to be told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", [WriteRegister(address=0, word=1), WriteRegisters(start=0, words=(1,)), ReadRegisters(start=0, count=1)]
)
def test_nothing_is_ever_broadcast_on_a_serial_line(question: LinkAsk[object]) -> None:
    bus, book = open_memory("modbus", {})
    with pytest.raises(SafetyRefusal):
        bus.answer(0, question)
    with pytest.raises(SafetyRefusal):
        bus.render(0, question)
    assert not book.records


def test_no_write_is_broadcast_over_tcp_but_unit_0_may_be_read() -> None:
    """Many Modbus TCP devices answer as unit 0; a gateway would pass a write on to every unit behind it."""
    pairs = [(bytes.fromhex("000100000006000300000001"), bytes.fromhex("0001000000050003020007"))]
    bus, _ = make_tape_bus("modbus-tcp", pairs, sink=Notebook(), clock=VirtualClock(0))
    bus.open()
    with pytest.raises(SafetyRefusal):
        bus.answer(0, WriteRegister(address=0, word=1))
    assert bus.answer(0, ReadRegisters(start=0, count=1)).value == (7,)


@pytest.mark.parametrize("unit", [None, -1, 256])
def test_a_unit_that_is_none_is_refused(unit: int | None) -> None:
    bus, _ = open_memory("modbus", {})
    with pytest.raises(ValueError, match="no Modbus unit"):
        bus.answer(unit, ReadRegisters(start=0, count=1))


def test_modbus_answers_no_other_protocol() -> None:
    bus, _ = open_memory("modbus", {})
    with pytest.raises(TypeError, match="ModbusBus cannot answer Query"):
        bus.answer(1, Query(text="*IDN?"))


def test_identification_is_read_page_by_page() -> None:
    pairs = [
        (bytes.fromhex("000100000005012B0E0100"), bytes.fromhex("00010000000E012B0E0101FF0101000441636D65")),
        (bytes.fromhex("000200000005012B0E0101"), bytes.fromhex("00020000000C012B0E010100000101025031")),
    ]
    bus, tape = make_tape_bus("modbus-tcp", pairs, sink=Notebook(), clock=VirtualClock(0))
    bus.open()
    answer = bus.answer(1, ReadDeviceIdentification())
    assert (answer.value, answer.exchanges) == ({0: b"Acme", 1: b"P1"}, (1, 2))
    assert tape.is_finished


def test_identification_that_turns_in_circles_is_an_error() -> None:
    pairs = [(bytes.fromhex("000100000005012B0E0100"), bytes.fromhex("00010000000E012B0E0101FF0001000441636D65"))]
    bus, _ = make_tape_bus("modbus-tcp", pairs, sink=Notebook(), clock=VirtualClock(0))
    bus.open()
    with pytest.raises(LinkError) as caught:
        bus.answer(1, ReadDeviceIdentification())
    assert caught.value.kind == "bad-frame"


def test_a_server_id_is_asked_with_one_byte() -> None:
    pairs = [(bytes.fromhex("0001000000020111"), bytes.fromhex("0001000000060111030950FF"))]
    bus, _ = make_tape_bus("modbus-tcp", pairs, sink=Notebook(), clock=VirtualClock(0))
    bus.open()
    assert bus.answer(1, ReportServerId()).value == b"\x09P\xff"


@pytest.mark.parametrize(
    ("baud", "expected_ns"),
    [(9600, 4_010_416), (19_200, 2_005_208), (19_201, 1_750_000), (115_200, 1_750_000)],
)
def test_the_silence_is_three_and_a_half_characters_then_fixed(baud: int, expected_ns: int) -> None:
    """Modbus over Serial Line V1.02, 2.5.1.1: 11 bits a character; 1.750 ms above 19200 baud."""
    assert expected_ns == silence_ns(SerialPort(url="x", baud=baud))


def test_a_wait_is_rounded_up_never_down() -> None:
    waits_ns = (-5, 0, 1, 1_000_001, 5_000_001, 10_000_001)
    assert [wait_seconds(ns) for ns in waits_ns] == [0.0, 0.0, 0.001, 0.002, 0.01, 0.02]


# --- the person at the bench ------------------------------------------------------------------------------------


def test_a_persons_answer_is_evidence_like_bytes() -> None:
    book = Notebook()
    bus = make_bus(OperatorConfig(), sink=book, clock=VirtualClock(0), ask_operator=lambda asked: f"{asked.code}: été")
    bus.open()
    question = AskOperator(code="read-display", details={"device": "silo"})
    answer = bus.answer(None, question)
    assert (answer.value, answer.exchanges, bus.generation) == ("read-display: été", (1,), 1)
    assert book.records[0].sent == b'{"code": "read-display", "details": {"device": "silo"}}'
    assert "read-display: été".encode() == book.records[0].received
    assert book.records[0].sent == bus.render(None, question)
    bus.close()


def test_without_a_person_there_is_no_answer() -> None:
    bus = make_bus(OperatorConfig(), sink=Notebook(), clock=VirtualClock(0))
    with pytest.raises(LinkError) as caught:
        bus.answer(None, AskOperator(code="read-display"))
    assert caught.value.kind == "no-operator"
    with pytest.raises(TypeError):
        bus.answer(None, Query(text="*IDN?"))


def test_devices_on_one_port_have_one_bus_name() -> None:
    port = SerialPort(url="/dev/ttyUSB1")
    assert ModbusRtuConfig(port=port, unit=3).bus == ModbusRtuConfig(port=port, unit=4).bus
