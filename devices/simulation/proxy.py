"""A fault in front of a served pty or TCP port: real bytes, really late, really cut.

POSIX only. A proxy stands between the wire a simulated device is served on and the one the harness is given; what it
does to the bytes is the injector's affair. A pty is reached by a link with a stable name, as udev keeps one for a real
adapter, so an adapter that comes back under another name is found again.
"""

from __future__ import annotations

import contextlib
import os
import pty
import selectors
import socket
import struct
import tempfile
import threading
import tty
from abc import ABC, abstractmethod
from pathlib import Path

from harness.clock import SECOND_NS, MonotonicClock
from harness.link.faults.events import Gone, Spoken
from harness.link.faults.injector import Injector
from harness.link.faults.schedule import Schedule

_LOOPBACK = "127.0.0.1"
_CHUNK = 4096
_RESET = struct.pack("ii", 1, 0)  # linger on, for no time: the close becomes a reset
_LONGEST_WAIT_S = 3600.0


class Proxy(ABC):
    """One wire with a fault on it, served from a thread of its own."""

    def __init__(self, injector: Injector) -> None:
        self._injector = injector
        self._clock = MonotonicClock()
        self._schedule = Schedule()
        self._selector = selectors.DefaultSelector()
        self._stop_reader, self._stop_writer = socket.socketpair()
        self._selector.register(self._stop_reader, selectors.EVENT_READ)
        self._is_closing = False
        self._is_deaf = False
        self._back_ns: int | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="faulty-wire", daemon=True)

    def start(self) -> None:
        """Begin to carry bytes."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and close every end.

        Raises:
            BaseException: whatever went wrong in the proxy itself.
        """
        self._is_closing = True
        self._stop_writer.send(b"\0")
        self._thread.join()
        self._shut()
        self._selector.close()
        self._stop_reader.close()
        self._stop_writer.close()
        if self._failure is not None:
            raise self._failure

    @abstractmethod
    def _ready(self, key: object) -> None:
        """Take what one of the ends has brought."""

    @abstractmethod
    def _send_to_host(self, octets: bytes) -> None:
        """Let the host hear bytes; nobody there is no error."""

    @abstractmethod
    def _send_to_device(self, octets: bytes) -> None:
        """Let the device have bytes."""

    @abstractmethod
    def _hang_up(self, event: Gone) -> None:
        """End the connection to the host."""

    @abstractmethod
    def _come_back(self) -> None:
        """Be there to be opened again."""

    @abstractmethod
    def _shut(self) -> None:
        """Close what is open."""

    def _from_host(self, octets: bytes) -> None:
        if self._is_deaf:
            return
        let_through, events = self._injector.request(octets)
        if let_through:
            self._send_to_device(let_through)
        self._schedule.add(events, self._clock.now_ns())

    def _from_device(self, octets: bytes) -> None:
        self._schedule.add(self._injector.reply(octets), self._clock.now_ns())

    def _run(self) -> None:
        try:
            while not self._is_closing:
                for key, _ in self._selector.select(self._seconds_to_wait()):
                    if key.fileobj is not self._stop_reader:
                        self._ready(key.fileobj)
                self._do_what_is_due()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody to raise to; close() raises it
            self._failure = error

    def _seconds_to_wait(self) -> float:
        dues = [due for due in (self._schedule.next_due_ns(), self._back_ns) if due is not None]
        return min(_LONGEST_WAIT_S, max(0, min(dues) - self._clock.now_ns()) / SECOND_NS) if dues else _LONGEST_WAIT_S

    def _do_what_is_due(self) -> None:
        now_ns = self._clock.now_ns()
        if self._back_ns is not None and now_ns >= self._back_ns:
            self._back_ns = None
            self._come_back()
        while (event := self._schedule.take(now_ns)) is not None:
            if isinstance(event, Spoken):
                if not self._is_deaf and event.octets:
                    self._send_to_host(event.octets)
            elif event.how == "half-open":
                self._is_deaf = True
            else:
                self._schedule.clear()
                self._hang_up(event)
                self._back_ns = now_ns + event.for_ns


