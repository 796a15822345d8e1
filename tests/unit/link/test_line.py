"""One wire's discipline, over transports that misbehave on purpose."""

import pytest

from harness.clock import MonotonicClock, VirtualClock
from harness.device.asks import Drain, Exchange, Query, Send, WriteExchange, until_count, until_terminator
from harness.errors import LinkError
from harness.link.line import RECEIVE_LIMIT, Line
from harness.link.stream import StreamBus
from harness.records import WireRecord

MS_NS = 1_000_000


class Wire:
    """A transport whose reads are a list: bytes, or an error to raise; when it is used up, silence."""

    def __init__(self, *reads: bytes | LinkError) -> None:
        self.reads = list(reads)
        self.written: list[bytes] = []
        self.is_open = False

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, frame: bytes) -> None:
        self.written.append(frame)

    def read(self, wait_ns: int) -> bytes:
        if not self.reads:
            return b""
        read = self.reads.pop(0)
        if isinstance(read, LinkError):
            raise read
        return read


class Babbler(Wire):
    """Always has another byte to say."""

    def read(self, wait_ns: int) -> bytes:
        return b"x"


class Torrent(Wire):
    """Always has another 4 KiB to say."""

    def read(self, wait_ns: int) -> bytes:
        return b"x" * 4096


class Stalled(Wire):
    """Takes no bytes."""

    def write(self, frame: bytes) -> None:
        raise LinkError("write-stalled", "full")


def open_bus(wire: Wire, **settings: object) -> tuple[StreamBus, list[WireRecord]]:
    records: list[WireRecord] = []

    def sink(record: WireRecord) -> int:
        records.append(record)
        return len(records)

    line = Line(name="w", transport=wire, sink=sink, clock=VirtualClock(0), **settings)  # type: ignore[arg-type]
    bus = StreamBus(line)
    bus.open()
    return bus, records


def fault_of(bus: StreamBus, question: Exchange) -> str:
    with pytest.raises(LinkError) as caught:
        bus.answer(None, question)
    return caught.value.kind


ASK = Exchange(data=b"?", until=until_terminator(b"\n"))


def test_a_reply_in_pieces_is_put_together() -> None:
    bus, records = open_bus(Wire(b"", b"19", b"99", b"\n"))
    answer = bus.answer(None, ASK)
    assert (answer.value, answer.exchanges) == (b"1999\n", (1,))
    assert [(r.sent, r.received, r.fault) for r in records] == [(b"?", b"1999\n", "")]


def test_silence_is_no_reply() -> None:
    bus, records = open_bus(Wire())
    assert (fault_of(bus, ASK), records[0].fault, records[0].received) == ("no-reply", "no-reply", b"")


def test_part_of_a_reply_is_a_short_reply_and_its_bytes_are_kept() -> None:
    bus, records = open_bus(Wire(b"", b"19"))
    assert (fault_of(bus, ASK), records[0].received) == ("short-reply", b"19")


def test_bytes_beyond_the_reply_are_an_error() -> None:
    bus, records = open_bus(Wire(b"", b"1999\nOK"))
    assert (fault_of(bus, ASK), records[0].received) == ("extra-bytes", b"1999\nOK")


def test_bytes_that_cannot_become_the_reply_are_a_bad_frame() -> None:
    def never(received: bytes) -> int | None:
        raise ValueError(f"not a reply: {received!r}")

    bus, records = open_bus(Wire(b"", b"\x15"))
    assert (fault_of(bus, Exchange(data=b"?", until=never)), records[0].received) == ("bad-frame", b"\x15")


def test_a_babbling_device_cannot_outlast_the_deadline() -> None:
    bus, records = open_bus(Babbler(), purges=False)
    question = Exchange(data=b"?", until=until_terminator(b"\n"), deadline_ns=2 * MS_NS)
    assert fault_of(bus, question) == "short-reply"
    assert 0 < len(records[0].received) < RECEIVE_LIMIT


def test_a_reply_without_end_is_cut_at_64_kib() -> None:
    bus, records = open_bus(Torrent(), purges=False)
    assert (fault_of(bus, ASK), len(records[0].received)) == ("babble", 65_536)


def test_a_line_that_is_never_quiet_is_not_trusted() -> None:
    bus, records = open_bus(Torrent())
    assert fault_of(bus, ASK) == "babble"
    assert [record.sent for record in records] == [b"", b""], "nothing is asked of a line that talks on"


def test_after_a_time_out_the_late_reply_is_drained_before_the_next_request() -> None:
    wire = Wire()
    bus, records = open_bus(wire)
    assert fault_of(bus, ASK) == "no-reply"
    wire.reads = [b"late\n", b"", b"", b"1999\n"]
    assert bus.answer(None, ASK).value == b"1999\n"
    assert [(r.sent, r.received) for r in records] == [(b"?", b""), (b"", b"late\n"), (b"?", b"1999\n")]
    assert [record.fault for record in records] == ["no-reply", "late-bytes", ""]
    assert bus.rejected == 1


