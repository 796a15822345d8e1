"""pyvisa with its Python backend, over a real socket and a real pty.

Replies are the forms of devices.md's sources: Agilent 34980A ``+2004,+11,+21``, Fluke 1560 ``11,43,23``.
"""

import contextlib
from collections.abc import Iterator

import pytest

from harness.clock import MonotonicClock
from harness.device.asks import Command, Query
from harness.errors import LinkError
from harness.link.base import Bus
from harness.link.config import ScpiConfig
from harness.link.opening import make_bus
from harness.records import WireRecord

from .far_ends import HANG_UP, FarEnd, Script, on_a_pty, on_tcp

pytestmark = pytest.mark.wire

MS_NS = 1_000_000
ASK_DATE = Query(text="SYST:DATE?", deadline_ns=150 * MS_NS)


class Notebook:
    def __init__(self) -> None:
        self.records: list[WireRecord] = []

    def __call__(self, record: WireRecord) -> int:
        self.records.append(record)
        return len(self.records)


@contextlib.contextmanager
def opened(resource: str) -> Iterator[tuple[Bus, Notebook]]:
    book = Notebook()
    config = ScpiConfig(resource=resource, baud=9600)
    bus = make_bus(config, sink=book, clock=MonotonicClock(), latency_ns=40 * MS_NS)
    bus.open()
    with contextlib.closing(bus):
        yield bus, book


@contextlib.contextmanager
def instrument(wire: str, script: Script) -> Iterator[tuple[Bus, Notebook, FarEnd]]:
    if wire == "socket":
        with on_tcp(script) as (port, far_end), opened(f"TCPIP::127.0.0.1::{port}::SOCKET") as (bus, book):
            yield bus, book, far_end
    else:
        with on_a_pty(script) as (path, far_end), opened(f"ASRL{path}::INSTR") as (bus, book):
            yield bus, book, far_end


both_wires = pytest.mark.parametrize("wire", ["socket", "pty"])


def fault(bus: Bus) -> str:
    with pytest.raises(LinkError) as caught:
        bus.answer(None, ASK_DATE)
    return caught.value.kind


@both_wires
def test_a_query_and_a_command_go_over_a_real_wire(wire: str) -> None:
    script: Script = [
        (b"SYST:DATE?\n", b"+2004,+11,+21\n"),
        (b"SYST:TIME 11,43,23\n", b""),
        (b"SYST:TIME?\n", (b"11,", 5, b"43,23\r\n")),
    ]
    with instrument(wire, script) as (bus, book, far_end):
        assert bus.answer(None, ASK_DATE).value == "+2004,+11,+21"
        assert bus.answer(None, Command(text="SYST:TIME 11,43,23")).value is None
        assert bus.answer(None, Query(text="SYST:TIME?")).value == "11,43,23"
        assert far_end.heard == b"SYST:DATE?\nSYST:TIME 11,43,23\nSYST:TIME?\n"
        assert [record.received for record in book.records] == [b"+2004,+11,+21\n", b"", b"11,43,23\r\n"]


@both_wires
@pytest.mark.parametrize(("said", "kind"), [(b"", "no-reply"), (b"+2004,+1", "short-reply")])
def test_what_came_before_a_time_out_is_kept(wire: str, said: bytes, kind: str) -> None:
    with instrument(wire, [(b"SYST:DATE?\n", said), (b"SYST:DATE?\n", b"+2004,+11,+21\n")]) as (bus, book, _):
        assert fault(bus) == kind
        assert book.records[0].received == said
        assert bus.answer(None, ASK_DATE).value == "+2004,+11,+21"


@both_wires
def test_a_late_reply_is_not_the_next_querys_answer(wire: str) -> None:
    script: Script = [(b"SYST:DATE?\n", (170, b"+1999,+12,+31\n")), (b"SYST:DATE?\n", b"+2000,+1,+1\n")]
    with instrument(wire, script) as (bus, book, _):
        assert fault(bus) == "no-reply"
        assert bus.answer(None, ASK_DATE).value == "+2000,+1,+1"
        assert [record.fault for record in book.records] == ["no-reply", "late-bytes", ""]


@both_wires
def test_a_second_line_is_not_the_next_querys_answer(wire: str) -> None:
    script: Script = [(b"SYST:DATE?\n", b"+1999,+12,+31\n+1\n"), (b"SYST:DATE?\n", b"+2000,+1,+1\n")]
    with instrument(wire, script) as (bus, book, _):
        assert bus.answer(None, ASK_DATE).value == "+1999,+12,+31"
        assert bus.answer(None, ASK_DATE).value == "+2000,+1,+1"
        assert "unasked-bytes" in [record.fault for record in book.records]


def test_an_instrument_that_hangs_up_is_lost() -> None:
    with instrument("socket", [(b"SYST:DATE?\n", (HANG_UP,))]) as (bus, _, _):
        assert fault(bus) == "connection-lost"
        assert fault(bus) == "not-open"


def test_nobody_listening_is_no_connection() -> None:
    with on_tcp([]) as (port, _):
        pass
    with pytest.raises(LinkError) as caught, opened(f"TCPIP::127.0.0.1::{port}::SOCKET"):
        pass
    assert caught.value.kind == "no-connection"


def test_a_port_that_is_not_there_is_missing() -> None:
    with pytest.raises(LinkError) as caught, opened("ASRL/dev/no-such-port::INSTR"):
        pass
    assert caught.value.kind == "port-missing"


def test_a_second_program_is_refused_the_port() -> None:
    with instrument("pty", []) as (bus, _, _):
        with pytest.raises(LinkError) as caught, opened(bus.name):
            pass
        assert caught.value.kind == "port-busy"


def test_a_resource_that_is_none_is_an_error() -> None:
    with pytest.raises(LinkError) as caught, opened("GPIB-ish nonsense"):
        pass
    assert caught.value.kind == "no-connection"
