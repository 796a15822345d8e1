"""Serves simulated devices on real wires: ptys, TCP ports and UDP ports of the loopback, all of them from one thread.

POSIX only. Wires run in real time; what time the devices behind them have is their own clock's affair. What goes over
a wire is the byte layers' affair: here bytes are handed over and replies sent back.
"""

from __future__ import annotations

import heapq
import itertools
import os
import pty
import selectors
import socket
import threading
import tty
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from harness.clock import SECOND_NS, MonotonicClock

Receiver = Callable[[bytes], bytes]
"""Takes bytes off a wire and returns the reply, empty for silence."""

Unasked = Callable[[], tuple[bytes, int]]
"""Returns what a device sends now without being asked, and in how many nanoseconds to ask again."""


@runtime_checkable
class Converses(Protocol):
    """A device that agrees on something with each TCP connection apart."""

    def connect(self) -> Receiver:
        """Return what takes the bytes of one new connection."""
        ...


@runtime_checkable
class SpeaksUnasked(Protocol):
    """A device that sends without being asked."""

    def unasked(self) -> tuple[bytes, int]:
        """Return what is sent now, and in how many nanoseconds to ask again."""
        ...


_LOOPBACK = "127.0.0.1"
_CHUNK = 4096
_LONGEST_DATAGRAM = 65_535
_SHORTEST_WAIT_NS = SECOND_NS // 1000


