"""A TCP connection to one peer. No protocol is known here."""

from __future__ import annotations

import socket

from harness.errors import LinkError
from harness.link.transport import wait_seconds

CONNECT_SECONDS = 3.0
_CHUNK = 4096


class TcpTransport:
    """One connection, without delay of small frames."""

    def __init__(self, host: str, tcp_port: int) -> None:
        self._peer = f"{host}:{tcp_port}"
        self._address = (host, tcp_port)
        self._socket: socket.socket | None = None
        self._wait_seconds = CONNECT_SECONDS

    def open(self) -> None:
        """Connect."""
        try:
            connection = socket.create_connection(self._address, timeout=CONNECT_SECONDS)
        except OSError as reason:
            raise LinkError("no-connection", f"{self._peer}: {reason}") from reason
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._wait_seconds = CONNECT_SECONDS

    def close(self) -> None:
        """Disconnect."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def write(self, frame: bytes) -> None:
        """Send all of ``frame``."""
        try:
            self._opened().sendall(frame)
        except (TimeoutError, BlockingIOError) as reason:
            raise LinkError("write-stalled", f"{self._peer}: the peer takes no more bytes") from reason
        except OSError as reason:
            raise self._lost(str(reason)) from reason

    def read(self, wait_ns: int) -> bytes:
        """Return what the peer sent, waiting for the first byte."""
        connection = self._opened()
        seconds = wait_seconds(wait_ns)
        if seconds != self._wait_seconds:
            connection.settimeout(seconds)
            self._wait_seconds = seconds
        try:
            received = connection.recv(_CHUNK)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as reason:
            raise self._lost(str(reason)) from reason
        if not received:
            raise self._lost("the peer closed the connection")
        return received

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise LinkError("not-open", f"{self._peer}: not connected")
        return self._socket

    def _lost(self, reason: str) -> LinkError:
        return LinkError("connection-lost", f"{self._peer}: {reason}")
