"""Datagrams to and from one peer. No protocol is known here, and none is repeated: a lost datagram is a lost reply."""

from __future__ import annotations

import socket

from harness.errors import LinkError
from harness.link.transport import wait_seconds

_LARGEST = 65_536


class UdpTransport:
    """A socket that hears one peer only."""

    def __init__(self, host: str, port: int) -> None:
        self._peer = f"{host}:{port}"
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Take a port of our own and fix the peer; whether anybody is there, only a reply can tell."""
        try:
            found = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)
            family, kind, protocol, _, address = found[0]
            opened = socket.socket(family, kind, protocol)
        except OSError as reason:
            raise LinkError("no-connection", f"{self._peer}: {reason}") from reason
        try:
            opened.connect(address)
        except OSError as reason:
            opened.close()
            raise LinkError("no-connection", f"{self._peer}: {reason}") from reason
        self._socket = opened

    def close(self) -> None:
        """Give the port back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def write(self, frame: bytes) -> None:
        """Send ``frame`` as one datagram."""
        try:
            self._opened().send(frame)
        except OSError as reason:
            raise self._lost(str(reason)) from reason

    def read(self, wait_ns: int) -> bytes:
        """Return the next datagram, waiting for it; empty when none came."""
        opened = self._opened()
        opened.settimeout(wait_seconds(wait_ns))
        try:
            return opened.recv(_LARGEST)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as reason:  # the peer's host says that nobody listens there
            raise self._lost(str(reason)) from reason

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise LinkError("not-open", f"{self._peer}: not open")
        return self._socket

    def _lost(self, reason: str) -> LinkError:
        return LinkError("connection-lost", f"{self._peer}: {reason}")
