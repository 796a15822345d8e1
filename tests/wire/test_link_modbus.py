"""Modbus through pymodbus on real ptys and sockets, against far ends that say literal bytes.

Each wrong answer here was measured to be accepted as a reading by pymodbus 3.16.1 alone, or is its neighbour. None may
ever be a reading, and no request may ever be sent twice. RTU frames are the Solis capture's (candlerb/solis_exporter)
or follow the serial line guide V1.02 with their checksums computed outside this project.
"""

import contextlib
from collections.abc import Iterator

import pytest

from harness.clock import MonotonicClock, VirtualClock
from harness.device.asks import (
    LinkAsk,
    ReadCoils,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    WriteCoil,
    WriteRegister,
    WriteRegisters,
)
from harness.errors import DeviceRefused, LinkError
from harness.link.config import ModbusRtuConfig, ModbusTcpConfig, SerialPort
from harness.link.modbus_client import PymodbusBus
from harness.link.opening import make_bus
from harness.records import WireRecord

from .far_ends import HANG_UP, FarEnd, Saying, Script, on_a_pty, on_tcp

pytestmark = pytest.mark.wire

MS_NS = 1_000_000
DEADLINE_NS = 150 * MS_NS
LATENCY_NS = 60 * MS_NS

SOLIS_READ = bytes.fromhex("010480FE00063838")
SOLIS_CLOCK = bytes.fromhex("01040C0016000B000D00130027001705C9")
SOLIS_SET = bytes.fromhex("0110A7F800060C0016000B000D001300270018533C")
SOLIS_SET_DONE = bytes.fromhex("0110A7F80006E28E")
ASK_SOLIS = ReadRegisters(start=33022, count=6, table="input", deadline_ns=DEADLINE_NS)
ASK_SOLIS_SET = WriteRegisters(start=43000, words=(22, 11, 13, 19, 39, 24), deadline_ns=DEADLINE_NS)
CLOCK = (22, 11, 13, 19, 39, 23)

TCP_READ = bytes.fromhex("000100000006010480FE0006")
TCP_READ_AGAIN = bytes.fromhex("000200000006010480FE0006")
TCP_CLOCK = bytes.fromhex("00010000000F01040C0016000B000D001300270017")
TCP_CLOCK_AGAIN = bytes.fromhex("00020000000F01040C0016000B000D001300270018")
TCP_SET = bytes.fromhex("0001000000130110A7F800060C0016000B000D001300270018")


class Notebook:
    def __init__(self) -> None:
        self.records: list[WireRecord] = []

    def __call__(self, record: WireRecord) -> int:
        self.records.append(record)
        return len(self.records)


class Bench:
    """A bus, its evidence and the far end."""

    def __init__(self, bus: PymodbusBus, book: Notebook, far_end: FarEnd) -> None:
        self.bus = bus
        self.book = book
        self.far_end = far_end

    def answer(self, question: LinkAsk[object]) -> object:
        return self.bus.answer(1, question).value

    def fault(self, question: LinkAsk[object]) -> str:
        with pytest.raises(LinkError) as caught:
            self.bus.answer(1, question)
        return caught.value.kind


@contextlib.contextmanager
def on_rtu(script: Script) -> Iterator[Bench]:
    book = Notebook()
    with on_a_pty(script) as (path, far_end):
        config = ModbusRtuConfig(port=SerialPort(url=path, baud=115_200), unit=1)
        bus = make_bus(config, sink=book, clock=MonotonicClock(), latency_ns=LATENCY_NS)
        assert isinstance(bus, PymodbusBus)
        bus.open()
        with contextlib.closing(bus):
            yield Bench(bus, book, far_end)


@contextlib.contextmanager
def on_modbus_tcp(script: Script, connections: int = 1) -> Iterator[Bench]:
    book = Notebook()
    with on_tcp(script, connections=connections) as (port, far_end):
        config = ModbusTcpConfig(host="127.0.0.1", tcp_port=port, unit=1)
        bus = make_bus(config, sink=book, clock=MonotonicClock(), latency_ns=LATENCY_NS)
        assert isinstance(bus, PymodbusBus)
        bus.open()
        with contextlib.closing(bus):
            yield Bench(bus, book, far_end)


