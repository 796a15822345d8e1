"""pyserial on real ptys and ``socket://`` URLs, plain and with an I2C bridge behind."""

import contextlib
from collections.abc import Iterator

import pytest

from harness.clock import MonotonicClock, VirtualClock
from harness.device.asks import Drain, Exchange, I2cRead, I2cWrite, Send, WriteExchange, until_count, until_terminator
from harness.errors import DeviceRefused, LinkError
from harness.link.base import Bus
from harness.link.config import I2cConfig, SerialConfig, SerialPort
from harness.link.opening import make_bus
from harness.records import WireRecord

from .far_ends import HANG_UP, Script, on_a_pty, on_tcp

pytestmark = pytest.mark.wire

MS_NS = 1_000_000
LATENCY_NS = 40 * MS_NS

STATUS = bytes.fromhex("52 0A 50")
READ_SEVEN = bytes.fromhex("53 D0 01 00 53 D1 07 50")
SET_1999 = bytes.fromhex("53 D0 08 00 50 59 23 06 31 12 99 50")
DS1307 = bytes.fromhex("30 35 23 01 10 03 13")  # sigrok-dumps i2c/rtc_dallas_ds1307, public domain


class Notebook:
    def __init__(self) -> None:
        self.records: list[WireRecord] = []

    def __call__(self, record: WireRecord) -> int:
        self.records.append(record)
        return len(self.records)


@contextlib.contextmanager
def opened(config: SerialConfig | I2cConfig) -> Iterator[tuple[Bus, Notebook]]:
    book = Notebook()
    bus = make_bus(config, sink=book, clock=MonotonicClock(), latency_ns=LATENCY_NS)
    bus.open()
    with contextlib.closing(bus):
        yield bus, book


@contextlib.contextmanager
def on_a_line(script: Script) -> Iterator[tuple[Bus, Notebook]]:
    with on_a_pty(script) as (path, _), opened(SerialConfig(port=SerialPort(url=path, baud=19_200))) as both:
        yield both


@contextlib.contextmanager
def behind_a_bridge(script: Script) -> Iterator[tuple[Bus, Notebook]]:
    with on_a_pty(script) as (path, _), opened(I2cConfig(port=SerialPort(url=path), address=0x68)) as both:
        yield both


def fault(bus: Bus, question: Exchange | I2cRead) -> str:
    with pytest.raises(LinkError) as caught:
        bus.answer(0x68, question)
    return caught.value.kind


ASK = Exchange(data=b"GETTIME\n", until=until_count(9), deadline_ns=100 * MS_NS)


def test_an_exchange_goes_over_a_real_line_whole_and_in_drips() -> None:
    reply = bytes.fromhex("06 3B 3B 17 1F 0C 63 12 34")
    with on_a_line([(b"GETTIME\n", reply), (b"GETTIME\n", (reply[:1], 5, reply[1:5], 5, reply[5:]))]) as (bus, book):
        assert bus.answer(None, ASK).value == reply
        answer = bus.answer(None, ASK)
        assert (answer.value, answer.exchanges) == (reply, (2,))
        assert answer.received_ns - answer.sent_ns >= 10 * MS_NS
        assert [record.received for record in book.records] == [reply, reply]


@pytest.mark.parametrize(
    ("said", "kind"),
    [(b"", "no-reply"), (b"\x06", "short-reply"), (b"\x06" * 12, "extra-bytes")],
)
def test_a_wrong_reply_is_an_error_and_the_next_one_is_right(said: bytes, kind: str) -> None:
    with on_a_line([(b"GETTIME\n", said), (b"GETTIME\n", b"123456789")]) as (bus, book):
        assert fault(bus, ASK) == kind
        assert book.records[0].received == said
        assert bus.answer(None, ASK).value == b"123456789"


def test_no_exchange_outlasts_its_deadline_by_half_a_second() -> None:
    with on_a_line([]) as (bus, book):
        assert fault(bus, ASK) == "no-reply"
        waited_ns = book.records[0].received_ns - book.records[0].sent_ns
        assert 100 * MS_NS <= waited_ns <= 600 * MS_NS


def test_a_device_that_drips_forever_is_cut_at_the_deadline() -> None:
    drips = tuple(piece for _ in range(100) for piece in (b"x", 10))
    question = Exchange(data=b"?", until=until_terminator(b"\n"), deadline_ns=100 * MS_NS)
    with on_a_line([(b"?", drips)]) as (bus, book):
        assert fault(bus, question) == "short-reply"
        assert book.records[0].received_ns - book.records[0].sent_ns <= 600 * MS_NS


def test_a_late_reply_is_drained_before_the_next_request() -> None:
    with on_a_line([(b"GETTIME\n", (120, b"old------")), (b"GETTIME\n", b"new------")]) as (bus, book):
        assert fault(bus, ASK) == "no-reply"
        assert bus.answer(None, ASK).value == b"new------"
        assert [record.fault for record in book.records] == ["no-reply", "late-bytes", ""]


def test_a_wake_up_and_its_drain() -> None:
    with on_a_line([(b"\n", b"\n\r")]) as (bus, _):
        bus.answer(None, Send(data=b"\n"))
        assert bus.answer(None, Drain(quiet_ns=50 * MS_NS)).value == b"\n\r"