class PtyProxy(Proxy):
    """In front of a pty.

    Args:
        path: the pty a device is served on.

    Attributes:
        path: what the harness opens.
    """

    def __init__(self, path: str, injector: Injector) -> None:
        super().__init__(injector)
        self._folder = tempfile.TemporaryDirectory(prefix="faulty-wire-")
        self._link = Path(self._folder.name) / "port"
        self.path = str(self._link)
        self._device = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._selector.register(self._device, selectors.EVENT_READ)
        self._near = self._far = -1
        self._come_back()
        self.start()

    def _come_back(self) -> None:
        self._near, self._far = pty.openpty()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self._selector.register(self._near, selectors.EVENT_READ)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(self._far))

    def _hang_up(self, event: Gone) -> None:
        del event
        self._link.unlink(missing_ok=True)
        self._selector.unregister(self._near)
        os.close(self._near)
        os.close(self._far)
        self._near = self._far = -1

    def _ready(self, key: object) -> None:
        try:
            if key == self._device:
                self._from_device(os.read(self._device, _CHUNK))
            elif key == self._near:
                self._from_host(os.read(self._near, _CHUNK))
        except BlockingIOError:
            return

    def _send_to_host(self, octets: bytes) -> None:
        if self._near >= 0:
            with contextlib.suppress(BlockingIOError):  # nobody reads: lost, as on a line
                os.write(self._near, octets)

    def _send_to_device(self, octets: bytes) -> None:
        os.write(self._device, octets)

    def _shut(self) -> None:
        for descriptor in (self._device, self._near, self._far):
            if descriptor >= 0:
                os.close(descriptor)
        self._folder.cleanup()


class TcpProxy(Proxy):
    """In front of a loopback port.

    Args:
        port: the port a device is served on.

    Attributes:
        port: what the harness connects to.
    """

    def __init__(self, port: int, injector: Injector) -> None:
        super().__init__(injector)
        self._upstream = port
        self.port = 0
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None
        self._device: socket.socket | None = None
        self._come_back()
        self.start()

    def _come_back(self) -> None:
        if self._listener is not None:
            return
        self._listener = socket.create_server((_LOOPBACK, self.port))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ)

    def _hang_up(self, event: Gone) -> None:
        if event.how in {"reset", "unplugged"} and self._host is not None:
            self._host.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._drop_connection()
        if event.how == "unplugged" and self._listener is not None:
            self._drop(self._listener)
            self._listener = None

    def _ready(self, key: object) -> None:
        if key is self._listener:
            self._accept()
        elif isinstance(key, socket.socket) and key in {self._host, self._device}:
            self._take(key)

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            connection, _ = self._listener.accept()
        except BlockingIOError:
            return
        self._drop_connection()
        self._schedule.clear()
        self._is_deaf = False
        self._host = self._ready_made(connection)
        self._device = self._ready_made(socket.create_connection((_LOOPBACK, self._upstream)))

    def _ready_made(self, connection: socket.socket) -> socket.socket:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ)
        return connection

    def _take(self, connection: socket.socket) -> None:
        try:
            octets = connection.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if octets:
            (self._from_host if connection is self._host else self._from_device)(octets)
        else:
            self._drop_connection()

    def _send_to_host(self, octets: bytes) -> None:
        if self._host is not None:
            with contextlib.suppress(OSError):  # gone, or does not read
                self._host.send(octets)

    def _send_to_device(self, octets: bytes) -> None:
        if self._device is not None:
            self._device.sendall(octets)

    def _drop_connection(self) -> None:
        for connection in (self._host, self._device):
            if connection is not None:
                self._drop(connection)
        self._host = self._device = None

    def _drop(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        connection.close()

    def _shut(self) -> None:
        self._drop_connection()
        if self._listener is not None:
            self._drop(self._listener)