# --- RTU --------------------------------------------------------------------------------------------------------


def test_the_inverters_frames_go_over_a_real_line() -> None:
    with on_rtu([(SOLIS_READ, SOLIS_CLOCK), (SOLIS_SET, SOLIS_SET_DONE)]) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK
        assert bench.answer(ASK_SOLIS_SET) is None
        assert [(record.sent, record.received) for record in bench.book.records] == [
            (SOLIS_READ, SOLIS_CLOCK),
            (SOLIS_SET, SOLIS_SET_DONE),
        ]


def test_a_reply_in_drips_is_put_together() -> None:
    drips: Saying = (SOLIS_CLOCK[:1], 5, SOLIS_CLOCK[1:9], 5, SOLIS_CLOCK[9:])
    with on_rtu([(SOLIS_READ, drips)]) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("01 03 0C 00 16 00 0B 00 0D 00 13 00 27 00 17 03 0E", "wrong-function"),
        ("01 04 06 00 16 00 0B 00 0D 99 57", "wrong-count"),
        ("01 04 0E 00 16 00 0B 00 0D 00 13 00 27 00 17 00 01 80 C7", "wrong-count"),
        ("01 04 0B 00 16 00 0B 00 0D 00 13 00 27 00 FE CF", "wrong-count"),
        ("02 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 17 46 C8", "wrong-unit"),
        ("01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 18 05 C9", "bad-crc"),
        ("01 04 0C 00 16 00 0B", "short-reply"),
        ("00 01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 17 05 C9", "bad-crc"),
        ("41 42 43 01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 17 05 C9", "bad-frame"),
        ("01 04 0C 00 16 00 0B 00 0D 00 13 00 27 00 17 05 C9 FF", "extra-bytes"),
        ("01 84 0B 02 C7", "gateway"),
        ("", "no-reply"),
    ],
)
def test_a_wrong_rtu_reply_is_never_a_reading(said: str, kind: str) -> None:
    spoken = bytes.fromhex(said)
    with on_rtu([(SOLIS_READ, spoken), (SOLIS_READ, SOLIS_CLOCK)]) as bench:
        assert bench.fault(ASK_SOLIS) == kind
        assert bench.book.records[0].received == spoken, "evidence first"
        assert bench.bus.rejected == (1 if spoken else 0)
        assert bench.answer(ASK_SOLIS) == CLOCK, "the line is sound again after a drain"
        assert bench.far_end.heard == SOLIS_READ * 2, "each request was sent once"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("01 10 A7 F9 00 06 B3 4E", "wrong-echo"),
        ("01 10 A7 F8 00 05 A2 8F", "wrong-echo"),
        ("01 90 05 8C 03", "still-working"),
        ("", "no-reply"),
    ],
)
def test_a_write_without_its_own_acknowledgement_is_unknown_and_never_repeated(said: str, kind: str) -> None:
    with on_rtu([(SOLIS_SET, bytes.fromhex(said))]) as bench:
        assert bench.fault(ASK_SOLIS_SET) == kind
        assert bench.far_end.heard == SOLIS_SET


def test_a_single_write_acknowledged_with_another_word_is_unknown() -> None:
    """Wizmodbus echoes ``01 06 04 04 00 01 08 FB``; here the device says it wrote 0."""
    with on_rtu([(bytes.fromhex("01060404000108FB"), bytes.fromhex("010604040000C93B"))]) as bench:
        assert bench.fault(WriteRegister(address=0x404, word=1, deadline_ns=DEADLINE_NS)) == "wrong-echo"