def test_a_virtual_bench_still_waits_for_real_bytes() -> None:
    """Stamps stand still in virtual time; the wait for a far end in another thread is real all the same."""
    book = Notebook()
    with on_a_pty([(b"GETTIME\n", (30, b"123456789"))]) as (path, _):
        bus = make_bus(SerialConfig(port=SerialPort(url=path)), sink=book, clock=VirtualClock(0))
        bus.open()
        with contextlib.closing(bus):
            answer = bus.answer(None, ASK)
    assert (answer.value, answer.sent_ns, answer.received_ns) == (b"123456789", 0, 0)


def test_a_second_program_is_refused_the_port() -> None:
    with on_a_line([]) as (bus, _):
        second = make_bus(SerialConfig(port=SerialPort(url=bus.name)), sink=Notebook(), clock=MonotonicClock())
        with pytest.raises(LinkError) as caught:
            second.open()
        assert caught.value.kind == "port-busy"
        bus.close()
        second.open()
        assert second.generation == 1
        second.close()


def test_an_adapter_that_is_pulled_out_is_lost() -> None:
    with on_a_line([(b"GETTIME\n", (b"123", 20, HANG_UP))]) as (bus, book):
        assert fault(bus, ASK) == "connection-lost"
        assert book.records[0].received == b"123"
        assert fault(bus, ASK) == "not-open"


def test_a_port_that_is_not_there_is_missing() -> None:
    bus = make_bus(SerialConfig(port=SerialPort(url="/dev/no-such-port")), sink=Notebook(), clock=MonotonicClock())
    with pytest.raises(LinkError) as caught:
        bus.open()
    assert (caught.value.kind, bus.generation) == ("port-missing", 0)


@pytest.mark.parametrize("url", ["socket://127.0.0.1:9", "nonsense://x"])
def test_a_url_that_leads_nowhere_does_not_open(url: str) -> None:
    bus = make_bus(SerialConfig(port=SerialPort(url=url)), sink=Notebook(), clock=MonotonicClock())
    with pytest.raises(LinkError) as caught:
        bus.open()
    assert caught.value.kind in {"no-connection", "port-missing"}


def test_a_socket_url_is_a_serial_line_like_any_other() -> None:
    script: Script = [(b"GETTIME\n", b"123456789"), (b"SET\n", (HANG_UP,))]
    with (
        on_tcp(script) as (port, _),
        opened(SerialConfig(port=SerialPort(url=f"socket://127.0.0.1:{port}"))) as (bus, _),
    ):
        assert bus.answer(None, ASK).value == b"123456789"
        assert fault(bus, WriteExchange(data=b"SET\n", until=until_count(1))) == "connection-lost"
        assert fault(bus, ASK) == "not-open"


# --- I2C behind a bridge ----------------------------------------------------------------------------------------


def test_the_captured_ds1307_is_read_and_set_through_a_bridge() -> None:
    script: Script = [
        (STATUS, b"OK\xf0"),
        (READ_SEVEN, (DS1307[:3], 5, DS1307[3:])),
        (SET_1999, b""),
        (STATUS, b"\xf0"),
    ]
    with behind_a_bridge(script) as (bus, book):
        assert bus.answer(0x68, I2cRead(pointer=b"\x00", count=7)).value == DS1307
        bus.answer(0x68, I2cWrite(pointer=b"\x00", data=bytes.fromhex("50 59 23 06 31 12 99")))
        assert [record.sent for record in book.records] == [STATUS, READ_SEVEN, SET_1999, STATUS]


def test_a_chip_that_is_not_there_is_known_from_the_bridge() -> None:
    with behind_a_bridge([(STATUS, b"\xf0"), (READ_SEVEN, b""), (STATUS, b"\xf1")]) as (bus, _):
        with pytest.raises(DeviceRefused) as caught:
            bus.answer(0x68, I2cRead(pointer=b"\x00", count=7, deadline_ns=50 * MS_NS))
        assert caught.value.code == "F1"


def test_a_late_banner_is_never_taken_for_registers() -> None:
    """The bridge restarts between two reads: its banner is dropped before the next message goes out."""
    script: Script = [(STATUS, b"\xf0"), (READ_SEVEN, (DS1307, 60, b"OK")), (READ_SEVEN, DS1307)]
    with behind_a_bridge(script) as (bus, book):
        question = I2cRead(pointer=b"\x00", count=7)
        assert bus.answer(0x68, question).value == DS1307
        clock = MonotonicClock()
        clock.sleep_until(clock.now_ns() + 80 * MS_NS)
        assert bus.answer(0x68, question).value == DS1307
        assert [(r.fault, r.received) for r in book.records][2] == ("unasked-bytes", b"OK")


def test_bytes_close_behind_a_bare_reply_make_it_no_reading() -> None:
    """What a read returns has neither length nor checksum: only the quiet after it tells it from a babbling line."""
    with behind_a_bridge([(STATUS, b"\xf0"), (READ_SEVEN, (DS1307, 10, b"\x55"))]) as (bus, _):
        with pytest.raises(LinkError) as caught:
            bus.answer(0x68, I2cRead(pointer=b"\x00", count=7))
        assert caught.value.kind == "extra-bytes"


def test_a_line_without_a_bridge_does_not_open_and_leaves_the_port_free() -> None:
    with on_a_pty([(STATUS, b"\x00")]) as (path, _):
        config = I2cConfig(port=SerialPort(url=path), address=0x68)
        bus = make_bus(config, sink=Notebook(), clock=MonotonicClock(), latency_ns=LATENCY_NS)
        with pytest.raises(LinkError) as caught:
            bus.open()
        assert caught.value.kind == "bad-frame"
        with opened(SerialConfig(port=SerialPort(url=path))):
            pass
