"""Plain bytes over a network: datagrams to one peer, and a connection that is hung up when its peer says nothing."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from harness.clock import MonotonicClock
from harness.device.asks import Exchange, WriteExchange, until_count
from harness.errors import LinkError
from harness.link.base import Bus
from harness.link.config import SocketConfig
from harness.link.opening import make_bus

pytestmark = pytest.mark.wire

MS_NS = 1_000_000
# A clock read and its reply (icsnpp-omron-fins, capture).
READ = bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01")
REPLY = bytes.fromhex("C1 00 02 00 00 00 00 00 00 7A 07 01 00 00 09 01 20 01 02 01 03")


@contextlib.contextmanager
def opened(config: SocketConfig) -> Iterator[Bus]:
    bus = make_bus(config, sink=lambda _record: 1, clock=MonotonicClock(), latency_ns=20 * MS_NS)
    bus.open()
    try:
        yield bus
    finally:
        bus.close()


@contextlib.contextmanager
def answering(*replies: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Answer the first datagram with ``replies``; yield the port and what was heard."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.bind(("127.0.0.1", 0))
        far.settimeout(5)

        def answer() -> None:
            with contextlib.suppress(TimeoutError):
                request, sender = far.recvfrom(2048)
                heard.append(request)
                for reply in replies:
                    far.sendto(reply, sender)

        thread = threading.Thread(target=answer)
        thread.start()
        yield far.getsockname()[1], heard
        thread.join()


def test_a_datagram_is_answered_by_a_datagram() -> None:
    with (
        answering(REPLY) as (port, heard),
        opened(SocketConfig(host="127.0.0.1", port=port, is_udp=True)) as bus,
    ):
        assert bus.answer(None, Exchange(data=READ, until=until_count(21))).value == REPLY
    assert [READ] == heard


def test_a_lost_reply_is_no_reply_and_the_write_went_out_once() -> None:
    request = WriteExchange(data=READ, until=until_count(21), deadline_ns=50 * MS_NS)
    with (
        answering() as (port, heard),
        opened(SocketConfig(host="127.0.0.1", port=port, is_udp=True)) as bus,
        pytest.raises(LinkError) as fault,
    ):
        bus.answer(None, request)
    assert fault.value.kind == "no-reply"
    assert [READ] == heard


def test_a_port_where_nobody_listens_is_an_error_of_the_line() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with opened(SocketConfig(host="127.0.0.1", port=port, is_udp=True)) as bus, pytest.raises(LinkError) as fault:
        bus.answer(None, Exchange(data=READ, until=until_count(21), deadline_ns=200 * MS_NS))
    assert fault.value.kind in {"connection-lost", "no-reply"}


def test_a_connection_that_is_silent_twice_is_hung_up() -> None:
    """A peer that has vanished says nothing for ever and never fails; only a new connection can tell."""
    with socket.create_server(("127.0.0.1", 0)) as far:
        port = far.getsockname()[1]
        with opened(SocketConfig(host="127.0.0.1", port=port)) as bus:
            kinds = []
            for _ in range(3):
                with pytest.raises(LinkError) as fault:
                    bus.answer(None, Exchange(data=READ, until=until_count(21), deadline_ns=50 * MS_NS))
                kinds.append(fault.value.kind)
    assert ["no-reply", "no-reply", "not-open"] == kinds


def test_the_two_ways_to_one_address_are_two_wires() -> None:
    assert SocketConfig(host="192.0.2.7", port=9600, is_udp=True).bus == "udp://192.0.2.7:9600"
    assert SocketConfig(host="192.0.2.7", port=9600).bus == "tcp://192.0.2.7:9600"