def test_a_refusal_is_the_devices_own_word() -> None:
    with on_rtu([(bytes.fromhex("01040BB7000183C8"), bytes.fromhex("018402C2C1"))]) as bench:
        with pytest.raises(DeviceRefused) as caught:
            bench.answer(ReadRegisters(start=2999, count=1, table="input"))
        assert caught.value.code == 2


def test_a_late_rtu_reply_is_not_the_next_requests_answer() -> None:
    """Both requests ask for the same registers: only the drain can tell the late reply from the right one."""
    later = bytes.fromhex("01040C0016000B000D00130027001845CD")
    late: Saying = (180, SOLIS_CLOCK)
    with on_rtu([(SOLIS_READ, late), (SOLIS_READ, later)]) as bench:
        assert bench.fault(ASK_SOLIS) == "no-reply"
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24)
        assert [("no-reply", b""), ("late-bytes", SOLIS_CLOCK), ("", later)] == [
            (record.fault, record.received) for record in bench.book.records
        ]
        assert bench.bus.rejected == 1


def test_a_late_reply_to_another_question_does_not_let_its_successor_slip_in() -> None:
    """The late reply is refused by its count; the right one, just behind it, must not answer the question after."""
    one = bytes.fromhex("01030200017984")
    script: Script = [
        (SOLIS_READ, (one, 30, SOLIS_CLOCK)),
        (SOLIS_READ, bytes.fromhex("01040C0016000B000D00130027001845CD")),
    ]
    with on_rtu(script) as bench:
        assert bench.fault(ASK_SOLIS) == "wrong-function"
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24)
        assert [record.fault for record in bench.book.records] == ["", "late-bytes", ""]


@pytest.mark.parametrize("gap", [(), (1,)])
def test_a_duplicate_rtu_reply_is_counted_and_never_the_next_answer(gap: tuple[int, ...]) -> None:
    later = bytes.fromhex("01040C0016000B000D00130027001845CD")
    with on_rtu([(SOLIS_READ, (SOLIS_CLOCK, *gap, SOLIS_CLOCK)), (SOLIS_READ, later)]) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK
        bench.far_end.stopped.wait(0.02)  # the copy is on its way; a poll comes later than that
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24)
        assert bench.bus.rejected == 1


def test_another_units_reply_before_ours_is_overlooked() -> None:
    other = bytes.fromhex("02040C0016000B000D00130027001746C8")
    with on_rtu([(SOLIS_READ, (other, 3, SOLIS_CLOCK))]) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK
        assert (bench.book.records[0].fault, bench.bus.rejected) == ("other-unit", 1)


def test_a_request_keeps_the_silence_before_it() -> None:
    """1.75 ms at 115200 baud; a virtual bench has no line and waits for none."""
    with on_rtu([(SOLIS_READ, SOLIS_CLOCK), (SOLIS_READ, SOLIS_CLOCK)]) as bench:
        bench.answer(ASK_SOLIS)
        bench.answer(ASK_SOLIS)
        first, second = bench.book.records
        assert second.sent_ns - first.received_ns >= 1.7 * MS_NS


def test_an_unplugged_line_is_lost_and_reopening_it_is_a_new_generation() -> None:
    book = Notebook()
    with on_tcp([(SOLIS_READ, (HANG_UP,)), (SOLIS_READ, SOLIS_CLOCK)], connections=2) as (port, _):
        url = f"socket://127.0.0.1:{port}"
        bus = make_bus(ModbusRtuConfig(port=SerialPort(url=url), unit=1), sink=book, clock=VirtualClock(0))
        bus.open()
        with contextlib.closing(bus):
            for kind in ("connection-lost", "not-open"):
                with pytest.raises(LinkError) as caught:
                    bus.answer(1, ASK_SOLIS)
                assert caught.value.kind == kind
            bus.open()
            assert (bus.answer(1, ASK_SOLIS).value, bus.generation) == (CLOCK, 2)


# --- TCP --------------------------------------------------------------------------------------------------------