class WireServer:
    """Ptys, TCP and UDP ports with simulated devices behind them.

    Wires may be added while the server runs. An error in a simulator ends the server; `close` raises it.

    Args:
        attended: the devices have no thread of their own; whoever talks to them calls `attend` for each of their turns.
            For clients of this process that know of it only, and for devices that answer at once and never by themselves.
    """

    def __init__(self, *, attended: bool = False) -> None:
        self._clock = MonotonicClock()
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._selector.register(self._wake_reader, selectors.EVENT_READ, self._woken)
        self._arrivals: list[Callable[[], None]] = []
        self._late: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._descriptors: list[int] = []
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_closing = False
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None
        if not attended:
            self._thread = threading.Thread(target=self._run, name="simulated-wires", daemon=True)
            self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def serve_pty(self, receive: Receiver, *, latency_ns: int = 0, unasked: Unasked | None = None) -> str:
        """Open a pty with a device at its far end; return the path a serial port library opens.

        A device that speaks by itself gives ``unasked``; what nobody reads is lost.
        """
        near, far = pty.openpty()
        tty.setraw(far)
        os.set_blocking(near, False)
        # The far end stays open here too: otherwise the line would hang up whenever the client closes its port.
        self._descriptors += [near, far]

        def ready() -> None:
            data = os.read(near, _CHUNK)
            self._reply(receive(data), lambda reply: _write_all(near, reply), latency_ns)

        self._register(near, ready)
        if unasked is not None:
            speak = unasked
            self._at_once(lambda: self._speak(speak, lambda words: _write_all(near, words), lambda: True))
        return os.ttyname(far)

    def serve_udp(self, receive: Receiver, *, latency_ns: int = 0) -> int:
        """Answer datagrams on a free loopback port, each to whoever sent it. Returns the port."""
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.bind((_LOOPBACK, 0))
        wire.setblocking(False)
        self._sockets.add(wire)

        def ready() -> None:
            try:
                datagram, sender = wire.recvfrom(_LONGEST_DATAGRAM)
            except OSError:  # the answer to an earlier sender found nobody
                return
            self._reply(receive(datagram), lambda reply: _send_datagram(wire, reply, sender), latency_ns)

        self._register(wire, ready)
        port: int = wire.getsockname()[1]
        return port

    def serve_tcp(self, connect: Callable[[], Receiver], *, latency_ns: int = 0, unasked: Unasked | None = None) -> int:
        """Listen on a free loopback port; ``connect`` makes the receiver of each new connection. Returns the port.

        A device that speaks by itself gives ``unasked``; the newest connection hears it.
        """
        listener = socket.create_server((_LOOPBACK, 0), backlog=128)
        listener.setblocking(False)
        self._sockets.add(listener)

        def accept() -> None:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:  # the client gave up between the event and here
                return
            send = self._attach(connection, connect(), latency_ns)
            if unasked is not None:
                self._speak(unasked, send, lambda: connection in self._sockets)

        self._register(listener, accept)
        port: int = listener.getsockname()[1]
        return port

    def attend(self, wait_ns: int) -> None:
        """Let the devices take what has arrived, and what follows from it; wait up to ``wait_ns`` for the first of it."""
        if self._failure is not None:
            return
        try:
            events = self._selector.select(wait_ns / SECOND_NS)
            while events:
                for key, _ in events:
                    key.data()
                events = self._selector.select(0)
        except Exception as error:  # noqa: BLE001 - as on the thread: the wire falls silent, and close() raises it
            self._failure = error

    def close(self) -> None:
        """Stop the thread and close every wire.

        Raises:
            BaseException: whatever a simulator raised while it was served.
        """
        if self._is_closing:
            return
        self._is_closing = True
        if self._thread is not None:
            self._wake_writer.send(b"\0")
            self._thread.join()
        self._selector.close()
        for wire in (*self._sockets, self._wake_reader, self._wake_writer):
            wire.close()
        for descriptor in self._descriptors:
            os.close(descriptor)
        if self._failure is not None:
            raise self._failure

    def _register(self, wire: int | socket.socket, ready: Callable[[], None]) -> None:
        self._at_once(lambda: self._watch(wire, ready))

    def _at_once(self, arrival: Callable[[], None]) -> None:
        """Have something done on the server's own thread."""
        if self._thread is None:
            arrival()
            return
        with self._lock:
            self._arrivals.append(arrival)
        self._wake_writer.send(b"\0")

    def _speak(self, unasked: Unasked, send: Callable[[bytes], None], is_heard: Callable[[], bool]) -> None:
        """Send what a device says by itself, and come back when it has more to say."""
        if not is_heard():
            return
        words, wait_ns = unasked()
        if words:
            send(words)
        due_ns = self._clock.now_ns() + max(wait_ns, _SHORTEST_WAIT_NS)
        heapq.heappush(self._late, (due_ns, next(self._order), lambda: self._speak(unasked, send, is_heard)))

    def _watch(self, wire: int | socket.socket, ready: Callable[[], None]) -> None:
        self._selector.register(wire, selectors.EVENT_READ, ready)

    def _attach(self, connection: socket.socket, receive: Receiver, latency_ns: int) -> Callable[[bytes], None]:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets.add(connection)

        def hang_up() -> None:
            if connection in self._sockets:
                self._selector.unregister(connection)
                self._sockets.discard(connection)
                connection.close()

        def send(reply: bytes) -> None:
            try:
                sent = connection.send(reply) if connection in self._sockets else len(reply)
            except OSError:
                sent = -1
            if sent != len(reply):  # a client that does not read its replies has gone, or is no client of ours
                hang_up()

        def ready() -> None:
            try:
                data = connection.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if data:
                self._reply(receive(data), send, latency_ns)
            else:
                hang_up()

        self._watch(connection, ready)
        return send

    def _reply(self, reply: bytes, send: Callable[[bytes], None], latency_ns: int) -> None:
        if not reply:
            return
        if latency_ns:
            due_ns = self._clock.now_ns() + latency_ns
            heapq.heappush(self._late, (due_ns, next(self._order), lambda: send(reply)))
        else:
            send(reply)

    def _woken(self) -> None:
        self._wake_reader.recv(_CHUNK)
        with self._lock:
            arrivals, self._arrivals = self._arrivals, []
        for arrival in arrivals:
            arrival()

    def _run(self) -> None:
        try:
            while not self._is_closing:
                for key, _ in self._selector.select(self._seconds_to_wait()):
                    key.data()
                while self._late and self._late[0][0] <= self._clock.now_ns():
                    heapq.heappop(self._late)[2]()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody to raise to; close() raises it
            self._failure = error

    def _seconds_to_wait(self) -> float | None:
        if not self._late:
            return None
        return max(0, self._late[0][0] - self._clock.now_ns()) / SECOND_NS


def _write_all(descriptor: int, reply: bytes) -> None:
    """Write a reply to a pty; what its buffer has no room for is lost, as on a line that nobody reads."""
    try:
        os.write(descriptor, reply)
    except BlockingIOError:
        return


def _send_datagram(wire: socket.socket, reply: bytes, receiver: tuple[str, int]) -> None:
    """Send a datagram; whoever asked may be gone by now, and a network loses what it cannot deliver."""
    try:
        wire.sendto(reply, receiver)
    except OSError:
        return