def test_bytes_nobody_asked_for_are_dropped_and_kept_as_evidence() -> None:
    wire = Wire(b"again\n", b"", b"1999\n")
    bus, records = open_bus(wire)
    assert bus.answer(None, ASK).value == b"1999\n"
    assert [(r.fault, r.received) for r in records] == [("unasked-bytes", b"again\n"), ("", b"1999\n")]


def test_listening_without_asking_throws_nothing_away() -> None:
    bus, _ = open_bus(Wire(b"$GPZDA\n"))
    assert bus.answer(None, Exchange(data=b"", until=until_terminator(b"\n"))).value == b"$GPZDA\n"


def test_a_write_exchange_goes_out_once_even_when_nothing_comes_back() -> None:
    wire = Wire()
    bus, _ = open_bus(wire)
    assert fault_of(bus, WriteExchange(data=b"SET", until=until_count(1))) == "no-reply"
    assert wire.written == [b"SET"]


def test_a_send_expects_nothing() -> None:
    bus, records = open_bus(Wire())
    assert bus.answer(None, Send(data=b"\n")).value is None
    assert [(r.sent, r.received, r.fault) for r in records] == [(b"\n", b"", "")]


def test_a_send_that_does_not_get_out_is_an_error_with_its_record() -> None:
    bus, records = open_bus(Stalled())
    with pytest.raises(LinkError) as caught:
        bus.answer(None, Send(data=b"\n"))
    assert (caught.value.kind, records[0].fault) == ("write-stalled", "write-stalled")


def test_a_drain_returns_everything_until_quiet() -> None:
    bus, records = open_bus(Wire(b"\n", b"\r", b""))
    assert bus.answer(None, Drain(quiet_ns=MS_NS)).value == b"\n\r"
    assert [record.received for record in records] == [b"\n\r"]


def test_a_short_drain_does_not_make_a_distrusted_line_good() -> None:
    """A late reply may lag by the line's whole latency; only a quiet that long proves that none is coming."""
    wire = Wire()
    bus, records = open_bus(wire, latency_ns=50 * MS_NS)
    assert fault_of(bus, ASK) == "no-reply"
    bus.answer(None, Drain(quiet_ns=MS_NS))
    wire.reads = [b"late\n", b"", b"", b"1999\n"]
    assert bus.answer(None, ASK).value == b"1999\n"
    assert [record.fault for record in records] == ["no-reply", "", "late-bytes", ""]


def test_a_drain_that_finds_nothing_is_evidence_too() -> None:
    bus, records = open_bus(Wire())
    assert bus.answer(None, Drain(quiet_ns=MS_NS)).value == b""
    assert len(records) == 1


def test_a_drain_of_a_torrent_gives_up() -> None:
    bus, records = open_bus(Torrent())
    with pytest.raises(LinkError) as caught:
        bus.answer(None, Drain(quiet_ns=MS_NS))
    assert (caught.value.kind, records[0].fault) == ("babble", "babble")


@pytest.mark.parametrize(
    "reads", [(LinkError("connection-lost", "unplugged"),), (b"", b"19", LinkError("connection-lost", "x"))]
)
def test_a_lost_wire_stays_closed_until_it_is_opened_again(reads: tuple[bytes | LinkError, ...]) -> None:
    wire = Wire(*reads)
    bus, _ = open_bus(wire)
    assert fault_of(bus, ASK) == "connection-lost"
    assert not wire.is_open
    assert fault_of(bus, ASK) == "not-open"
    bus.open()
    assert bus.generation == 2


def test_opening_an_open_wire_is_no_new_generation() -> None:
    bus, _ = open_bus(Wire())
    bus.open()
    assert bus.generation == 1
    bus.close()
    bus.close()


def test_a_line_lost_while_it_is_drained_says_so() -> None:
    bus, records = open_bus(Wire())
    assert fault_of(bus, ASK) == "no-reply"
    wire = Wire(b"late", LinkError("connection-lost", "unplugged"))
    bus._line._transport = wire
    assert fault_of(bus, ASK) == "connection-lost"
    assert (records[-1].received, records[-1].fault) == (b"late", "connection-lost")
    assert not wire.written


def test_a_request_waits_for_the_silence_its_protocol_asks_for() -> None:
    bus, records = open_bus(Wire(b"", b"\n", b"", b"\n"), silence_ns=5 * MS_NS)
    bus._line._clock = MonotonicClock()
    bus.answer(None, ASK)
    bus.answer(None, ASK)
    assert records[1].sent_ns - records[0].received_ns >= 4.9 * MS_NS


def test_a_plain_line_answers_no_other_protocol() -> None:
    bus, _ = open_bus(Wire())
    with pytest.raises(TypeError, match="StreamBus cannot answer Query"):
        bus.answer(None, Query(text="*IDN?"))
    with pytest.raises(TypeError):
        bus.render(None, Query(text="*IDN?"))


def test_rendering_gives_the_asks_own_bytes() -> None:
    bus, _ = open_bus(Wire())
    assert [bus.render(None, question) for question in (ASK, Send(data=b"\n"), Drain(quiet_ns=1))] == [b"?", b"\n", b""]