def test_registers_are_read_over_tcp_in_one_piece_and_in_drips() -> None:
    drips: Saying = (TCP_CLOCK_AGAIN[:3], 5, TCP_CLOCK_AGAIN[3:10], 5, TCP_CLOCK_AGAIN[10:])
    with on_modbus_tcp([(TCP_READ, TCP_CLOCK), (TCP_READ_AGAIN, drips)]) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("0001 0000 000F 01 03 0C 0016 000B 000D 0013 0027 0017", "wrong-function"),
        ("0001 0000 0009 01 04 06 0016 000B 000D", "wrong-count"),
        ("0001 0000 0011 01 04 0E 0016 000B 000D 0013 0027 0017 0001", "wrong-count"),
        ("0001 0000 000E 01 04 0B 0016 000B 000D 0013 0027 00", "wrong-count"),
        ("0001 0000 000F 02 04 0C 0016 000B 000D 0013 0027 0017", "wrong-unit"),
        ("0000 0000 000F 01 04 0C 0016 000B 000D 0013 0027 0017", "wrong-transaction"),
        ("0002 0000 000F 01 04 0C 0016 000B 000D 0013 0027 0017", "wrong-transaction"),
        ("0001 0001 000F 01 04 0C 0016 000B 000D 0013 0027 0017", "bad-frame"),
        ("0001 0000 0000 01 04 0C 0016 000B 000D 0013 0027 0017", "bad-frame"),
        ("0001 0000 FFFF 01 04 0C 0016 000B 000D 0013 0027 0017", "bad-frame"),
        ("0001 0000 000F 01 04 0C 0016 000B", "short-reply"),
        ("0001 0000 000F 01 04 0C 0016 000B 000D 0013 0027 0017 FF", "extra-bytes"),
        ("0001 0000 0003 01 84 0A", "gateway"),
        ("", "no-reply"),
    ],
)
def test_a_wrong_tcp_reply_is_never_a_reading(said: str, kind: str) -> None:
    with on_modbus_tcp([(TCP_READ, bytes.fromhex(said)), (TCP_READ_AGAIN, TCP_CLOCK_AGAIN)]) as bench:
        assert bench.fault(ASK_SOLIS) == kind
        assert bench.book.records[0].received == bytes.fromhex(said), "evidence first"
        assert bench.bus.rejected == (1 if said else 0)
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24), "the connection is sound again after a drain"
        assert bench.far_end.heard == TCP_READ + TCP_READ_AGAIN, "each request was sent once"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("0001 0000 0006 01 10 A7F9 0006", "wrong-echo"),
        ("0001 0000 0006 01 10 A7F8 0005", "wrong-echo"),
        ("0000 0000 0006 01 10 A7F8 0006", "wrong-transaction"),
        ("", "no-reply"),
    ],
)
def test_a_tcp_write_without_its_own_acknowledgement_is_unknown_and_never_repeated(said: str, kind: str) -> None:
    with on_modbus_tcp([(TCP_SET, bytes.fromhex(said))]) as bench:
        assert bench.fault(ASK_SOLIS_SET) == kind
        assert bench.far_end.heard == TCP_SET


def test_a_late_tcp_reply_is_drained_or_known_by_its_number() -> None:
    late: Saying = (TCP_CLOCK, 2, TCP_CLOCK_AGAIN)
    with on_modbus_tcp([(TCP_READ, b""), (TCP_READ_AGAIN, late)]) as bench:
        assert bench.fault(ASK_SOLIS) == "no-reply"
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24)
        assert bench.book.records[-1].fault == "late-reply"


def test_only_late_replies_are_no_answer() -> None:
    with on_modbus_tcp([(TCP_READ, TCP_CLOCK), (TCP_READ_AGAIN, TCP_CLOCK)]) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK
        assert bench.fault(ASK_SOLIS) == "late-reply"


def test_a_duplicate_tcp_reply_is_counted_and_never_the_next_answer() -> None:
    script = [(TCP_READ, TCP_CLOCK * 2), (TCP_READ_AGAIN, TCP_CLOCK_AGAIN)]
    with on_modbus_tcp(script) as bench:
        assert bench.answer(ASK_SOLIS) == CLOCK
        assert bench.answer(ASK_SOLIS) == (22, 11, 13, 19, 39, 24)
        assert bench.bus.rejected == 1


@pytest.mark.parametrize("said", [(HANG_UP,), (TCP_CLOCK[:9], HANG_UP)])
def test_a_connection_that_ends_is_lost_and_reopening_counts_from_one(said: Saying) -> None:
    with on_modbus_tcp([(TCP_READ, said), (TCP_READ, TCP_CLOCK)], connections=2) as bench:
        assert bench.fault(ASK_SOLIS) == "connection-lost"
        assert bench.fault(ASK_SOLIS) == "not-open"
        bench.bus.open()
        assert (bench.answer(ASK_SOLIS), bench.bus.generation) == (CLOCK, 2)


def test_nobody_listening_is_no_connection() -> None:
    with on_tcp([]) as (port, _):
        pass
    bus = make_bus(ModbusTcpConfig(host="127.0.0.1", tcp_port=port, unit=1), sink=Notebook(), clock=MonotonicClock())
    with pytest.raises(LinkError) as caught:
        bus.open()
    assert (caught.value.kind, bus.generation) == ("no-connection", 0)


def test_every_ask_goes_through_pymodbus() -> None:
    """Bodies of the examples in the Application Protocol V1.1b3, section 6; identification lengths counted by hand."""
    script = [
        ("0001 0000 0006 01 03 006B 0003", "0001 0000 0009 01 03 06 022B 0000 0064"),
        ("0002 0000 0006 01 01 0013 0013", "0002 0000 0006 01 01 03 CD 6B 05"),
        ("0003 0000 0006 01 02 00C4 0016", "0003 0000 0006 01 02 03 AC DB 35"),
        ("0004 0000 0006 01 05 00AC FF00", "0004 0000 0006 01 05 00AC FF00"),
        ("0005 0000 0006 01 06 0001 0003", "0005 0000 0006 01 06 0001 0003"),
        ("0006 0000 000B 01 10 0001 0002 04 000A 0102", "0006 0000 0006 01 10 0001 0002"),
        ("0007 0000 0005 01 2B 0E 01 00", "0007 0000 000E 01 2B 0E 01 01 FF 01 01 00 04 41636D65"),
        ("0008 0000 0005 01 2B 0E 01 01", "0008 0000 000E 01 2B 0E 01 01 00 00 02 01 02 5031 02 00"),
        ("0009 0000 0002 01 11", "0009 0000 0007 01 11 04 504C43 FF"),
    ]
    spoken = [(bytes.fromhex(heard), bytes.fromhex(said)) for heard, said in script]
    coils = "1011001111010110101"
    inputs = "0011010111011011101011"
    with on_modbus_tcp(spoken) as bench:
        assert bench.answer(ReadRegisters(start=0x6B, count=3)) == (0x022B, 0, 0x64)
        assert bench.answer(ReadCoils(start=0x13, count=19)) == tuple(bit == "1" for bit in coils)
        assert bench.answer(ReadCoils(start=0xC4, count=22, table="inputs")) == tuple(bit == "1" for bit in inputs)
        assert bench.answer(WriteCoil(address=0xAC, on=True)) is None
        assert bench.answer(WriteRegister(address=1, word=3)) is None
        assert bench.answer(WriteRegisters(start=1, words=(10, 0x102))) is None
        assert bench.answer(ReadDeviceIdentification()) == {0: b"Acme", 1: b"P1", 2: b""}
        assert bench.answer(ReportServerId()) == b"PLC\xff"
        assert [(record.sent, record.received) for record in bench.book.records] == spoken


def test_pymodbus_says_nothing_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with on_modbus_tcp([(TCP_READ, bytes.fromhex("0001000000020184"))]) as bench:
        bench.fault(ASK_SOLIS)
    assert capfd.readouterr() == ("", "")
